"""Text as its medium can show it: characters that a page or a font does not take are named, never lost."""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_right
from functools import cache

from kompetanse.figures.theme import fonts_folder

#: Signs that only steer how others are shown: joiners, presentations, skin tones, soft hyphens, direction marks.
_STEERING = re.compile("[\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff]")
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*\W?")
#: No Norwegian word that is worth keeping whole is longer.
LONGEST_WORD = 32
_MAY_BREAK = "\u200b"
#: The width of a character that is not among the theme's widths, as a part of the size: no sign is wider.
_WIDEST = 2.0


#: Control characters and halves of characters, which no page may hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


class _Glyphs(dict[int, str]):
    """Characters as the fonts can show them, each looked up once: a report has thousands of few kinds."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = character if character in "\n\t" or _covered(code) else _named(character)
        return self[code]


_GLYPHS = _Glyphs()


def printable(text: str) -> str:
    """The text as a page can hold it; control characters as their number: [U+0007]."""
    return _UNPRINTABLE.sub(lambda found: _named(found[0]), _LINE_ENDS.sub("\n", text))


def readable(text: str) -> str:
    """The text as the theme's fonts can show it; other characters as their number: [U+1F44D]."""
    composed = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text))
    return _STEERING.sub("", composed).translate(_GLYPHS)


def breakable(text: str, longest: int = LONGEST_WORD) -> str:
    """The text with places to break a line in what is longer than `longest`; a word of letters may be longer."""
    return _WORD.sub(lambda word: _in_pieces(word[0], longest), text)


def widest(line: str) -> float:
    """How wide a line is at most in the theme's regular or semibold font, as a part of the font's size.

    >>> widest("mi") == widest("m") + widest("i")
    True
    """
    known = _widths()
    return sum(known.get(character, _WIDEST) for character in line)


def _named(character: str) -> str:
    return f"[U+{ord(character):04X}]"


def _in_pieces(word: str, longest: int) -> str:
    """Breaks three times a line, never before a mark that belongs to the character in front of it."""
    if len(word) <= (LONGEST_WORD if _LETTERS.fullmatch(word) else longest):
        return word
    if "–" in word and max(map(len, word.split("–"))) < longest:
        return word  # a line may end after its dash
    pieces = []
    piece = max(longest // 3, 3)
    for place, character in enumerate(word):
        if place and place % piece == 0 and not unicodedata.combining(character):
            pieces.append(_MAY_BREAK)
        pieces.append(character)
    return "".join(pieces)


def _covered(code: int) -> bool:
    starts, ends = _coverage()
    place = bisect_right(starts, code) - 1
    return place >= 0 and code <= ends[place]


@cache
def _coverage() -> tuple[list[int], list[int]]:
    ranges = json.loads((fonts_folder() / "coverage.json").read_text(encoding="utf-8"))
    return [start for start, _ in ranges], [end for _, end in ranges]


@cache
def _widths() -> dict[str, float]:
    found: dict[str, float] = json.loads((fonts_folder() / "widths.json").read_text(encoding="utf-8"))
    return found
