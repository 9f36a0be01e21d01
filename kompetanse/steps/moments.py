"""Where the group's room is: the line that everyone sees, and the buttons of who leads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from kompetanse.answers.log import Participation
from kompetanse.answers.moment import AFTER_REVEAL, BOXES, MOMENTS, Lead, Moment, MomentName
from kompetanse.errors import InvalidAnswer
from kompetanse.language import Language, translate
from kompetanse.sections.context import GroupContext
from kompetanse.widgets.moments import MomentsWidget


def live(context: GroupContext) -> tuple[MomentsWidget, Callable[[], None]]:
    """The component, and what keeps it up to date."""

    def refresh() -> None:
        fresh = _content(context)
        if {**fresh, "clock": 0} != {**component.content, "clock": 0}:
            component.content = fresh

    def lead(wanted: Mapping[str, Any]) -> None:
        context.log.lead(context.module.id, read_lead(wanted))
        refresh()

    leads = context.session.role == "contact"
    component = MomentsWidget(content=_content(context), on_lead=lead if leads else None, language=context.language)
    return component, refresh


def read_lead(wanted: Mapping[str, Any]) -> Lead:
    """What a browser has chosen; InvalidAnswer for what is no choice."""
    texts = [wanted.get(name, "") for name in ("name", "theme", "box")]
    marks = [wanted.get(name, False) for name in ("start", "locked", "follows")]
    if not all(isinstance(each, str) for each in texts) or not all(isinstance(each, bool) for each in marks):
        raise InvalidAnswer("A room is led by a moment, a theme and a time.")
    name, theme, box = texts
    start, locked, follows = marks
    return Lead(cast(MomentName, name), theme, box, start, locked, follows)


def _content(context: GroupContext) -> dict[str, Any]:
    language, now = context.language, context.log.moment(context.module.id)
    counted, here = context.log.participation(context.module.id), context.log.present()
    place = MOMENTS.index(now.name)
    allowed = [name for name in MOMENTS if context.is_revealed or name not in AFTER_REVEAL]
    following = MOMENTS[place + 1] if place + 1 < len(MOMENTS) else ""
    return {
        "moment": now.name,
        "moments": [{"id": name, "title": title} for name, title in moment_titles(language).items()],
        "theme": now.theme,
        "themes": [{"id": each.id, "title": each.title.to(language)} for each in context.instrument.facets],
        "box": now.box,
        "boxes": [{"id": name, "title": title} for name, title in box_titles(language).items()],
        "parts": parts(now, language),
        "begun": milliseconds(now.begun),
        "clock": milliseconds(datetime.now(UTC)),
        "facts": [answered_words(counted, language), *([here_words(here, language)] if here else [])],
        "note": _note(context, now),
        "locked": now.locked,
        "follows": now.follows,
        "next": following if following in allowed else "",
        "back": MOMENTS[place - 1] if place else "",
        "leads": context.session.role == "contact",
        "plenum": context.group.gathering_date is not None and context.group.practice is None,
        "locks": True,
    }


def _note(context: GroupContext, now: Moment) -> str:
    language = context.language
    if now.name in AFTER_REVEAL and not context.is_revealed:
        return translate("Gruppekontakten viser gruppas svar når dere er klare.", language)
    if now.name == "hidden" and context.session.role == "contact":
        return translate("Når dere er klare, viser du svarene i «Gruppas bilde».", language)
    if now.locked:
        return translate("Det dere er enige om, er låst. Gruppekontakten kan åpne igjen.", language)
    return ""


def moment_titles(language: Language) -> dict[MomentName, str]:
    """What each moment is called on a screen, in order."""
    return {
        "individual": translate("Hver for oss", language),
        "hidden": translate("Stille blikk på egne svar", language),
        "revealed": translate("Se gruppas svar", language),
        "discussed": translate("Snakk sammen", language),
        "second-round": translate("Svar en gang til", language),
        "decided": translate("Bli enige", language),
        "actions": translate("Tiltak", language),
    }


def box_titles(language: Language) -> dict[str, str]:
    """What each way to divide the time is called."""
    minutes = {name: translate("{count} minutter", language, count=int(name)) for name in BOXES if name.isdecimal()}
    return {
        "1-2-4-alle": translate("1-2-4-alle", language),
        "anslag": translate("Anslå, snakk, anslå igjen", language),
        **minutes,
    }


def parts(now: Moment, language: Language) -> list[dict[str, Any]]:
    """The parts of the time that a room has been given, each with its seconds."""
    titles = {
        "one": translate("Hver for seg", language),
        "two": translate("To og to", language),
        "four": translate("Fire og fire", language),
        "all": translate("Alle sammen", language),
        "guess": translate("Anslå", language),
        "talk": translate("Snakk sammen", language),
        "guess-again": translate("Anslå igjen", language),
        "minutes": "",
    }
    return [{"title": titles[part], "seconds": minutes * 60} for part, minutes in BOXES.get(now.box, ())]


def answered_words(counted: Participation, language: Language) -> str:
    """«6 av 8 har svart»; without a size only how many."""
    if counted.invited is None:
        return translate("{answered} har svart", language, answered=counted.answered)
    return translate("{answered} av {total} har svart", language, answered=counted.answered, total=counted.invited)


def here_words(here: int, language: Language) -> str:
    """How many have a page open, never who."""
    return translate("{count} er her nå", language, count=here)


def milliseconds(time: datetime | None) -> int | None:
    """A time as browsers count it."""
    return None if time is None else round(time.timestamp() * 1000)
