"""Once more how it is today, on the themes that the group has talked about; shown beside the first round."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from kompetanse.answers.log import Draft
from kompetanse.errors import InvalidAnswer
from kompetanse.figures.blocks import Block, Column, Heading, Table, html, paragraph
from kompetanse.language import clock, translate
from kompetanse.sections.context import GroupContext
from kompetanse.steps.assessment import item_content
from kompetanse.steps.saving import scope
from kompetanse.widgets.command import CommandWidget
from kompetanse.widgets.component import Component
from kompetanse.widgets.live_blocks import LiveBlocks
from kompetanse.widgets.saving import OnDrafts, Saved, WidgetDraft
from kompetanse.widgets.second_round import SecondRoundWidget

ROUND = 2


def live(context: GroupContext) -> tuple[tuple[Component, ...], Callable[[], None]]:
    """What is answered again, the contact's button, both rounds, and what keeps them up to date."""
    language, module = context.language, context.module.id
    fields = SecondRoundWidget(
        content=_content(context),
        answers=_answers(context),
        on_drafts=_saver(context),
        scope=scope(context),
        step="andre-runde",
        language=language,
        locked=context.log.is_revealed(module, ROUND),
    )
    region = LiveBlocks(html=html(_rounds(context), language), language=language)
    button = _button(context) if context.session.role == "contact" else None

    def refresh() -> None:
        fresh, shown = _content(context), context.log.is_revealed(module, ROUND)
        if fresh != fields.content:
            fields.content = fresh
        fields.set_trait("answers", _answers(context))
        fields.locked = shown
        if button is not None:
            button.locked = shown
        said = translate("Nå vises andre runde.", language) if shown else ""
        region.show(html=html(_rounds(context), language), said=said)

    return (fields, *((button,) if button else ()), region), refresh


def _content(context: GroupContext) -> dict[str, Any]:
    instrument, language = context.instrument, context.language
    talked = {facet for facet, is_so in context.group_answers("discussed").items() if is_so}
    return {
        "heading": 3,
        "dont_know": instrument.special.dont_know.to(language),
        "themes": [
            {
                "id": facet.id,
                "title": facet.title.to(language),
                "items": [
                    item_content(item, instrument, language, short=True) for item in instrument.short_items(facet)
                ],
            }
            for facet in instrument.facets
            if facet.id in talked and context.is_revealed
        ],
    }


def _answers(context: GroupContext) -> dict[str, Any]:
    own = context.log.own(context.module.id)
    return {f"{a.subject}|{a.aspect}": a.value for a in own if a.round == ROUND and a.value is not None}


def _saver(context: GroupContext) -> OnDrafts:
    def draft(sent: WidgetDraft) -> Draft:
        facet = context.instrument.facet_of(sent["subject"])
        steps = [step for step in context.module.steps if step.kind == "assessment"]
        place = next((step for step in steps if facet and step.content.axis in {None, facet.axis}), None)
        if place is None:
            raise InvalidAnswer(f"There is no statement {sent['subject']!r:.80} in this module.")
        module, subject, aspect = context.module.id, sent["subject"], sent["aspect"]
        return Draft(sent["id"], module, place.id, subject, aspect, sent["value"], round=ROUND)

    def save(drafts: list[WidgetDraft]) -> Saved:
        receipt = context.log.append([draft(each) for each in drafts])
        return Saved(time=clock(receipt.time.astimezone(), context.language))

    return save


def _button(context: GroupContext) -> CommandWidget:
    language = context.language

    def reveal(_: str) -> str:
        context.log.reveal(context.module.id, ROUND)
        return translate("Svarene er låst, så alle ser det samme bildet", language)

    return CommandWidget(
        content={
            "name": "reveal-again",
            "label": translate("Vis andre runde", language),
            "text": "",
            "confirm": translate("Når svarene vises, blir de låst for alle. Er gruppa klar?", language),
            "yes": translate("Ja, vis svarene", language),
        },
        on_command=reveal,
        language=language,
        locked=context.log.is_revealed(context.module.id, ROUND),
    )


def _rounds(context: GroupContext) -> tuple[Block, ...]:
    """The two rounds beside each other, each as the room may see it; nothing of the second before it is shown."""
    language = context.language
    again = context.log.revealed(context.module.id, ROUND)
    if again is None:
        words = translate("Andre runde vises når gruppekontakten viser den.", language)
        return (paragraph(words),) if context.is_revealed else ()
    gathered = import_module("kompetanse.sections.gathered")
    numbers = import_module("kompetanse.sections.numbers")
    first = {each.facet.id: each for each in gathered.material(context, edition="group").pictures}
    second = gathered.pictures_of_round(context, again)
    rows = tuple(
        (
            each.facet.title.to(language),
            numbers.level_words(first[each.facet.id].answered_today, language, whole=False),
            numbers.level_words(each.answered_today, language, whole=False),
            _dots(first[each.facet.id].dots),
            _dots(each.dots),
        )
        for each in second
        if any(answer.subject in {item.id for item in each.facet.items} for answer in again)
    )
    columns = (
        Column(title=translate("Tema", language)),
        Column(title=translate("Første runde", language), align="right"),
        Column(title=translate("Andre runde", language), align="right"),
        Column(title=translate("Svarene først", language)),
        Column(title=translate("Svarene så", language)),
    )
    caption = translate("Slik er det hos oss i dag, før og etter samtalen", language)
    return (
        Heading(level=4, text=translate("De to rundene", language)),
        Table(caption=caption, columns=columns, rows=rows, row_headers=True),
    )


def _dots(levels: tuple[float, ...] | None) -> str:
    """The answers from the lowest to the highest, without names."""
    return ":" if levels is None else " ".join(str(round(level)) for level in sorted(levels))
