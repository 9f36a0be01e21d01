"""The dates of a module that a facilitator has made, and who attends another date than their group's."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import Connection, delete, insert, select

from kompetanse.answers.store.schema import attendance, gathering


class Gatherings:
    """The dates as one transaction sees them."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def made(self, programme: str, module: str) -> list[date]:
        """The dates that a facilitator has made, earliest first."""
        of_module = (gathering.c.programme == programme, gathering.c.module == module)
        found = self._connection.execute(select(gathering.c.gathering_date).where(*of_module)).scalars()
        return sorted(map(date.fromisoformat, found))

    def make(self, programme: str, module: str, day: date) -> None:
        """One more date; one that is there already stays as it is."""
        if day not in self.made(programme, module):
            row = {"programme": programme, "module": module, "gathering_date": day.isoformat()}
            self._connection.execute(insert(gathering).values(row))

    def unmake(self, programme: str, module: str, day: date) -> None:
        """One date less of those that were made."""
        self._connection.execute(
            delete(gathering).where(
                gathering.c.programme == programme,
                gathering.c.module == module,
                gathering.c.gathering_date == day.isoformat(),
            )
        )

    def attending(self, participant: str, module: str) -> date | None:
        """The other date that somebody attends; None for whoever goes with their group."""
        own = (attendance.c.participant == participant, attendance.c.module == module)
        found = self._connection.execute(select(attendance.c.gathering_date).where(*own)).scalar()
        return date.fromisoformat(found) if found else None

    def attend(self, participant: str, module: str, *, group: str, day: date | None) -> None:
        """Somebody attends another date; None: they go with their group again."""
        own = (attendance.c.participant == participant, attendance.c.module == module)
        self._connection.execute(delete(attendance).where(*own))
        if day is not None:
            row = {
                "participant": participant,
                "module": module,
                "group_id": group,
                "gathering_date": day.isoformat(),
            }
            self._connection.execute(insert(attendance).values(row))

    def go_together(self, group: str, module: str, day: date) -> None:
        """Whoever of a group attended this date by themselves goes with the group, which comes on it now."""
        self._connection.execute(
            delete(attendance).where(
                attendance.c.group_id == group,
                attendance.c.module == module,
                attendance.c.gathering_date == day.isoformat(),
            )
        )

    def guests(self, module: str) -> Counter[tuple[str, date]]:
        """By group and the date they attend instead, how many members: a number, and nobody's name."""
        wanted = select(attendance.c.group_id, attendance.c.gathering_date).where(attendance.c.module == module)
        rows = self._connection.execute(wanted)
        return Counter((row.group_id, date.fromisoformat(row.gathering_date)) for row in rows)
