"""Words, choices and free texts: who may see which."""

from __future__ import annotations

from random import Random

import pandas as pd
import pytest

from kompetanse.analysis.disclosure import Audience, PolicyError, protect_feedback, protect_texts, protect_words


def said(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["word", "group", "participant"])


THREE = said(
    ("tillit", "g1", "a"), ("tillit", "g2", "b"), ("tillit", "g3", "c"), ("mot", "g1", "a"), ("mot", "g1", "d")
)


def test_outside_the_room_a_word_needs_three_people_in_three_municipalities() -> None:
    protected = protect_words(THREE, Audience.REGION)

    assert protected.rows() == [{"word": "tillit", "people": 3}]
    assert [(one.column, one.rule) for one in protected.hidden] == [("word", "S9")]
    assert protect_words(THREE, Audience.REGION, units={"g1": "1804", "g2": "1804", "g3": "1811"}).rows() == []


def test_the_log_of_hidden_words_does_not_name_them() -> None:
    assert "mot" not in str(protect_words(THREE, Audience.REGION).hidden)


def test_a_word_said_twice_by_one_person_counts_once() -> None:
    twice = pd.concat([THREE, THREE])

    assert protect_words(twice, Audience.PUBLIC).rows() == [{"word": "tillit", "people": 3}]


def test_a_room_sees_every_word_of_its_own_group() -> None:
    own = THREE[THREE["group"] == "g1"]

    assert protect_words(own, Audience.ROOM).rows() == [{"word": "mot", "people": 2}, {"word": "tillit", "people": 1}]
    with pytest.raises(PolicyError, match="own group alone"):
        protect_words(THREE, Audience.ROOM)
    with pytest.raises(PolicyError, match="no words"):
        protect_words(own, Audience.REPORT)


def test_texts_are_shown_only_where_their_writers_let_them() -> None:
    written = [("f", "Zebra"), ("f", "Ape"), ("g", " ")]
    shown = protect_texts(written, Audience.ROOM, released=True)
    kept = protect_texts(written, Audience.REPORT, released=False)

    assert (shown.of("f"), shown.of("g"), shown.subjects) == (("Ape", "Zebra"), (), ("f",))
    assert kept.subjects == ()
    assert {(one.subject, one.rule) for one in kept.hidden} == {("f", "S9")}
    for audience in (Audience.REGION, Audience.PUBLIC):
        with pytest.raises(PolicyError, match="No free text"):
            protect_texts(written, audience, released=True)


def test_feedback_goes_to_the_facilitator_once_five_have_answered_and_in_no_order() -> None:
    texts = [f"svar {number}" for number in range(9)]
    few = protect_feedback(texts[:2], subject="fritekst", answered=4, shuffle=Random(1))
    many = protect_feedback(texts, subject="fritekst", answered=12, shuffle=Random(1))

    assert few.subjects == ()
    assert sorted(many.of("fritekst")) == texts
    assert many.of("fritekst") != tuple(texts)
