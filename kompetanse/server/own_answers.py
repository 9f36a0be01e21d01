"""A participant's own answers: taken along as a file, or erased."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from kompetanse.language import translate
from kompetanse.server.page import Page
from kompetanse.spreadsheet import plain_cell

COLUMNS = ("time", "module", "step", "round", "subject", "aspect", "value")


def as_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """The answers for a spreadsheet; text stays text, whatever it begins with."""
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    for row in rows:
        value = row["value"]
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        writer.writerow({**row, "value": plain_cell(text)})
    return file.getvalue()


class OwnAnswers(Page):
    """The participant's own answers as a file."""

    auth_resource = "own answers"

    async def get(self, form: str) -> None:
        """JSON or CSV, of everything the participant has written and not erased."""
        session = self.own_session
        rows = self.services.log_for(session).own_export()
        self.services.store.audit(
            "own_download",
            session.role,
            f"{form}, answers: {len(rows)}",
            group=session.group,
            programme=session.programme,
            participant=session.participant,
        )
        self.set_header("Content-Disposition", f'attachment; filename="mine-svar.{form}"')
        if form == "csv":
            self.set_header("Content-Type", "text/csv; charset=utf-8")
            # Excel takes a file without this mark for something other than UTF-8.
            self.finish("\ufeff" + as_csv(rows))
            return
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(rows, ensure_ascii=False, indent=1))


class EraseAnswers(Page):
    """«Slett svarene mine»: asked once more, then done."""

    auth_resource = "own answers"

    async def get(self) -> None:
        """What will happen, and the button that does it."""
        self.show(
            "confirm.html.j2",
            title=translate("Slett svarene mine", self.language),
            paragraphs=[
                translate(
                    "Alt du har svart i denne modulen og de andre, blir slettet for godt. Du kan ikke angre.",
                    self.language,
                ),
                translate(
                    "Det gruppa har blitt enige om, blir stående, for det hører gruppa til. "
                    "Er gruppas bilde alt vist, har de andre sett prikkene.",
                    self.language,
                ),
                translate(
                    "Rapporter som gruppa alt har godkjent, og tall for hele regionen som alt er vist, endres ikke.",
                    self.language,
                ),
                translate("Koden din virker fortsatt, så du kan svare på nytt om du vil.", self.language),
            ],
            action="/slett",
            button=translate("Ja, slett svarene mine", self.language),
            grave=True,
        )

    async def post(self) -> None:
        """Erases, and ends the person's pages, which would show what is gone."""
        session = self.own_session
        await self.kernels.end_for(session)
        # Aside: emptying the database's files may have to wait for others.
        await asyncio.to_thread(self.services.log_for(session).own_erase)
        # What this browser has kept of texts that were never sent would be sent when the workbook is opened again.
        self.set_header("Clear-Site-Data", '"storage"')
        self.show(
            "message.html.j2",
            title=translate("Svarene dine er slettet", self.language),
            paragraphs=[translate("Vil du svare igjen, begynner du bare på nytt.", self.language)],
            href="/",
            button=translate("Til forsiden", self.language),
        )
