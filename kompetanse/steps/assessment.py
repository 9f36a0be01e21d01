"""The mapping: one part of it to fill in, and what the person has answered."""

from __future__ import annotations

from typing import Any

from kompetanse.answers.counting import Standing
from kompetanse.figures.blocks import Block, paragraph
from kompetanse.language import Language, translate
from kompetanse.programme.models import Facet, Instrument, Item, Step
from kompetanse.sections.context import GroupContext
from kompetanse.sections.standing import standing_words
from kompetanse.steps.saving import saver, scope
from kompetanse.widgets.assessment import AssessmentWidget
from kompetanse.widgets.component import Component

#: What an answer takes, from reading the statement to choosing: 15 minutes for the short form of both parts and 25 for
#: the long one, an estimate until a pilot has measured it.
SECONDS = {"as-is": 32, "to-be": 16, "importance": 60}
#: Whoever need not think two years ahead is done in about 6 minutes.
SECONDS_OF_DEPUTY = {"as-is": 22, "to-be": 0, "importance": 0}


def component(context: GroupContext, step: Step) -> Component | None:
    """All themes of the step's axis, one at a time."""
    standing = _standing(context)
    return AssessmentWidget(
        content=_content(context, step, standing),
        answers=context.answers(step),
        on_drafts=saver(context, step),
        scope=scope(context),
        step=step.id,
        language=context.language,
        locked=context.is_revealed and not standing.late,
    )


def refresh(context: GroupContext, step: Step, component: Component) -> None:
    """Lock the answers once the group has seen its picture; whoever has nothing in it is told so, and may answer."""
    standing = _standing(context)
    component.locked = context.is_revealed and not standing.late
    notice = standing_words(standing, context.language)
    if notice != component.content.get("notice", ""):
        component.content = {**component.content, "notice": notice}


def summary(context: GroupContext, step: Step) -> tuple[Block, ...]:
    """How many have answered: nobody's answers are shown on a page that others read."""
    counted = context.log.participation(context.module.id, context.group.id)
    language = context.language
    if counted.invited is None:
        return (paragraph(translate("{answered} har svart", language, answered=counted.answered)),)
    words = translate("{answered} av {total} har svart", language, answered=counted.answered, total=counted.invited)
    return (paragraph(words),)


def _standing(context: GroupContext) -> Standing:
    """How whoever fills in the step takes part."""
    return context.log.standing(context.module.id) if context.session.participant else Standing()


def _content(context: GroupContext, step: Step, standing: Standing) -> dict[str, Any]:
    instrument, language = context.programme.instruments[step.content.instrument], context.language
    facets = instrument.facets_of(step.content.axis)
    numbers = {facet.id: number for number, facet in enumerate(instrument.facets, start=1)}
    content: dict[str, Any] = {
        "heading": 3,
        "introduction": [
            instrument.introduction.to(language),
            translate("Svar slik innbyggerne møter tjenesten, også når andre leverer den for oss", language) + ".",
            translate("Bare du ser dette", language) + ".",
        ],
        "total": len(instrument.facets),
        "scale": {"names": _levels(instrument.scale.names, language)},
        "notes": {
            "as-is": instrument.scale_note.as_is.to(language),
            "to-be": instrument.scale_note.to_be.to(language),
        },
        "special": _special(instrument, language),
        "minutes": {
            "short": _minutes(sum(len(instrument.short_items(facet)) for facet in facets), len(facets)),
            "long": _minutes(sum(len(facet.items) for facet in facets), len(facets)),
        },
        "seconds": SECONDS_OF_DEPUTY if standing.deputy else SECONDS,
        "notice": standing_words(standing, language),
        # A deputy says how it is today, in the short form.
        "ahead": not standing.deputy,
        "themes": [_theme(facet, numbers[facet.id], instrument, language, short=standing.deputy) for facet in facets],
        # Asked once, where the mapping ends: it is about all of a person's answers.
        "withhold": step.id == _last_assessment(context),
    }
    if step.content.importance and not standing.deputy:
        content["importance"] = {
            "most": instrument.most_important,
            "themes": [
                {"id": facet.id, "title": facet.title.to(language), "part": _part(facet, instrument, language)}
                for facet in instrument.facets
            ],
        }
    return content


def _last_assessment(context: GroupContext) -> str:
    return [step.id for step in context.module.steps if step.kind == "assessment"][-1]


def _minutes(items: int, facets: int) -> int:
    return max(1, round((items * SECONDS["as-is"] + facets * SECONDS["to-be"]) / 60))


def _levels(names: Any, language: Language) -> dict[str, str]:
    return {str(level): names[level].to(language) for level in sorted(names)}


def _special(instrument: Instrument, language: Language) -> dict[str, Any]:
    special = instrument.special
    return {
        "dont_know": special.dont_know.to(language),
        "not_relevant": special.not_relevant.to(language),
        "reasons": [{"id": reason.id, "text": reason.text.to(language)} for reason in special.reasons],
    }


def _theme(facet: Facet, number: int, instrument: Instrument, language: Language, *, short: bool) -> dict[str, Any]:
    of_short = instrument.short_items(facet)
    return {
        "id": facet.id,
        "number": number,
        "title": facet.title.to(language),
        "lead": facet.lead.to(language) if facet.lead else "",
        "items": [
            item_content(item, instrument, language, short=item in of_short)
            for item in (of_short if short else facet.items)
        ],
    }


def item_content(item: Item, instrument: Instrument, language: Language, *, short: bool) -> dict[str, Any]:
    """One statement with its levels, as a component shows it."""
    family = instrument.families[item.family]
    return {
        "id": item.id,
        "short": short,
        "text": item.text.to(language),
        "help": " ".join(help.to(language) for help in (item.help, family.help) if help),
        "levels": _levels(family.levels, language),
        "examples": _levels(item.examples, language),
    }


def _part(facet: Facet, instrument: Instrument, language: Language) -> str:
    return next((axis.title.to(language) for axis in instrument.axes if axis.id == facet.axis), "")
