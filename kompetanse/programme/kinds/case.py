"""A case to read and talk about; the group may write down what it found."""

from __future__ import annotations

from pydantic import Field

from kompetanse.programme.kinds.fields import Prompt, prompt_text
from kompetanse.programme.models import Definition, Instrument, Step

ASPECTS = frozenset({"answer"})
GROUP_ASPECTS = ASPECTS


class Content(Definition):
    """The questions of the case."""

    questions: tuple[Prompt, ...] = Field(min_length=1)


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """A text under a known question."""
    return prompt_text(step.content.questions, step, subject, value)
