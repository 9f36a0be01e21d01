"""The server's end of the answer log: kernels ask here, each for the session that its token was signed for.

A token is good in the one kernel that it was signed for, as long as that runs: the system says which process is at the
other end of a connection, and the server knows its kernels' processes. A copy of a token is thus of no use elsewhere.

A connection is either for asking, one question after the other, or for being told that there is something new.
Whoever sends what is no message, too much or too slowly loses its connection, and nobody else notices.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast
from weakref import WeakValueDictionary

from kompetanse import sockets
from kompetanse.answers.calls import WRITES, Call, asks_for, call, told
from kompetanse.answers.log import AnswerLog
from kompetanse.answers.news import News, NewsReader
from kompetanse.answers.retention import erase_due
from kompetanse.answers.session import Session, verify
from kompetanse.answers.store import Store
from kompetanse.answers.visitor import REFUSED, Person, Visitor
from kompetanse.answers.writer import Writer, unexpected
from kompetanse.errors import AccessDenied, KompetanseError, StoreError
from kompetanse.programme.models import Programme

#: A browser's largest message is a fifth of this.
MOST_BYTES = 2**20
#: What a token is sent in.
MOST_BYTES_AT_FIRST = 8192
#: How long the first message, the rest of one that has begun, and the taking of an answer may last.
SECONDS = 5.0
#: Four kernels with two connections each, and as many that are on their way out.
CONNECTIONS_PER_PERSON = 16

#: A look asks some ten questions.
MOST_AT_ONCE = 100
#: So many questions are answered at once. They wait for nobody who writes.
READERS = 4

#: Others are told when nobody has written for so long, or at the latest so long after the first has.
QUIET = 0.15
TELL_WITHIN = 0.6
#: One is told so long after another, in seconds: it takes both cores half as long until it has looked.
APART = 0.002
#: While answers are being saved nobody is told, though not for longer than this.
GIVE_WAY = 0.6
#: How often we look for what other processes have written.
LOOK_EVERY = 0.8

DAY_SECONDS = 24 * 3600

_log = logging.getLogger(__name__)

#: The kernel that runs as a process; None for any other process, and once somebody is signed out.
KernelOf = Callable[[int], str | None]

#: Is told of each write: how many answers, after how many seconds, and whether they were saved.
OnWrite = Callable[[int, float, bool], None]


#: Whether a page that a kernel belongs to is open.
IsOpen = Callable[[str], bool]


#: Is told of the groups that are not there any more.
OnGone = Callable[[Collection[str]], object]


def _nobody(answers: int, seconds: float, saved: bool) -> None:
    """Is told of writes where nobody counts them."""


@dataclass
class AnswerService:
    """The answer log of one server, over one Unix socket in a private folder."""

    store: Store
    programme: Programme
    public_key: str
    kernel_of: KernelOf
    today: Callable[[], date] = date.today
    on_write: OnWrite = _nobody
    is_open: IsOpen = bool
    on_gone: OnGone = bool
    _visitors: set[Visitor] = field(default_factory=set)
    _persons: WeakValueDictionary[tuple[str, str | None, str | None], Person] = field(
        default_factory=WeakValueDictionary
    )
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _known_crowds: dict[str, int] = field(default_factory=dict)
    #: How many writes have begun and are not committed yet.
    _under_way: int = 0
    #: Those who are still to be told, longest waiting first.
    _untold: dict[Visitor, None] = field(default_factory=dict)
    #: How often there was something new, for each group and for everyone.
    _news_of: Counter[str | None] = field(default_factory=Counter)
    _ending: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self, address: Path) -> None:
        """Listens at this address."""
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader of answers")
        self._ending.callback(self._readers.shutdown)
        self._ending.push_async_callback(self._end_tasks)
        self._writer = Writer(self.store)
        self._ending.push_async_callback(asyncio.to_thread, self._writer.close)
        self._something, self._changed = asyncio.Event(), asyncio.Condition()
        self._news = NewsReader(self.store)
        await self._aside(self._news.start)
        self._tasks.add(asyncio.create_task(self._tell_news()))
        self._tasks.add(asyncio.create_task(self._tell_pages()))
        self._tasks.add(asyncio.create_task(self._care_daily()))
        sockets.remove(address)
        server = await asyncio.start_unix_server(self._meet, sock=sockets.listening(address))
        self._ending.callback(server.close)

    async def stop(self) -> None:
        """Ends all connections, after what was sent for writing is written."""
        await self._ending.aclose()

    def present(self, group: str) -> int:
        """How many of a group have a page open now, each once on however many devices."""
        here = [each for each in list(self._visitors) if each.tells and each.session.group == group]
        return len({each.session.participant for each in here if self.is_open(each.kernel)})

    def news_of(self, group: str) -> int:
        """A number that rises whenever there is something new for a group, whichever process has written it."""
        return self._news_of[group] + self._news_of[None]

    async def wait_for_news(self, group: str, known: int, seconds: float) -> None:
        """Returns once `news_of` the group is another number, and at the latest after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self.news_of(group) != known)

    async def check(self) -> None:
        """Goes the way that an answer goes, without one; StoreError where it would not be saved."""
        await self._writer.write(lambda store: store.check_writable())

    async def _end_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from its beginning to its end."""
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._tasks.add(task)
        try:
            await self._converse(reader, writer)
        except sockets.Gone:
            pass
        except (sockets.Broken, TimeoutError) as error:
            # What was sent belongs in no log.
            _log.warning("A connection to the answer log was closed: %s.", str(error) or "it was too slow")
            # Not after what it has not taken yet: it may never take it.
            writer.transport.abort()
        except asyncio.CancelledError:
            pass
        except Exception as error:
            unexpected(error, "A connection to the answer log")
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        process = sockets.process_of(writer.get_extra_info("socket"))
        if process is None:
            raise sockets.Broken("it came from another user's process")
        async with asyncio.timeout(SECONDS):
            first = await sockets.read(reader, most=MOST_BYTES_AT_FIRST)
        try:
            visitor = self._visitor(first, writer, process)
        except KompetanseError as error:
            _log.warning("A connection to the answer log was refused.")
            await self._send(writer, told(error))
            return
        self._visitors.add(visitor)
        visitor.person.connections += 1
        try:
            await self._send(writer, {"welcome": True})
            if visitor.tells:
                await sockets.read(reader, most=0)
            while True:
                question = await sockets.read(reader, most=MOST_BYTES, seconds=SECONDS)
                async with visitor.person.turns:
                    answer = await self._answer(visitor, question)
                writer.write(answer)
                async with asyncio.timeout(SECONDS):
                    await writer.drain()
        finally:
            self._visitors.discard(visitor)
            visitor.person.connections -= 1

    def _visitor(self, first: Any, writer: asyncio.StreamWriter, process: int) -> Visitor:
        """Who sends this first message; AccessDenied without a token that is good in this very process."""
        match first:
            case {"token": str(token), "for": "answers" | "changes" as purpose, **rest} if not rest:
                kernel = self.kernel_of(process)
                if kernel is None:
                    raise AccessDenied(REFUSED)
                session = verify(token, self.public_key, kernel=kernel)
                # There is no log for a session of another programme: that is said now, not at the first question.
                self._log_of(session, self.store)
            case _:
                raise sockets.Broken("it did not begin as a kernel does")
        person = self._persons.setdefault((session.role, session.group, session.participant), Person())
        if person.connections >= CONNECTIONS_PER_PERSON:
            raise StoreError("There are too many connections for this sign-in; close a page and try again.")
        return Visitor(
            session,
            tells=purpose == "changes",
            kernel=kernel,
            writer=writer,
            person=person,
            is_welcome=lambda: self.kernel_of(process) == kernel,
        )

    async def _answer(self, visitor: Visitor, question: Any) -> bytes:
        """The answer to one question, or to all of a look, ready to be sent."""
        try:
            visitor.check()
        except AccessDenied as error:
            return sockets.packed(told(error))
        if asks_for("present", question):
            visitor.person.counts = True
        match question:
            case {"call": str(name), "with": dict(arguments), **rest} if not rest and name in WRITES:
                return sockets.packed(await self._written(visitor.session, name, arguments))
            case {"call": str(), "with": dict(), **rest} if not rest:
                looked: bytes = await self._aside(self._look, visitor.session, question)
            case {"look": [*questions], **rest} if not rest and len(questions) <= MOST_AT_ONCE:
                looked = await self._aside(self._look, visitor.session, questions)
            case _:
                raise sockets.Broken("it asked for nothing")
        return looked

    def _look(self, session: Session, asked: dict[str, Any] | list[Any]) -> bytes:
        """The answer to one question, or to several: read in one go, they see one state of the answers."""
        with self.store.one_look() as store:
            log = self._log_of(session, store)
            answer = _read(log, asked) if isinstance(asked, dict) else {"result": [_read(log, each) for each in asked]}
        return sockets.packed(answer)

    async def _written(self, session: Session, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        begun, asked = time.monotonic(), call(name)
        self._under_way += 1
        try:
            given = asked.received(arguments)
            result = await self._writer.write(lambda store: getattr(self._log_of(session, store), name)(**given))
        except StoreError as error:
            self.on_write(0, time.monotonic() - begun, False)
            return told(error)
        except Exception as error:
            return _refused(error, name)
        finally:
            self._under_way -= 1
        self.on_write(len(given.get("drafts", ())), time.monotonic() - begun, True)
        self._something.set()
        return _answered(asked, result)

    def _log_of(self, session: Session, store: Store) -> AnswerLog:
        return AnswerLog(session, store, self.programme, today=self.today, present_in=self.present)

    async def _tell_news(self) -> None:
        """Tells those concerned once nobody writes for a moment, or soon after, and after what others have written.

        Whoever waits for «Lagret» comes first: when a whole gathering answers at once, those who look anew would be
        in their way.
        """
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._something.wait(), LOOK_EVERY)
                await self._until_quiet()
            try:
                news = await self._aside(self._news.news)
            except Exception as error:
                # The next look finds what this one has not.
                unexpected(error, "Looking for new answers")
                news = None
            crowds = self._crowds()
            moved = {group for group, _ in crowds.items() ^ self._known_crowds.items()}
            self._known_crowds = crowds
            if news is not None or moved:
                await self._spread(news or News(), moved)

    def _crowds(self) -> dict[str, int]:
        groups = {each.session.group for each in self._visitors if each.tells and each.session.group}
        return {group: self.present(group) for group in groups}

    async def _until_quiet(self) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + TELL_WITHIN
        while self._something.is_set() and loop.time() < end:
            self._something.clear()
            await asyncio.sleep(QUIET)
        self._something.clear()

    async def _care_daily(self) -> None:
        """Erases what is due when the server starts and once a day; what erasures have left in files goes with it."""
        forgotten = 0
        while True:
            try:
                erased = await self._aside(erase_due, self.store, self.programme, self.today())
                if erased.gone:
                    await self._aside(self.on_gone, erased.gone)
                erasures = await self._aside(_erasures, self.store)
                # An erasure does so itself, unless a reader was in its way.
                if erasures != forgotten and await self._aside(self.store.forget_erased):
                    forgotten = erasures
            except Exception as error:
                # Tomorrow is another day; what is due then is what was due today, too.
                unexpected(error, "Erasing what is due")
            await asyncio.sleep(DAY_SECONDS)

    async def _spread(self, news: News, moved: set[str]) -> None:
        for visitor in self._visitors:
            group = visitor.session.group
            counts = visitor.person.counts and group in moved
            if visitor.tells and (counts or news.concerns(group, visitor.session.participant)):
                self._untold.setdefault(visitor)
        self._news_of.update([*{*news.groups, *moved}, *([None] if news.everyone else [])])
        async with self._changed:
            self._changed.notify_all()

    async def _tell_pages(self) -> None:
        """Tells one after another, while what comes next is already looked for."""
        loop = asyncio.get_running_loop()
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: bool(self._untold))
            end = loop.time() + GIVE_WAY
            while self._untold:
                while self._under_way and loop.time() < end:
                    await asyncio.sleep(APART)
                visitor = next(iter(self._untold))
                del self._untold[visitor]
                if visitor in self._visitors:
                    visitor.tell()
                    await asyncio.sleep(APART)

    async def _aside(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._readers, work, *arguments)

    @staticmethod
    async def _send(writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
        writer.write(sockets.packed(message))
        async with asyncio.timeout(SECONDS):
            await writer.drain()


def _erasures(store: Store) -> int:
    with store.reading() as here:
        return here.ledger.erasures()


def _read(log: AnswerLog, question: Any) -> dict[str, Any]:
    match question:
        case {"call": str(name), "with": dict(arguments), **rest} if not rest and name not in WRITES:
            pass
        case _:
            raise sockets.Broken("it asked for nothing")
    try:
        asked = call(name)
        return _answered(asked, getattr(log, name)(**asked.received(arguments)))
    except Exception as error:
        return _refused(error, name)


def _refused(error: Exception, name: str) -> dict[str, Any]:
    """What is told of an error: what is none of the page's business stands in the server's log."""
    if not isinstance(error, KompetanseError):
        unexpected(error, f"The call {name}")
        error = KompetanseError()
    return told(error)


def _answered(asked: Call, result: Any) -> dict[str, Any]:
    return {"result": asked.result.dump_python(result, mode="json")}
