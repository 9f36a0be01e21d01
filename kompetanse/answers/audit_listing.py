"""The audit log for the operator: as a table to read, or as CSV or JSON for other tools."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Literal

from kompetanse.answers.store.audit import KINDS, AuditEntry, Kind
from kompetanse.errors import InputError
from kompetanse.spreadsheet import plain_cell

Form = Literal["table", "csv", "json"]

COLUMNS = ("seq", "time", "kind", "role", "group", "programme", "participant", "detail")


def chosen_kinds(names: Iterable[str]) -> list[Kind]:
    """The kinds with these names; InputError lists the ones there are."""
    by_name = {kind: kind for kind in KINDS}
    wanted = list(names)
    if unknown := [name for name in wanted if name not in by_name]:
        raise InputError(f"There is no kind {unknown[0]!r:.80} in the audit log; it has {', '.join(KINDS)}.")
    return [by_name[name] for name in wanted]  # type: ignore[index]  # looked up just above


def listing(entries: Iterable[AuditEntry], form: Form) -> str:
    """The entries, oldest first; times are UTC."""
    rows = [_row(each) for each in entries]
    if form == "json":
        return json.dumps(rows, ensure_ascii=False, indent=1)
    return _as_csv(rows) if form == "csv" else _as_table(rows)


def _row(entry: AuditEntry) -> dict[str, int | str | None]:
    cells = {name: getattr(entry, name) for name in COLUMNS}
    return {**cells, "time": entry.time.isoformat(timespec="seconds")}


def _as_csv(rows: Iterable[dict[str, int | str | None]]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        # A reason is written by a person.
        writer.writerow({**row, "detail": plain_cell(str(row["detail"]))})
    return file.getvalue().rstrip("\n")


def _as_table(rows: list[dict[str, int | str | None]]) -> str:
    if not rows:
        return "Nothing in the audit log."
    shown = ("time", "kind", "role", "group", "detail")
    table = [shown, *([str(row[name] or "") for name in shown] for row in rows)]
    widths = [max(len(line[place]) for line in table) for place in range(len(shown) - 1)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[-1]]).rstrip()
        for line in table
    )
