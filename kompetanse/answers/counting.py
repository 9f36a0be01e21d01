"""Who counts as one who has answered: leaders, deputies in the places that no leader takes, and those who came late.

A group that has shown itself its answers has shown those of a moment. What somebody answers afterwards is kept, is
theirs to see, and changes nothing of what was shown: every picture is made from the answers until that moment.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from kompetanse.programme.models import LeadershipGroup

if TYPE_CHECKING:
    from kompetanse.answers.store import Transaction

#: What a person can no longer change once the group has seen it. Comments are not locked: one may always take back.
LOCKED = frozenset({"as-is", "to-be", "importance", "withheld"})


@dataclass(frozen=True)
class Participation:
    """How many have answered of how many who are invited.

    deputies: so many of those answer in a leader's place. late: so many more have answered since the group saw its
    answers.
    """

    answered: int
    invited: int | None
    deputies: int = 0
    late: int = 0


@dataclass(frozen=True)
class Standing:
    """How a person takes part in a module.

    deputy: in a leader's place. late: nothing of theirs is in what the group has seen, so they may still answer.
    elsewhere: the other date that they attend.
    """

    deputy: bool = False
    late: bool = False
    elsewhere: date | None = None


@dataclass(frozen=True)
class Answered:
    """Those who have answered in a round, deputies in the order in which they came."""

    leaders: tuple[str, ...]
    deputies: tuple[str, ...]

    def filling(self, invited: int | None) -> tuple[str, ...]:
        """The deputies who fill a place: no more than there are places that no leader has taken."""
        return self.deputies if invited is None else self.deputies[: max(invited - len(self.leaders), 0)]

    def without_place(self, invited: int | None) -> tuple[str, ...]:
        """The deputies whose place a leader has taken after all."""
        return self.deputies[len(self.filling(invited)) :]


def who_answered(here: Transaction, *, module: str, group: str, round: int = 1) -> Answered:
    """Those with at least one statement answered; those who keep their answers out have answered, too."""
    people = here.answers.answered(module, round=round, group=group).get(group, ())
    return _apart(people, here.groups.deputies(group))


def participation(here: Transaction, *, module: str, group: str, as_of: int | None = None) -> Participation:
    """How many have answered in the first round; once the group has seen its answers, how many of them it saw."""
    found = here.groups.get(group)
    if found is None:
        return Participation(0, None)
    return participations(here, [found], module=module, as_of=as_of)[group]


def participations(
    here: Transaction,
    groups: Collection[LeadershipGroup],
    *,
    module: str,
    as_of: int | None = None,
    before: datetime | None = None,
) -> dict[str, Participation]:
    """The same of many groups, by their ids: as it was at an answer, or before a time."""
    if not groups:
        return {}
    one = next(iter(groups)).id if len(groups) == 1 else None
    now = here.answers.answered(module, group=one, as_of=as_of, before=before)
    shown = here.answers.answered(module, group=one, as_of=as_of, before=before, as_shown=True)
    deputies = here.groups.deputies(one)
    return {
        group.id: _participation(
            _apart(shown.get(group.id, ()), deputies),
            group.invited,
            late=len({*now.get(group.id, ())} - {*shown.get(group.id, ())}),
        )
        for group in groups
    }


def _participation(counted: Answered, invited: int | None, *, late: int) -> Participation:
    deputies = len(counted.filling(invited))
    return Participation(len(counted.leaders) + deputies, invited, deputies=deputies, late=late)


def _apart(people: Collection[str], deputies: Collection[str]) -> Answered:
    return Answered(
        leaders=tuple(each for each in people if each not in deputies),
        deputies=tuple(each for each in people if each in deputies),
    )


def is_late(here: Transaction, *, module: str, group: str, participant: str) -> bool:
    """Whether the group has seen its answers, and nothing of this person among them."""
    shown = here.releases.newest(group, module, "room", round=1)
    if shown is None:
        return False
    return not here.answers.current(
        shown.as_of, group=group, participant=participant, module=module, round=1, aspect=LOCKED
    )


def standing(here: Transaction, *, module: str, group: str, participant: str) -> Standing:
    """How this person takes part."""
    return Standing(
        deputy=here.groups.is_deputy(participant),
        late=is_late(here, module=module, group=group, participant=participant),
        elsewhere=here.gatherings.attending(participant, module),
    )
