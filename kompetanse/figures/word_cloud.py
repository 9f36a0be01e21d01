"""Words with how many people said them, as a calm picture: lines to be read from the most said, and a table beside.

Nothing is turned or laid out by chance, so the same words always give the same picture.
"""

from __future__ import annotations

import html as markup
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from kompetanse.analysis.disclosure import ProtectedWords
from kompetanse.figures.blocks.models import Block, Column, Figure, Table
from kompetanse.figures.glyphs import printable
from kompetanse.figures.theme import colours
from kompetanse.language import Language, translate

#: More would be too small to read at ten metres; the table has them all.
MOST_WORDS = 40
#: So many are named in the words that say what the picture shows.
SPOKEN_WORDS = 10
#: Widths of letters in parts of the size of the type: our typeface at its boldest, generously.
_NARROW_LETTERS, _NARROW, _WIDE_LETTERS, _WIDE, _OTHER = "fijlrtI.,'-| ()", 0.4, "mwMWæÆ@", 0.98, 0.67
#: The number after a word, in parts of the word's size.
_NUMBER = 0.45
#: Pixels: a smaller number would not be read, and stands in the table.
_SMALLEST_NUMBER = 11.0


@dataclass(frozen=True)
class _Sheet:
    """How wide the picture is, and the sizes of the least and the most said word, in pixels."""

    width: int
    smallest: float
    largest: float


_SHEETS = (_Sheet(960, 24, 76), _Sheet(340, 17, 40))


@dataclass(frozen=True)
class _Placed:
    text: str
    number: str
    size: float
    width: float


def word_cloud(words: ProtectedWords, language: Language, *, title: str, note: str | None = None) -> tuple[Block, ...]:
    """A picture of the words, larger the more people said them, and all of them in the order of the alphabet.

    Nothing where there are no words: the page says why in its own words.
    """
    rows = sorted(((str(row["word"]), int(row["people"])) for row in words.rows()), key=lambda row: (-row[1], row[0]))
    if not rows:
        return ()
    wide, narrow = word_pictures(rows)
    named = ", ".join(f"{word} ({people})" for word, people in rows[:SPOKEN_WORDS])
    figure = Figure(
        title=title,
        svg=wide,
        svg_narrow=narrow,
        alt=translate("Ordene som flest har skrevet: {named}. Alle ordene står i tabellen.", language, named=named),
        note=note,
    )
    table = Table(
        caption=translate("Alle ordene i alfabetisk rekkefølge", language),
        columns=(
            Column(title=translate("Ord", language)),
            Column(title=translate("Hvor mange", language), align="right"),
        ),
        rows=tuple((word, str(people)) for word, people in sorted(rows, key=lambda row: alphabetical(row[0]))),
    )
    return figure, table


def word_pictures(rows: Sequence[tuple[str, int]]) -> tuple[str, str]:
    """The words with how many said them, the most said first, as SVG for a wide page and for a narrow one."""
    wide, narrow = (_picture(rows[:MOST_WORDS], sheet) for sheet in _SHEETS)
    return wide, narrow


def alphabetical(word: str) -> str:
    """Æ, ø and å after z, in that order: Unicode has å first."""
    return word.lower().translate(str.maketrans("æøå", "{|}"))


def _picture(rows: Sequence[tuple[str, int]], sheet: _Sheet) -> str:
    lines = list(_lines([_placed(word, people, rows[0][1], sheet) for word, people in rows], sheet))
    parts, below = [], 0.0
    for line in lines:
        largest = max(each.size for each in line)
        below += largest * 1.18
        left = (sheet.width - sum(each.width for each in line)) / 2
        for each in line:
            parts.append(_word(each, left, below))
            left += each.width
    height = round(below + sheet.smallest)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {sheet.width} {height}" width="{sheet.width}" '
        f'height="{height}" font-family="Inter, system-ui, sans-serif">{"".join(parts)}</svg>'
    )


def _placed(word: str, people: int, most: int, sheet: _Sheet) -> _Placed:
    """A word with its size: by the square root, so that the area of a word tells how many said it."""
    size = max(sheet.smallest, sheet.largest * sqrt(people / most))
    text, number = printable(word), str(people) if size * _NUMBER >= _SMALLEST_NUMBER else ""
    fits = min(1.0, sheet.width / _width(text, number, size))
    return _Placed(text, number, size * fits, _width(text, number, size * fits))


def _width(text: str, number: str, size: float) -> float:
    letters = sum(_letter(letter) for letter in text)
    return size * (letters + 0.25 + _NUMBER * 0.67 * len(number) + 0.55)


def _letter(letter: str) -> float:
    if ord(letter) > 0x2E80:
        # Scripts and pictures whose signs fill a square.
        return 1.2
    return _NARROW if letter in _NARROW_LETTERS else _WIDE if letter in _WIDE_LETTERS else _OTHER


def _lines(words: Sequence[_Placed], sheet: _Sheet) -> Iterator[list[_Placed]]:
    """The words in lines that fit, in their order."""
    line: list[_Placed] = []
    for word in words:
        if line and sum(each.width for each in line) + word.width > sheet.width + 0.01:
            yield line
            line = []
        line.append(word)
    if line:
        yield line


def _word(word: _Placed, left: float, below: float) -> str:
    strong, soft = _colour("accent"), _colour("ink-soft")
    return (
        f'<text x="{left + word.size * 0.27:.1f}" y="{below:.1f}" font-size="{word.size:.1f}" font-weight="650" '
        f'fill="{strong}">{markup.escape(word.text)}<tspan font-size="{word.size * _NUMBER:.1f}" font-weight="400" '
        f'dx="{word.size * 0.15:.1f}" fill="{soft}">{word.number}</tspan></text>'
    )


def _colour(name: str) -> str:
    return f"var(--{name}, {colours()[name]})"
