"""The files of one folder as clean text: nothing outside it, nothing huge, nothing but UTF-8."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from pathlib import Path

from kompetanse.programme.document import Part
from kompetanse.programme.inspection import Inspection

LARGEST_FILE = 1_000_000
#: One broken file (a picture, say) should not bury the mistakes of the others.
MOST_FOUL_LINES = 10

_NAME = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,79}"
_PATH = re.compile(rf"{_NAME}(/{_NAME}){{0,5}}")


#: What to say of a name that `is_path` refuses.
NO_PATH = "{name!r:.100} is not inside the programme's folder; write a name like 'modul-1/forarbeid'."


State = tuple[int, int]


def state(path: Path) -> State | None:
    """When a file was written and how long it is; None where there is none."""
    try:
        found = path.stat()
    except (OSError, RuntimeError):  # before Python 3.13 a ring of links is a RuntimeError
        return None
    return found.st_mtime_ns, found.st_size


def is_path(name: str) -> bool:
    """Whether a name can be that of a file or folder inside this one."""
    return _PATH.fullmatch(name) is not None


class Folder:
    """A folder of content; every mistake in reading it is noted where the file is named, or in the file itself."""

    def __init__(self, folder: Path, inspection: Inspection):
        self.folder = folder
        self.inspection = inspection
        #: Every file that was asked for, as it was then; None if it was not there.
        self.asked: dict[Path, State | None] = {}

    def text(self, name: str, *, named_by: Part, needed: bool = True) -> str | None:
        """The text of a file; None where it cannot be read, or is not there and not needed."""
        if not is_path(name):
            self.inspection.note(named_by, NO_PATH.format(name=name))
            return None
        path = self.folder / name
        self.asked[path] = state(path)
        try:
            if path.exists() or path.is_symlink():
                return self._clean(self._bytes(path), name)
        except (OSError, RuntimeError, _RefusedError) as error:  # before Python 3.13 a ring of links is a RuntimeError
            reason = error.strerror if isinstance(error, OSError) else error
            self.inspection.note(named_by, f"The file {name} cannot be read: {reason}.")
            return None
        if needed:
            self.inspection.note(named_by, f"The file {name} is missing; {_nearest(path)}")
        return None

    def _bytes(self, path: Path) -> bytes:
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise _RefusedError("it lies outside the programme's folder; put the file itself there, not a link to it")
        if not path.is_file():
            raise _RefusedError("it is not a file; put a text file there")
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise _RefusedError(f"it is larger than {LARGEST_FILE:,} bytes; take out what is no text")
        return data

    def _clean(self, data: bytes, name: str) -> str | None:
        try:
            text = data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            wrong, line = data[error.start : error.end], data[: error.start].count(b"\n") + 1
            self.inspection.note(_line_of(name, line), f"{wrong!r} is not UTF-8; save the file as UTF-8.")
            return None
        foul = [(number, found) for number, line in enumerate(text.split("\n"), 1) if (found := _foul(line))]
        for number, found in foul[:MOST_FOUL_LINES]:
            self.inspection.note(_line_of(name, number), found)
        if len(foul) > MOST_FOUL_LINES:
            more = f"{len(foul) - MOST_FOUL_LINES} more lines have tabs or control characters; take them out."
            self.inspection.note(_line_of(name, foul[MOST_FOUL_LINES][0]), more)
        return None if foul else unicodedata.normalize("NFC", text)


class _RefusedError(Exception):
    """Why a file is not read."""


def _line_of(name: str, number: int) -> Part:
    return Part(name, None, {(): number})


def _nearest(path: Path) -> str:
    """What to do about a missing file: the name most like it, if there is one."""
    there = sorted(entry.name for entry in path.parent.iterdir()) if path.parent.is_dir() else []
    near = get_close_matches(path.name, there, n=1, cutoff=0.75)
    return f"there is {near[0]!r}, so make the two names alike." if near else "write it, or take its name out."


def _foul(line: str) -> str | None:
    """What is wrong with the characters of a line."""
    for place, character in enumerate(line, start=1):
        if character == "\t":
            return f"Character {place} is a tab; use spaces."
        if unicodedata.category(character) == "Cc":
            return f"Character {place} is the control character U+{ord(character):04X}; take it out."
    return None
