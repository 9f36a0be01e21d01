"""What the screen in a room shows: where the room is, and of the answers only what the group has shown itself."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kompetanse.answers.log import AnswerLog
from kompetanse.answers.moment import AFTER_REVEAL, Moment
from kompetanse.answers.session import Session
from kompetanse.language import Language, translate
from kompetanse.programme.models import Facet, Instrument
from kompetanse.sections.context import GroupContext
from kompetanse.server.services import Services
from kompetanse.steps.moments import answered_words, here_words, milliseconds, moment_titles, parts

if TYPE_CHECKING:
    from kompetanse.analysis.findings import ThemePicture


@dataclass(frozen=True)
class Dots:
    """Answers without names: what they are about, and for each level its name and how many there are."""

    title: str
    levels: tuple[tuple[int, str, int], ...]


@dataclass(frozen=True)
class RoomView:
    """Everything on the screen. `clock` and `begun` are the server's milliseconds, `parts` those of the time."""

    place: str
    moment: str
    theme: str
    lead: str
    words: str
    question: str
    dots: tuple[Dots, ...]
    agreed: str
    facts: tuple[str, ...]
    note: str
    parts: tuple[dict[str, Any], ...]
    begun: int | None
    clock: int

    @property
    def mark(self) -> str:
        """Another one where the screen looks different."""
        return hashlib.sha256(repr(replace(self, clock=0)).encode()).hexdigest()[:16]


def room_view(services: Services, session: Session) -> RoomView:
    """The screen of one room, as its read-only session may see it."""
    language, group, log = session.language, services.group_of(session), services.log_for(session)
    module, now = services.module, log.moment(services.module.id)
    instrument = services.programme.instrument_of_module(module)
    theme = instrument.facet(now.theme) if instrument and now.theme else None
    shown = log.is_revealed(module.id)
    here = log.present()
    view = RoomView(
        place=services.place_of(group),
        moment=moment_titles(language)[now.name],
        theme=theme.title.to(language) if theme else "",
        lead=theme.lead.to(language) if theme and theme.lead else "",
        words="",
        question="",
        dots=(),
        agreed="",
        facts=(
            answered_words(log.participation(module.id), language),
            *((here_words(here, language),) if here else ()),
        ),
        note=_note(now, language, shown=shown),
        parts=tuple(parts(now, language)),
        begun=milliseconds(now.begun),
        clock=milliseconds(datetime.now(UTC)) or 0,
    )
    if not shown or theme is None or instrument is None:
        return view
    context = GroupContext(
        programme=services.programme, module=module, instrument=instrument, group=group, language=language,
        session=session, log=log,
    )  # fmt: skip
    picture = next(each for each in services.rooms.pictures(context) if each.facet.id == theme.id)
    return _with_answers(view, context, picture)


def _note(now: Moment, language: Language, *, shown: bool) -> str:
    if now.name in AFTER_REVEAL and not shown:
        return translate("Gruppekontakten viser gruppas svar når dere er klare.", language)
    if now.name in {"individual", "hidden"}:
        return translate("Svarene vises uten navn. I en liten gruppe kan noen likevel gjette.", language)
    return ""


def _with_answers(view: RoomView, context: GroupContext, picture: ThemePicture) -> RoomView:
    """The theme's dots, what they say in words, and what to ask each other, all out of protected figures."""
    consensus = import_module("kompetanse.steps.consensus")
    findings = import_module("kompetanse.analysis.findings")
    instrument, language = context.instrument, context.language
    step = next((each for each in context.module.steps if each.kind == "consensus"), None)
    asked = consensus.questions(step, str(findings.pattern(picture, instrument)), language) if step else None
    return replace(
        view,
        words=consensus.theme_words(picture, instrument, language, voice="you"),
        question=asked["items"][0] if asked else "",
        dots=tuple(_dots(picture, instrument, language)),
        agreed=_agreed(context.log, context.module.id, picture.facet, language),
    )


def _dots(picture: ThemePicture, instrument: Instrument, language: Language) -> list[Dots]:
    rows = (
        (translate("Slik er det hos oss i dag", language), picture.dots),
        (translate("Godt nok for oss om to år", language), picture.dots_ahead),
    )
    names = instrument.scale.names
    made = []
    for title, dots in rows:
        counted = Counter(round(each) for each in dots or ())
        if counted:
            made.append(
                Dots(title, tuple((level, names[level].to(language), counted[level]) for level in sorted(names)))
            )
    return made


def _agreed(log: AnswerLog, module: str, theme: Facet, language: Language) -> str:
    values = {each.aspect: each.value for each in log.of_group(module) if each.subject == theme.id}
    if values.get("agreed") is None:
        return ""
    ahead = values.get("agreed-to-be")
    if ahead is None:
        return translate("Felles vurdering: i dag {today}", language, today=values["agreed"])
    return translate("Felles vurdering: i dag {today}, om to år {ahead}", language, today=values["agreed"], ahead=ahead)
