"""The one writer of a process: everything that waits is written together and committed once.

A commit waits for the disk, and meanwhile others come to wait. So the more who write, the less each of them costs.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from traceback import format_tb
from typing import Any

from kompetanse.answers.store import Store
from kompetanse.errors import KompetanseError, StoreError

#: More than these at once would make the first of them wait for too long.
MOST_TOGETHER = 200

#: What is to be written, given the store that it is written to.
Work = Callable[[Store], Any]

_NOT_SAVED = "The answer could not be saved; try again."

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Piece:
    """One piece of work, and what its sender waits for."""

    work: Work
    done: asyncio.Future[Any]


class Writer:
    """Takes work from one event loop and does it in a thread of its own, in the order in which it comes."""

    def __init__(self, store: Store):
        self._store = store
        self._waiting: SimpleQueue[_Piece | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer of answers", daemon=True)
        self._thread.start()

    def write(self, work: Work) -> asyncio.Future[Any]:
        """The result of the work, once it is committed; its own error, or StoreError where nothing could be saved.

        It may be done more than once, of which all but the last are undone.
        """
        piece = _Piece(work, asyncio.get_running_loop().create_future())
        self._waiting.put(piece)
        return piece.done

    def close(self) -> None:
        """Does what waits, and ends."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while pieces := self._next():
            # Whoever no longer waits has nothing written.
            pieces = [piece for piece in pieces if not piece.done.cancelled()]
            try:
                outcomes = self._outcomes(pieces)
            except Exception as error:
                unexpected(error, "Writing answers")
                outcomes = [StoreError("The answers could not be saved; try again.")] * len(pieces)
            self._tell(pieces, outcomes)

    @staticmethod
    def _tell(pieces: Sequence[_Piece], outcomes: Sequence[Any]) -> None:
        """Tells all of them at once: waking the loop for each would cost more than the answer."""

        def tell() -> None:
            for piece, outcome in zip(pieces, outcomes, strict=True):
                if piece.done.cancelled():
                    continue
                if isinstance(outcome, Exception):
                    piece.done.set_exception(outcome)
                else:
                    piece.done.set_result(outcome)

        # A loop that has ended has nobody who waits.
        with suppress(RuntimeError):
            if pieces:
                pieces[0].done.get_loop().call_soon_threadsafe(tell)

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
        """What each comes to, after the commit.

        As a rule nothing is refused, so the first attempt does without points to go back to. Where something is, all of
        it is done again with such points; and what the database refuses whole, one by one.
        """
        if not pieces:
            return []
        with suppress(_Spoilt):
            return self._together(pieces, alone=False)
        try:
            return self._together(pieces, alone=True)
        except _Spoilt as spoilt:
            if len(pieces) == 1:
                return [spoilt.error]
            return [outcome for piece in pieces for outcome in self._outcomes([piece])]

    def _together(self, pieces: list[_Piece], *, alone: bool) -> list[Any]:
        try:
            with self._store.together(alone=alone) as store:
                return [self._outcome(piece, store, alone=alone) for piece in pieces]
        except StoreError as error:
            return [error] * len(pieces)

    @staticmethod
    def _outcome(piece: _Piece, store: Store, *, alone: bool) -> Any:
        """alone: whether what fails can be undone without the others."""
        try:
            return piece.work(store)
        except StoreError as error:
            raise _Spoilt(error) from error
        except Exception as error:
            told = error if isinstance(error, KompetanseError) else StoreError(_NOT_SAVED)
            if not alone:
                raise _Spoilt(told) from error
            if told is not error:
                unexpected(error, "Writing one answer")
            return told


class _Spoilt(Exception):
    """One piece of work failed, and with it the whole transaction."""

    def __init__(self, error: KompetanseError):
        super().__init__()
        self.error = error


def unexpected(error: Exception, what: str) -> None:
    """Writes down where something went wrong that should not, without what it says: that may hold answers."""
    where = "".join(format_tb(error.__traceback__))
    _log.error("%s failed with %s:\n%s", what, type(error).__name__, where)
