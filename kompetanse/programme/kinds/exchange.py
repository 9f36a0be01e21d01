"""A conversation across groups: notes that the groups of a cross group write together, and each group's own card."""

from __future__ import annotations

from pydantic import Field

from kompetanse.programme.kinds.fields import Prompt, prompt_text
from kompetanse.programme.models import Definition, Instrument, Step

#: The card alone is an answer of the group; notes belong to several groups and are kept apart from all answers.
ASPECTS = frozenset({"answer"})
GROUP_ASPECTS = ASPECTS


class Content(Definition):
    """The lines of the card, and what the groups write down together."""

    card: tuple[Prompt, ...] = Field(min_length=1)
    notes: tuple[Prompt, ...] = ()


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """A text on a known line of the card."""
    return prompt_text(step.content.card, step, subject, value)


def validate_note(step: Step, subject: str, value: object) -> str:
    """A text under one of the prompts that the groups write under together."""
    return prompt_text(step.content.notes, step, subject, value)
