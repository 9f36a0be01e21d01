"""Leading a room: what may be set, for a group by its contact, for all groups of a date by the facilitator."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from kompetanse.answers.moment import AFTER_REVEAL, BOXES, MOMENTS, Lead, Moment
from kompetanse.errors import AccessDenied, InvalidAnswer
from kompetanse.language import Language, translate
from kompetanse.programme.models import Module, Programme

if TYPE_CHECKING:
    from kompetanse.answers.store import Transaction

#: The same again within so long is a press that was sent twice.
TWICE = timedelta(seconds=2)


def check_lead(lead: Lead, programme: Programme, module: Module) -> None:
    """InvalidAnswer for a moment, a theme or a way to divide the time that there is not."""
    instrument = programme.instrument_of_module(module)
    if lead.name not in MOMENTS:
        raise InvalidAnswer(f"There is no moment {lead.name!r:.80}; use one of {', '.join(MOMENTS)}.")
    if lead.box and lead.box not in BOXES:
        raise InvalidAnswer(f"There is no time box {lead.box!r:.80}; use one of {', '.join(BOXES)}.")
    if lead.theme and (instrument is None or instrument.facet(lead.theme) is None):
        raise InvalidAnswer(f"There is no theme {lead.theme!r:.80}.")


def lead_group(here: Transaction, lead: Lead, *, module: str, group: str, language: Language) -> Moment:
    """Sets the moment of a group's room; AccessDenied for one that comes after the reveal, before it."""
    if lead.name in AFTER_REVEAL and here.releases.newest(group, module, "room", round=1) is None:
        raise AccessDenied(translate("Vis gruppas svar først. Så kan dere snakke om dem.", language))
    now, before = datetime.now(UTC), here.moments.of_group(group, module)
    led = before.led(lead, now)
    return before if _is_twice(before, led) else here.moments.add(led, module=module, group=group)


def lead_plenum(here: Transaction, lead: Lead, *, module: str, day: date) -> Moment:
    """Sets the moment for all groups of a date that follow; what they see of answers is theirs to decide."""
    now, before = datetime.now(UTC), here.moments.of_plenum(day, module) or Moment()
    led = before.led(lead, now)
    return before if _is_twice(before, led) else here.moments.add(led, module=module, day=day)


def note_reveal(here: Transaction, *, module: str, group: str, round: int) -> None:
    """The room of a group that has just shown itself its answers is there, too."""
    before = here.moments.of_group(group, module)
    lead = Lead("revealed" if round == 1 else "decided", before.theme, before.box, False, before.locked, before.follows)
    here.moments.add(before.led(lead, datetime.now(UTC)), module=module, group=group)


def now_in(here: Transaction, *, module: str, group: str, participant: str | None = None) -> Moment:
    """Where a group's room is: as its contact has led it, or as the facilitator leads all where it follows.

    participant: who asks. Whoever attends another date sits with others, and is where the facilitator leads these.
    """
    own, found = here.moments.of_group(group, module), here.groups.get(group)
    elsewhere = here.gatherings.attending(participant, module) if participant else None
    if elsewhere is not None:
        return replace(own, follows=True).following(here.moments.of_plenum(elsewhere, module))
    # A practice group does not follow those who take part.
    day = found.gathering_date if found and found.practice is None else None
    return own.following(here.moments.of_plenum(day, module) if day and own.follows else None)


def _is_twice(before: Moment, led: Moment) -> bool:
    same = (before.name, before.theme, before.box, before.locked, before.follows)
    return led.time - before.time < TWICE and same == (led.name, led.theme, led.box, led.locked, led.follows)


def discussed(here: Transaction, *, module: str, group: str) -> Collection[str]:
    """The themes that the group says it has talked about."""
    found = here.answers.current(group=group, participant="", module=module, aspect="discussed")
    return {each.subject for each in found if each.value is True}
