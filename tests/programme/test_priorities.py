"""Themes are chosen, things are placed by use and effort, and 100 points given away: only as the step offers it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from kompetanse.errors import InvalidAnswer
from kompetanse.programme.kinds import is_of_the_group, validate
from kompetanse.programme.kinds.priorities import Content, Form, Over, Way
from kompetanse.programme.models import Instrument, Module, Step

THEME, OTHER = "utproving", "omverdensblikk"


@pytest.fixture
def step(module: Module) -> Step:
    found = module.step("prioriteringer")
    assert found is not None
    return found


def offering(step: Step, *ways: tuple[Form, Over]) -> Step:
    """The step with these ways to compare."""
    content = Content(instrument=step.content.instrument, ways=tuple(Way(form=form, over=over) for form, over in ways))
    return step.model_copy(update={"content": content})


def test_shipped_step_offers_the_ways_closed_below_its_choice(step: Step) -> None:
    assert [(way.form, way.over) for way in step.content.ways] == [
        ("grid", "themes"),
        ("points", "themes"),
        ("grid", "actions"),
    ]


def test_grid_is_the_groups_and_points_are_ones_own(step: Step) -> None:
    assert [is_of_the_group(step, aspect) for aspect in ("priority", "use", "effort", "points")] == [True] * 3 + [False]


@pytest.mark.parametrize("aspect", ["use", "effort"])
@pytest.mark.parametrize("subject", [THEME, "A1", "action.1", "action.20"])
def test_theme_and_action_are_placed(step: Step, instrument: Instrument, aspect: str, subject: str) -> None:
    assert validate(step, instrument, subject, aspect, 5) == 5
    assert validate(step, instrument, subject, aspect, None) is None


@pytest.mark.parametrize(
    ("subject", "value"),
    [
        (THEME, 0), (THEME, 6), (THEME, True), (THEME, "3"), (THEME, 2.5), (THEME, [3, 3]), ("finnes-ikke", 3),
        ("action.0", 3), ("action.21", 3), ("action.1.1", 3), ("tiltak", 3),
    ],
)  # fmt: skip
def test_nothing_else_is_placed(step: Step, instrument: Instrument, subject: str, value: Any) -> None:
    with pytest.raises(InvalidAnswer):
        validate(step, instrument, subject, "use", value)


def test_points_are_given_away_to_the_last(step: Step, instrument: Instrument) -> None:
    given = {THEME: 70, OTHER: 30, "handlekraft": 0}
    assert validate(step, instrument, "", "points", given) == {THEME: 70, OTHER: 30}


@pytest.mark.parametrize(
    "value",
    [
        {}, {THEME: 99}, {THEME: 101}, {THEME: 150, OTHER: -50}, {THEME: 100.0}, {THEME: True, OTHER: 99},
        {"action.1": 100}, {"finnes-ikke": 100}, [THEME], 100, {THEME: "100"}, {THEME: float("inf")},
    ],
)  # fmt: skip
def test_other_points_are_refused(step: Step, instrument: Instrument, value: Any) -> None:
    with pytest.raises(InvalidAnswer):
        validate(step, instrument, "", "points", value)


def test_what_a_step_does_not_offer_is_refused(step: Step, instrument: Instrument) -> None:
    for subject, aspect, value in ((THEME, "use", 3), ("action.1", "use", 3), ("", "points", {THEME: 100})):
        with pytest.raises(InvalidAnswer, match=r"has no (grid|points)"):
            validate(offering(step), instrument, subject, aspect, value)
    over_actions = offering(step, ("points", "actions"), ("grid", "themes"))
    assert validate(over_actions, instrument, "", "points", {"action.2": 100}) == {"action.2": 100}
    with pytest.raises(InvalidAnswer, match="no grid of actions"):
        validate(over_actions, instrument, "action.1", "effort", 3)


@pytest.mark.parametrize(
    ("ways", "says"),
    [
        ([("grid", "themes"), ("grid", "themes")], "listed twice"),
        ([("points", "themes"), ("points", "actions")], "more than once"),
        ([("ranking", "themes")], "grid"),
        ([("grid", "cases")], "themes"),
    ],
)
def test_ways_that_do_not_fit_together_are_refused(ways: list[tuple[str, str]], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Content.model_validate({"instrument": "x", "ways": [{"form": form, "over": over} for form, over in ways]})
