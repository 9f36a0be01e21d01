"""The audit log: what was done here, by role; added to, and never changed.

It holds no code, no answer, no text of a participant and no address of a browser; of a participant a keyed mark at
most.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast, get_args

from sqlalchemy import Connection, Row, insert, select

from kompetanse.answers.answer import to_text
from kompetanse.answers.keys import Keys
from kompetanse.answers.session import Role
from kompetanse.answers.store.schema import audit

Kind = Literal[
    "sign_in",
    "sign_out",
    "wrong_codes",
    "invitation",
    "revocation",
    "import",
    "export",
    "own_download",
    "raw_data_approval",
    "reveal",
    "approval",
    "release",
    "hidden_figure",
    "erasure",
    "operator_erasure",
    "due_erasure",
    "poll",
    "reply",
    "gathering_date",
    "practice",
    "sharing",
    "backup",
    "restore",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

#: Who did it: somebody in a role, or nobody that we know.
Actor = Role | Literal["nobody"]
#: Those by which something is gone.
ERASURES: tuple[Kind, ...] = ("erasure", "operator_erasure", "due_erasure")

LONGEST_DETAIL = 300

#: A participant's token, an access code: neither gets in, whoever wrote the detail.
_SECRET = re.compile(r"p-[a-z2-7]{20}|\b[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){1,3}\b")


@dataclass(frozen=True)
class AuditEntry:
    """One thing that was done. `participant` is a keyed mark: the same for the same person, and of no other use."""

    seq: int
    time: datetime
    kind: Kind
    role: Actor
    group: str | None
    programme: str
    participant: str | None
    detail: str


class Audit:
    """The audit log as one transaction sees it."""

    def __init__(self, connection: Connection, keys: Keys):
        self._connection = connection
        self._keys = keys

    def add(
        self,
        kind: Kind,
        role: Actor,
        detail: str = "",
        *,
        group: str | None = None,
        programme: str = "",
        participant: str | None = None,
    ) -> None:
        """Writes down that this was done now. `participant` is the token, of which only a mark is kept.

        detail: a few plain words and counts; cut where it is long, and codes and tokens in it are left out.
        """
        row = {
            "time": to_text(datetime.now(UTC)),
            "kind": kind,
            "role": role,
            "group_id": group,
            "programme": programme,
            "participant": self._keys.hashed("audit", participant).hex()[:12] if participant else None,
            "detail": plain_detail(detail),
        }
        self._connection.execute(insert(audit).values(row))

    def entries(self, *, since: datetime | None = None, kinds: Collection[Kind] = ()) -> list[AuditEntry]:
        """What was done, oldest first; since a time, of some kinds only."""
        query = select(audit).order_by(audit.c.seq)
        if since is not None:
            query = query.where(audit.c.time >= to_text(since))
        if kinds:
            query = query.where(audit.c.kind.in_(kinds))
        return [_from_row(row) for row in self._connection.execute(query)]

    def newest(self, kind: Kind, *, group: str) -> AuditEntry | None:
        """What was last done to a group of this kind."""
        query = select(audit).where(audit.c.kind == kind, audit.c.group_id == group).order_by(audit.c.seq.desc())
        row = self._connection.execute(query.limit(1)).first()
        return _from_row(row) if row else None


def _from_row(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        seq=row.seq,
        time=datetime.fromisoformat(row.time),
        kind=cast(Kind, row.kind),
        role=cast(Actor, row.role),
        group=row.group_id,
        programme=row.programme,
        participant=row.participant,
        detail=row.detail,
    )


def plain_detail(text: str) -> str:
    """The text on one line, without what could be a code or a token, and no longer than a line should be."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return _SECRET.sub("…", line)[:LONGEST_DETAIL]
