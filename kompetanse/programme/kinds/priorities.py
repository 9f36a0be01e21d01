"""The few themes that the group will do something about, and ways to compare themes or actions before it chooses.

In a grid the group places them together, by use and effort: that is its own statement. Of 100 points each gives away
their own, which nobody else sees until the contact shows what they come to.
"""

from __future__ import annotations

import re
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from kompetanse.errors import InvalidAnswer
from kompetanse.programme.kinds.actions import KEY
from kompetanse.programme.kinds.fields import known_facet, yes_or_no
from kompetanse.programme.kinds.poll_answers import level_given, points_given
from kompetanse.programme.models import Definition, Instrument, Step

#: The two sides of the grid, each said by itself, so that two who place the same thing at once do not undo each other.
SIDES: Final = ("use", "effort")

ASPECTS = frozenset({"priority", "points", *SIDES})
GROUP_ASPECTS = frozenset({"priority", *SIDES})

Form = Literal["grid", "points"]
Over = Literal["themes", "actions"]

#: What an action of the module is called here.
ACTION: Final = "action.{key}"
_ACTION = re.compile(rf"action\.{KEY}")
MOST_ACTIONS: Final = 20


class Way(Definition):
    """A way to compare: the group's themes, talked about or chosen, or its actions."""

    form: Form
    over: Over = "themes"


class Content(Definition):
    """Which instrument's themes, how many of them, and the ways to compare that are offered."""

    instrument: str
    most: int = Field(default=3, ge=1)
    ways: tuple[Way, ...] = ()

    @model_validator(mode="after")
    def _each_way_once(self) -> Self:
        """Refuses a way that is listed twice, and points over two things: they are shown once in a module."""
        if len(set(self.ways)) != len(self.ways):
            raise ValueError("A way is listed twice under 'ways'; take one out.")
        if sum(way.form == "points" for way in self.ways) > 1:
            raise ValueError("Under 'ways' points stand more than once; let them be over themes or over actions.")
        return self


def is_action(subject: str) -> bool:
    """Whether this names an action rather than a theme."""
    return _ACTION.fullmatch(subject) is not None


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """Whether a known facet is chosen, how useful or how much work something is, or 100 points given away."""
    if aspect == "points":
        return points_given(_comparable(step, instrument, value), value)
    if aspect in SIDES:
        over: Over = "actions" if is_action(subject) else "themes"
        if Way(form="grid", over=over) not in step.content.ways:
            raise InvalidAnswer(f"Step {step.id!r} has no grid of {over}.")
        if over == "themes":
            known_facet(instrument, subject)
        return level_given(value)
    known_facet(instrument, subject)
    return yes_or_no(value)


def _comparable(step: Step, instrument: Instrument | None, value: object) -> list[str]:
    """What points can be given to; of actions, those of `value` that are called as actions are."""
    over = next((way.over for way in step.content.ways if way.form == "points"), None)
    if over is None or instrument is None:
        raise InvalidAnswer(f"Step {step.id!r} has no points to give away.")
    if over == "themes":
        return [facet.id for facet in instrument.facets]
    named = value if isinstance(value, dict) else ()
    by_place = [ACTION.format(key=place) for place in range(1, MOST_ACTIONS + 1)]
    return [*by_place, *(name for name in named if isinstance(name, str) and is_action(name))]
