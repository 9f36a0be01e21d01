"""A report's files: made aside, put in place when all of them are done, and known again later."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

MAKING = ".making-"

#: A file's sha256, and its size, dates and number, which change whenever somebody writes to it or replaces it.
Seal = list[str | int]


@contextmanager
def made_aside(folder: Path) -> Iterator[Path]:
    """An empty folder inside `folder`, gone afterwards; whoever else makes the same report is waited for."""
    # A draft is the group's own until it shares it, also on a machine with other users.
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder):
        remove_leftovers(folder)
        with tempfile.TemporaryDirectory(prefix=MAKING, dir=folder) as making:
            yield Path(making)


def put_in_place(files: Sequence[Path], printed: Sequence[Path], folder: Path, shelf: Path) -> dict[str, Seal]:
    """Moves `files` to `folder`, and copies of those `printed` to `shelf`: their seals, by path.

    All of it is on the disk before the first file is replaced, and the replacing takes no longer than their names do:
    the server may be reading the previous ones.
    """
    shelf.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(shelf):
        remove_leftovers(shelf)
        copies = [shelf / f"{MAKING}{path.name}" for path in printed]
        for path, copy in zip(printed, copies, strict=True):
            shutil.copyfile(path, copy)
        moves = [(path, folder / path.name) for path in files]
        moves += [(copy, shelf / path.name) for path, copy in zip(printed, copies, strict=True)]
        hashes = [_hash_on_disk(path) for path, _ in moves]
        for path, place in moves:
            os.replace(path, place)
        for changed in (folder, shelf):
            _to_disk(changed)
        return {str(place): [sha256, *_stamp(place)] for sha256, (_, place) in zip(hashes, moves, strict=True)}


def is_unchanged(path: Path, seal: Seal) -> bool:
    """Whether a file is the one that was sealed; it is read only where its dates do not say so already."""
    sha256, *stamp = seal
    try:
        return stamp == _stamp(path) or hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def remove_leftovers(folder: Path) -> None:
    """Takes away what a run that was killed has left in a folder."""
    for left in folder.glob(f"{MAKING}*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds a folder's lock, which ends with this process in any way at all; not every network disk has one."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):
            fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def _stamp(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def _hash_on_disk(path: Path) -> str:
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_disk(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
