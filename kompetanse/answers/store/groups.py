"""Leadership groups, and the participants who have joined them."""

from __future__ import annotations

import re
import secrets
from base64 import b32encode
from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from kompetanse.answers.answer import to_text
from kompetanse.answers.store.schema import group_municipality, leadership_group, participation
from kompetanse.errors import InputError
from kompetanse.programme.models import LeadershipGroup

#: A group's id is part of addresses and file names.
GROUP_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")

#: A group with each of its municipalities, made once: it is asked for with every answer.
_GROUP = (
    select(leadership_group, group_municipality.c.municipality)
    .join_from(leadership_group, group_municipality, isouter=True)
    .where(leadership_group.c.id == bindparam("group"))
    .order_by(group_municipality.c.place)
)

#: Whether somebody is a deputy: asked for with every answer, too.
_DEPUTY = select(participation.c.deputy).where(participation.c.participant == bindparam("participant"))


class Groups:
    """The groups as one transaction sees them."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def all(self) -> list[LeadershipGroup]:
        """All groups that take part, by id: whatever is made from several groups is made from these."""
        return [group for group in self.everyone() if group.practice is None]

    def practising(self) -> list[LeadershipGroup]:
        """The practice groups, by id."""
        wanted = select(leadership_group.c.id).where(leadership_group.c.practice.is_not(None))
        is_any = self._connection.execute(wanted.limit(1)).first() is not None
        return [group for group in self.everyone() if group.practice is not None] if is_any else []

    def everyone(self) -> list[LeadershipGroup]:
        """All groups that take part and all practice groups, by id."""
        places = defaultdict(list)
        for row in self._connection.execute(select(group_municipality).order_by(group_municipality.c.place)):
            places[row.group_id].append(row.municipality)
        rows = self._connection.execute(select(leadership_group).order_by(leadership_group.c.id))
        # Databases differ in how they sort text; Python does not.
        return sorted((_from_row(row, places[row.id]) for row in rows), key=lambda group: group.id)

    def names(self, *, made_up: bool) -> dict[str, str]:
        """By id, what the groups are called that are made up, or those that are not; in the order of ids."""
        wanted = select(leadership_group.c.id, leadership_group.c.name).where(leadership_group.c.made_up == made_up)
        return dict(sorted((row.id, row.name) for row in self._connection.execute(wanted)))

    def get(self, group_id: str) -> LeadershipGroup | None:
        """The group with this id."""
        rows = self._connection.execute(_GROUP, {"group": group_id}).all()
        return _from_row(rows[0], [row.municipality for row in rows if row.municipality is not None]) if rows else None

    def put(self, group: LeadershipGroup) -> None:
        """Adds a group, or replaces what is known about it."""
        if not GROUP_ID.fullmatch(group.id):
            raise InputError(
                f"{group.id!r:.80} cannot be a group's id; use up to 64 of a-z, 0-9 and hyphens between them."
            )
        row = group.model_dump(mode="json", exclude={"municipalities"})
        if self.get(group.id) is None:
            self._connection.execute(insert(leadership_group).values(row))
        else:
            self._connection.execute(update(leadership_group).where(leadership_group.c.id == group.id).values(row))
        self._connection.execute(delete(group_municipality).where(group_municipality.c.group_id == group.id))
        places = [
            {"group_id": group.id, "place": place, "municipality": number}
            for place, number in enumerate(group.municipalities)
        ]
        if places:
            self._connection.execute(insert(group_municipality), places)

    def join(self, group_id: str, role: str, *, deputy: bool = False) -> str:
        """A new participant of the group: a random token. deputy: they answer in a leader's place."""
        participant, joined = new_participant(), to_text(datetime.now(UTC))
        row = {"participant": participant, "group_id": group_id, "role": role, "joined": joined, "deputy": deputy}
        self._connection.execute(insert(participation).values(row))
        return participant

    def deputies(self, group_id: str | None = None) -> set[str]:
        """The participants of a group, or of all, who answer in a leader's place."""
        query = select(participation.c.participant).where(participation.c.deputy.is_(True))
        if group_id is not None:
            query = query.where(participation.c.group_id == group_id)
        return set(self._connection.execute(query).scalars())

    def is_deputy(self, participant: str) -> bool:
        """Whether this participant answers in a leader's place."""
        return bool(self._connection.execute(_DEPUTY, {"participant": participant}).scalar())

    def contact(self, group_id: str) -> str | None:
        """The participant who is the group's contact."""
        query = select(participation.c.participant).where(
            participation.c.group_id == group_id, participation.c.role == "contact"
        )
        found: str | None = self._connection.execute(query).scalar()
        return found

    def make_leader(self, participant: str) -> None:
        """Somebody who was the contact is one of the leaders from now on."""
        row = update(participation).where(participation.c.participant == participant)
        self._connection.execute(row.values(role="leader"))


def new_participant() -> str:
    """A random participant token of 100 bits."""
    return participant_token(secrets.token_bytes(13))


def participant_token(random: bytes) -> str:
    """A participant token out of at least 13 random bytes."""
    return "p-" + b32encode(random[:13]).decode()[:20].lower()


def _from_row(row: Row[Any], municipalities: list[str]) -> LeadershipGroup:
    return LeadershipGroup(
        id=row.id,
        name=row.name,
        invited=row.invited,
        contact=row.contact,
        gathering_date=date.fromisoformat(row.gathering_date) if row.gathering_date else None,
        municipalities=tuple(municipalities),
        made_up=row.made_up,
        practice=datetime.fromisoformat(row.practice) if row.practice else None,
    )
