"""What is under way at this moment: pages that are being sent, and messages that kernels have not dealt with.

Here are the bounds of what one kernel is sent, whichever pages it comes from; and here the server learns, when it is
told to stop, whether everything that was under way has come to its end.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from weakref import WeakSet, WeakValueDictionary

from tornado.web import RequestHandler

from kompetanse.server.limits import Limits

#: So many seconds' worth of messages may come at once: a page that opens asks for all its components.
_BURST_SECONDS = 5.0
#: How often it is looked whether all is quiet.
_LOOK_EVERY = 0.05


@dataclass(eq=False)
class Line:
    """All that goes between one kernel and its pages; those who use it hold it, and without any it is gone."""

    limits: Limits
    sockets: int = 0
    comms: set[str] = field(default_factory=set)
    #: Messages that the kernel has been sent and has not said to be done with.
    under_way: set[str] = field(default_factory=set)
    _tokens: float = 0.0
    _filled: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self._tokens = self.limits.messages_per_second * _BURST_SECONDS

    def has_room(self) -> bool:
        """Whether one more message may come now."""
        now = time.monotonic()
        rate = self.limits.messages_per_second
        self._tokens = min(rate * _BURST_SECONDS, self._tokens + (now - self._filled) * rate)
        self._filled = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def may_open(self, comm: str) -> bool:
        """Whether a page may open one more comm to the kernel."""
        if len(self.comms) >= self.limits.comms_per_kernel:
            return False
        self.comms.add(comm)
        return True


class Traffic:
    """The pages and lines of one server, and whether it is being stopped."""

    def __init__(self, limits: Limits):
        self._limits = limits
        self._pages: WeakSet[RequestHandler] = WeakSet()
        self._lines: WeakValueDictionary[str, Line] = WeakValueDictionary()
        self.stopping = False

    def begun(self, page: RequestHandler) -> None:
        """A page is being made."""
        self._pages.add(page)

    def ended(self, page: RequestHandler) -> None:
        """A page has been sent, or its reader is gone."""
        self._pages.discard(page)

    def line(self, kernel_id: str) -> Line:
        """The line to this kernel."""
        return self._lines.setdefault(kernel_id, Line(self._limits))

    def is_open(self, kernel_id: str) -> bool:
        """Whether a page is connected to this kernel."""
        line = self._lines.get(kernel_id)
        return line is not None and line.sockets > 0

    @property
    def websockets(self) -> int:
        """How many pages are connected to their kernels."""
        return sum(line.sockets for line in self._lines.values())

    @property
    def under_way(self) -> tuple[int, int]:
        """How many pages are being sent, and how many kernels have something to do that a page waits for."""
        return len(self._pages), sum(bool(line.sockets and line.under_way) for line in list(self._lines.values()))

    async def quiet(self, seconds: float) -> bool:
        """Waits until nothing is under way, at most so long; whether it came to that."""
        until = time.monotonic() + seconds
        while any(self.under_way) and time.monotonic() < until:
            await asyncio.sleep(_LOOK_EVERY)
        return not any(self.under_way)
