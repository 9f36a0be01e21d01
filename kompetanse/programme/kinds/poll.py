"""A poll answered by each person: words, choices, levels, an order, points, places in a grid, or the tempo."""

from __future__ import annotations

from kompetanse.programme.kinds.fields import prompt_text, yes_or_no
from kompetanse.programme.kinds.poll_answers import LONGEST_WORD, poll_answer
from kompetanse.programme.kinds.poll_content import Content
from kompetanse.programme.models import Instrument, Step

__all__ = ["ASPECTS", "GROUP_ASPECTS", "LONGEST_WORD", "Content", "validate"]

ASPECTS = frozenset({"answer", "note", "shared"})
GROUP_ASPECTS: frozenset[str] = frozenset()


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """An answer in the poll's form, a private note, or whether the answers are shared with the group."""
    if aspect == "shared":
        return yes_or_no(value)
    if aspect == "note":
        return prompt_text(step.content.notes, step, subject, value)
    return poll_answer(step.content, value)
