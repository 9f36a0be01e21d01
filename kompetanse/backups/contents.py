"""What a backup holds: a note, the files of the home, all rows of its database, and at last how many there were.

A tar, written and read as a stream. What is not as it should be is refused: a file may come from anyone who knows the
public key that it is sealed for.
"""

from __future__ import annotations

import json
import os
import re
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from kompetanse.answers.store.copying import Part
from kompetanse.errors import InputError

NOTE, FILES, TABLES, END = "note.json", "files", "tables", "end.json"

#: What is no part of a home, or is made anew: the database's own files, locks, and the list that saves making reports.
LEFT_OUT = re.compile(r"kompetanse\.sqlite.*|serve\.lock|reports\.sqlite.*|restore-unfinished|\..*")

#: No single piece that is held in memory is larger: a part of a table holds one answer more than its size at most.
MOST_BYTES = 32_000_000


@dataclass(frozen=True)
class Note:
    """What is known of a backup before anything else in it: when it was made, and at which schema."""

    made: str
    schema: str


class Writing:
    """One backup as it is written."""

    def __init__(self, stream: BinaryIO):
        self._tar = tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - until `end`
        self._counts: Counter[str] = Counter()

    def note(self, note: Note) -> None:
        """Says what this is."""
        self._put(NOTE, json.dumps(vars(note)).encode())

    def files(self, home: Path) -> None:
        """The files of the home: keys, reports, and what else lies there."""
        for path in files_of(home):
            name = path.relative_to(home).as_posix()
            with path.open("rb") as file:
                member = _member(f"{FILES}/{name}", os.fstat(file.fileno()).st_size)
                self._tar.addfile(member, file)
            self._counts[FILES] += 1

    def parts(self, parts: Iterable[Part]) -> None:
        """The rows of the database."""
        for number, part in enumerate(parts):
            self._put(f"{TABLES}/{part.table}/{number:08}.json", part.content)
            self._counts[TABLES] += 1

    def end(self) -> None:
        """Says that this was all."""
        self._put(END, json.dumps(self._counts).encode())
        self._tar.close()

    def _put(self, name: str, content: bytes) -> None:
        self._tar.addfile(_member(name, len(content)), BytesIO(content))


class Reading:
    """One backup as it is read, in its order: the note, the files, the rows, the end."""

    def __init__(self, stream: BinaryIO):
        try:
            self._tar = tarfile.open(fileobj=stream, mode="r|")  # noqa: SIM115 - the stream is its owner's to close
        except tarfile.TarError:
            raise _odd("it holds no files") from None
        self._counts: Counter[str] = Counter()
        self._next = self._member()

    def note(self) -> Note:
        """What this is."""
        try:
            return Note(**self._json(NOTE))
        except TypeError:
            raise _odd("its note cannot be read") from None

    def files(self, home: Path) -> None:
        """Writes the files into a new home, each readable by its owner alone."""
        while self._next is not None and self._next.name.startswith(f"{FILES}/"):
            parts = PurePosixPath(self._next.name).parts[1:]
            if not parts or any(part in {"", ".", ".."} or LEFT_OUT.fullmatch(part) for part in parts):
                raise _odd(f"it has a file {self._next.name!r:.80}")
            path = home.joinpath(*parts)
            for above in reversed(path.relative_to(home).parents):
                (home / above).mkdir(mode=0o700, exist_ok=True)
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                for piece in self._pieces():
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            self._counts[FILES] += 1
            self._next = self._member()

    def parts(self) -> Iterator[Part]:
        """The rows."""
        while self._next is not None and self._next.name.startswith(f"{TABLES}/"):
            parts = PurePosixPath(self._next.name).parts
            if len(parts) != 3:
                raise _odd(f"it has a piece {self._next.name!r:.80}")
            yield Part(parts[1], self._content())
            self._counts[TABLES] += 1
            self._next = self._member()

    def end(self) -> None:
        """InputError unless everything is there that was written."""
        if self._json(END) != dict(self._counts) or self._next is not None:
            raise _odd("it does not hold what it says")

    def _json(self, name: str) -> Any:
        if self._next is None or self._next.name != name:
            raise _odd(f"{name} is missing")
        content = json.loads(self._content())
        self._next = self._member()
        return content

    def _content(self) -> bytes:
        assert self._next is not None
        if self._next.size > MOST_BYTES:
            raise _odd(f"{self._next.name!r:.80} is too large")
        return b"".join(self._pieces())

    def _pieces(self) -> Iterator[bytes]:
        assert self._next is not None
        file = self._tar.extractfile(self._next)
        while file is not None and (piece := file.read(1 << 16)):
            yield piece

    def _member(self) -> tarfile.TarInfo | None:
        try:
            member = self._tar.next()
        except tarfile.TarError:
            raise _odd("it breaks off") from None
        if member is not None and not member.isreg():
            raise _odd(f"{member.name!r:.80} is no file")
        return member


def files_of(home: Path) -> list[Path]:
    """The files of a home that belong into a backup; no links, and nothing that is being made."""
    return sorted(
        path
        for path in home.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not any(LEFT_OUT.fullmatch(part) for part in path.relative_to(home).parts)
    )


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def _odd(what: str) -> InputError:
    return InputError(f"The backup was not made by `kompetanse backup`: {what}; nothing was restored.")
