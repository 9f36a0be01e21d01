"""A conversation across groups: notes that the groups of a cross group write together, and the group's own card."""

from __future__ import annotations

from typing import Any

from kompetanse.answers.crossing import Crossing
from kompetanse.answers.log import Draft
from kompetanse.errors import InvalidAnswer
from kompetanse.figures.blocks import Block
from kompetanse.language import clock, translate
from kompetanse.programme.models import Step
from kompetanse.sections.context import GroupContext
from kompetanse.steps.prompted import texts, written
from kompetanse.steps.saving import scope
from kompetanse.steps.sharing import Part, heading, lines_of, read, text
from kompetanse.widgets.component import Component
from kompetanse.widgets.exchange import ExchangeWidget
from kompetanse.widgets.prompts import PromptsWidget
from kompetanse.widgets.saving import OnDrafts, Saved, WidgetDraft


def component(context: GroupContext, step: Step) -> tuple[Component, ...]:
    """Who is together, what they write together, and the group's own card."""
    note = translate("Kortet er gruppas eget. Én skriver, alle i gruppa ser.", context.language)
    card = texts(context, step, step.content.card, note=note, in_report=False)
    if not step.content.notes:
        return (card,)
    found = _crossings(context, step)

    def do(name: str, value: str) -> str:
        said = _do(context, step, name, value)
        refresh(context, step, (together, notes))
        return said

    together = ExchangeWidget(
        content={"parts": _parts(context, step, found), "label": translate("Tverrgruppe", context.language)},
        on_deed=do,
        language=context.language,
    )
    notes = PromptsWidget(
        content=_content(context, step, found),
        answers=_answers(found),
        on_drafts=_saver(context),
        scope=scope(context),
        # Its own place in the browser, beside the card's.
        step=f"{step.id}.tverr",
        language=context.language,
    )
    return together, notes, card


def refresh(context: GroupContext, step: Step, components: tuple[Component, ...]) -> None:
    """What others have written, in the own group and in the others, and who has come or gone."""
    found = _crossings(context, step) if step.content.notes else []
    for each in components:
        if isinstance(each, ExchangeWidget):
            each.show(_parts(context, step, found))
        elif isinstance(each, PromptsWidget) and each.step == step.id:
            each.set_trait("answers", context.answers(step))
        elif isinstance(each, PromptsWidget):
            if (content := _content(context, step, found)) != each.content:
                each.content = content
            each.set_trait("answers", _answers(found))


def summary(context: GroupContext, step: Step) -> tuple[Block, ...]:
    """The group's own card; what several groups have written together is read on their own pages only."""
    return written(context, step, step.content.card)


def _crossings(context: GroupContext, step: Step) -> list[Crossing]:
    return [each for each in context.log.exchange(context.module.id).crossings if each.step == step.id]


def _now(found: list[Crossing]) -> Crossing | None:
    return next((each for each in found if each.is_member), None)


def _content(context: GroupContext, step: Step, found: list[Crossing]) -> dict[str, Any]:
    language, now = context.language, _now(found)
    if now is None:
        words = translate("Her kommer de felles notatene når dere er med i en tverrgruppe.", language)
        return {"note": words, "prompts": [], "in_report": False}
    return {
        "note": translate("Felles notater. Alle i de gruppene som er med, ser dem og kan skrive.", language),
        "prompts": [
            {
                # Which cross group it is for goes with every draft: what waits in a browser never reaches another one.
                "id": f"{now.id}.{prompt.id}",
                "text": prompt.text.to(language),
                "help": "",
                "longest": prompt.longest,
            }
            for prompt in step.content.notes
        ],
        "in_report": False,
    }


def _answers(found: list[Crossing]) -> dict[str, str]:
    now = _now(found)
    return {f"{now.id}.{prompt}|answer": said for prompt, said in now.notes.items()} if now else {}


