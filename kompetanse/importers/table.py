"""A CSV file as rows with line numbers, whatever its encoding, separator and line ends."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kompetanse.errors import InputError
from kompetanse.importers.mistakes import Mistakes

if TYPE_CHECKING:
    from _csv import Reader

#: The longest cell; a text of 20,000 characters as JSON with every character escaped fits.
LONGEST_CELL = 200_000

#: A cell that begins like this could be a formula to a spreadsheet; with an apostrophe before it, it is text.
_FORMULA = ("=", "+", "-", "@", "'")


@dataclass(frozen=True)
class Row:
    """One row: the line it begins on, and its cells by column."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Layout:
    """The columns that a kind of file has."""

    required: tuple[str, ...]
    optional: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.required, *self.optional)


class Table:
    """A file of rows; InputError in one sentence if it cannot be one."""

    def __init__(self, path: Path):
        self.path = path
        self._text = _text(path)
        if not self._text.strip():
            raise InputError(f"{path} is empty; its first line must name the columns.")
        self._separator = _separator(self._text)
        try:
            self.header = [name.strip().lower() for name in next(self._cells(), [])]
        except csv.Error as error:
            raise InputError(f"{path}:1: the header cannot be read ({error}); look at its quotation marks.") from None

    def check(self, layout: Layout) -> None:
        """InputError if columns are missing, unknown or there twice."""
        known, found = ", ".join(layout.columns), [name or "(no name)" for name in self.header]
        if unknown := [name for name in found if name not in layout.columns]:
            raise InputError(f"{self.path}:1: unknown column {_listed(unknown)}; the columns are {known}.")
        if twice := sorted({name for name in found if found.count(name) > 1}):
            raise InputError(f"{self.path}:1: column {_listed(twice)} is there more than once; keep one.")
        if missing := [name for name in layout.required if name not in found]:
            needed = ", ".join(layout.required)
            raise InputError(f"{self.path}:1: column {_listed(missing)} is missing; a file needs {needed}.")

    def rows(self, mistakes: Mistakes) -> Iterator[Row]:
        """The rows after the header; those that are no rows at all are noted as mistakes. Empty lines are left out."""
        cells = self._numbered(mistakes)
        next(cells, None)
        wanted = len(self.header)
        for line, row in cells:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) == wanted:
                yield Row(line, dict(zip(self.header, row, strict=True)))
                continue
            mistakes.note(
                line,
                f"the row has {len(row)} cells and the header {wanted}; "
                f"put a text that holds {self._separator!r} or a line break in quotation marks",
            )

    def _numbered(self, mistakes: Mistakes) -> Iterator[tuple[int, list[str]]]:
        reader = self._cells()
        while True:
            line = reader.line_num + 1
            try:
                yield line, next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                mistakes.note(line, f"the row cannot be read ({error}); look at its quotation marks")

    def _cells(self) -> Reader:
        csv.field_size_limit(LONGEST_CELL)
        return csv.reader(io.StringIO(self._text, newline=""), delimiter=self._separator, strict=True)


def guarded(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula, and nobody loses spaces around it; see `plain`."""
    return f"'{cell}" if cell.startswith(_FORMULA) or cell != cell.strip() else cell


def plain(cell: str) -> str:
    """What `guarded` was given; a cell that is not guarded is taken without spaces around it."""
    return cell[1:] if cell.startswith("'") else cell.strip()


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder; name a file of answers in it.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from None
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError(f"{path} is written in UTF-16; save it as «CSV UTF-8».")
    if b"\0" in data:
        kind = "a spreadsheet, not a text file" if data.startswith(b"PK") else "not a text file"
        raise InputError(f"{path} is {kind}; save it as «CSV UTF-8».")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(
            f"{path}:{line}: byte 0x{error.object[error.start]:02X} is not UTF-8; save the file as «CSV UTF-8»."
        ) from None


def _separator(text: str) -> str:
    first = text.lstrip().splitlines()[0]
    return ";" if first.count(";") > first.count(",") else ","


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name)[:60] for name in names[:5])
