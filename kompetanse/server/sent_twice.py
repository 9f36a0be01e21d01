"""A form that is sent twice, by a double tap or because a line broke, is answered twice in the same way.

A code that lets one person in once would else shut out whoever did not see the first answer; one that lets in many
would make two persons of one.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from kompetanse.answers.store import Entry

SECONDS = 120.0
MOST = 256


@dataclass
class SentTwice:
    """Who was let in lately, by the browser (its own random mark) and the code it sent."""

    clock: Callable[[], float] = time.monotonic
    _entries: OrderedDict[tuple[str, str], tuple[float, Entry]] = field(default_factory=OrderedDict)

    def remember(self, browser: str, code: str, entry: Entry) -> None:
        """Keeps who was let in, for a short while."""
        self._entries[browser, code] = (self.clock(), entry)
        while len(self._entries) > MOST:
            self._entries.popitem(last=False)

    def recall(self, browser: str, code: str) -> Entry | None:
        """Whom this code has let in on this browser just now."""
        at, entry = self._entries.get((browser, code), (0.0, None))
        return entry if entry is not None and self.clock() - at < SECONDS else None
