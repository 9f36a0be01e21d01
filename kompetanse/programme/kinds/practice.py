"""Practice cards: what a group has managed, with a role to ask, for other groups to find by theme."""

from __future__ import annotations

from pydantic import Field

from kompetanse.programme.kinds.fields import known_facet, numbered_card
from kompetanse.programme.models import Definition, Instrument, Step

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
    written, card = numbered_card(step, subject, value, texts=TEXTS, fields=FIELDS, what="card")
    if written.get("facet"):
        card["facet"] = known_facet(instrument, str(written["facet"]))[1].id
    return card
