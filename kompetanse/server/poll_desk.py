"""The polls of one server: answers are committed together, and screens are told when there is something new.

Nothing is counted by address: a whole town hall has one. A device is known by a random token in a cookie of its own,
and may send so much; how many devices a poll takes is bounded in the store.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from tornado.web import RequestHandler

from kompetanse.analysis.poll_results import PollResults, poll_results
from kompetanse.analysis.words import group_words
from kompetanse.answers.poll_run import Deed, PollRun, PollState
from kompetanse.answers.session import Role
from kompetanse.answers.store import Store
from kompetanse.answers.writer import Writer
from kompetanse.errors import InvalidAnswer

T = TypeVar("T")

COOKIE = "kompetanse-avstemning"
COOKIE_DAYS = 30
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")

#: A device may send so many forms at once, and then one in so many seconds.
BURST = 10
SECONDS_EACH = 3.0
MOST_REMEMBERED = 10_000

#: Results of so many polls are kept ready.
MOST_BOARDS = 32
#: A word that only the dictionary knows.
ANY_WORD = "xylofonen"

#: Another process can only erase a poll, which is noticed so long after.
FOUND_SECONDS = 1.0
#: A screen is told no sooner than this after an answer, so that many answers are one telling.
GATHER_SECONDS = 0.35


class PollClosed(InvalidAnswer):
    """The poll is locked, or has begun anew since the form was made."""


@dataclass
class Board:
    """The results of one run as they were last made."""

    state: PollState = field(default_factory=PollState)
    seq: int = 0
    values: dict[str, object] = field(default_factory=dict)
    version: str = ""
    results: PollResults = field(default_factory=lambda: PollResults(0))
    #: The piece of a page that shows them, by language.
    parts: dict[str, str] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class PollDesk:
    """Takes answers and deeds, and gives out results."""

    store: Store
    clock: Callable[[], float] = time.monotonic
    _boards: OrderedDict[str, Board] = field(default_factory=OrderedDict)
    _found: OrderedDict[str, tuple[tuple[PollRun, PollState] | None, float]] = field(default_factory=OrderedDict)
    _signs: dict[str, asyncio.Event] = field(default_factory=dict)
    _sent: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _writing: bool = False

    @cached_property
    def _writer(self) -> Writer:
        self._writing = True
        return Writer(self.store)

    async def close(self) -> None:
        """Writes what waits, and ends."""
        if self._writing:
            await asyncio.to_thread(self._writer.close)

    async def _write(self, work: Callable[[Store], T]) -> T:
        written: T = await self._writer.write(work)
        return written

    async def start(self, begin: Callable[[Store], PollRun]) -> PollRun:
        """A new run."""
        run = await self._write(begin)
        if run.content.form == "words":
            # The dictionary takes a second to open: now, and not when the first words are to be shown.
            await asyncio.to_thread(group_words, [ANY_WORD])
        return run

    async def answer(self, run: PollRun, round: int, token: str, id: str, value: object) -> None:
        """Keeps what a device answers; PollClosed or another InvalidAnswer where it cannot be kept."""

        def keep(store: Store) -> None:
            with store.writing() as here:
                state = here.polls.state(run)
                if not state.is_open or state.round != round:
                    raise PollClosed("This poll takes no answers now.")
                here.polls.answer(run, round, token, id, value)

        await self._write(keep)
        self._tell(run)

    async def do(self, run: PollRun, deed: Deed, texts: tuple[str, ...], *, role: Role) -> None:
        """Does something with a run, and writes into the audit log that it was done."""

        def note(store: Store) -> None:
            with store.writing() as here:
                here.polls.do(run, deed, texts)
                here.audit.add("poll", role, deed, group=run.group, programme=run.programme)

        await self._write(note)
        self._found.pop(run.code, None)
        self._tell(run)

    def find(self, code: str) -> tuple[PollRun, PollState] | None:
        """The run with this join code, and how it stands: looked up once a second, however many phones ask."""
        found, until = self._found.get(code, (None, 0.0))
        if found is not None and self.clock() < until:
            return found
        with self.store.reading() as here:
            run = here.polls.find(code)
            found = (run, here.polls.state(run)) if run else None
        if found is not None:
            self._found[code] = (found, self.clock() + FOUND_SECONDS)
            if len(self._found) > MOST_BOARDS:
                self._found.popitem(last=False)
        return found

    async def board(self, run: PollRun) -> tuple[PollState, Board]:
        """How a run stands, and its results: counted aside, once for all who look, and only what is new is read."""
        board = self._boards.setdefault(run.id, Board())
        self._boards.move_to_end(run.id)
        while len(self._boards) > MOST_BOARDS:
            self._boards.popitem(last=False)
        async with board.turn:
            with self.store.reading() as here:
                version = here.polls.version(run)
            if version != board.version:
                await asyncio.to_thread(self._count, run, board)
            return board.state, board

    def _count(self, run: PollRun, board: Board) -> None:
        with self.store.reading() as here:
            version, state = here.polls.version(run), here.polls.state(run)
            if board.state.round != state.round:
                board.seq, board.values = 0, {}
            for answer in here.polls.answers(run, state.round, since=board.seq):
                board.values[answer.device], board.seq = answer.value, answer.seq
            values = board.values
            if state.frozen_at is not None:
                until = here.polls.answers(run, state.round, until=state.frozen_at)
                values = {answer.device: answer.value for answer in until}
        board.results = poll_results(run, state, values.values())
        board.state, board.version = state, version
        board.parts.clear()

    async def news(self, run: PollRun, seconds: float) -> bool:
        """Whether something happens to a run before the time is up; what happens just after is gathered with it."""
        sign = self._signs.setdefault(run.id, asyncio.Event())
        try:
            await asyncio.wait_for(sign.wait(), seconds)
        except TimeoutError:
            return False
        await asyncio.sleep(GATHER_SECONDS)
        return True

    def _tell(self, run: PollRun) -> None:
        """Lets those who wait look."""
        sign = self._signs.pop(run.id, None)
        if sign is not None:
            sign.set()

    def has_room(self, token: str) -> bool:
        """Whether a device may send one more form now."""
        now = self.clock()
        left, at = self._sent.get(token, (float(BURST), now))
        left = min(float(BURST), left + (now - at) / SECONDS_EACH)
        self._sent[token] = (max(left - 1, 0.0), now)
        self._sent.move_to_end(token)
        if len(self._sent) > MOST_REMEMBERED:
            self._sent.popitem(last=False)
        return left >= 1


def device_token(page: RequestHandler) -> str | None:
    """The random token of the device behind a request; None where it has none that we could have made."""
    token = page.get_cookie(COOKIE)
    return token if token and TOKEN.fullmatch(token) else None


def give_token(page: RequestHandler) -> str:
    """The device's token, made now where it has none."""
    token = device_token(page)
    if token is None:
        token = secrets.token_urlsafe(16)
        page.set_cookie(COOKIE, token, expires_days=COOKIE_DAYS, httponly=True, samesite="Lax", path="/p")
    return token
