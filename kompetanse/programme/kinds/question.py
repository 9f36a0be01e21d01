"""An open question, answered in writing under one or more prompts."""

from __future__ import annotations

from pydantic import Field

from kompetanse.programme.kinds.fields import Prompt, prompt_text, yes_or_no
from kompetanse.programme.models import Definition, Instrument, Step

ASPECTS = frozenset({"answer", "in-report"})
GROUP_ASPECTS = ASPECTS


class Content(Definition):
    """The prompts; the group writes one text under each, and decides whether it goes into the report."""

    prompts: tuple[Prompt, ...] = Field(min_length=1)


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """A text under a known prompt, or whether the texts go into the report."""
    if aspect == "in-report":
        return yes_or_no(value)
    return prompt_text(step.content.prompts, step, subject, value)
