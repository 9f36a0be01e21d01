"""Access codes: readable, random, kept only as keyed hashes.

How long it takes to hit any code by guessing. A new code has 12 letters of 32, so there are 2^60 of them. All of Norway
is 357 groups with one shared code, 16 personal ones, the contact's and the room's: 6,783 codes. Whoever tries codes at
random needs 2^60 / 6,783 = 1.7 x 10^14 tries on average before one of them is anybody's. One server answers under
1,000 tries a second; at ten times that it takes 540 years (for the 41 groups of Nordland: 4,700). So the length alone
keeps guessers out, and no right code ever has to be refused because somebody else is guessing
(`kompetanse.server.guessing`). A test works the sum out again.

A code of the first version had 8 letters. Those go on working until they are rotated.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select, update

from kompetanse.answers.answer import to_text
from kompetanse.answers.session import Role
from kompetanse.answers.store.groups import Groups
from kompetanse.answers.store.schema import access_code
from kompetanse.errors import InputError

#: Capital letters and digits without 0 and O, 1 and I: 5 bits a character.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

#: Letters of a code; more for one that opens more than one group.
LENGTH = 12
LENGTHS: dict[Role, int] = {"facilitator": 16, "analyst": 16, "operator": 16}

GROUP_ROLES: frozenset[Role] = frozenset({"leader", "contact", "room"})

#: How a code is used: by everyone who is invited, by one person once, or by one person on any device.
Kind = Literal["shared", "once", "personal"]
State = Literal["open", "used", "expired", "ended"]

#: So many letters of a code's hash name it on lists; they say nothing about the code.
ID_LENGTH = 10


@dataclass(frozen=True)
class Entry:
    """Whom a code lets in. `return_code` is there when the person has just got it, and shown this once."""

    role: Role
    group: str | None
    participant: str | None
    return_code: str | None = None


@dataclass(frozen=True)
class IssuedCode:
    """What is known about a code without knowing the code."""

    hash: str
    role: Role
    group: str | None
    kind: Kind
    state: State
    created: datetime
    expires: datetime | None
    #: Whether whoever it lets in answers in a leader's place.
    deputy: bool = False

    @property
    def id(self) -> str:
        """What names the code on lists."""
        return self.hash[:ID_LENGTH]


class Codes:
    """The access codes as one transaction sees them; `key` turns a code into what is stored."""

    def __init__(self, connection: Connection, key: bytes):
        self._connection = connection
        self._key = key

    def create(
        self,
        role: Role,
        *,
        group: str | None = None,
        participant: str | None = None,
        expires: datetime | None = None,
        once: bool = False,
        deputy: bool = False,
    ) -> str:
        """A new code. A leader's lets in everyone of the group as somebody new, unless it is one participant's own.

        once: it lets one person in, who gets a personal code instead, so that whoever printed it cannot follow.
        deputy: that person answers in a leader's place.
        """
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
            "once": once,
            "used": None,
            "deputy": deputy,
        }
        self._connection.execute(insert(access_code).values(row))
        return code

    def find(self, code: str) -> IssuedCode | None:
        """What is known about this code; None for one that was never made. Changes nothing."""
        row = self._row(code)
        return _issued(row) if row else None

    def enter(self, code: str) -> Entry | None:
        """Whom the code lets in, a new participant for a leaders' invitation; None for one that lets nobody in."""
        row = self._row(code)
        if row is None or _state(row) != "open":
            return None
        if row.once:
            self._mark(row.hash, "used")
        elif row.role != "leader" or row.participant:
            return Entry(role=row.role, group=row.group_id, participant=row.participant)
        participant = row.participant or Groups(self._connection).join(row.group_id, row.role, deputy=row.deputy)
        return Entry(
            role=row.role,
            group=row.group_id,
            participant=participant,
            return_code=self.create(row.role, group=row.group_id, participant=participant),
        )

    def all(self, role: Role | None = None, *, group: str | None = None) -> list[IssuedCode]:
        """Every code that was made, oldest first; of one role, of one group."""
        wanted = select(access_code)
        if role is not None:
            wanted = wanted.where(access_code.c.role == role)
        if group is not None:
            wanted = wanted.where(access_code.c.group_id == group)
        return [_issued(row) for row in self._connection.execute(wanted.order_by(access_code.c.created))]

    def revoke(self, code: str) -> bool:
        """Makes a code useless from now on; whether it was of use before."""
        row = self._row(code)
        return row is not None and bool(self.end([_issued(row)]))

    def end(self, codes: Collection[IssuedCode]) -> int:
        """Makes codes useless from now on; how many of them were of use before."""
        ended = [code for code in codes if code.state == "open"]
        for code in ended:
            self._mark(code.hash, "revoked")
        return len(ended)

    def end_contact(self, group: str) -> None:
        """The group has no contact any more: who it was stays a leader, with the personal code they have.

        What they have answered stays theirs, and whoever is the next contact begins anew. A device that is signed in
        as the contact must be signed out by itself (`Devices.remove_all`).
        """
        groups = Groups(self._connection)
        participant = groups.contact(group)
        if participant is None:
            return
        groups.make_leader(participant)
        own = update(access_code).where(access_code.c.participant == participant)
        self._connection.execute(own.where(access_code.c.once.is_(False)).values(role="leader"))
        self.end([code for code in self.all("contact", group=group) if code.kind == "once"])

    def _row(self, code: str) -> Row[Any] | None:
        wanted = self._hash(code)
        row = self._connection.execute(select(access_code).where(access_code.c.hash == wanted)).first()
        # The search is by a keyed hash: how long it takes says nothing about any code.
        return row if row is not None and hmac.compare_digest(row.hash, wanted) else None

    def _mark(self, hash: str, column: str) -> None:
        now = to_text(datetime.now(UTC))
        self._connection.execute(update(access_code).where(access_code.c.hash == hash).values({column: now}))

    def _contact(self, group: str) -> str:
        groups = Groups(self._connection)
        return groups.contact(group) or groups.join(group, "contact")

    def _hash(self, code: str) -> str:
        return hmac.digest(self._key, plain_code(code).encode("utf-8", "replace"), "sha256").hex()


def plain_code(code: str) -> str:
    """The code as it counts: in capitals, without spaces and dashes."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def in_fours(code: str) -> str:
    """The code as it is read: in groups of four."""
    letters = plain_code(code)
    return "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))


def _new_code(length: int) -> str:
    return in_fours("".join(secrets.choice(LETTERS) for _ in range(length)))


def _issued(row: Row[Any]) -> IssuedCode:
    return IssuedCode(
        hash=row.hash,
        role=row.role,
        group=row.group_id,
        kind="once" if row.once else "personal" if row.participant else "shared",
        state=_state(row),
        created=datetime.fromisoformat(row.created),
        expires=datetime.fromisoformat(row.expires) if row.expires else None,
        deputy=row.deputy,
    )


def _state(row: Row[Any]) -> State:
    if row.revoked:
        return "ended"
    if row.used:
        return "used"
    return "expired" if row.expires and row.expires <= to_text(datetime.now(UTC)) else "open"
