"""The dates of a module: which there are, a group that changes its own, and a member who attends another one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from kompetanse.answers.session import Role
from kompetanse.errors import AccessDenied, InputError
from kompetanse.language import Language, day, translate
from kompetanse.programme.models import LeadershipGroup, Module, Programme

if TYPE_CHECKING:
    from kompetanse.answers.store import Transaction


def known_dates(here: Transaction, programme: Programme, module: Module) -> tuple[date, ...]:
    """The dates of the programme's content and those that a facilitator has made, earliest first."""
    return tuple(sorted({*module.gathering_dates, *here.gatherings.made(programme.id, module.id)}))


def check_known(here: Transaction, chosen: date, programme: Programme, module: Module) -> None:
    """InputError for a day on which nobody gathers."""
    known = known_dates(here, programme, module)
    if chosen not in known:
        dates = ", ".join(map(str, known)) or "none"
        raise InputError(f"There is no gathering of {module.id} on {chosen}; the dates are {dates}.")


def change_date(
    here: Transaction, group: LeadershipGroup, chosen: date | None, *, programme: Programme, module: Module, by: Role
) -> LeadershipGroup:
    """The group gathers on another date, and loses nothing: its answers, codes and room are its own, not the date's.

    From now on it follows the plenum of the new date, and pages that are open look again. Members who were to attend
    the new date by themselves go with their group.
    """
    if chosen == group.gathering_date:
        return group
    if chosen is not None:
        check_known(here, chosen, programme, module)
    changed = group.model_copy(update={"gathering_date": chosen})
    here.groups.put(changed)
    here.audit.add(
        "gathering_date", by, f"from {group.gathering_date} to {chosen}", group=group.id, programme=programme.id
    )
    own = here.moments.of_group(group.id, module.id)
    if own.seq:
        here.moments.add(own.led_again(datetime.now(UTC)), module=module.id, group=group.id)
    if chosen is not None:
        here.gatherings.go_together(group.id, module.id, chosen)
    return changed


def attend(
    here: Transaction,
    chosen: date | None,
    *,
    participant: str,
    group: LeadershipGroup,
    programme: Programme,
    module: Module,
) -> None:
    """«Jeg deltar en annen dato»: what they answer goes on counting for their own group."""
    if chosen is not None:
        check_known(here, chosen, programme, module)
    elsewhere = None if chosen == group.gathering_date else chosen
    here.gatherings.attend(participant, module.id, group=group.id, day=elsewhere)


def take_out(
    here: Transaction, chosen: date, *, programme: Programme, module: Module, by: Role, language: Language
) -> None:
    """A date that a facilitator has made is gone; AccessDenied while somebody is to come."""
    groups = [group.name for group in here.groups.all() if group.gathering_date == chosen]
    guests = [count for (_, date_of), count in here.gatherings.guests(module.id).items() if date_of == chosen]
    if groups or guests:
        words = translate("Noen skal samles {day}. Flytt dem først.", language, day=day(chosen, language))
        raise AccessDenied(words)
    here.gatherings.unmake(programme.id, module.id, chosen)
    here.audit.add("gathering_date", by, f"taken out: {chosen}", programme=programme.id)
