"""Plain data held against the shape it should have: every mistake becomes a sentence with its file and line.

A mistake never stops the reading: what can be used is used, so that one run finds them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from kompetanse.errors import Mistake
from kompetanse.language import Language
from kompetanse.programme.document import Part, Place
from kompetanse.programme.models import Text
from kompetanse.programme.sentences import listed, sentence

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Shape = TypeVar("Shape", bound=BaseModel)

ID = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
LONGEST_ID = 60


def is_id(value: str) -> bool:
    """Whether a text can be an id: it can stand in an address and in the name of a file."""
    return ID.fullmatch(value) is not None and len(value) <= LONGEST_ID


class Inspection:
    """The mistakes found so far, and the languages that every text must be written in."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self.languages: tuple[Language, ...] = ()

    def note(self, part: Part, message: str, *below: str | int) -> None:
        """Note a mistake in a part, or in what stands below it."""
        self.mistakes.append(Mistake(part.file, part.line(*below), message))

    def entry(self, part: Part, shape: type[Shape]) -> Shape | None:
        """The part as a value of this shape; None, with its mistakes noted, where it has another."""
        try:
            entry = shape.model_validate(part.data, strict=True)
        except ValidationError as error:
            for details in error.errors(include_url=False):
                if _is_echo(details):
                    continue
                place = tuple(step for step in details["loc"] if step != "[key]")
                self.note(part, sentence(details, shape), *place)
            return None
        self._check(part, entry, ())
        return entry

    def choose(self, part: Part, value: str, known: Iterable[str], *below: str | int, what: str) -> bool:
        """Whether the value is one of the known; else a mistake that names the nearest."""
        options = list(known)
        if value in options:
            return True
        self.note(part, f"{value!r:.80} is no {what}; {suggestion(value, options)}", *below)
        return False

    def unique(self, parts: Iterable[tuple[Part, str]], key: str) -> None:
        """Note each value under `key` that an earlier part has too."""
        seen: dict[str, int | None] = {}
        for part, value in parts:
            if value in seen:
                self.note(part, f"{key} {value!r} is taken by line {seen[value]}; give this one another {key}.", key)
            seen.setdefault(value, part.line(key))

    def _check(self, part: Part, entry: BaseModel, below: Place) -> None:
        """What no shape can say: all languages, nothing empty, ids that can stand in an address."""
        for key, value in entry:
            place = (*below, key)
            if isinstance(value, Text):
                self._check_languages(part, value, place, repr(key))
            elif key == "id" and isinstance(value, str):
                self._check_id(part, value, place)
            elif isinstance(value, str) and not value.strip():
                self.note(part, f"{key!r} is empty; write something, or leave out a key that is not needed.", *place)
            elif isinstance(value, BaseModel):
                self._check(part, value, place)
            else:
                self._check_entries(part, value, place)

    def _check_entries(self, part: Part, value: object, place: Place) -> None:
        ids: dict[str, int | None] = {}
        for step, entry in _entries(value):
            here = (*place, step)
            if isinstance(entry, Text):
                number = f"Entry {step + 1}" if isinstance(value, tuple) and isinstance(step, int) else str(step)
                self._check_languages(part, entry, here, f"{number} of {place[-1]!r}")
            elif isinstance(entry, BaseModel):
                self._check(part, entry, here)
                name = getattr(entry, "id", None)
                if name in ids:
                    self.note(part, f"id {name!r} is taken by line {ids[name]}; give this one another id.", *here, "id")
                elif name is not None:
                    ids[name] = part.line(*here, "id")

    def _check_languages(self, part: Part, text: Text, place: Place, name: str) -> None:
        lacking = [language for language in self.languages if not (getattr(text, language) or "").strip()]
        if lacking:
            self.note(
                part,
                f"{name} has no words in {listed(lacking)}; write them, "
                "or take the language out of `languages` in programme.yml.",
                *place,
            )

    def _check_id(self, part: Part, value: str, place: Place) -> None:
        if not is_id(value):
            self.note(
                part,
                f"{value!r:.80} cannot be an id; use the letters a to z, digits and single hyphens, "
                f"at most {LONGEST_ID} of them: 'felles-retning'.",
                *place,
            )


def _is_echo(details: ErrorDetails) -> bool:
    """Pydantic calls a list too short when its entries are wrong, which it has said already."""
    return details["type"] == "too_short" and len(details["input"]) >= details["ctx"]["min_length"]


def suggestion(value: str, options: list[str]) -> str:
    """What to write instead of a value: the nearest option, and all there are."""
    if not options:
        return "there is none; take the key out, or write what it names."
    near = get_close_matches(value, options, n=1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    return f"{meant}use one of {listed(options)}."


def _entries(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, tuple):
        yield from enumerate(value)
    if isinstance(value, dict):
        yield from value.items()
