"""The one writer of a process: everything that waits is written together and committed once.

A commit waits for the disk, and meanwhile others come to wait. So the more who write, the less each of them costs.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from traceback import format_tb
from typing import Any

from kompetanse.answers.store import Store
from kompetanse.errors import KompetanseError, StoreError

#: More than these at once would make the first of them wait for too long.
MOST_TOGETHER = 200

#: What is to be written, given the store that it is written to.
Work = Callable[[Store], Any]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Piece:
    """One piece of work, and what its sender waits for."""

    work: Work
    done: Future[Any] = field(default_factory=Future)


class Writer:
    """Takes work from any thread and does it in a thread of its own, in the order in which it comes."""

    def __init__(self, store: Store):
        self._store = store
        self._waiting: SimpleQueue[_Piece | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer of answers", daemon=True)
        self._thread.start()

    def write(self, work: Work) -> Future[Any]:
        """The result of the work, once it is committed; its own error, or StoreError where nothing could be saved."""
        piece = _Piece(work)
        self._waiting.put(piece)
        return piece.done

    def close(self) -> None:
        """Does what waits, and ends."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while pieces := self._next():
            # Whoever no longer waits has nothing written; from here on nobody can leave.
            pieces = [piece for piece in pieces if piece.done.set_running_or_notify_cancel()]
            try:
                outcomes = self._outcomes(pieces)
            except Exception as error:
                unexpected(error, "Writing answers")
                outcomes = [StoreError("The answers could not be saved; try again.")] * len(pieces)
            for piece, outcome in zip(pieces, outcomes, strict=True):
                if isinstance(outcome, Exception):
                    piece.done.set_exception(outcome)
                else:
                    piece.done.set_result(outcome)

    def _next(self) -> list[_Piece]:
        """All that waits, and nothing only at the end."""
        first = self._waiting.get()
        pieces = [] if first is None else [first]
        try:
            while pieces and len(pieces) < MOST_TOGETHER:
                if (piece := self._waiting.get_nowait()) is None:
                    self._waiting.put(None)
                    break
                pieces.append(piece)
        except Empty:
            pass
        return pieces

    def _outcomes(self, pieces: list[_Piece]) -> list[Any]:
        """What each comes to, after the commit; what the database refuses whole is tried again one by one."""
        try:
            return self._together(pieces) if pieces else []
        except _Spoilt as spoilt:
            if len(pieces) == 1:
                return [spoilt.error]
            return [outcome for piece in pieces for outcome in self._outcomes([piece])]
        except StoreError as error:
            return [error] * len(pieces)

    def _together(self, pieces: list[_Piece]) -> list[Any]:
        with self._store.together() as store:
            return [self._outcome(piece, store) for piece in pieces]

    @staticmethod
    def _outcome(piece: _Piece, store: Store) -> Any:
        try:
            return piece.work(store)
        except StoreError as error:
            raise _Spoilt(error) from error
        except KompetanseError as error:
            return error
        except Exception as error:
            unexpected(error, "Writing one answer")
            return StoreError("The answer could not be saved; try again.")


class _Spoilt(Exception):
    """The database refused one piece of work, and with it perhaps the whole transaction."""

    def __init__(self, error: StoreError):
        super().__init__()
        self.error = error


def unexpected(error: Exception, what: str) -> None:
    """Writes down where something went wrong that should not, without what it says: that may hold answers."""
    where = "".join(format_tb(error.__traceback__))
    _log.error("%s failed with %s:\n%s", what, type(error).__name__, where)
