"""Cross groups with their members and notes, and what groups show each other: only ever added to."""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, func, insert, or_, select

from kompetanse.answers.answer import to_json, to_text
from kompetanse.answers.crossing import CrossGroup, Note, Share
from kompetanse.answers.store.codes import LETTERS, in_fours, plain_code
from kompetanse.answers.store.schema import cross_group, cross_member, cross_note, leadership_group, share

#: Letters of a join code, 2^40 of them: it is good for some hours, only for contacts, and few are good at a time.
CODE_LENGTH = 8

_PLACE = (share.c.group_id, share.c.module, share.c.step, share.c.subject, share.c.to_group, share.c.cross_group)


# Made once: it is asked for after every write.
_REACHED = select(
    *(
        select(func.coalesce(func.max(seq), 0)).scalar_subquery()
        for seq in (cross_member.c.seq, cross_note.c.seq, share.c.seq)
    )
)


class Reached(NamedTuple):
    """The highest numbers given so far."""

    member: int
    note: int
    share: int


class Exchanges:
    """What groups have with each other, as one transaction sees it."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def open(self, *, programme: str, module: str, step: str, group: str) -> CrossGroup:
        """A new cross group with this one in it, and a code that no other ever had."""
        made = CrossGroup(secrets.token_hex(16), datetime.now(UTC), programme, module, step, self._new_code())
        row = {"programme": programme, "module": module, "step": step, "code": made.code}
        self._connection.execute(insert(cross_group).values(id=made.id, time=to_text(made.time), **row))
        return self.enter(made, group)

    def enter(self, cross: CrossGroup, group: str) -> CrossGroup:
        """Takes a group in."""
        return self._moved(cross, group, until=None)

    def leave(self, cross: CrossGroup, group: str) -> CrossGroup:
        """Lets a group out; what stood there until now it may go on reading."""
        return self._moved(cross, group, until=self.reached().note)

    def get(self, id: str) -> CrossGroup | None:
        """The cross group with this id."""
        return next(iter(self._found(cross_group.c.id == id)), None)

    def with_code(self, code: str) -> CrossGroup | None:
        """The cross group with this join code, however it is typed."""
        return next(iter(self._found(cross_group.c.code == in_fours(plain_code(code)))), None)

    def of_group(self, group: str, programme: str, module: str) -> list[CrossGroup]:
        """Those that a group is in or has been in, oldest first."""
        own = select(cross_member.c.cross_group).where(cross_member.c.group_id == group)
        where = (cross_group.c.programme == programme, cross_group.c.module == module, cross_group.c.id.in_(own))
        return self._found(*where)

    def notes(self, cross: str, *, until: int | None = None) -> dict[str, str]:
        """What stands under each prompt, now or as it did at a note."""
        newest = select(func.max(cross_note.c.seq)).where(cross_note.c.cross_group == cross)
        if until is not None:
            newest = newest.where(cross_note.c.seq <= until)
        rows = self._connection.execute(
            select(cross_note).where(cross_note.c.seq.in_(newest.group_by(cross_note.c.subject)))
        )
        texts = {note.subject: note.value for note in map(_note, rows)}
        return {subject: text for subject, text in texts.items() if text is not None}

    def newest_note(self, cross: str, subject: str) -> Note | None:
        """What was last written under a prompt, also where it was taken away."""
        where = (cross_note.c.cross_group == cross, cross_note.c.subject == subject)
        row = self._connection.execute(
            select(cross_note).where(*where).order_by(cross_note.c.seq.desc()).limit(1)
        ).first()
        return _note(row) if row else None

    def known_note(self, group: str, id: str) -> Note | None:
        """The note that a group has sent with this id."""
        row = self._connection.execute(select(cross_note).where(cross_note.c.id == _own(group, id))).first()
        return _note(row) if row else None

    def add_note(self, note: Note) -> None:
        """Writes a note down."""
        row = {
            # No other group can have sent it: whoever forges another's id only gets one of their own.
            "id": _own(note.group, note.id),
            "time": to_text(note.time),
            "cross_group": note.cross,
            "subject": note.subject,
            "group_id": note.group,
            "value": to_json(note.value),
        }
        self._connection.execute(insert(cross_note).values(row))

    def add_share(self, one: Share) -> None:
        """Writes down that a group shows something, or no longer."""
        row = {
            "time": to_text(one.time),
            "programme": one.programme,
            "module": one.module,
            "step": one.step,
            "subject": one.subject,
            "group_id": one.group,
            "to_group": one.to_group,
            "cross_group": one.cross,
            "as_of": one.as_of,
        }
        self._connection.execute(insert(share).values(row))

    def given(self, group: str, programme: str, module: str) -> list[Share]:
        """What a group shows now."""
        return self._shares(share.c.programme == programme, share.c.module == module, share.c.group_id == group)

    def received(self, group: str, crosses: Collection[str], programme: str, module: str) -> list[Share]:
        """What others show a group now, to it alone or in one of these cross groups."""
        here = (share.c.programme == programme, share.c.module == module, share.c.group_id != group)
        return self._shares(*here, or_(share.c.to_group == group, share.c.cross_group.in_(crosses)))

    def shown_to_all(self, programme: str) -> list[Share]:
        """What groups show all the others now."""
        return self._shares(share.c.programme == programme, share.c.to_group.is_(None), share.c.cross_group.is_(None))

    def first_times(self, programme: str) -> dict[str, datetime]:
        """By module, when real groups first came together; of what has not been erased."""
        real = select(leadership_group.c.id).where(leadership_group.c.made_up.is_(False))
        first = select(cross_group.c.module, func.min(cross_member.c.time)).join_from(cross_group, cross_member)
        first = first.where(cross_group.c.programme == programme, cross_member.c.group_id.in_(real))
        found = self._connection.execute(first.group_by(cross_group.c.module))
        return {module: datetime.fromisoformat(time) for module, time in found}

    def reached(self) -> Reached:
        """The highest numbers given to what is there."""
        return Reached(*self._connection.execute(_REACHED).one())

    def groups_since(self, before: Reached) -> set[str]:
        """The groups that see something new after these numbers. A card for all is seen when a page looks again."""
        moved = select(cross_member.c.cross_group).where(cross_member.c.seq > before.member)
        written = select(cross_note.c.cross_group).where(cross_note.c.seq > before.note)
        shown = select(share).where(share.c.seq > before.share)
        shares = list(self._connection.execute(shown))
        crosses = {row.cross_group for row in shares if row.cross_group}
        crosses |= set(self._connection.execute(moved.union(written)).scalars())
        of_crosses = select(cross_member.c.group_id).where(cross_member.c.cross_group.in_(crosses))
        found = set(self._connection.execute(of_crosses).scalars()) if crosses else set()
        return found | {group for row in shares for group in (row.group_id, row.to_group) if group}

    def is_taken_from_all_since(self, before: Reached) -> bool:
        """Whether a card that was shown to all groups has been taken back after these numbers."""
        for_all = (share.c.to_group.is_(None), share.c.cross_group.is_(None), share.c.as_of.is_(None))
        found = select(share.c.seq).where(share.c.seq > before.share, *for_all).limit(1)
        return self._connection.execute(found).first() is not None

    def _moved(self, cross: CrossGroup, group: str, *, until: int | None) -> CrossGroup:
        row = {"time": to_text(datetime.now(UTC)), "cross_group": cross.id, "group_id": group, "until": until}
        self._connection.execute(insert(cross_member).values(row))
        found = self.get(cross.id)
        assert found is not None
        return found

    def _found(self, *where: ColumnElement[bool]) -> list[CrossGroup]:
        rows = list(self._connection.execute(select(cross_group).where(*where).order_by(cross_group.c.time)))
        ids = [row.id for row in rows]
        came = select(cross_member).where(cross_member.c.cross_group.in_(ids)).order_by(cross_member.c.seq)
        places: defaultdict[str, dict[str, int | None]] = defaultdict(dict)
        for row in self._connection.execute(came) if ids else ():
            places[row.cross_group][row.group_id] = row.until
        return [_cross(row, places[row.id]) for row in rows]

    def _shares(self, *where: ColumnElement[bool]) -> list[Share]:
        newest = select(func.max(share.c.seq)).where(*where).group_by(*_PLACE)
        wanted = select(share).where(share.c.seq.in_(newest), share.c.as_of.is_not(None)).order_by(share.c.seq)
        return [_share(row) for row in self._connection.execute(wanted)]

    def _new_code(self) -> str:
        while True:
            code = in_fours("".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH)))
            if self.with_code(code) is None:
                return code


def _own(group: str, id: str) -> str:
    return f"{group} {id}"


def _cross(row: Row[Any], places: dict[str, int | None]) -> CrossGroup:
    return CrossGroup(
        id=row.id,
        time=datetime.fromisoformat(row.time),
        programme=row.programme,
        module=row.module,
        step=row.step,
        code=row.code,
        members=tuple(group for group, until in places.items() if until is None),
        left={group: until for group, until in places.items() if until is not None},
    )


def _note(row: Row[Any]) -> Note:
    return Note(
        id=row.id.removeprefix(f"{row.group_id} "),
        time=datetime.fromisoformat(row.time),
        cross=row.cross_group,
        subject=row.subject,
        group=row.group_id,
        value=json.loads(row.value),
        seq=row.seq,
    )


def _share(row: Row[Any]) -> Share:
    return Share(
        programme=row.programme,
        module=row.module,
        step=row.step,
        subject=row.subject,
        group=row.group_id,
        to_group=row.to_group,
        cross=row.cross_group,
        as_of=row.as_of,
        time=datetime.fromisoformat(row.time),
    )
