"""The tombstones of what was erased: counts, never a name."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select

from kompetanse.answers.answer import to_text
from kompetanse.answers.store.schema import erasure


class Ledger:
    """The erasures as one transaction sees them."""

    def __init__(self, connection: Connection):
        self._connection = connection

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
