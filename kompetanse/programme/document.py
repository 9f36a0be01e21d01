"""One file of a programme as plain data, and where in the file each part of it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

#: The way from the top of a file to a part of it: keys, and numbers of entries in a list.
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Part:
    """A part of a file: mappings, tuples, texts, whole numbers, dates, true, false and None, with their lines."""

    file: str
    data: object
    lines: Mapping[Place, int]
    place: Place = ()

    def line(self, *below: str | int) -> int | None:
        """The line where a part below this one stands; where there is none, of the nearest part that holds it."""
        place = self.place + below
        return next((self.lines[place[:end]] for end in range(len(place), -1, -1) if place[:end] in self.lines), None)

    def part(self, key: str | int) -> Part:
        """What stands under a key; its data is None where there is nothing."""
        data = self.data.get(key) if isinstance(self.data, Mapping) else None
        return Part(self.file, data, self.lines, (*self.place, key))

    def parts(self, key: str) -> list[Part]:
        """The entries of the list under a key; none where there is no list."""
        found = self.part(key)
        entries = found.data if isinstance(found.data, tuple) else ()
        return [Part(self.file, data, self.lines, (*found.place, number)) for number, data in enumerate(entries)]

    def named(self, key: str) -> list[tuple[str, Part]]:
        """The entries of the mapping under a key with their names; none where there is no mapping."""
        found = self.part(key).data
        names = found if isinstance(found, Mapping) else {}
        return [(str(name), self.part(key).part(name)) for name in names]


@dataclass(frozen=True)
class Page:
    """A Markdown file: what stands between the two lines of hyphens, and the text below them."""

    head: Part
    text: Part

    @property
    def body(self) -> str:
        """The text in Markdown, without empty lines around it."""
        return str(self.text.data)


class Shelf(Protocol):
    """Where the files of a programme are read from. What cannot be read is None, and the shelf notes the mistake."""

    def document(self, name: str, *, named_by: Part, needed: bool = True) -> Part | None:
        """A YAML file; one that is not needed may be missing."""

    def page(self, name: str, *, named_by: Part) -> Page | None:
        """A Markdown file."""
