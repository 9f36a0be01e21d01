"""How far a room has come: which moment, the theme in focus, and the time that it has been given.

A moment shows nobody anything and hides nothing: what a group may see is decided by its releases alone. So a
facilitator who leads all groups of a date can lead them on, and still show no group its answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, Literal, get_args

MomentName = Literal["individual", "hidden", "revealed", "discussed", "second-round", "decided", "actions"]
MOMENTS: Final[tuple[MomentName, ...]] = get_args(MomentName)

#: These come after a group has shown itself its answers.
AFTER_REVEAL: Final = frozenset(MOMENTS[MOMENTS.index("revealed") :])

#: Ways to divide the time, each part with its minutes: alone, two, four and all; guess, talk and guess again.
BOXES: Final[Mapping[str, tuple[tuple[str, int], ...]]] = {
    "1-2-4-alle": (("one", 1), ("two", 2), ("four", 4), ("all", 5)),
    "anslag": (("guess", 1), ("talk", 5), ("guess-again", 1)),
    "5": (("minutes", 5),),
    "7": (("minutes", 7),),
    "15": (("minutes", 15),),
}


@dataclass(frozen=True)
class Lead:
    """What somebody who leads a room sets.

    start: the time begins now; otherwise it goes on as it was, or there is none. box: one of `BOXES`, empty for no
    time. locked: the group's common answers cannot be changed. follows: what the facilitator leads is what counts.
    """

    name: MomentName = "individual"
    theme: str = ""
    box: str = ""
    start: bool = False
    locked: bool = False
    follows: bool = False


@dataclass(frozen=True)
class Moment:
    """Where a room is. `begun` is when its time began; None where it has none. seq 0: nobody has led it yet."""

    name: MomentName = "individual"
    theme: str = ""
    box: str = ""
    begun: datetime | None = None
    locked: bool = False
    follows: bool = False
    seq: int = 0
    time: datetime = field(default=datetime.min.replace(tzinfo=UTC))

    def led(self, lead: Lead, now: datetime) -> Moment:
        """The moment after somebody has set this."""
        goes_on = lead.box == self.box and not lead.start
        begun = None if not lead.box else self.begun if goes_on else now
        return Moment(lead.name, lead.theme, lead.box, begun, lead.locked, lead.follows, time=now)

    def led_again(self, now: datetime) -> Moment:
        """The same moment, set once more, so that whoever looks at it looks again."""
        return replace(self, time=now)

    def following(self, plenum: Moment | None) -> Moment:
        """What counts in a group's room while the facilitator leads all of them; its lock stays its own."""
        if not self.follows or plenum is None:
            return self
        return Moment(plenum.name, plenum.theme, plenum.box, plenum.begun, self.locked, True, self.seq, self.time)
