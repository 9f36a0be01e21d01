"""Erasing a person's answers, a person, groups or a programme: gone from the home, and a tombstone says how much.

What stays: the audit log, the figures of regions as they were released, with marks of what they rest on, and reports
that groups have approved. These have been shown to others, and what has been shown cannot be taken back.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING

from kompetanse.answers.answer import PARTICIPANT
from kompetanse.answers.erased import Erased
from kompetanse.answers.session import Role
from kompetanse.errors import InputError

if TYPE_CHECKING:
    from kompetanse.answers.store import Store, Transaction
    from kompetanse.answers.store.erasing import Rows


@dataclass(frozen=True)
class Wanted:
    """What the operator wants gone: a participant, groups with all their members, or a programme, by their ids."""

    participant: str | None = None
    groups: tuple[str, ...] = ()
    programme: str | None = None


def erase_participant(store: Store, participant: str, *, role: Role) -> int:
    """«Slett svarene mine»: deletes every answer of a participant, in all modules, and returns how many there were.

    They stay a member. What remains of a release is what the others answered, so a picture that is drawn again has one
    dot less. A draft of the group's report goes too, because it rested on the answers; the next run makes it anew.
    """
    with store.writing() as here:
        erased = here.erasing.delete(here.erasing.own_answers(participant))
        if erased.is_nothing:
            return 0
        for group in sorted(erased.groups):
            here.audit.add("erasure", role, f"one participant, answers: {erased.answers}", group=group)
        remove_drafts(store.home, here, erased.groups)
    store.forget_erased()
    return erased.answers


def find_participant(store: Store, named: str) -> str:
    """The participant with this id or personal code; InputError where there is none."""
    with store.reading() as here:
        found = named if PARTICIPANT.fullmatch(named) else here.erasing.participant_of(named)
        if found and not here.erasing.count(here.erasing.everything_of(found)).is_nothing:
            return found
    raise InputError(
        "No participant of this home has this id or personal code; look at what was written, and if it is the code of "
        "a whole group, erase that with --group."
    )


def count_wanted(store: Store, wanted: Wanted) -> Erased:
    """What would go, in numbers; InputError for a group that is not there."""
    with store.reading() as here:
        return _sum([here.erasing.count(rows) for rows in _rows(here, wanted)])


def erase_wanted(store: Store, wanted: Wanted) -> Erased:
    """Deletes it for good, with the drafts of reports that rested on it; what went, in numbers.

    A person who is erased so is no member any more, and their codes let nobody in.
    """
    with store.writing() as here:
        parts = [here.erasing.delete(rows) for rows in _rows(here, wanted)]
        erased = _sum(parts)
        if wanted.programme is not None:
            here.audit.add("operator_erasure", "operator", erased.sentence, programme=wanted.programme)
        else:
            for part in parts:
                here.audit.add("operator_erasure", "operator", part.sentence, group=next(iter(part.groups), None))
        remove_drafts(store.home, here, erased.groups - erased.gone)
    store.forget_erased(thoroughly=True)
    return erased


def remove_drafts(home: Path, here: Transaction, groups: Collection[str]) -> None:
    """Takes away the groups' own editions of reports that they have not approved as they stand."""
    for group in groups:
        modules = {release.module for release in here.releases.all(group=group, audience="report")}
        if not any(here.approval_in_force(group, module) for module in modules):
            _remove(shelf_of(home, group) / "group")


def remove_shelf(home: Path, group: str) -> None:
    """Takes away all editions of a group's reports that the server gives out."""
    _remove(shelf_of(home, group))


def shelf_of(home: Path, group: str) -> Path:
    """Where the server finds a group's reports, a folder for each edition."""
    return home / "reports" / group


def _rows(here: Transaction, wanted: Wanted) -> list[Rows]:
    if wanted.participant is not None:
        return [here.erasing.everything_of(wanted.participant)]
    if wanted.programme is not None:
        return list(here.erasing.of_programme(wanted.programme))
    for group in wanted.groups:
        if here.groups.get(group) is None:
            raise InputError(f"There is no group {group!r:.80} in this home; see the groups in its members file.")
    return [here.erasing.of_groups([group]) for group in wanted.groups]


def _sum(parts: list[Erased]) -> Erased:
    return reduce(add, parts, Erased())


def _remove(folder: Path) -> None:
    if folder.is_dir():
        shutil.rmtree(folder)
