"""What the group will do: each action with its effect, role, due date and status.

Actions stand in numbered places. One that is removed leaves its place to another, so each has an id as well:
what is said of an action, such as where it is placed by use and effort, is said of the one with that id. Those that
were written before there were ids have none, and are known by their place alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final, Literal, get_args

from pydantic import Field

from kompetanse.errors import InvalidAnswer
from kompetanse.programme.kinds.fields import due_date, known_facet, numbered_card, yes_or_no
from kompetanse.programme.models import Definition, Instrument, Step

ACTION: Final = "action"
ASPECTS = frozenset({ACTION})
GROUP_ASPECTS = ASPECTS

Status = Literal["planned", "under-way", "needs-help", "done", "stopped"]
TEXTS = {"what": 600, "effect": 600, "indicator": 300, "role": 120}
ID: Final = "id"
FIELDS = {*TEXTS, "facet", "due", "status", "in-report", ID}

_ID = re.compile("[0-9a-f]{8}")

#: A place, and what an action in it may be called elsewhere.
KEY: Final = r"(?:[1-9]|1\d|20)(?:-[0-9a-f]{8})?"


class Content(Definition):
    """Which instrument's themes the actions belong to, and how many actions there is room for."""

    instrument: str
    most: int = Field(default=5, ge=1, le=20)


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """An action: `what`, `effect`, `indicator`, `role` (no name), `due` (a date), `status`, `facet`, `in-report`.

    Its `id` is the log's to give, see `with_id`; what is sent without it is as valid.
    """
    written, action = numbered_card(step, subject, value, texts=TEXTS, fields=FIELDS, what="action")
    if written.get("facet"):
        action["facet"] = known_facet(instrument, str(written["facet"]))[1].id
    if written.get("due"):
        action["due"] = due_date(written["due"])
    if "status" in written and written["status"] not in get_args(Status):
        raise InvalidAnswer(f"{written['status']!r} is not a status; use one of {', '.join(get_args(Status))}.")
    action["status"] = written.get("status", "planned")
    action["in-report"] = yes_or_no(written.get("in-report", True))
    if ID in written:
        if not isinstance(written[ID], str) or not _ID.fullmatch(written[ID]):
            raise InvalidAnswer(f"{written[ID]!r:.80} is no id of an action; leave it out, and it gets one.")
        action[ID] = written[ID]
    return action


def with_id(action: Any, before: Any, *, answer: str) -> Any:
    """The action with the id of the one that it goes on with, or with a new one where its place was empty.

    before: what stood in its place. answer: the id of the answer; the same one sent again gets the same id.
    """
    if not isinstance(action, Mapping):
        return action
    written = {name: value for name, value in action.items() if name != ID}
    if _is_empty(action):
        return written
    if not _is_empty(before):
        return {**written, **({ID: before[ID]} if ID in before else {})}
    # Whoever still writes in an action that another has just removed goes on with it.
    return {**written, ID: action.get(ID) or hashlib.sha256(answer.encode()).hexdigest()[:8]}


def key_of(place: str, action: Mapping[str, Any]) -> str:
    """What an action is called where something else is said of it: its place, and its id where it has one."""
    return f"{place}-{action[ID]}" if action.get(ID) else place


def _is_empty(action: Any) -> bool:
    return not isinstance(action, Mapping) or not any(str(action.get(name, "")).strip() for name in TEXTS)
