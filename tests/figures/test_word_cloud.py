"""Words as a picture: readable, the same each time, and with a table beside."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from kompetanse.analysis.disclosure import Audience, ProtectedWords, protect_words
from kompetanse.figures.blocks import Figure, Table, html
from kompetanse.figures.word_cloud import word_cloud


def protected(people: Mapping[str, int]) -> ProtectedWords:
    rows = [{"word": word, "group": "g", "participant": str(n)} for word, often in people.items() for n in range(often)]
    return protect_words(pd.DataFrame(rows, columns=["word", "group", "participant"]), Audience.ROOM)


WORDS = protected({"åpenhet": 9, "mot": 25, "ærlig": 4, "zen": 1, "ro": 1, "ønske": 2})


def sizes(svg: str) -> dict[str, float]:
    found = re.findall(r'<text[^>]*font-size="([\d.]+)"[^>]*>([^<]+)<', svg)
    return {word: float(size) for size, word in found}


def test_words_are_larger_the_more_people_said_them_and_the_first_is_the_most_said() -> None:
    figure, _ = word_cloud(WORDS, "nb", title="Ordene våre")
    assert isinstance(figure, Figure)
    for svg in (figure.svg, figure.svg_narrow or ""):
        drawn = sizes(svg)
        assert list(drawn)[:3] == ["mot", "åpenhet", "ærlig"]
        assert drawn["mot"] > drawn["åpenhet"] > drawn["ærlig"] >= drawn["ro"] >= 17
        assert "rotate" not in svg
    assert figure.alt.startswith("Ordene som flest har skrevet: mot (25), åpenhet (9)")


def test_table_beside_has_all_words_in_the_order_of_the_norwegian_alphabet() -> None:
    _, table = word_cloud(WORDS, "nn", title="Orda våre")
    assert isinstance(table, Table)
    assert [word for word, _ in table.rows] == ["mot", "ro", "zen", "ærlig", "ønske", "åpenhet"]


def test_table_is_shown_and_colours_are_the_themes() -> None:
    page = html(word_cloud(WORDS, "nb", title="Ordene våre"), "nb")
    assert "<details>" not in page
    assert 'fill="var(--accent, #' in page
    assert not re.search(r'fill="(?!var\(--)', page)


def test_same_words_give_the_same_picture() -> None:
    again = protected({"ønske": 2, "ro": 1, "zen": 1, "ærlig": 4, "mot": 25, "åpenhet": 9})
    assert word_cloud(again, "nb", title="x") == word_cloud(WORDS, "nb", title="x")


def test_words_stay_inside_the_picture() -> None:
    figure, _ = word_cloud(
        protected({"gjennomføringskraftigheten" * 2: 9, "W" * 40: 8, "漢字" * 9: 2}), "nb", title="x"
    )
    assert isinstance(figure, Figure)
    for svg, width in ((figure.svg, 960), (figure.svg_narrow or "", 340)):
        assert all(0 <= float(x) < width * 0.9 for x in re.findall(r'<text x="(-?[\d.]+)"', svg))


def test_what_people_write_is_text_in_the_picture() -> None:
    page = html(word_cloud(protected({'<script>&"': 3}), "nb", title="x"), "nb")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_no_words_give_no_picture() -> None:
    assert word_cloud(protected({}), "nb", title="x") == ()
