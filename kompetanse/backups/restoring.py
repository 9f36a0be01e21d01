"""A home out of a sealed file: made aside, and put in its place when all of it is there and true.

A restore that is killed leaves what was there before, and a folder beside the home, which the next restore takes over.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kompetanse.answers.store import Store
from kompetanse.answers.store.audit import ERASURES
from kompetanse.answers.store.copying import put_back
from kompetanse.answers.store.database import FILE, make_private
from kompetanse.answers.store.lock import ServeLock
from kompetanse.answers.store.store import UNFINISHED
from kompetanse.backups.contents import Note, Reading
from kompetanse.backups.sealing import Secret, unsealed
from kompetanse.errors import InputError, StoreError


@dataclass(frozen=True)
class Restored:
    """A home that is there again."""

    home: Path
    note: Note
    erased_since: int | None

    @property
    def sentence(self) -> str:
        """What it is, and what is left to do."""
        known = "" if self.erased_since is None else f" ({self.erased_since} times in the home that was there)"
        return (
            f"Restored {self.home} as it was at {self.note.made}; codes work as they did then. "
            f"What has been erased since{known} is there again, and has to be erased again."
        )


def restore(path: Path, home: Path, url: str | None, secret: Secret, *, replace: bool = False) -> Restored:
    """Makes the home that a backup holds, in its folder and in SQLite or, by its URL, in PostgreSQL.

    replace: in place of what is there, which is refused else. InputError or StoreError says in one sentence what is
    wrong; then everything is as it was before.
    """
    home = home.absolute()
    if not path.is_file():
        raise InputError(f"There is no file {path}; name the backup to restore.")
    with ExitStack() as stack:
        _check_place(home, replace=replace)
        if replace and home.is_dir():
            lock = ServeLock(home)
            stack.callback(lock.release)
        aside = stack.enter_context(_aside(home))
        unsealing = stack.enter_context(unsealed(path, secret))
        reading = Reading(unsealing.stream)
        note = reading.note()
        reading.files(aside)
        if url is None:
            make_private(aside / FILE)

        erased = _erased_since(home, url, note.made) if replace else None

        def finish() -> None:
            reading.end()
            unsealing.check()
            if url is not None:
                # Its database is another machine's: where this ends between the two, the file tells of it.
                (aside / UNFINISHED).touch(mode=0o600)
                _put_in_place(aside, home)

        put_back(
            aside, url, note.schema, reading.parts(), replace=replace, told=f"made {note.made}", before_commit=finish
        )
        if url is None:
            _put_in_place(aside, home)
        else:
            (home / UNFINISHED).unlink()
    return Restored(home, note, erased)


def _erased_since(home: Path, url: str | None, made: str) -> int | None:
    """How often somebody or something was erased since then in the home that is replaced; None where nobody knows."""
    try:
        with Store.open(home, url, must_exist=True) as store:
            return len(store.audit_log(since=datetime.fromisoformat(made), kinds=ERASURES))
    except StoreError:
        return None


def _check_place(home: Path, *, replace: bool) -> None:
    if home.exists() and not home.is_dir():
        raise InputError(f"The home {home} is a file, not a folder; name another with --home.")
    if home.is_dir() and any(home.iterdir()) and not replace:
        raise InputError(f"{home} is not empty; name another home, or replace what is there by --replace.")
    if os.path.ismount(home):
        raise InputError(f"A disk is mounted at {home}, so it cannot be replaced at once; name a folder in it.")


@contextmanager
def _aside(home: Path) -> Iterator[Path]:
    """An empty folder beside the home, for one restore at a time; what a killed one has left in it goes."""
    folder = home.with_name(f".{home.name}.restoring")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise StoreError(f"{folder} cannot be made ({error.strerror}); check who owns {home.parent}.") from None
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreError(f"Another restore of {home} is under way; wait for it.") from None
        _empty(folder)
        yield folder
    finally:
        os.close(opened)
        if folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)


def _put_in_place(aside: Path, home: Path) -> None:
    replaced = home.with_name(f".{home.name}.replaced")
    if home.is_dir():
        shutil.rmtree(replaced, ignore_errors=True)
        os.rename(home, replaced)
    os.rename(aside, home)
    parent = os.open(home.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)
    shutil.rmtree(replaced, ignore_errors=True)


def _empty(folder: Path) -> None:
    for left in folder.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()
