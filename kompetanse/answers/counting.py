"""Who counts as one who has answered: leaders, deputies in the places that no leader takes, and those who came late.

A group that has shown itself its answers has shown those of a moment. What somebody answers afterwards is kept, is
theirs to see, and changes nothing of what was shown: every picture is made from the answers until that moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

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


def who_answered(here: Transaction, *, module: str, group: str, round: int = 1, as_of: int | None = None) -> Answered:
    """Those with at least one statement answered; those who keep their answers out have answered, too."""
    given = here.answers.current(as_of, group=group, module=module, aspect="as-is", round=round)
    people = dict.fromkeys(each.participant for each in given if each.participant)
    deputies = here.groups.deputies(group)
    return Answered(
        leaders=tuple(each for each in people if each not in deputies),
        deputies=tuple(each for each in people if each in deputies),
    )


def participation(here: Transaction, *, module: str, group: str, as_of: int | None = None) -> Participation:
    """How many have answered in the first round; once the group has seen its answers, how many of them it saw."""
    found, shown = here.groups.get(group), here.releases.newest(group, module, "room", round=1)
    invited = found.invited if found else None
    now = who_answered(here, module=module, group=group, as_of=as_of)
    late, counted = 0, now
    if shown is not None and (as_of is None or shown.as_of < as_of):
        counted = who_answered(here, module=module, group=group, as_of=shown.as_of)
        late = len({*now.leaders, *now.deputies} - {*counted.leaders, *counted.deputies})
    deputies = len(counted.filling(invited))
    return Participation(len(counted.leaders) + deputies, invited, deputies=deputies, late=late)


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
