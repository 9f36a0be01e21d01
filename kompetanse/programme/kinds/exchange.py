"""A conversation across groups, with a card that each group writes."""

from __future__ import annotations

from pydantic import Field

from kompetanse.programme.kinds.fields import Prompt, prompt_text
from kompetanse.programme.models import Definition, Instrument, Step

ASPECTS = frozenset({"answer"})
GROUP_ASPECTS = ASPECTS


class Content(Definition):
    """The lines of the card."""

    card: tuple[Prompt, ...] = Field(min_length=1)


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """A text on a known line of the card."""
    return prompt_text(step.content.card, step, subject, value)
