"""Who did what by role, and how much was erased: counts, never a name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection, func, insert, select

from kompetanse.answers.answer import to_json, to_text
from kompetanse.answers.session import Role
from kompetanse.answers.store.schema import erasure, operation

What = Literal["export", "import", "erase", "reveal", "approve", "release"]


@dataclass(frozen=True)
class Operation:
    """One thing that was done to the answers."""

    time: datetime
    what: What
    role: Role
    group: str | None
    module: str | None
    counts: Mapping[str, int]


class Ledger:
    """The operations and erasures as one transaction sees them."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def write(
        self,
        what: What,
        role: Role,
        *,
        group: str | None = None,
        module: str | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> None:
        """Writes down that somebody in this role did this now."""
        row = {
            "time": to_text(datetime.now(UTC)),
            "what": what,
            "role": role,
            "group_id": group,
            "module": module,
            "counts": to_json(dict(counts or {})),
        }
        self._connection.execute(insert(operation).values(row))

    def operations(self) -> list[Operation]:
        """Everything that was done, oldest first."""
        return [
            Operation(
                time=datetime.fromisoformat(row.time),
                what=row.what,
                role=row.role,
                group=row.group_id,
                module=row.module,
                counts=json.loads(row.counts),
            )
            for row in self._connection.execute(select(operation).order_by(operation.c.id))
        ]

    def erasures(self) -> int:
        """How many erasures there have been."""
        return int(self._connection.execute(select(func.count()).select_from(erasure)).scalar_one())

    def bury(self, *, as_of: int, participants: int, answers: int) -> None:
        """Leaves a tombstone: only how much was erased."""
        row = {
            "time": to_text(datetime.now(UTC)),
            "as_of": as_of,
            "participants": participants,
            "answers": answers,
        }
        self._connection.execute(insert(erasure).values(row))
