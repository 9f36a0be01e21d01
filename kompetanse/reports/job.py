"""One report that is wanted; known to the processes that make it, which never open the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from kompetanse.reports.meta import ReportMeta

Format = Literal["html", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True)
class ReportJob:
    """One report to make: plain values, so that any process on any machine can make it.

    `shelf` is a second place for its HTML and PDF, where the server finds them for those who may read them.
    `basis` is a hash of all that the report rests on; empty where that is not known. `database` is the URL of the
    home's, where it is not a file, and may hold a password.
    """

    template: Path
    parameters: Mapping[str, object]
    meta: ReportMeta
    folder: Path
    shelf: Path
    home: Path
    programme: Path | None = None
    formats: tuple[Format, ...] = FORMATS
    basis: str = ""
    database: str | None = field(default=None, repr=False)
