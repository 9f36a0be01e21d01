"""The ledger of reports: what each rests on and which files it is, so that a rerun makes only what has changed."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from kompetanse.errors import ReportError
from kompetanse.reports.files import Seal, is_unchanged
from kompetanse.reports.job import ReportJob

_log = logging.getLogger(__name__)

FILE = "reports.sqlite"

#: How long one run waits for another that writes.
_PATIENCE_SECONDS = 30

_TABLE = """
CREATE TABLE IF NOT EXISTS report (place TEXT PRIMARY KEY, basis TEXT NOT NULL, files TEXT NOT NULL) WITHOUT ROWID
"""
_WRITE = "INSERT OR REPLACE INTO report (place, basis, files) VALUES (?, ?, ?)"


class Ledger:
    """One row for each report: written when its files are in place, and believed only while they are unchanged.

    It can be lost at any time: then all reports are made again.
    """

    def __init__(self, path: Path):
        self.path = path
        self._connection = _opened(path)
        self._rows: dict[str, tuple[str, dict[str, Seal]]] = {
            place: (basis, json.loads(files))
            for place, basis, files in self._connection.execute("SELECT place, basis, files FROM report")
        }

    @classmethod
    def of_home(cls, home: Path) -> Ledger:
        """The ledger of the reports that are made from a home."""
        return cls(home / FILE)

    def stands(self, job: ReportJob) -> bool:
        """Whether the job's report is there, unchanged since it was made, and nothing that it rests on has changed."""
        basis, files = self._rows.get(_place(job), ("", {}))
        return bool(job.basis) and basis == job.basis and all(is_unchanged(Path(path), files[path]) for path in files)

    def write(self, job: ReportJob, files: Mapping[str, Seal]) -> None:
        """Writes down that the job's report is made: these files, by path, are in place.

        Where that cannot be done the report is there all the same, and is made again by the next run.
        """
        try:
            with self._connection:
                self._connection.execute(_WRITE, (_place(job), job.basis, json.dumps(files)))
        except sqlite3.Error as error:
            _log.warning("The list of reports %s cannot be written (%s).", self.path, error)
            return
        self._rows[_place(job)] = (job.basis, dict(files))

    def forget(self, group: str) -> list[Path]:
        """The files of a group's reports, as they were made and wherever they lie; nothing is written down any more."""
        found = {place: files for place, (_, files) in self._rows.items() if any(_is_of(group, path) for path in files)}
        with self._connection:
            self._connection.executemany("DELETE FROM report WHERE place = ?", [(place,) for place in found])
        for place in found:
            del self._rows[place]
        return [
            Path(path) for files in found.values() for path, seal in files.items() if is_unchanged(Path(path), seal)
        ]

    def places(self) -> Iterable[str]:
        """Where the reports lie that are written down."""
        return self._rows.keys()

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _opened(path: Path) -> sqlite3.Connection:
    try:
        # Others on the machine are not to know who has a report.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        return _connected(path)
    except sqlite3.OperationalError as error:
        raise ReportError(f"The list of reports {path} cannot be used ({error}); try again, or remove it.") from error
    except sqlite3.DatabaseError:
        # No database any more: it only saves work, so it is begun anew.
        path.unlink()
        return _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_PATIENCE_SECONDS)
    try:
        connection.execute(_TABLE)
        connection.commit()
    except BaseException:
        connection.close()
        raise
    return connection


def _is_of(group: str, path: str) -> bool:
    """Whether this is the copy of a report of the group that the server gives out."""
    return Path(path).parts[-4:-2] == ("reports", group)


def _place(job: ReportJob) -> str:
    return str(job.folder / job.template.name)
