"""What has become of the actions of earlier modules: looked at once in a module, and never changed where they stand."""

from __future__ import annotations

import re
from typing import Final, Literal, get_args

from kompetanse.errors import InvalidAnswer
from kompetanse.programme.kinds.actions import KEY
from kompetanse.programme.kinds.fields import due_date
from kompetanse.programme.models import Definition, Instrument, Step
from kompetanse.programme.plain_text import plain_text

ASPECTS = frozenset({"review"})
GROUP_ASPECTS = ASPECTS

Status = Literal["planned", "under-way", "done", "stopped"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
FIELDS: Final = frozenset({"status", "note", "due"})
LONGEST_NOTE: Final = 200

#: An action by the module it was written in, and what it is called there.
SUBJECT: Final = "{module}.{key}"
_SUBJECT = re.compile(rf"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.{KEY}")


class Content(Definition):
    """Nothing: the actions are the group's own."""


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """What the group says of an action: `status`, one line of what has happened (`note`), and a new `due` date."""
    if not _SUBJECT.fullmatch(subject):
        raise InvalidAnswer(f"There is no action {subject!r:.80}; name its module and its place, as in modul-1.2.")
    if not isinstance(value, dict) or not value.keys() <= FIELDS:
        raise InvalidAnswer(f"A review has the fields {', '.join(sorted(FIELDS))}; got {value!r:.80}.")
    said: dict[str, object] = {}
    if value.get("status"):
        if value["status"] not in STATUSES:
            raise InvalidAnswer(f"{value['status']!r:.80} is not a status; use one of {', '.join(STATUSES)}.")
        said["status"] = value["status"]
    if "note" in value:
        said["note"] = plain_text(value["note"], longest=LONGEST_NOTE).replace("\n", " ")
    if value.get("due"):
        said["due"] = due_date(value["due"])
    return said
