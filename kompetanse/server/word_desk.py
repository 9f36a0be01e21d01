"""The words of all groups as they would be released now: counted once, and kept while nothing of it changes.

To count them takes a second or more: a thousand people write as many forms. What is kept is what may be released; an
answer that is given, changed or erased makes the next one who looks count anew.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from kompetanse.answers.log import AnswerLog

if TYPE_CHECKING:
    from kompetanse.analysis.disclosure import ProtectedWords


@dataclass
class WordDesk:
    """Counts for whoever looks, in a thread of theirs: one at a time, so that the second has what the first counted."""

    _kept: dict[tuple[str, str], tuple[object, ProtectedWords]] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def words(self, log: AnswerLog, module: str, step: str) -> ProtectedWords:
        """The words of a poll, as the operator's log has them at this moment."""
        words = import_module("kompetanse.sections.words")
        with self._turn:
            # Asked first: what is written meanwhile makes the next count differ, and none too old is ever kept.
            rests_on = words.words_rest_on(log, module, step)
            before, found = self._kept.get((module, step), (None, None))
            if found is None or before != rests_on:
                counted: ProtectedWords = words.words_now(log, module, step)
                self._kept[module, step] = (rests_on, counted)
                return counted
            return found
