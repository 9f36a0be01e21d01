"""Taking away the reports of groups that have been erased, wherever they were made."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from kompetanse.answers.erasure import shelf_of
from kompetanse.reports.ledger import FILE, Ledger


def remove_reports(home: Path, groups: Iterable[str]) -> int:
    """Deletes the reports of groups: those that the server gives out, and where they landed; how many files.

    What somebody has written to since it was made is theirs, and stays.
    """
    removed = 0
    for group in groups:
        shelf = shelf_of(home, group)
        if (home / FILE).is_file():
            with Ledger.of_home(home) as ledger:
                removed += sum(map(_remove, ledger.forget(group)))
        removed += sum(path.is_file() for path in shelf.rglob("*"))
        shutil.rmtree(shelf, ignore_errors=True)
    return removed


def _remove(path: Path) -> bool:
    if not path.is_file():
        return False
    path.unlink()
    with suppress(OSError):
        # Its folder, where nothing else is in it.
        path.parent.rmdir()
    return True
