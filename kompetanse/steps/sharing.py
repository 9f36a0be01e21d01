"""What a group shows other groups, and what it reads of them, as parts of a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kompetanse.answers.crossing import Crossing, Exchange, Given
from kompetanse.errors import InvalidAnswer
from kompetanse.language import Language, translate
from kompetanse.programme.kinds.fields import Prompt
from kompetanse.programme.models import Step
from kompetanse.sections.context import GroupContext

Part = dict[str, Any]

#: What stands before the name of a cross group among those to choose from; no group's id has a colon.
CROSS = "cross:"


def heading(id: str, text: str) -> Part:
    """A heading."""
    return {"id": id, "is": "heading", "text": text}


def text(id: str, words: str, *, soft: bool = False) -> Part:
    """A paragraph."""
    return {"id": id, "is": "text", "text": words, "soft": soft}


def read(id: str, title: str, lines: Iterable[tuple[str, str]], *, meta: str = "") -> Part:
    """What another group has written, without what it left empty."""
    shown = [{"label": label, "text": said} for label, said in lines if said.strip()]
    return {"id": id, "is": "read", "title": title, "meta": meta, "lines": shown}


def case_parts(context: GroupContext, step: Step) -> list[Part]:
    """«Del med en annen gruppe»: with whom, who sees what, what is shared already, and what others share."""
    language, exchange = context.language, context.log.exchange(context.module.id)
    given = [each for each in exchange.given if each.step == step.id]
    whom = [each for each in _whom(exchange, context.group.name, language) if not _is_given(each[0], given)]
    parts = [
        heading("share", translate("Del med en annen gruppe", language)),
        text("who", translate("Dere velger selv om noen andre skal få lese det dere har skrevet.", language)),
    ]
    for each in given:
        parts += _shared(each, language)
    if whom:
        parts.append(
            {
                "id": "deed",
                "is": "deed",
                "name": "share",
                "label": translate("Del", language),
                "quiet": True,
                "choice": {
                    "label": translate("Hvem vil dere dele med?", language),
                    "empty": translate("Velg gruppe", language),
                    "missing": translate("Velg en gruppe først.", language),
                    "options": whom,
                },
                "confirm": translate(
                    "Alle ledere i {choice} får lese det som står her nå, med navnet på gruppa deres. Ingen "
                    "andre ser det, heller ikke prosesslederen. Det dere skriver senere, blir ikke med. Dere kan "
                    "ta det tilbake, men ikke det noen alt har lest. Er gruppa enig?",
                    language,
                ),
                "yes": translate("Ja, del det", language),
            }
        )
    return [*parts, *_received(exchange, step, step.content.questions, language)]


def do_case(context: GroupContext, step: Step, name: str, value: str) -> str:
    """Shares a case or takes it back, with the group or the cross group that was chosen."""
    language, module = context.language, context.module.id
    cross = value.removeprefix(CROSS) if value.startswith(CROSS) else ""
    if name == "share":
        try:
            context.log.share(module, step.id, to_group="" if cross else value, cross=cross)
        except InvalidAnswer as error:
            raise InvalidAnswer(translate("Skriv noe her før dere deler, og velg en gruppe.", language)) from error
        return translate("Delt. Dere ser her hvem som kan lese det.", language)
    _, _, whom = name.partition(" ")
    cross = whom.removeprefix(CROSS) if whom.startswith(CROSS) else ""
    if name.startswith("again "):
        context.log.share(module, step.id, to_group="" if cross else whom, cross=cross)
        return translate("Delt slik det står nå.", language)
    context.log.take_back(module, step.id, to_group="" if cross else whom, cross=cross)
    return translate("Tatt tilbake. Gruppa kan ikke lese det lenger.", language)


def _whom(exchange: Exchange, own: str, language: Language) -> list[tuple[str, str]]:
    """Those that a group can choose: its cross groups first, with the names of the others in it; then every other."""
    crosses = [
        (f"{CROSS}{each.id}", translate("tverrgruppa ({groups})", language, groups=", ".join(_others(each, own))))
        for each in exchange.crossings
        if each.is_member and len(each.groups) > 1
    ]
    return [*crosses, *exchange.others]


def _others(crossing: Crossing, own: str) -> list[str]:
    return [name for name in crossing.groups if name != own]


def _key(given: Given) -> str:
    return f"{CROSS}{given.cross}" if given.cross else given.to_group


def _is_given(whom: str, given: Sequence[Given]) -> bool:
    return any(whom == _key(each) for each in given)


def _shared(given: Given, language: Language) -> list[Part]:
    key = _key(given)
    to = given.to or translate("tverrgruppa", language)
    words = translate("{to} kan lese det dere delte.", language, to=to[:1].upper() + to[1:])
    if given.changed:
        words += " " + translate("Dere har skrevet mer siden, og det ser de ikke.", language)
    again = {
        "id": f"again {key}",
        "is": "deed",
        "name": f"again {key}",
        "label": translate("Del slik det står nå", language),
        "quiet": True,
    }
    back = {
        "id": f"back {key}",
        "is": "deed",
        "name": f"back {key}",
        "label": translate("Ta tilbake fra {to}", language, to=to),
        "quiet": True,
    }
    return [text(f"given {key}", words), *([again] if given.changed else []), back]


def _received(exchange: Exchange, step: Step, prompts: Sequence[Prompt], language: Language) -> list[Part]:
    shown = [each for each in exchange.received if each.step == step.id]
    if not shown:
        return []
    titles = [(prompt.id, prompt.text.to(language)) for prompt in prompts]
    return [
        heading("received", translate("Delt med dere", language)),
        *(
            read(
                f"of {place}",
                each.group,
                lines_of(each.texts, titles),
                meta=translate("Bare dere og de gruppa ellers har valgt, kan lese dette.", language),
            )
            for place, each in enumerate(shown)
        ),
    ]


def lines_of(texts: Mapping[str, str], titles: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What was written under each title."""
    return [(title, texts.get(name, "")) for name, title in titles]
