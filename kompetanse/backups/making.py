"""A home as one sealed file, made while its server runs."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kompetanse.answers.store import Store
from kompetanse.answers.store.schema_version import NEWEST
from kompetanse.backups.contents import Note, Writing
from kompetanse.backups.sealing import Seal, sealed
from kompetanse.errors import InputError


@dataclass(frozen=True)
class Made:
    """A backup that was made."""

    path: Path
    size: int
    words: str

    @property
    def sentence(self) -> str:
        """What it is, in one sentence."""
        return (
            f"Wrote {self.path} ({self.size / 1e6:.1f} MB), sealed {self.words}. Keep what opens it elsewhere: without "
            "it nobody can read the file, you included."
        )


def make_backup(store: Store, path: Path, seal: Seal) -> Made:
    """Writes everything that a home needs to go on elsewhere: answers, codes, releases, the audit log, keys, reports.

    All rows as they are at one moment, whoever writes meanwhile; the file takes its place when it is whole.
    InputError where it cannot be written.
    """
    seal.check()
    _check_free(path)
    own = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    # Before the rows are read, so that the log in the backup tells of it.
    store.audit("backup", "operator", f"sealed {seal.words}")
    note = Note(made=datetime.now(UTC).isoformat(timespec="seconds"), schema=NEWEST)
    try:
        with sealed(own, seal) as stream, store.copying() as parts:
            writing = Writing(stream)
            writing.note(note)
            writing.files(store.home)
            writing.parts(parts)
            writing.end()
        # Not every disk for backups knows links, with which nobody else's file could come in between.
        _check_free(path)
        os.rename(own, path)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror or error}); there is no backup.") from None
    finally:
        with suppress(OSError):
            own.unlink()
    return Made(path, path.stat().st_size, seal.words)


def _check_free(path: Path) -> None:
    if path.exists():
        raise InputError(f"{path} is there already; take another name, or remove it.")
