"""How the rooms were led: added to, and never changed; the newest is where a room is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, or_, select

from kompetanse.answers.answer import to_text
from kompetanse.answers.moment import Moment
from kompetanse.answers.store.schema import attendance, leadership_group, moment


class Moments:
    """The moments as one transaction sees them: of groups, and of dates for those that follow."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def add(self, led: Moment, *, module: str, group: str | None = None, day: date | None = None) -> Moment:
        """Writes down where a room, or all of a date, is now."""
        row = {
            "time": to_text(led.time),
            "module": module,
            "group_id": group,
            "gathering_date": day.isoformat() if day else None,
            "name": led.name,
            "theme": led.theme,
            "box": led.box,
            "begun": to_text(led.begun) if led.begun else None,
            "locked": led.locked,
            "follows": led.follows,
        }
        made = self._connection.execute(insert(moment).values(row)).inserted_primary_key
        assert made is not None
        return replace(led, seq=made[0])

    def of_group(self, group: str, module: str) -> Moment:
        """Where its contact has led a group's room; the first moment where nobody has."""
        return next(self._newest(moment.c.group_id == group, module), Moment())

    def of_groups(self, module: str) -> dict[str, Moment]:
        """Where every group's room is that somebody has led, by group."""
        newest = select(func.max(moment.c.seq)).where(moment.c.module == module, moment.c.group_id.is_not(None))
        wanted = select(moment).where(moment.c.seq.in_(newest.group_by(moment.c.group_id)))
        return {row.group_id: _from_row(row) for row in self._connection.execute(wanted)}

    def of_plenum(self, day: date, module: str) -> Moment | None:
        """Where the facilitator has led all groups of a date; None where nobody has."""
        return next(self._newest(moment.c.gathering_date == day.isoformat(), module), None)

    def latest(self) -> int:
        """The highest number ever given to a moment."""
        return int(self._connection.execute(select(func.coalesce(func.max(moment.c.seq), 0))).scalar_one())

    def groups_since(self, seq: int) -> set[str]:
        """The groups that are somewhere else after this number: those led, and all of a date that was led."""
        led = select(moment.c.group_id, moment.c.gathering_date).where(moment.c.seq > seq).subquery()
        whose = or_(leadership_group.c.id == led.c.group_id, leadership_group.c.gathering_date == led.c.gathering_date)
        return set(self._connection.execute(select(leadership_group.c.id).join(led, whose)).scalars())

    def guests_since(self, seq: int) -> set[str]:
        """The members of other groups who attend a date that was led after this number."""
        led = select(moment.c.module, moment.c.gathering_date).where(moment.c.seq > seq).subquery()
        whose = and_(attendance.c.module == led.c.module, attendance.c.gathering_date == led.c.gathering_date)
        return set(self._connection.execute(select(attendance.c.participant).join(led, whose)).scalars())

    def _newest(self, whose: ColumnElement[bool], module: str) -> Iterator[Moment]:
        wanted = select(moment).where(whose, moment.c.module == module).order_by(moment.c.seq.desc()).limit(1)
        return map(_from_row, self._connection.execute(wanted))


def _from_row(row: Row[Any]) -> Moment:
    return Moment(
        name=row.name,
        theme=row.theme,
        box=row.box,
        begun=datetime.fromisoformat(row.begun) if row.begun else None,
        locked=row.locked,
        follows=row.follows,
        seq=row.seq,
        time=datetime.fromisoformat(row.time),
    )
