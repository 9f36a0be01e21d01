"""Invitations as a table, for letters that are merged with it: one row for each code."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from kompetanse.invitations.invitation import Invitation, link_of
from kompetanse.invitations.sheet import language_of, place_of
from kompetanse.programme.models import Programme
from kompetanse.programme.municipality import municipality
from kompetanse.spreadsheet import plain_cell

COLUMNS = ("group", "municipality", "name", "language", "role", "slip", "code", "link", "last_day")

#: Excel takes a file without this mark for something other than UTF-8.
MARK = "\ufeff"


def sheets_csv(invitations: Iterable[Invitation], programme: Programme, *, address: str) -> str:
    """The table, as Norwegian spreadsheets open it: with semicolons, and whatever people have written as text."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in invitations:
        group = each.group
        cells = (
            group.id if group else "",
            # With the name in the same cell a spreadsheet keeps the leading zero of 0301.
            ", ".join(f"{number} {municipality(number).name_norwegian}" for number in group.municipalities)
            if group
            else "",
            place_of(group, programme),
            language_of(group, programme),
            each.role,
            "yes" if each.slip else "no",
            each.code,
            link_of(each, address),
            each.last_day.isoformat(),
        )
        writer.writerow([plain_cell(cell) for cell in cells])
    return MARK + file.getvalue()
