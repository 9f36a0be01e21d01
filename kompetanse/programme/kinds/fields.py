"""Parts that several kinds share: a prompt to write under, and the checks of common values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from kompetanse.errors import InvalidAnswer
from kompetanse.programme.models import Definition, Facet, Instrument, Step, Text
from kompetanse.programme.plain_text import LONGEST_TEXT, plain_text


class Prompt(Definition):
    """Something to write an answer to."""

    id: str
    text: Text
    longest: int = LONGEST_TEXT


def prompt_text(prompts: Iterable[Prompt], step: Step, subject: str, value: object) -> str:
    """A valid text for one of the prompts."""
    by_id = {prompt.id: prompt for prompt in prompts}
    if subject not in by_id:
        raise InvalidAnswer(f"Step {step.id!r} has no question {subject!r}; it has {', '.join(by_id)}.")
    return plain_text(value, longest=by_id[subject].longest)


def yes_or_no(value: object) -> bool:
    """True or False, nothing that merely looks like it."""
    if not isinstance(value, bool):
        raise InvalidAnswer(f"Expected true or false, got {value!r}.")
    return value


def due_date(value: object) -> str:
    """A date as it is stored."""
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise InvalidAnswer(f"{value!r:.80} is not a date; write it as 2027-02-01.") from None


def level(instrument: Instrument, value: object) -> int:
    """A level of the instrument's scale."""
    scale = instrument.scale
    if isinstance(value, bool) or not isinstance(value, int) or value not in scale.levels:
        raise InvalidAnswer(f"{value!r} is not a level; use a whole number from {scale.low} to {scale.high}.")
    return value


def known_facet(instrument: Instrument | None, subject: str) -> tuple[Instrument, Facet]:
    """The instrument and its facet called `subject`."""
    facet = instrument.facet(subject) if instrument else None
    if instrument is None or facet is None:
        known = ", ".join(facet.code for facet in instrument.facets) if instrument else "none"
        raise InvalidAnswer(f"There is no theme {subject!r}; the themes are {known}.")
    return instrument, facet


def numbered_card(
    step: Step, subject: str, value: object, *, texts: Mapping[str, int], fields: Collection[str], what: str
) -> tuple[dict[str, object], dict[str, object]]:
    """What is written in one of a step's numbered places, and the texts among it, checked for their longest length.

    texts: by field, its most signs; fields: all that there may be; what: what one is called in a message.
    """
    places = [str(place) for place in range(1, step.content.most + 1)]
    if subject not in places:
        raise InvalidAnswer(f"There is no {what} {subject!r:.80}; choose one of {', '.join(places)}.")
    if not isinstance(value, dict) or not set(value) <= set(fields):
        raise InvalidAnswer(f"The fields of a {what} are {', '.join(sorted(fields))}; got {value!r:.80}.")
    return value, {name: plain_text(value[name], longest=longest) for name, longest in texts.items() if name in value}
