"""No character is lost, and none breaks a page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompetanse.figures.glyphs import LONGEST_WORD, breakable, printable, readable


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Bodø – Bådåddjo", "Bodø – Bådåddjo"),
        ("Tommel 👍🏽 opp", "Tommel 👍 opp"),
        ("👩\u200d💻", "👩💻"),
        ("☺\ufe0f", "☺"),
        ("שלום", "[U+05E9][U+05DC][U+05D5][U+05DD]"),
        ("漢", "[U+6F22]"),
        ("𝕏", "[U+1D54F]"),
        ("e\u0301", "é"),
        ("a\x07b", "a[U+0007]b"),
        ("a\u202eb", "a[U+202E]b"),
        ("\ue000", "[U+E000]"),
        ("\ud800", "[U+D800]"),
        ("en\r\nto\u2028tre", "en\nto\ntre"),
        ("myk\u00adt", "mykt"),
    ],
)
def test_text_is_shown_in_the_themes_fonts(written: str, shown: str) -> None:
    assert readable(written) == shown


@given(st.text(st.characters()))
def test_any_text_can_be_written_as_a_file(text: str) -> None:
    assert readable(text).encode() is not None
    assert printable(text).encode() is not None
    assert "\x00" not in readable(text) + printable(text)


def test_page_keeps_every_script_and_names_control_characters() -> None:
    assert printable("שלום 👍🏽 \u202e漢") == "שלום 👍🏽 \u202e漢"
    assert printable("a\x00b\x9fc\td\r\ne") == "a[U+0000]b[U+009F]c\td\ne"


def test_ordinary_words_stay_whole() -> None:
    words = "Helse- og omsorgssjefen sammen med digitaliseringsrådgiveren i kommunen"
    assert breakable(words, 10) == words


def test_endless_words_may_be_broken() -> None:
    pieces = breakable("x" * 200).split("\u200b")
    assert max(map(len, pieces)) <= LONGEST_WORD // 3
    assert "".join(pieces) == "x" * 200


def test_addresses_may_be_broken_where_they_stand_narrow() -> None:
    assert "\u200b" in breakable("https://fauske.kommune.no/x", 12)
    assert "\u200b" not in breakable("https://fauske.kommune.no/x", 40)


def test_numbers_with_a_dash_between_them_are_not_torn() -> None:
    assert breakable("2,4–2,8", 6) == "2,4–2,8"


def test_no_mark_is_torn_from_its_letter() -> None:
    assert "\u200b\u0308" not in breakable("x\u0308" * 100)
