"""What the group will do: each action with its effect, role, due date and status."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from kompetanse.errors import InvalidAnswer
from kompetanse.programme.kinds.fields import due_date, known_facet, numbered_card, yes_or_no
from kompetanse.programme.models import Definition, Instrument, Step

ASPECTS = frozenset({"action"})
GROUP_ASPECTS = ASPECTS

Status = Literal["planned", "under-way", "needs-help", "done", "stopped"]
TEXTS = {"what": 600, "effect": 600, "indicator": 300, "role": 120}
FIELDS = {*TEXTS, "facet", "due", "status", "in-report"}


class Content(Definition):
    """Which instrument's themes the actions belong to, and how many actions there is room for."""

    instrument: str
    most: int = Field(default=5, ge=1, le=20)


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """An action: `what`, `effect`, `indicator`, `role` (no name), `due` (a date), `status`, `facet`, `in-report`."""
    written, action = numbered_card(step, subject, value, texts=TEXTS, fields=FIELDS, what="action")
    if written.get("facet"):
        action["facet"] = known_facet(instrument, str(written["facet"]))[1].id
    if written.get("due"):
        action["due"] = due_date(written["due"])
    if "status" in written and written["status"] not in get_args(Status):
        raise InvalidAnswer(f"{written['status']!r} is not a status; use one of {', '.join(get_args(Status))}.")
    action["status"] = written.get("status", "planned")
    action["in-report"] = yes_or_no(written.get("in-report", True))
    return action
