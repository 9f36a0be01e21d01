"""Invitations as one PDF for printing, a page or more for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from kompetanse.figures.glyphs import breakable, readable
from kompetanse.figures.theme import colours, tokens
from kompetanse.invitations.sheet import Page, Sheet
from kompetanse.reports.typesetting import typeset


def sheets_pdf(pages: Sequence[Page], title: str, *, day: date) -> bytes:
    """The pages as PDF, tagged for readers by ear."""
    data = {
        "title": readable(title),
        "language": pages[0].language,
        "date": [day.year, day.month, day.day],
        "colours": colours(),
        "fonts": [tokens()["font"]["text"], tokens()["font"]["emoji"]],
        "pages": [_page(page) for page in pages],
    }
    return typeset("invitation.typ", data, name=title, day=day)


def _page(page: Page) -> dict[str, Any]:
    values = asdict(page)
    ours = {"place", "purpose", "programme", "ask"}
    shown = {name: breakable(readable(value)) if name in ours else value for name, value in values.items()}
    return {**shown, "kind": "sheet" if isinstance(page, Sheet) else "slips"}
