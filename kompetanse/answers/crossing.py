"""What groups have with each other: cross groups, what one shows another by choice, and practice cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: So many groups have room in a cross group.
MOST_GROUPS = 4
#: So long after a cross group was made others may come in with its code.
CODE_FOR = timedelta(hours=12)


@dataclass(frozen=True)
class CrossGroup:
    """Groups that have come together for one step. left: who has gone, each with the last note that it may read."""

    id: str
    time: datetime
    programme: str
    module: str
    step: str
    code: str
    members: tuple[str, ...] = ()
    left: Mapping[str, int] = field(default_factory=dict)

    def takes_in(self, now: datetime) -> bool:
        """Whether another group may still come in: one that everybody has left is no more."""
        return 0 < len(self.members) < MOST_GROUPS and now < self.time + CODE_FOR


@dataclass(frozen=True)
class Note:
    """What somebody of a group has written under a prompt of a cross group: the whole text as it was then."""

    id: str
    time: datetime
    cross: str
    subject: str
    group: str
    value: str | None
    seq: int | None = None


@dataclass(frozen=True)
class Share:
    """That a group shows others something of its own, as it stood at `as_of`; None once it has taken it back.

    to_group: one group; cross: the groups of a cross group; neither: all groups of the programme.
    """

    programme: str
    module: str
    step: str
    subject: str
    group: str
    to_group: str | None
    cross: str | None
    as_of: int | None
    time: datetime


@dataclass(frozen=True)
class Crossing:
    """A cross group as one of its groups sees it: names of groups, notes by prompt, and a code while it is good.

    is_member: false for a group that has left; it reads what stood there then.
    """

    id: str
    step: str
    groups: tuple[str, ...]
    code: str
    is_member: bool
    notes: dict[str, str]


@dataclass(frozen=True)
class Given:
    """What the own group shows others. to: whom, by name; "" for all. changed: it has written more since."""

    step: str
    subject: str
    to_group: str
    cross: str
    to: str
    changed: bool


@dataclass(frozen=True)
class Received:
    """What another group shows the own one: its texts by prompt, as they stood when it shared them."""

    step: str
    group: str
    texts: dict[str, str]


@dataclass(frozen=True)
class Exchange:
    """All that a group has with others in a module; `others` are the ids and names it may choose from.

    shown: rises whenever any group shares something or takes it back; then there may be other cards.
    """

    crossings: tuple[Crossing, ...]
    given: tuple[Given, ...]
    received: tuple[Received, ...]
    others: tuple[tuple[str, str], ...]
    shown: int


@dataclass(frozen=True)
class Card:
    """A practice card of another group that shares it with all: the group's name, the theme and the texts."""

    group: str
    time: datetime
    facet: str
    texts: dict[str, str]
