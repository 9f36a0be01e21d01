"""Something to read; takes no answers."""

from __future__ import annotations

from kompetanse.errors import InvalidAnswer
from kompetanse.programme.models import Definition, Instrument, Step

ASPECTS: frozenset[str] = frozenset()
GROUP_ASPECTS: frozenset[str] = frozenset()


class Content(Definition):
    """Only the step's own text."""


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """Always InvalidAnswer."""
    raise InvalidAnswer(f"Step {step.id!r} is to be read and takes no answers.")
