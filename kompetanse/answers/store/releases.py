"""What has been shown to whom: until which answer, and a hash of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast

from sqlalchemy import Connection, Row, insert, select, update

from kompetanse.answers.store.answer import to_text
from kompetanse.answers.store.schema import release

Audience = Literal["room", "report"]


@dataclass(frozen=True)
class Release:
    """All answers of a group until `as_of`, shown to an audience.

    "room": the group has shown itself its answers. "report": the group has approved its report.
    `frozen` is false once an answer it rests on has been erased: then `hash` cannot be found again.
    """

    time: datetime
    group: str
    module: str
    round: int
    audience: Audience
    as_of: int
    hash: str
    frozen: bool = True


class Releases:
    """The releases as one transaction sees them."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def add(
        self,
        group: str,
        module: str,
        audience: Audience,
        *,
        as_of: int,
        hash: str,
        round: int = 1,
        time: datetime | None = None,
    ) -> Release:
        """Writes down what has been shown."""
        made = Release(
            time=time or datetime.now(UTC),
            group=group,
            module=module,
            round=round,
            audience=audience,
            as_of=as_of,
            hash=hash,
        )
        row = {
            "time": to_text(made.time),
            "group_id": group,
            "module": module,
            "round": round,
            "audience": audience,
            "as_of": as_of,
            "hash": hash,
            "frozen": True,
        }
        self._connection.execute(insert(release).values(row))
        return made

    def all(
        self, *, group: str | None = None, module: str | None = None, audience: Audience | None = None
    ) -> list[Release]:
        """The releases, oldest first."""
        wanted = {"group_id": group, "module": module, "audience": audience}
        conditions = [release.c[name] == value for name, value in wanted.items() if value is not None]
        query = select(release).where(*conditions)
        return [_from_row(row) for row in self._connection.execute(query.order_by(release.c.id))]

    def newest(self, group: str, module: str, audience: Audience, *, round: int | None = None) -> Release | None:
        """The latest release of this kind; of one round, or of any."""
        found = self.all(group=group, module=module, audience=audience)
        return next((each for each in reversed(found) if round in {None, each.round}), None)

    def thaw(self, group: str, *, since: int) -> None:
        """Marks what rests on an answer that has been erased: all releases of its group since its seq."""
        resting = update(release).where(release.c.group_id == group, release.c.as_of >= since)
        self._connection.execute(resting.values(frozen=False))


def _from_row(row: Row[Any]) -> Release:
    return Release(
        time=datetime.fromisoformat(row.time),
        group=row.group_id,
        module=row.module,
        round=row.round,
        audience=cast(Audience, row.audience),
        as_of=row.as_of,
        hash=row.hash,
        frozen=row.frozen,
    )
