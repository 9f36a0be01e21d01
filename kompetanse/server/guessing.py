"""Wrong codes: each waits for its answer, longer and longer, and all are counted. Who has a right code never waits.

What keeps guessers out is the length of the codes: see the sum in `kompetanse.answers.store.codes`, which holds at ten
times the rate at which one server can answer at all, so it does not rest on anything here. The waits take the fun out
of trying, and the count tells the operator that somebody does.

Nothing is counted by address: a whole town hall shares one, and a proxy's header says whatever its sender likes. It is
counted by code: the same wrong code again and again waits for twice as long each time. When many codes are wrong in the
same minute, by whomever, each wrong one waits a little. A right code is looked up before anything is counted, so it is
let in at once while somebody tries thousands, and no code and no group can ever be locked.

The waits hold nobody up: they are asynchronous, and so many at most wait at a time. Beyond that a wrong code is
answered at once, because what waits takes room.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from kompetanse.answers.store.codes import plain_code
from kompetanse.errors import StoreError

#: The first wrong try waits this long, the next with the same code twice as long, and so on.
FIRST_SECONDS = 0.25
LONGEST_SECONDS = 8.0
#: For so many wrong tries in the last minutes, whatever the codes, each waits a second.
TRIES_A_SECOND = 50
LONGEST_FOR_ALL = 2.0
#: A count is half of what it was after this long.
HALF_SECONDS = 60.0

MOST_REMEMBERED = 1024
MOST_WAITING = 64

#: Wrong codes are written down together, so that they cost no more than one transaction in this time.
TELL_EVERY = 5.0

log = logging.getLogger(__name__)


@dataclass
class Fading:
    """A count that fades: after a minute of silence half of it is left."""

    count: float = 0.0
    at: float = 0.0

    def add(self, now: float) -> float:
        """Counts one more, and returns how many that makes."""
        self.count = self.count * 0.5 ** ((now - self.at) / HALF_SECONDS) + 1
        self.at = now
        return self.count


@dataclass
class Guesses:
    """The wrong codes of one server; `write_down` takes how many there were, and may take its time."""

    write_down: Callable[[int], None]
    clock: Callable[[], float] = time.monotonic
    _of_code: OrderedDict[str, Fading] = field(default_factory=OrderedDict)
    _all: Fading = field(default_factory=Fading)
    _waiting: int = 0
    _untold: int = 0
    _telling: asyncio.Task[None] | None = None

    async def wrong(self, code: str) -> None:
        """Counts a wrong code, and lets its answer wait."""
        self._count()
        seconds = self.seconds_for(code)
        if self._waiting >= MOST_WAITING:
            return
        self._waiting += 1
        try:
            await asyncio.sleep(seconds)
        finally:
            self._waiting -= 1

    def seconds_for(self, code: str) -> float:
        """How long the answer to this wrong code, tried once more now, waits."""
        now = self.clock()
        name = plain_code(code)
        of_code = self._of_code.setdefault(name, Fading())
        self._of_code.move_to_end(name)
        if len(self._of_code) > MOST_REMEMBERED:
            self._of_code.popitem(last=False)
        again = min(FIRST_SECONDS * 2 ** min(of_code.add(now) - 1, 16), LONGEST_SECONDS)
        return max(again, min(self._all.add(now) / TRIES_A_SECOND, LONGEST_FOR_ALL))

    def _count(self) -> None:
        self._untold += 1
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        """Writes the first one down at once, and those that follow together."""
        while self._untold:
            several, self._untold = self._untold, 0
            try:
                await asyncio.to_thread(self.write_down, several)
            except StoreError:
                self._untold += several
                log.warning("Wrong codes could not be written down; that is tried again.", exc_info=True)
            await asyncio.sleep(TELL_EVERY)
