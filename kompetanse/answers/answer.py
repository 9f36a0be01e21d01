"""What one answer says, and when two answers say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypedDict

ANSWER_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
PARTICIPANT = re.compile(r"p-[a-z2-7]{20}")

#: Group, participant, module, step, round, subject and aspect.
Key = tuple[str, str, str, str, int, str, str]

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of the log. `participant` "" is the group itself; `seq` is None until it is saved."""

    id: str
    time: datetime
    programme: str
    version: str
    module: str
    step: str
    round: int
    subject: str
    aspect: str
    group: str
    municipality: str | None
    participant: str
    value: Any
    made_up: bool = False
    seq: int | None = None

    @property
    def key(self) -> Key:
        """What the answer is an answer to: a later answer with the same key takes its place."""
        return (self.group, self.participant, self.module, self.step, self.round, self.subject, self.aspect)

    def says_the_same(self, other: Answer) -> bool:
        """Whether this is the other answer sent again: same question, same writer, same value."""
        same_place = self.key == other.key and self.programme == other.programme
        return same_place and to_json(self.value) == to_json(other.value)


class Which(TypedDict, total=False):
    """Filters on answers; a value or a collection of values each."""

    group: str | Collection[str]
    participant: str | Collection[str]
    module: str | Collection[str]
    step: str | Collection[str]
    round: int | Collection[int]
    subject: str | Collection[str]
    aspect: str | Collection[str]


def to_json(value: Any) -> str:
    """The one way in which a value is written as JSON."""
    return _ENCODER.encode(value)


def to_text(time: datetime) -> str:
    """A time in UTC with microseconds: as text these sort as the times do."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")
