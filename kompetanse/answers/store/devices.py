"""Where somebody is signed in: each device until it is signed out, its time is up or its code is revoked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select

from kompetanse.answers.answer import to_text
from kompetanse.answers.session import Role
from kompetanse.answers.store.schema import access_code, device


@dataclass(frozen=True)
class Device:
    """One signed-in device: for whom it speaks. `return_code` is sealed: only the device's own key opens it."""

    id: str
    role: Role
    programme: str
    group: str | None = None
    participant: str | None = None
    #: The hash of the code that it depends on; None where there is none, because another provider vouches.
    code: str | None = None
    return_code: str | None = None


class Devices:
    """The signed-in devices as one transaction sees them."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def add(self, new: Device, lifetime: timedelta) -> None:
        """Signs a device in; those whose time is up are forgotten on the way."""
        now = datetime.now(UTC)
        self._connection.execute(delete(device).where(device.c.expires <= to_text(now)))
        row = {
            "id": new.id,
            "role": new.role,
            "programme": new.programme,
            "group_id": new.group,
            "participant": new.participant,
            "code": new.code,
            "expires": to_text(now + lifetime),
            "return_code": new.return_code,
        }
        self._connection.execute(insert(device).values(row))

    def get(self, ids: Sequence[str]) -> dict[str, Device]:
        """Those of these devices that are signed in: there is no trace of one that was signed out."""
        found = self._connection.execute(_signed_in().where(device.c.id.in_(ids)))
        return {row.id: _from_row(row) for row in found}

    def remove(self, device_id: str) -> None:
        """Signs one device out."""
        self._connection.execute(delete(device).where(device.c.id == device_id))

    def remove_all(
        self, *, role: Role | None = None, group: str | None = None, participant: str | None = None
    ) -> list[str]:
        """Signs out all devices of this role, group or participant, or all there are; their ids."""
        wanted = {device.c.role: role, device.c.group_id: group, device.c.participant: participant}
        chosen = [column == value for column, value in wanted.items() if value is not None]
        found = [row.id for row in self._connection.execute(_signed_in().where(*chosen))]
        self._connection.execute(delete(device).where(*chosen))
        return found

    def count(self) -> list[tuple[Role, str | None, int]]:
        """How many devices are signed in, by role and group."""
        signed_in = _signed_in().subquery()
        counted = select(signed_in.c.role, signed_in.c.group_id, func.count()).group_by(
            signed_in.c.role, signed_in.c.group_id
        )
        rows = [(role, group, number) for role, group, number in self._connection.execute(counted)]
        return sorted(rows, key=lambda row: (row[0], row[1] or ""))


def _signed_in() -> Any:
    """All devices but those whose time is up, or whose code has been revoked or is gone."""
    has_its_code = and_(access_code.c.hash.is_not(None), access_code.c.revoked.is_(None))
    return (
        select(device)
        .join(access_code, access_code.c.hash == device.c.code, isouter=True)
        .where(or_(device.c.code.is_(None), has_its_code), device.c.expires > to_text(datetime.now(UTC)))
    )


def _from_row(row: Row[Any]) -> Device:
    return Device(
        id=row.id,
        role=row.role,
        programme=row.programme,
        group=row.group_id,
        participant=row.participant,
        code=row.code,
        return_code=row.return_code,
    )
