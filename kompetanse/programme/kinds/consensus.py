"""The agreed value: a whole number per theme that the group itself sets, with its reason and another view."""

from __future__ import annotations

from kompetanse.programme.kinds.fields import known_facet, level, yes_or_no
from kompetanse.programme.models import Definition, Instrument, Step
from kompetanse.programme.plain_text import plain_text

ASPECTS = frozenset({"agreed", "agreed-to-be", "discussed", "rationale", "other-view"})
GROUP_ASPECTS = ASPECTS


class Content(Definition):
    """Which instrument the group agrees on."""

    instrument: str
    #: How many themes there is time to discuss.
    discuss: int = 5


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """A level, a text or whether the theme was discussed, for a known facet."""
    known, _ = known_facet(instrument, subject)
    if aspect in {"agreed", "agreed-to-be"}:
        return level(known, value)
    return yes_or_no(value) if aspect == "discussed" else plain_text(value)
