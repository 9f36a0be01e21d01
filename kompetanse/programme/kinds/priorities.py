"""The few themes that the group will do something about."""

from __future__ import annotations

from pydantic import Field

from kompetanse.programme.kinds.fields import known_facet, yes_or_no
from kompetanse.programme.models import Definition, Instrument, Step

ASPECTS = frozenset({"priority"})
GROUP_ASPECTS = ASPECTS


class Content(Definition):
    """Which instrument's themes, and how many of them."""

    instrument: str
    most: int = Field(default=3, ge=1)


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """Whether a known facet is chosen."""
    known_facet(instrument, subject)
    return yes_or_no(value)
