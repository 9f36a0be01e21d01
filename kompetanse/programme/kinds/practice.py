"""Practice cards: what a group has managed, with a role to ask, for other groups to find by theme."""

from __future__ import annotations

from pydantic import Field

from kompetanse.errors import InvalidAnswer
from kompetanse.programme.kinds.fields import known_facet
from kompetanse.programme.models import Definition, Instrument, Step
from kompetanse.programme.plain_text import plain_text

ASPECTS = frozenset({"card"})
GROUP_ASPECTS = ASPECTS

TEXTS = {"did": 600, "took": 400, "differently": 400, "role": 120}
FIELDS = {*TEXTS, "facet"}

#: Without these nobody would find a card, or learn from it.
NEEDED = ("facet", "did", "role")


class Content(Definition):
    """Which instrument's themes the cards belong to, and how many cards a group has room for."""

    instrument: str
    most: int = Field(default=3, ge=1, le=10)


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """A card: `did`, `took`, `differently`, `role` (no name) and `facet`."""
    places = [str(place) for place in range(1, step.content.most + 1)]
    if subject not in places:
        raise InvalidAnswer(f"There is no card {subject!r:.80}; the cards are {', '.join(places)}.")
    if not isinstance(value, dict) or not set(value) <= FIELDS:
        raise InvalidAnswer(f"A card has the fields {', '.join(sorted(FIELDS))}; got {value!r:.80}.")
    card: dict[str, object] = {
        name: plain_text(value[name], longest=longest) for name, longest in TEXTS.items() if name in value
    }
    if value.get("facet"):
        card["facet"] = known_facet(instrument, str(value["facet"]))[1].id
    return card
