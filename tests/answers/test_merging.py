"""Two who change the same text: every letter that either has put in is in the result."""

from __future__ import annotations

import time
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kompetanse.answers.merging import changes, merged, merged_text

SOME = st.text(alphabet="ab cæ\n.🙂", max_size=40)
WORDS = st.lists(st.sampled_from(["vi", "ser", "det", "ulikt,", "mot", "og", "\n"]), max_size=30).map(" ".join)
TEXTS = SOME | WORDS


@st.composite
def edited(draw: st.DrawFn, texts: st.SearchStrategy[str] = TEXTS) -> tuple[str, str, str]:
    """A text and what two people have made of it."""
    base = draw(texts)

    def edit() -> str:
        text = base
        for _ in range(draw(st.integers(0, 3))):
            start = draw(st.integers(0, len(text)))
            end = draw(st.integers(start, min(len(text), start + 5)))
            text = text[:start] + draw(st.text(alphabet="xyz å", max_size=6)) + text[end:]
        return text

    return base, edit(), edit()


def is_within(part: str, whole: str) -> bool:
    """Whether all letters of the part are in the whole, in this order."""
    rest = iter(whole)
    return all(letter in rest for letter in part)


@given(TEXTS, TEXTS)
def test_changes_lead_from_one_text_to_the_other(base: str, text: str) -> None:
    found, at, made = changes(base, text), 0, ""
    for change in found:
        made, at = made + base[at : change.start] + change.put, change.end
    assert made + base[at:] == text
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(edited())
@settings(max_examples=400)
def test_every_letter_that_either_has_put_in_is_there(texts: tuple[str, str, str]) -> None:
    base, theirs, mine = texts
    result = merged_text(base, theirs, mine)
    if theirs == mine:
        assert result == mine
        return
    put = [[change.put for change in changes(base, each)] for each in (theirs, mine)]
    assert all(is_within("".join(each), result) for each in put)
    # Both of them, not the same letters twice: what is there is what was kept by both and what either has put in.
    gone = {place for each in (theirs, mine) for one in changes(base, each) for place in range(one.start, one.end)}
    kept = [letter for place, letter in enumerate(base) if place not in gone]
    assert Counter(result) == Counter(kept) + Counter("".join("".join(each) for each in put))


@given(edited())
def test_who_has_changed_nothing_gets_the_others_text(texts: tuple[str, str, str]) -> None:
    base, theirs, mine = texts
    assert merged(base, base, mine) == mine
    assert merged(base, theirs, base) == theirs


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "both"),
    [
        ("Vi ser ulikt.", "Vi ser svært ulikt.", "Vi ser ulikt. Hvorfor?", "Vi ser svært ulikt. Hvorfor?"),
        ("", "Fra en", "Fra to", "Fra enFra to"),
        ("mot og tillit", "tillit", "mot og stor tillit", "stor tillit"),
        ("samarbeid", "godt samarbeid", "samarbeider", "godt samarbeider"),
        ("a b c d e", "a X c d e", "a b c Y e", "a X c Y e"),
    ],
)  # fmt: skip
def test_both_are_there_where_a_reader_would_look(base: str, theirs: str, mine: str, both: str) -> None:
    assert merged(base, theirs, mine) == both


def test_fields_are_merged_one_by_one() -> None:
    base = {"what": "Øve", "role": "Rådgiver", "status": "planned"}
    theirs = {"what": "Øve sammen", "role": "Rådgiver", "status": "under-way"}
    mine = {"what": "Øve ofte", "role": "Kommunalsjef"}
    assert merged(base, theirs, mine) == {"what": "Øve sammen ofte", "role": "Kommunalsjef", "status": "under-way"}


@pytest.mark.parametrize(
    ("base", "theirs", "mine"),
    [(1, 2, 3), ("a", 2, "b"), (None, ["x"], ["y"]), ({}, None, {"what": "x"}), ("a", "b", True)],
)
def test_what_cannot_be_merged_is_the_last_writers(base: object, theirs: object, mine: object) -> None:
    assert merged(base, theirs, mine) == mine


@pytest.mark.parametrize("letters", ["a ", "ab", "?!", "\n\n"])
def test_long_texts_hold_nobody_up(letters: str) -> None:
    base, theirs, mine = letters * 10_000, letters[::-1] * 9_990, "x ".join(letters * 60)
    begun = time.process_time()
    merged_text(base, theirs, mine)
    assert time.process_time() - begun < 1
