"""Each form of a poll takes what its page sends, and refuses everything else in words."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kompetanse.errors import InvalidAnswer
from kompetanse.programme.kinds.poll_answers import poll_answer
from kompetanse.programme.kinds.poll_content import FEWEST, FORMS, Content, Form, Option
from kompetanse.programme.models import Text

OPTIONS = tuple(Option(id=name, text=Text(nb=name.title())) for name in ("tid", "penger", "folk"))


def content(form: Form, **keys: Any) -> Content:
    """A poll of a form, with three options where it has any."""
    options = {"options": OPTIONS} if form in FEWEST else {}
    return Content(form=form, prompt=Text(nb="Hva nå?"), **{**options, **keys})


GOOD: list[tuple[Form, object, object]] = [
    ("words", ["  stort   mot ", "ro"], ["stort mot", "ro"]),
    ("open", [" Vi trenger tid.\n "], ["Vi trenger tid."]),
    ("choice", ["tid"], ["tid"]),
    ("scale", {"tid": 1, "folk": 5}, {"tid": 1, "folk": 5}),
    ("ranking", ["folk", "tid", "penger"], ["folk", "tid", "penger"]),
    ("points", {"tid": 70, "penger": 0, "folk": 30}, {"tid": 70, "folk": 30}),
    ("grid", {"tid": [5, 1]}, {"tid": [5, 1]}),
    ("tempo", "passe", "passe"),
]

BAD: list[tuple[Form, object, str]] = [
    ("words", ["a"] * 4, "at most 3 answers"),
    ("words", ["fire ord er flere"], "too many words"),
    ("words", ["x" * 41], "at most 40"),
    ("words", "mot", "Expected a list"),
    ("open", ["x" * 201], "at most 200"),
    ("open", ["a\x00b"], "control character"),
    ("open", [3], "Expected text"),
    ("choice", [], "1 to 1 options"),
    ("choice", ["tid", "folk"], "1 to 1 options"),
    ("choice", ["tid", "tid"], "named twice"),
    ("choice", [["tid"]], "no option"),
    ("choice", ["mat"], "no option 'mat'; the options are tid, penger, folk."),
    ("scale", {"tid": 6}, "not a level"),
    ("scale", {"tid": True}, "not a level"),
    ("scale", {}, "at least one"),
    ("scale", {"mat": 1}, "no option"),
    ("ranking", ["tid", "folk"], "all 3 options"),
    ("ranking", ["tid", "tid", "folk"], "named twice"),
    ("points", {"tid": 99}, "come to 99; give away exactly 100"),
    ("points", {"tid": -10, "folk": 110}, "0 to 100 points"),
    ("points", {"tid": 50.0, "folk": 50}, "0 to 100 points"),
    ("grid", {"tid": [5]}, "two levels"),
    ("grid", {"tid": [5, 0]}, "not a level"),
    ("tempo", "raskt", "no tempo"),
    ("tempo", ["passe"], "no tempo"),
]


@pytest.mark.parametrize(("form", "sent", "kept"), GOOD, ids=[form for form, *_ in GOOD])
def test_form_takes_what_its_page_sends(form: Form, sent: object, kept: object) -> None:
    assert poll_answer(content(form), sent) == kept


def test_every_form_is_tried() -> None:
    assert {form for form, *_ in GOOD} == {form for form, *_ in BAD} == set(FORMS)


@pytest.mark.parametrize(("form", "sent", "words"), BAD)
def test_form_refuses_in_words(form: Form, sent: object, words: str) -> None:
    with pytest.raises(InvalidAnswer, match=words):
        poll_answer(content(form), sent)


def test_poll_is_the_same_when_it_has_been_written_down_and_read() -> None:
    for form in FORMS:
        whole = content(form)
        assert Content.model_validate_json(whole.model_dump_json(exclude_unset=True)) == whole


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(FORMS),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["tid", "passe"]),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.just("tid"), inner, max_size=3),
        max_leaves=6,
    ),
)
def test_any_value_is_taken_or_refused_in_words(form: Form, value: object) -> None:
    with suppress(InvalidAnswer):
        poll_answer(content(form), value)
