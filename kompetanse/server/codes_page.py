"""What pages that make codes share: the making, written down with who did it, and the answer as a file to print."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tornado.web import HTTPError

from kompetanse.answers.session import Session
from kompetanse.invitations.files import FORMATS, Format, Printing
from kompetanse.invitations.invitation import Invitation
from kompetanse.invitations.issuing import Issuing
from kompetanse.server import security
from kompetanse.server.page import Page

KINDS: dict[Format, tuple[str, str]] = {
    "pdf": ("application/pdf", security.PDF),
    "html": ("text/html; charset=utf-8", security.REPORT),
    "csv": ("text/csv; charset=utf-8", security.NOTHING),
}


class CodesPage(Page):
    """A page on which somebody makes codes."""

    @contextmanager
    def issuing(self, session: Session) -> Iterator[Issuing]:
        """The invitations of the programme, in one transaction and on behalf of the visitor."""
        with self.services.store.writing() as here:
            yield Issuing(here, self.services.programme, by=session.role, today=self.services.today())

    def wanted_format(self) -> Format:
        """The format that the pressed button stands for."""
        wanted = self.get_body_argument("form", "pdf")
        found = next((format for format in FORMATS if format == wanted), None)
        if found is None:
            raise HTTPError(400)
        return found

    async def print_out(self, invitations: Sequence[Invitation], format: Format, *, name: str) -> None:
        """Answers with the sheets as a file; they are made aside, so that nobody waits for them but who asked."""
        printing = Printing(self.services.programme, self.address, self.services.today())
        content = await asyncio.to_thread(printing.made, invitations, format)
        kind, policy = KINDS[format]
        self.set_header("Content-Type", kind)
        self.set_header("Content-Security-Policy", policy)
        shown = "inline" if format == "html" else "attachment"
        self.set_header("Content-Disposition", f'{shown}; filename="{name}.{format}"')
        self.finish(content)
