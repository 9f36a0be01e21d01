"""The agreed value: a whole number per theme that the group itself sets, with its reason and another view."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kompetanse.programme.kinds.fields import known_facet, level, yes_or_no
from kompetanse.programme.models import Definition, Instrument, Step, Text
from kompetanse.programme.plain_text import plain_text

ASPECTS = frozenset({"agreed", "agreed-to-be", "discussed", "rationale", "other-view"})
GROUP_ASPECTS = ASPECTS

#: What a group's answers to a theme can look like: the distance from today to two years ahead, and the agreement.
PatternId = Literal["far-agree", "far-disagree", "near-disagree", "many-dont-know", "near-agree"]


class Pattern(Definition):
    """What to ask when a theme looks like this: a title, a line to be wary of, and questions in their order."""

    id: PatternId
    title: Text
    warning: Text
    questions: tuple[Text, ...] = Field(min_length=1, max_length=5)


class Content(Definition):
    """Which instrument the group agrees on, and what it may ask itself on the way."""

    instrument: str
    #: How many themes there is time to discuss.
    discuss: int = Field(default=5, ge=1)
    #: A programme may leave some out, or all: then there is nothing to ask for that pattern.
    patterns: tuple[Pattern, ...] = ()

    def pattern(self, pattern_id: str) -> Pattern | None:
        """The questions for this pattern, where the programme has any."""
        return next((pattern for pattern in self.patterns if pattern.id == pattern_id), None)


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """A level, a text or whether the theme was discussed, for a known facet."""
    known, _ = known_facet(instrument, subject)
    if aspect in {"agreed", "agreed-to-be"}:
        return level(known, value)
    return yes_or_no(value) if aspect == "discussed" else plain_text(value)
