"""What a browser may send is not what our page sends: every value is taken in its own form, or refused in words."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kompetanse.errors import InvalidAnswer
from kompetanse.programme.content import load_programme
from kompetanse.programme.kinds import KINDS, validate

PROGRAMME = load_programme()
STEPS = [step for module in PROGRAMME.modules for phase in module.phases for step in phase.steps]
ASPECTS = [(step, aspect) for step in STEPS for aspect in sorted(KINDS[step.kind].ASPECTS)]

KEYS = st.sampled_from(["what", "effect", "role", "facet", "due", "status", "in-report", "", "__class__"]) | st.text()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["short", "dont-know", "1"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


def subjects(step: Any, instrument: Any) -> list[str]:
    """What answers of a step are about: its prompts, the themes and their statements, and what is none of them."""
    prompts = [each.id for _, part in step.content if isinstance(part, tuple) for each in part if hasattr(each, "id")]
    facets = instrument.facets if instrument else ()
    items = [item.id for facet in facets for item in facet.items]
    return [step.id, "1", "", "\ud800", *prompts, *(facet.id for facet in facets), *items]


@settings(max_examples=250, deadline=None)
@given(st.data(), VALUES)
def test_any_value_for_any_answer_is_taken_or_refused_in_words(data: st.DataObject, value: object) -> None:
    step, aspect = data.draw(st.sampled_from(ASPECTS))
    instrument = PROGRAMME.instrument_of(step)
    subject = data.draw(st.sampled_from(subjects(step, instrument)))
    try:
        taken = validate(step, instrument, subject, aspect, value)
    except InvalidAnswer:
        return
    assert type(taken) in {type(value), str, int}
