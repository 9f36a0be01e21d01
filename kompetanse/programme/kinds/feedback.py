"""A few questions about the module: on levels with one way out, or open, which one may share with the facilitator."""

from __future__ import annotations

from pydantic import Field

from kompetanse.errors import InvalidAnswer
from kompetanse.programme.kinds.fields import yes_or_no
from kompetanse.programme.models import DONT_KNOW, Definition, Instrument, Step, Text
from kompetanse.programme.plain_text import plain_text

ASPECTS = frozenset({"answer", "shared"})
GROUP_ASPECTS: frozenset[str] = frozenset()


class FeedbackQuestion(Definition):
    """One question; without levels it is open."""

    id: str
    text: Text
    levels: dict[int, Text] = Field(default_factory=dict)
    way_out: Text | None = None
    longest: int = 300


class Content(Definition):
    """At most four questions."""

    questions: tuple[FeedbackQuestion, ...] = Field(min_length=1, max_length=4)


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """A level, the way out (`vet-ikke`) or a text, as the question asks; of a text also whether it is shared."""
    question = next((question for question in step.content.questions if question.id == subject), None)
    if question is None:
        raise InvalidAnswer(f"Step {step.id!r} has no question {subject!r}.")
    if aspect == "shared":
        if question.levels:
            raise InvalidAnswer(f"{subject!r} is not an open question, so there is nothing to share.")
        return yes_or_no(value)
    if not question.levels:
        return plain_text(value, longest=question.longest)
    if value == DONT_KNOW and question.way_out:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value in question.levels:
        return value
    levels = ", ".join(map(str, question.levels))
    raise InvalidAnswer(f"{value!r:.80} is not an answer to {subject!r}; use one of {levels}.")
