"""Two who change the same text: every letter that either has put in is in the result."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
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
    come, own = changes(base, theirs), changes(base, mine)
    # The same in place of the same is one change, as when both correct a word.
    own = [each for each in own if each.start == each.end or each not in come]
    put = [[change.put for change in each] for each in (come, own)]
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
        # Two sentences that begin alike are two; a word that both have corrected is one.
        ("", "Vi", "Vi", "ViVi"),
        ("Vi sre ulikt", "Vi ser ulikt", "Vi ser ulikt", "Vi ser ulikt"),
        ("mot og tillit", "tillit", "mot og stor tillit", "stor tillit"),
        ("samarbeid", "godt samarbeid", "samarbeider", "godt samarbeider"),
        ("a b c d e", "a X c d e", "a b c Y e", "a X c Y e"),
    ],
)  # fmt: skip
def test_both_are_there_where_a_reader_would_look(base: str, theirs: str, mine: str, both: str) -> None:
    assert merged(base, theirs, mine) == both


def test_who_goes_on_stays_together_with_what_they_wrote() -> None:
    # She has written «h», and goes on; he has begun at the same place meanwhile.
    assert merged("h", "hHa", "hei", goes_on=True) == "heiHa"
    assert merged("h", "hHa", "hei") == "hHaei"
    assert merged({"what": "h"}, {"what": "hHa"}, {"what": "hei"}, goes_on=True) == {"what": "heiHa"}


#: No letter twice, so that each is known again.
HERS, HIS = "vi s🙂ert", "ULIKT\nMO"


@dataclass
class Writer:
    """What a page does with a text: one draft is on its way at a time, and what is typed meanwhile waits on top."""

    letters: str
    at_end: bool
    shown: str
    base: str
    typed: str = ""
    goes_on: bool = False
    sent: str | None = None
    stands: str | None = None

    def type(self) -> None:
        """The next letter after the last one; the first one at the beginning or at the end of what is shown."""
        if self.shown == (self.base if self.sent is None else self.sent):
            self.goes_on = bool(self.typed)
        start = self.shown.index(self.typed[-1]) + 1 if self.typed else len(self.shown) * self.at_end
        letter = self.letters[len(self.typed)]
        self.shown, self.typed = self.shown[:start] + letter + self.shown[start:], self.typed + letter

    def send(self, stands: str) -> str:
        """Sends what is not sent yet, unless something is on its way; what stands in the log then."""
        if self.sent is not None or self.shown == self.base:
            return stands
        self.sent, self.stands = self.shown, merged(self.base, stands, self.shown, goes_on=self.goes_on)
        return self.stands

    def hear(self, stands: str) -> None:
        """What became of the draft that is on its way, and what another has written since."""
        if self.sent is not None and self.stands is not None:
            self.shown = merged(self.sent, self.stands, self.shown, goes_on=True)
            self.base, self.goes_on, self.sent = self.stands, True, None
        self.shown = merged(self.base, stands, self.shown, goes_on=self.goes_on)
        self.base = stands


@given(
    before=st.sampled_from(["", "0.1"]),
    ends=st.tuples(st.booleans(), st.booleans()),
    deeds=st.lists(st.tuples(st.integers(0, 1), st.sampled_from(["type", "type", "send", "hear"])), max_size=60),
)
@settings(max_examples=400)
def test_two_who_write_at_the_same_place_do_not_write_into_each_others_words(
    before: str, ends: tuple[bool, bool], deeds: list[tuple[int, str]]
) -> None:
    stands = before
    both = [Writer(letters, at_end, before, before) for letters, at_end in zip((HERS, HIS), ends, strict=True)]
    to_the_end = [(who, deed) for deed in ("type",) * 8 for who in (0, 1)]
    settled = [(who, deed) for _ in range(3) for deed in ("send", "hear") for who in (0, 1)]
    for who, deed in [*deeds, *to_the_end, *settled]:
        writer = both[who]
        if deed == "type" and len(writer.typed) < len(writer.letters):
            writer.type()
        elif deed == "send":
            stands = writer.send(stands)
        elif deed == "hear":
            writer.hear(stands)
    assert {each.shown for each in both} == {stands}
    assert Counter(stands) == Counter(before + HERS + HIS)
    assert HERS in stands
    assert HIS in stands


def test_of_what_is_chosen_the_last_choice_stands() -> None:
    base = {"what": "Øve", "status": "planned", "due": "2027-01-01"}
    theirs = {"what": "Øve sammen", "status": "under-way", "due": "2027-02-01"}
    mine = {"what": "Øve ofte", "status": "done", "due": "2027-01-01"}
    assert merged(base, theirs, mine, texts={"what"}) == {
        "what": "Øve sammen ofte",
        "status": "done",
        "due": "2027-02-01",
    }


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
