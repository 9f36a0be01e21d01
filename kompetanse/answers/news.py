"""Who is to look again after something was written: those who can see something new, and nobody else.

Before a group has shown itself its answers, others see of a person only whether they have answered, and afterwards
what they answered is locked. So most of what one person saves changes nothing on anyone's page but on their own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from kompetanse.answers.store import Store
from kompetanse.answers.store.answers import Written
from kompetanse.answers.store.exchanges import Reached

#: What a person writes and others of the group may see as it is now; of points, that there are any.
SEEN_BY_THE_GROUP = frozenset({"comment", "comment-shared", "answer", "shared", "points"})


@dataclass(frozen=True)
class News:
    """Those for whom there is something new.

    Everyone for an erasure, which does not say whose it was, and for a card that was shown to all and is no longer: a
    new one can wait until somebody opens a page, but what a group takes back is to be gone.
    """

    groups: Collection[str] = frozenset()
    participants: Collection[str] = frozenset()
    everyone: bool = False
    #: Rooms were led or something was shown or approved: what a facilitator, who has no group, sees of all of them.
    rooms: bool = False

    def concerns(self, group: str | None, participant: str | None) -> bool:
        """Whether somebody of this group should look again; of no group: the facilitator."""
        if group is None:
            return self.everyone or self.rooms
        return self.everyone or group in self.groups or participant in self.participants


@dataclass
class NewsReader:
    """Tells what has come since it was last asked, whichever process has written it."""

    store: Store
    _revision: int = -1
    _answer: int = 0
    _release: int = 0
    _moment: int = 0
    _reached: Reached = field(default_factory=lambda: Reached(0, 0, 0))
    _erasures: int = 0
    _counted: set[tuple[str, str]] = field(default_factory=set)

    def start(self) -> None:
        """Takes everything that is there as known."""
        with self.store.reading() as here:
            self._revision, self._answer = here.answers.revision(), here.answers.latest()
            self._release, self._erasures = here.releases.latest(), here.ledger.erasures()
            self._moment, self._reached = here.moments.latest(), here.exchanges.reached()

    def news(self) -> News | None:
        """What is new; None for nothing, which is found out cheaply."""
        with self.store.reading() as here:
            revision = here.answers.revision()
            if revision == self._revision:
                return None
            written = here.answers.written_since(self._answer)
            released = here.releases.groups_since(self._release) | here.moments.groups_since(self._moment)
            released |= here.exchanges.groups_since(self._reached)
            taken_from_all = here.exchanges.is_taken_from_all_since(self._reached)
            guests = here.moments.guests_since(self._moment)
            moment, self._reached = here.moments.latest(), here.exchanges.reached()
            erasures, answer, release = here.ledger.erasures(), here.answers.latest(), here.releases.latest()
        erased = erasures != self._erasures
        if erased:
            # Who was counted may be gone, and be counted again.
            self._counted.clear()
        rooms = (release, moment) != (self._release, self._moment)
        self._revision, self._answer, self._release, self._erasures = revision, answer, release, erasures
        self._moment = moment
        return News(
            groups={*released, *(each.group for each in written if self._group_sees(each))},
            participants={*guests, *(each.participant for each in written if each.participant)},
            everyone=erased or taken_from_all,
            rooms=rooms,
        )

    def _group_sees(self, written: Written) -> bool:
        if not written.participant or written.aspect in SEEN_BY_THE_GROUP or written.withdrawn:
            return True
        if written.aspect != "as-is":
            return False
        # The first answer of a person, as far as we know, makes one more who has answered.
        person = (written.participant, written.module)
        is_first = person not in self._counted
        self._counted.add(person)
        return is_first
