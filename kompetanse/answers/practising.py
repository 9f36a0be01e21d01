"""Practice groups: begun, begun again from the beginning, and taken away. They take part in nothing but themselves."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from kompetanse.answers.erased import Erased
from kompetanse.answers.session import Role
from kompetanse.errors import AccessDenied, InputError
from kompetanse.language import Language, translate
from kompetanse.programme.models import LeadershipGroup, Module

if TYPE_CHECKING:
    from kompetanse.answers.store import Store, Transaction

#: So many members are invented. The group is larger, so that whoever practises is one of its members.
MEMBERS = 6
PLACES = 8

#: A group that nobody has used for so long goes, with everything.
UNUSED = timedelta(days=30)

#: More are not needed at once, and each of them takes its part of the machine.
MOST = 12


def begin(here: Transaction, module: Module, *, today: date, by: Role, language: Language) -> str:
    """A new practice group; its id. AccessDenied where there are enough already."""
    there = here.groups.practising()
    if len(there) >= MOST:
        words = translate("Det er {most} øvingsgrupper alt. Fjern en av dem først.", language, most=MOST)
        raise AccessDenied(words)
    group = LeadershipGroup(
        id=f"ovingsgruppe-{secrets.token_hex(4)}",
        name=_free_name({each.name for each in there}, language),
        made_up=True,
    )
    here.groups.put(_at_the_beginning(group, module, today=today))
    here.audit.add("practice", by, "begun", group=group.id)
    return group.id


def begin_again(here: Transaction, group_id: str, module: Module, *, today: date, by: Role) -> Erased:
    """Everything that was said, shown and led in a practice is gone; its codes and who is signed in stay."""
    group = practice_group(here, group_id)
    erased = here.erasing.delete(here.erasing.said_in(group.id))
    here.groups.put(_at_the_beginning(group, module, today=today))
    here.audit.add("practice", by, f"begun again: {erased.sentence}", group=group.id)
    return erased


def remove(store: Store, group_id: str, *, by: Role) -> Erased:
    """A practice group is gone with its members, codes and devices; what was done with it stays in the audit log."""
    with store.writing() as here:
        group = practice_group(here, group_id)
        erased = here.erasing.delete(here.erasing.of_groups([group.id]))
        here.audit.add("practice", by, f"removed: {erased.sentence}", group=group.id)
    store.forget_erased()
    return erased


def last_day(here: Transaction, group: LeadershipGroup) -> date:
    """The day on which a practice group goes by itself, unless something is done in it before."""
    used = here.erasing.last_written(group.id) or group.practice or datetime.now(UTC)
    return used.astimezone().date() + UNUSED


def unused(here: Transaction, today: date) -> list[LeadershipGroup]:
    """The practice groups whose last day has come."""
    return [group for group in here.groups.practising() if last_day(here, group) <= today]


def practice_group(here: Transaction, group_id: str) -> LeadershipGroup:
    """The practice group with this id; InputError for a group that takes part, or that is not there."""
    found = here.groups.get(group_id)
    if found is None or found.practice is None:
        raise InputError(f"There is no practice group {group_id!r:.80} in this home.")
    return found


def _at_the_beginning(group: LeadershipGroup, module: Module, *, today: date) -> LeadershipGroup:
    coming = [each for each in sorted(module.gathering_dates) if each >= today]
    return group.model_copy(
        update={
            "invited": PLACES,
            "contact": group.name,
            "gathering_date": next(iter(coming), today),
            "practice": datetime.now(UTC),
        }
    )


def _free_name(taken: Collection[str], language: Language) -> str:
    names = (translate("Øvingsgruppe {number}", language, number=number) for number in range(1, MOST + 1))
    return next(name for name in names if name not in taken)
