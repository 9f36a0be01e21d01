"""Who is at the other end of a connection to the answer log, and what they are told unasked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kompetanse import sockets
from kompetanse.answers.calls import told
from kompetanse.answers.session import Session
from kompetanse.errors import AccessDenied

#: So many questions of one person are answered at once, whichever pages they come from.
QUESTIONS_PER_PERSON = 2

REFUSED = "The sign-in has run out or is not valid; sign in again with your code."


@dataclass
class Person:
    """What one person has open, whichever pages and devices it comes from."""

    connections: int = 0
    #: Whether a page of theirs has asked how many are there: others need not look anew when somebody comes or goes.
    counts: bool = False
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(QUESTIONS_PER_PERSON))


@dataclass(eq=False)
class Visitor:
    """Who is at the other end of a connection."""

    session: Session
    tells: bool
    kernel: str
    writer: asyncio.StreamWriter
    person: Person
    is_welcome: Callable[[], bool]

    def check(self) -> None:
        """AccessDenied once the token has run out, the kernel has ended or the person is signed out."""
        has_run_out = self.session.expires is not None and datetime.now(UTC) >= self.session.expires
        if has_run_out or not self.is_welcome():
            raise AccessDenied(REFUSED)

    def tell(self) -> None:
        """Says that there is something new, unless that is on its way already; ends with the token."""
        transport = self.writer.transport
        try:
            self.check()
        except AccessDenied as error:
            self.writer.write(sockets.packed(told(error)))
            self.writer.close()
            return
        if not transport.is_closing() and not transport.get_write_buffer_size():
            self.writer.write(sockets.packed({"new": True}))
