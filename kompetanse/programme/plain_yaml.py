"""YAML as plain data with its lines: the part of it that people write by hand, and a sentence for everything else.

libyaml says what stands where; what a word means is said here, so that «ja», «Null» and 12:30 stay words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import yaml

from kompetanse.errors import Mistake
from kompetanse.programme.document import Part, Place
from kompetanse.programme.inspection import Inspection

_TAG = "tag:yaml.org,2002:"

#: What libyaml says, and what to do about it.
_ADVICE = {
    "mapping values are not allowed": "put a text with a colon in quotes, and indent this line like its block",
    "could not find expected ':'": "write `key: value`, and put longer texts in quotes",
    "did not find expected key": "indent this line like the others of its block",
    "did not find expected '-' indicator": "indent this line like the others of its block",
    "cannot start any token": "put a text that begins with this sign in quotes",
    "unexpected end of stream": "a quotation mark is not closed",
    "while parsing a flow": "a bracket is not closed, or a comma is missing",
    "expected <document start>": "indent this line like the others of its block",
    "character escape code": "write the sign itself, or the text without quotes",
    "unknown escape character": "write two backslashes, or the text without quotes",
    "control characters are not allowed": "take out the sign that cannot be seen",
}


def plain(text: str, *, file: str, inspection: Inspection, first_line: int = 1) -> Part | None:
    """YAML as plain data with its lines; None, with the mistake noted, where it is not YAML as it is used here."""
    whole = Part(file, None, {(): first_line})
    if any(line.startswith("%") for line in text.split("\n")):
        inspection.note(whole, "A line that begins with % is an order to YAML; put the text in quotes.")
        return None
    try:
        events = list(yaml.parse(text, Loader=yaml.CSafeLoader))
        data = _Data(file, first_line, inspection, events)
        part = data.part()
    except yaml.YAMLError as error:
        inspection.mistakes.append(_mistake(error, text, file, first_line))
        return None
    except Exception as error:  # whatever else a broken text leads to
        said = "it is nested too deeply" if isinstance(error, RecursionError) else type(error).__name__
        inspection.note(whole, f"This cannot be read as YAML ({said}); compare it with a file that works.")
        return None
    return part if data.usable else None


class _Data:
    """Turns the events of one YAML text into plain data, and notes where each part of it stands."""

    def __init__(self, file: str, first_line: int, inspection: Inspection, events: list[yaml.Event]):
        self.first_line = first_line
        self.inspection = inspection
        self.lines: dict[Place, int] = {(): first_line}
        self.whole = Part(file, None, self.lines)
        #: Whether every value could be read; mistakes made of holes would help nobody.
        self.usable = True
        self._events = iter(events)

    def part(self) -> Part:
        """All of it."""
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return Part(self.whole.file, None, self.lines)
        value = self._value(next(self._events), ())
        next(self._events)
        more = next(self._events)
        if not isinstance(more, yaml.StreamEndEvent):
            self._note(self._line(more), "A second document begins here; take out the line of hyphens.")
            self.usable = False
        return Part(self.whole.file, value, self.lines)

    def _line(self, event: yaml.Event) -> int:
        line: int = event.start_mark.line
        return self.first_line + line

    def _value(self, event: yaml.Event, place: Place) -> object:
        self.lines.setdefault(place, self._line(event))
        if getattr(event, "anchor", None) is not None:
            self._refuse(place, "An & makes a YAML anchor, and * repeats it; write it out, or put it in quotes.")
        if isinstance(event, yaml.AliasEvent):
            return None
        data: object
        if isinstance(event, yaml.MappingStartEvent):
            data = self._mapping(place)
            known = event.tag in {None, f"{_TAG}map"}
        elif isinstance(event, yaml.SequenceStartEvent):
            data = tuple(self._value(each, (*place, number)) for number, each in enumerate(self._until_the_end()))
            known = event.tag in {None, f"{_TAG}seq"}
        else:
            kind = _kind(event)
            known = kind in _SCALARS
            data = self._scalar(event.value, kind, place) if known else None
        if not known:
            self._refuse(place, f"{event.tag!r:.80} is a YAML tag; put a text that begins with ! in quotes.")
        return data

    def _until_the_end(self) -> Iterator[yaml.Event]:
        """What begins each of the values of the mapping or sequence that is open."""
        for event in self._events:
            if isinstance(event, yaml.CollectionEndEvent):
                return
            yield event

    def _refuse(self, place: Place, message: str) -> None:
        self.inspection.note(self.whole, message, *place)
        self.usable = False

    def _mapping(self, place: Place) -> dict[str | int, object]:
        data: dict[str | int, object] = {}
        for event in self._until_the_end():
            line = self._line(event)
            key = self._value(event, (*place, "?"))
            self.lines.pop((*place, "?"))
            value = next(self._events)
            if not isinstance(key, str | int) or isinstance(key, bool):
                self._note(line, f"{key!r:.80} cannot be a key; use a word.")
                self._pass_over(value)
            elif key in data:
                first = self.lines[*place, key]
                self._note(line, f"{key!r:.80} stands twice, first in line {first}; keep one of them.")
                self._pass_over(value)
            else:
                self.lines[*place, key] = line
                data[key] = self._value(value, (*place, key))
        return data

    def _pass_over(self, event: yaml.Event) -> None:
        """Reads on behind a value that nobody asks for."""
        depth = 0
        while True:
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if not depth:
                return
            event = next(self._events)

    def _scalar(self, text: str, kind: str, place: Place) -> object:
        try:
            value = _SCALARS[kind](text)
        except ValueError:
            value = text
        if isinstance(value, str):
            odd = next((one for one in value if unicodedata.category(one) in {"Cc", "Cs"} and one not in "\n"), None)
            if odd:
                message = f"The text has the control character U+{ord(odd):04X}; take it out."
                self.inspection.note(self.whole, message, *place)
            return unicodedata.normalize("NFC", value)
        return value

    def _note(self, line: int, message: str) -> None:
        self.inspection.note(Part(self.whole.file, None, {(): line}), message)


def _empty(text: str) -> None:
    if text not in {"", "~"}:
        raise ValueError


_SCALARS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": lambda text: text.lower() == "true",
    "null": _empty,
    "timestamp": date.fromisoformat,
}

#: What a word without quotes is taken for: as in YAML 1.2, but for «Null», which is also a number in Norwegian.
_PLAIN = re.compile(
    r"""
    (?P<null> ~? ) | (?P<bool> true | True | TRUE | false | False | FALSE ) | (?P<timestamp> \d{4}-\d\d-\d\d )
    | (?P<int> [-+]?[0-9]+ ) | (?P<float> [-+]? (?: [0-9]+\.[0-9]* | \.[0-9]+ | [0-9]+(?=[eE]) ) (?:[eE][-+]?[0-9]+)? )
    """,
    re.VERBOSE | re.ASCII,
)


def _kind(event: yaml.ScalarEvent) -> str:
    """What a value is, by its tag or else by how it looks."""
    if event.tag is not None:
        return str(event.tag).removeprefix(_TAG) if event.tag != "!" else "str"
    if not event.implicit[0]:
        return "str"
    found = _PLAIN.fullmatch(event.value)
    return (found and found.lastgroup) or "str"


def _mistake(error: yaml.YAMLError, text: str, file: str, first_line: int) -> Mistake:
    if isinstance(error, yaml.MarkedYAMLError):
        said = " ".join(str(part) for part in (error.context, error.problem) if part)
        mark = error.problem_mark or error.context_mark
        line, problem = (mark.line if mark else 0), error.problem or said
    else:
        # What cannot be read at all is told by the byte it stands at.
        problem = said = str(getattr(error, "reason", error))
        line = text.encode("utf-8", "replace")[: getattr(error, "position", 0)].count(b"\n")
    advice = next((advice for words, advice in _ADVICE.items() if words in said), "look at the line above it, too")
    return Mistake(file, first_line + line, f"This is not YAML ({problem}); {advice}.")
