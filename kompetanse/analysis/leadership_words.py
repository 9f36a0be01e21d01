"""Our own table of words of leadership: which belong together, and what an answer begins with and says nothing by."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("leadership_words.toml")


@dataclass(frozen=True)
class LeadershipWords:
    """The table as it is looked up: every word and phrase with the name of its family."""

    families: Mapping[str, str]
    openers: tuple[str, ...]
    nothing: frozenset[str]
    not_a_quality: frozenset[str]


@cache
def leadership_words() -> LeadershipWords:
    """The table, read once."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    families = {word: name for name, words in table["families"].items() for word in (name, *words)}
    return LeadershipWords(
        families=families,
        # The longest first: «evnen til å» before «evnen til».
        openers=tuple(sorted((f"{opener} " for opener in table["openers"]), key=len, reverse=True)),
        nothing=frozenset(table["nothing"]),
        not_a_quality=frozenset(table["not_a_quality"]),
    )
