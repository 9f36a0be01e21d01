"""The mapping itself: how it is today, what is good enough ahead, and what matters most."""

from __future__ import annotations

from kompetanse.errors import InvalidAnswer
from kompetanse.programme.kinds.fields import known_facet, level, yes_or_no
from kompetanse.programme.models import DONT_KNOW, NOT_RELEVANT, Definition, Instrument, Step
from kompetanse.programme.plain_text import plain_text

ASPECTS = frozenset({"as-is", "to-be", "importance", "comment", "comment-shared", "withheld", "form"})
GROUP_ASPECTS: frozenset[str] = frozenset()


class Content(Definition):
    """Which instrument is asked, and which axis of it; no axis means all facets."""

    instrument: str
    axis: str | None = None
    #: Whether this step ends with «choose up to five themes» over ALL facets of the instrument.
    importance: bool = False


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """A level, a special answer, a choice or a comment, for the item or facet it belongs to."""
    if aspect == "withheld":
        return yes_or_no(value)
    if aspect == "form":
        return _form(value)
    if aspect == "as-is":
        return _item_answer(instrument, subject, value)
    known, _ = known_facet(instrument, subject)
    if aspect == "to-be":
        return DONT_KNOW if value == DONT_KNOW else level(known, value)
    if aspect == "comment":
        return plain_text(value)
    if aspect == "importance" and not isinstance(value, bool):
        return level(known, value)
    return yes_or_no(value)


def _item_answer(instrument: Instrument | None, subject: str, value: object) -> int | str:
    if instrument is None or instrument.item(subject) is None:
        raise InvalidAnswer(f"There is no statement {subject!r} in this assessment.")
    if not isinstance(value, str):
        return level(instrument, value)
    allowed = [DONT_KNOW, NOT_RELEVANT, *(f"{NOT_RELEVANT}:{reason.id}" for reason in instrument.special.reasons)]
    if value not in allowed:
        raise InvalidAnswer(f"{value!r} is not an answer; use a level, or one of {', '.join(allowed)}.")
    return value


def _form(value: object) -> str:
    if not isinstance(value, str) or value not in {"short", "long"}:
        raise InvalidAnswer(f"{value!r} is not a form; use 'short' or 'long'.")
    return str(value)
