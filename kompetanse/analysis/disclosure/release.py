"""Two releases side by side: what is published may not differ by a few (S5), nor give a hidden part away (S4, S6)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kompetanse.analysis.disclosure.system import Sum, determined

#: What one figure rests on: a mark of the answers of each municipality that counts in it.
Marks = Mapping[str, str]


#: How the mark begins of a municipality whose own mean its report may show, then or later.
OPEN = "open:"


@dataclass(frozen=True)
class Earlier:
    """A release that an audience has been shown: its frozen figures, and what each rests on.

    units, people: how many municipalities and people stood behind it. basis: by facet, the marks of its answers.
    """

    units: int
    people: int
    figures: tuple[dict[str, Any], ...]
    basis: Mapping[str, Marks]

    def row(self, kind: str, part: str) -> dict[str, Any] | None:
        """The frozen figures of one facet, cluster or axis."""
        return next((row for row in self.figures if (row["kind"], row["part"]) == (kind, part)), None)


def marks_of(levels: pd.DataFrame) -> dict[tuple[str, str], str]:
    """A mark of what the people of each group have answered on each facet, from the rows of persons of a `level_frame`.

    The same answers have the same mark, in whatever order; the random tokens in it keep anyone from guessing answers.
    """
    columns = ["group", "facet", "participant", "as_is", "to_be", "asked", "dont_know", "importance"]
    rows: dict[tuple[str, str], list[str]] = {}
    for group, facet, *given in levels[columns].itertuples(index=False, name=None):
        rows.setdefault((group, facet), []).append(repr(given))
    return {key: _hash(sorted(given)) for key, given in rows.items()}


def together(marks: Iterable[str]) -> str:
    """One mark for several groups that count as one municipality."""
    return _hash(sorted(marks))


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def differ(one: Marks, other: Marks) -> int:
    """In how many municipalities two figures differ: those only one of them has, and those whose answers changed."""
    return sum(one.get(unit) != other.get(unit) for unit in one.keys() | other.keys())


def may_follow(now: Marks, earlier: Iterable[Marks], *, step: int) -> bool:
    """Whether a figure that rests on `now` may be published after those that rest on `earlier` (S5)."""
    return all(differ(now, before) == 0 or differ(now, before) >= step for before in earlier)


def gives_away(releases: Sequence[Marks]) -> bool:
    """Whether the means over these sets of municipalities tell the mean of one of them (S4).

    Those whose own mean their reports may show are known. Each other group has seen its own mean, so it is also asked
    what any one of them could compute (S6). Another mark is another cell.
    """
    sums: list[Sum] = [{cell: 1 / len(marks) for cell in marks.items()} for marks in releases if marks]
    known = {cell for marks in releases for cell in marks.items() if cell[1].startswith(OPEN)}
    return bool(determined(sums, public=known))
