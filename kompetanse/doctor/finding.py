"""One thing that was looked at: how it is, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kompetanse.server.settings import ServerSettings

Status = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, and one line on how to mend it where it is not well."""

    check: str
    status: Status
    found: str
    mend: str = ""


@dataclass(frozen=True)
class Patient:
    """The installation that is looked at; `settings` are the defaults where its own cannot be read."""

    home: Path
    programme: Path | None
    database: str | None
    settings: ServerSettings
