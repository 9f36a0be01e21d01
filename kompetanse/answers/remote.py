"""The answer log of a page's kernel: the server keeps the store, and is asked over its socket.

A kernel may be a copy of a warm process, so nothing is connected before something is asked.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any

from kompetanse import sockets
from kompetanse.answers.calls import CALLS, WRITES, call, raised
from kompetanse.answers.log import AnswerLog
from kompetanse.answers.session import Session
from kompetanse.errors import AccessDenied, StoreError
from kompetanse.programme.models import Programme
from kompetanse.settings import Settings

#: How long an answer is waited for: longer than the server itself waits for others to write.
PATIENCE_SECONDS = 15.0
#: How long until a server that is gone is looked for again.
RECONNECT_SECONDS = 0.5
#: For so long at most a page opens: its cells ask much the same, one after the other.
OPENING_SECONDS = 10.0


def open_log(session: Session, settings: Settings, programme: Programme) -> AnswerLog:
    """The log of this process: asked of the server where it has a socket for us, else in the home itself."""
    if settings.answer_log is None:
        return AnswerLog.open(session, settings, programme)
    return RemoteLog(session, settings.answer_log, settings.session or "", opens=True)


class RemoteLog(AnswerLog):
    """The log of a page's session, whoever it says it is: the server goes by the token alone.

    opens: whether it is a page's that opens. Until that has written, and for ten seconds at most, the same question is
    asked only once a look. What others write meanwhile is not missed: a page looks anew when it begins to hear of
    `changes`, and at each of them.
    """

    def __init__(self, session: Session, address: Path, token: str, *, opens: bool = False):
        self.session = session
        self._address = address
        self._token = token
        self._peer: socket.socket | None = None
        self._turn = threading.RLock()
        #: Within a look, and while the page opens: what has been answered, and which of it was wanted.
        self._looked: dict[str, Any] | None = {} if opens else None
        self._wanted: dict[str, dict[str, Any]] = {}
        self._is_looking = False
        self._opens_until = time.monotonic() + (OPENING_SECONDS if opens else 0.0)

    def close(self) -> None:
        """Ends the connection; the next call makes a new one."""
        with self._turn:
            if self._peer is not None:
                self._peer.close()
                self._peer = None

    async def changes(self) -> AsyncIterator[None]:
        """Whenever the server says that others have written, and after each time it was away.

        Ends when the server wants to hear no more of this token: then the page is at its end, too.
        """
        while True:
            with suppress(OSError):
                async for _ in self._told():
                    yield
                return
            await asyncio.sleep(RECONNECT_SECONDS)

    @contextmanager
    def one_look(self) -> Iterator[None]:
        """Within it, the same question is asked only once, and what was asked the last time is asked in one go."""
        with self._turn:
            self._looked, self._wanted = self._asked_again(list(self._wanted.values())), {}
            self._is_looking = True
            try:
                yield
            finally:
                self._is_looking = False

    async def _told(self) -> AsyncIterator[None]:
        """What one connection is told; ends where the token is refused, OSError where the server is gone."""
        reader, writer = await asyncio.open_unix_connection(str(self._address))
        try:
            writer.write(sockets.packed({"token": self._token, "for": "changes"}))
            async with asyncio.timeout(PATIENCE_SECONDS):
                welcome = await sockets.read(reader)
            while "error" not in welcome:
                yield
                welcome = await sockets.read(reader)
        finally:
            writer.close()

    def _asked_again(self, questions: list[dict[str, Any]]) -> dict[str, Any]:
        """The answers to these, by question; one that has no answer any more is left out."""
        if not questions:
            return {}
        answers = self._result_of({"look": questions})
        return {
            _key(asked): call(asked["call"]).result.validate_python(answer["result"])
            for asked, answer in zip(questions, answers, strict=True)
            if "result" in answer
        }

    def _ask(self, name: str, arguments: dict[str, Any]) -> Any:
        question = {"call": name, "with": arguments}
        with self._turn:
            if name in WRITES:
                self._opens_until = 0.0
            if not self._is_looking and time.monotonic() > self._opens_until:
                self._looked = None
            if self._looked is None or name in WRITES:
                return call(name).result.validate_python(self._result_of(question))
            key = _key(question)
            self._wanted[key] = question
            if key not in self._looked:
                self._looked[key] = call(name).result.validate_python(self._result_of(question))
            return self._looked[key]

    def _result_of(self, question: dict[str, Any]) -> Any:
        answer = self._exchange(question)
        if "error" in answer:
            raise raised(answer)
        return answer["result"]

    def _exchange(self, message: dict[str, Any]) -> dict[str, Any]:
        """What the server answers; StoreError where it is gone, and the next call looks for it again."""
        try:
            if self._peer is not None:
                # It may have been started again since: every call may be made twice.
                with suppress(ConnectionError):
                    return self._sent(self._peer, message)
                self.close()
            self._peer = sockets.connected(self._address, seconds=PATIENCE_SECONDS)
            welcome = self._sent(self._peer, {"token": self._token, "for": "answers"})
            if "error" in welcome:
                self.close()
                return welcome
            return self._sent(self._peer, message)
        except OSError as error:
            self.close()
            raise StoreError("The server with the answers does not answer; nothing is lost, try again.") from error

    @staticmethod
    def _sent(peer: socket.socket, message: dict[str, Any]) -> dict[str, Any]:
        sockets.send(peer, message)
        answer = sockets.receive(peer)
        if not isinstance(answer, dict):
            raise sockets.Broken("the other end does not speak as the server does")
        return answer


def _key(question: dict[str, Any]) -> str:
    return f"{question['call']} {question['with']}"


def _asking(name: str) -> Callable[..., Any]:
    """The method of this name, asked of the server."""

    @wraps(getattr(AnswerLog, name))
    def ask(self: RemoteLog, *arguments: Any, **named: Any) -> Any:
        return self._ask(name, call(name).sent(*arguments, **named))

    return ask


def _refusing(name: str) -> Callable[..., Any]:
    """The method of this name, which no page may call."""

    @wraps(getattr(AnswerLog, name))
    def refuse(self: RemoteLog, *_: Any, **__: Any) -> Any:
        raise AccessDenied(f"A page may not ask for {name!r}.")

    return refuse


for _kind in AnswerLog.__mro__:
    for _name, _method in vars(_kind).items():
        if callable(_method) and not _name.startswith("_") and _name not in vars(RemoteLog):
            setattr(RemoteLog, _name, _asking(_name) if _name in CALLS else _refusing(_name))
