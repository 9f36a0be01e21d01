"""Access codes: readable, random, kept only as keyed hashes."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from kompetanse.answers.answer import to_text
from kompetanse.answers.session import Role
from kompetanse.answers.store.groups import Groups
from kompetanse.answers.store.schema import access_code, wrong_code
from kompetanse.errors import InputError

#: Capital letters and digits without 0 and O, 1 and I: 5 bits a character.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

#: Bits of chance: enough for a code that opens one group, more for one that opens more than that.
LENGTHS: dict[Role, int] = {"facilitator": 12, "analyst": 12, "operator": 12}
LENGTH = 8

GROUP_ROLES: frozenset[Role] = frozenset({"leader", "contact", "room"})


@dataclass(frozen=True)
class Entry:
    """Whom a code lets in. `return_code` is there when the person is new, and shown this once."""

    role: Role
    group: str | None
    participant: str | None
    return_code: str | None = None


class Codes:
    """The access codes as one transaction sees them; `key` turns a code into what is stored."""

    def __init__(self, connection: Connection, key: bytes):
        self._connection = connection
        self._key = key

    def create(
        self, role: Role, *, group: str | None = None, participant: str | None = None, expires: datetime | None = None
    ) -> str:
        """A new code. A leader's lets in everyone of the group as somebody new, unless it is one participant's own."""
        if (role in GROUP_ROLES) != (group is not None):
            wanted = "needs a group" if role in GROUP_ROLES else "belongs to no group"
            raise InputError(f"A code for the role {role} {wanted}.")
        if group is not None and Groups(self._connection).get(group) is None:
            raise InputError(f"There is no group {group!r:.80} to make a code for.")
        if role == "contact" and group is not None and participant is None:
            participant = self._contact(group)
        code = _new_code(LENGTHS.get(role, LENGTH))
        row = {
            "hash": self._hash(code),
            "role": role,
            "group_id": group,
            "participant": participant,
            "created": to_text(datetime.now(UTC)),
            "expires": to_text(expires) if expires else None,
            "revoked": None,
        }
        self._connection.execute(insert(access_code).values(row))
        return code

    def enter(self, code: str) -> Entry | None:
        """Whom the code lets in, a new participant for a leaders' shared code; None for a wrong code."""
        row = self._find(code)
        if row is None:
            self._count_wrong()
            return None
        if row.role != "leader" or row.participant:
            return Entry(role=row.role, group=row.group_id, participant=row.participant)
        participant = Groups(self._connection).join(row.group_id, "leader")
        return Entry(
            role="leader",
            group=row.group_id,
            participant=participant,
            return_code=self.create("leader", group=row.group_id, participant=participant),
        )

    def revoke(self, code: str) -> bool:
        """Makes a code useless from now on; whether it was of use before."""
        row = self._find(code)
        if row is None:
            return False
        now = to_text(datetime.now(UTC))
        self._connection.execute(update(access_code).where(access_code.c.hash == row.hash).values(revoked=now))
        return True

    def wrong_attempts(self) -> int:
        """How many wrong codes have been tried in this hour."""
        found = self._connection.execute(select(wrong_code.c.attempts).where(wrong_code.c.hour == _hour())).scalar()
        return found or 0

    def _find(self, code: str) -> Row[Any] | None:
        wanted = self._hash(code)
        row = self._connection.execute(select(access_code).where(access_code.c.hash == wanted)).first()
        # The search is by a keyed hash: how long it takes says nothing about any code.
        if row is None or not hmac.compare_digest(row.hash, wanted) or row.revoked:
            return None
        if row.expires and row.expires <= to_text(datetime.now(UTC)):
            return None
        return row

    def _contact(self, group: str) -> str:
        groups = Groups(self._connection)
        return groups.contact(group) or groups.join(group, "contact")

    def _count_wrong(self) -> None:
        hour = _hour()
        counted = update(wrong_code).where(wrong_code.c.hour == hour).values(attempts=wrong_code.c.attempts + 1)
        if self._connection.execute(counted).rowcount == 0:
            self._connection.execute(insert(wrong_code).values(hour=hour, attempts=1))

    def _hash(self, code: str) -> str:
        return hmac.digest(self._key, plain_code(code).encode("utf-8", "replace"), "sha256").hex()


def plain_code(code: str) -> str:
    """The code as it counts: in capitals, without spaces and dashes."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _new_code(length: int) -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(length))
    return "-".join(letters[place : place + 4] for place in range(0, length, 4))


def _hour() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H")
