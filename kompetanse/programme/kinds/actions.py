"""What the group will do: each action with its effect, role, due date and status."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from kompetanse.errors import InvalidAnswer
from kompetanse.programme.kinds.fields import due_date, known_facet, yes_or_no
from kompetanse.programme.models import Definition, Instrument, Step
from kompetanse.programme.plain_text import plain_text

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
    places = [str(place) for place in range(1, step.content.most + 1)]
    if subject not in places:
        raise InvalidAnswer(f"There is no action {subject!r}; the actions are {', '.join(places)}.")
    if not isinstance(value, dict) or not set(value) <= FIELDS:
        raise InvalidAnswer(f"An action has the fields {', '.join(sorted(FIELDS))}; got {value!r:.80}.")
    action: dict[str, object] = {
        name: plain_text(value[name], longest=longest) for name, longest in TEXTS.items() if name in value
    }
    if value.get("facet"):
        action["facet"] = known_facet(instrument, str(value["facet"]))[1].id
    if value.get("due"):
        action["due"] = due_date(value["due"])
    if "status" in value and value["status"] not in get_args(Status):
        raise InvalidAnswer(f"{value['status']!r} is not a status; use one of {', '.join(get_args(Status))}.")
    action["status"] = value.get("status", "planned")
    action["in-report"] = yes_or_no(value.get("in-report", True))
    return action