def _saver(context: GroupContext) -> OnDrafts:
    def save(drafts: list[WidgetDraft]) -> Saved:
        time, merged = "", dict[str, Any]()
        for draft in drafts:
            cross, _, prompt = draft["subject"].partition(".")
            sent = Draft(
                id=draft["id"],
                module=context.module.id,
                step="",
                subject=prompt,
                aspect="note",
                value=draft["value"],
                base=draft.get("base"),
                goes_on=draft.get("goes_on", False),
            )
            try:
                receipt = context.log.write_notes(cross, [sent])
            except InvalidAnswer as error:
                words = translate(
                    "Svaret kan ikke lagres slik det står. Skriv kortere eller enklere.", context.language
                )
                raise InvalidAnswer(words) from error
            time = clock(receipt.time.astimezone(), context.language)
            merged |= receipt.merged
        return Saved(time=time, merged=merged)

    return save


def _do(context: GroupContext, step: Step, name: str, value: str) -> str:
    language, module = context.language, context.module.id
    if name == "open":
        context.log.open_cross_group(module, step.id)
        return translate("Tverrgruppa er laget. Gi koden til de andre gruppekontaktene.", language)
    if name == "join":
        context.log.join_cross_group(module, step.id, value)
        return translate("Dere er med.", language)
    context.log.leave_cross_group(name.removeprefix("leave "))
    return translate("Dere er ute. Det som sto der, kan dere fortsatt lese.", language)


def _parts(context: GroupContext, step: Step, found: list[Crossing]) -> list[Part]:
    language, now = context.language, _now(found)
    seen = translate(
        "Bare de som er med i gruppene i tverrgruppa, ser notatene. Prosesslederen og andre grupper ser dem ikke, og "
        "de kommer ikke med i noen rapport.",
        language,
    )
    parts = [heading("together", translate("Tverrgruppa deres", language)), text("seen", seen)]
    leads = context.session.role == "contact"
    if now is None:
        parts += _outside(context, leads=leads)
    else:
        groups = translate("Disse er med:", language)
        parts.append({"id": "groups", "is": "list", "text": groups, "items": list(now.groups)})
        if now.code:
            words = translate("Kode for de andre gruppekontaktene (gjelder i dag):", language)
            parts.append({"id": "code", "is": "code", "text": words, "code": now.code})
        if leads:
            parts.append(_leave(context, now))
    titles = [(prompt.id, prompt.text.to(language)) for prompt in step.content.notes]
    parts += [
        read(
            f"left {each.id}",
            translate("Fra en tverrgruppe dere har vært med i", language),
            lines_of(each.notes, titles),
            meta=translate("Slik sto det da dere gikk ut.", language),
        )
        for each in found
        if not each.is_member and each.notes
    ]
    return parts


def _outside(context: GroupContext, *, leads: bool) -> list[Part]:
    language = context.language
    if not leads:
        words = translate("Gruppekontakten melder gruppa på. Da kommer notatene fram her hos alle.", language)
        return [text("waiting", words)]
    words = translate(
        "En av gruppekontaktene lager tverrgruppa og leser opp koden. De andre skriver den inn. Det er plass til fire "
        "grupper.",
        language,
    )
    return [
        text("how", words),
        {
            "id": "join",
            "is": "deed",
            "name": "join",
            "label": translate("Bli med", language),
            "field": {
                "label": translate("Koden dere har fått", language),
                "hint": translate("Åtte tegn, for eksempel ABCD-2345.", language),
                "missing": translate("Skriv koden først.", language),
                "longest": 20,
            },
        },
        {
            "id": "open",
            "is": "deed",
            "name": "open",
            "label": translate("Lag en tverrgruppe", language),
            "quiet": True,
        },
    ]


def _leave(context: GroupContext, now: Crossing) -> Part:
    language = context.language
    return {
        "id": f"leave {now.id}",
        "is": "deed",
        "name": f"leave {now.id}",
        "label": translate("Gå ut av tverrgruppa", language),
        "quiet": True,
        "confirm": translate(
            "Dere kan fortsatt lese det som står nå, men ikke skrive mer. De andre beholder notatene.", language
        ),
        "yes": translate("Ja, gå ut", language),
    }
