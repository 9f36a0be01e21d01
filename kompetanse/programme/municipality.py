"""The Norwegian municipalities of 2024 and later, by number.

Facts from Statistics Norway (names of 2026, population of 1 January 2026 from table 07459, language form, centrality
and KOSTRA groups of 2024) and Kartverket (Sámi and Kven spelling), in `municipalities.csv`. Join on the number, never
on the name: Herøy is both 1515 and 1818.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from kompetanse.errors import InputError

FILE = Path(__file__).with_name("municipalities.csv")

#: Letters that do not come apart into an ASCII letter and an accent.
_ASCII = str.maketrans({"æ": "ae", "ø": "o", "đ": "d", "ŋ": "n", "ŧ": "t"})


@dataclass(frozen=True)
class Municipality:
    """One municipality; `name` is the official one with its Sámi and Kven forms."""

    number: str
    name: str
    name_norwegian: str
    county_number: str
    county: str
    population: int
    language_form: str

    @property
    def title(self) -> str:
        """The name with its other forms, set with dashes as on a page: Fauske – Fuossko."""
        return self.name.replace(" - ", " – ")

    @property
    def slug(self) -> str:
        """The Norwegian name in ASCII, for file names: Sør-Varanger becomes sor-varanger."""
        return slug(self.name_norwegian)


def place_title(numbers: Sequence[str], *, otherwise: str) -> str:
    """How a group's place is written on a page: its one municipality, or `otherwise` where it has none or several."""
    return municipality(numbers[0]).title if len(numbers) == 1 else otherwise


def slug(name: str) -> str:
    """A name in lower-case ASCII letters, digits and single hyphens."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_ASCII)).encode("ascii", "ignore").decode()
    return "-".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


@cache
def municipalities() -> dict[str, Municipality]:
    """All municipalities by number, in the order of their numbers."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["number"]: _municipality(row) for row in csv.DictReader(file)}


@cache
def counties() -> dict[str, str]:
    """The names of the counties by number."""
    return {one.county_number: one.county for one in municipalities().values()}


def municipality(number: object) -> Municipality:
    """The municipality with this four-digit number; InputError that says what to write instead."""
    if isinstance(number, int) and not isinstance(number, bool):
        raise InputError(
            f"The municipality number {number} came as a number, which loses leading zeros; "
            f"pass the number as a string: papermill -r municipality {number:04d}"
        )
    if not isinstance(number, str):
        raise InputError(f"{number!r} is no municipality; pass its number as a string, such as '1841' for Fauske.")
    found = municipalities().get(number)
    if found is None:
        raise InputError(f"There is no municipality {number!r:.60}; {_advice(number)}.")
    return found


def _municipality(row: dict[str, str]) -> Municipality:
    return Municipality(
        number=row["number"],
        name=row["name"],
        name_norwegian=row["name_norwegian"],
        county_number=row["county_number"],
        county=row["county"],
        population=int(row["population_2026"]),
        language_form=row["language_form"],
    )


def _advice(wrong: str) -> str:
    if len(wrong) == 3 and f"0{wrong}" in municipalities():
        return f"its leading zero is lost: write '0{wrong}' ({municipalities()[f'0{wrong}'].name_norwegian})"
    slugs: dict[str, list[Municipality]] = {}
    for one in municipalities().values():
        slugs.setdefault(one.slug, []).append(one)
    near = get_close_matches(slug(wrong[:60]), slugs, n=1, cutoff=0.8)
    if near:
        numbers = " or ".join(f"'{one.number}' ({one.name_norwegian}, {one.county})" for one in slugs[near[0]])
        return f"write the number: {numbers}"
    return "use one of the four-digit numbers of 2024 and later, such as '1841' for Fauske"
