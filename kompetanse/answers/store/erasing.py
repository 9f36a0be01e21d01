"""Which rows belong to a person, a group, a programme or a module, in every table there is, and how they go.

A table that is added later is found by its columns, so that nobody has to remember it here.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, delete, func, or_, select

from kompetanse.answers.erased import Erased
from kompetanse.answers.store.answers import Answers
from kompetanse.answers.store.codes import plain_code
from kompetanse.answers.store.ledger import Ledger
from kompetanse.answers.store.releases import Releases
from kompetanse.answers.store.schema import (
    access_code,
    answer,
    audit,
    cross_group,
    cross_member,
    cross_note,
    device,
    gathering,
    group_municipality,
    leadership_group,
    metadata,
    participation,
    poll_answer,
    poll_event,
    poll_run,
    reply,
    share,
)

#: What is to go: a condition for each table that has any of it.
Rows = Mapping[Table, ColumnElement[bool]]

#: What was done stays, also when those it was done to are gone: it tells of them by marks that lead nowhere then.
_STAYS = frozenset({audit})


class Erasing:
    """Finding, counting and deleting rows, as one transaction sees them; `key` turns a code into what is stored."""

    def __init__(self, connection: Connection, key: bytes):
        self._connection = connection
        self._key = key

    def own_answers(self, participant: str) -> Rows:
        """The answers of one person, who stays a member."""
        return {answer: answer.c.participant == participant}

    def everything_of(self, participant: str) -> Rows:
        """All that is known of a person: answers, membership, codes."""
        return {table: table.c.participant == participant for table in _with("participant")}

    def of_groups(self, groups: Collection[str]) -> Rows:
        """All that is known of groups and their members, with what they were shown, and what others show them.

        Of a text that several groups have written, what others wrote last stays theirs; a cross group that nobody is
        left of goes.
        """
        own = {table: table.c.group_id.in_(groups) for table in _with("group_id")}
        shown = or_(share.c.group_id.in_(groups), share.c.to_group.in_(groups))
        return {**own, share: shown, cross_group: _deserted(), leadership_group: leadership_group.c.id.in_(groups)}

    def said_in(self, group: str) -> Rows:
        """All that was said, shown and led in a group, which stays with its members and their codes."""
        stays = {participation, access_code, device, group_municipality}
        own = {table: table.c.group_id == group for table in _with("group_id") if table not in stays}
        shown = or_(share.c.group_id == group, share.c.to_group == group)
        return {**own, share: shown, cross_group: _deserted(), **_polls(poll_run.c.group_id == group)}

    def of_programme(self, programme: str) -> tuple[Rows, ...]:
        """The groups that are in this programme alone, with all that is known of them; the answers in it of others.

        Its polls, too, whoever answered them, what was said of its feedback, and all that groups have with each other
        in it.
        """
        alone = self._groups_only_in(programme)
        of_others = and_(answer.c.programme == programme, answer.c.group_id.not_in(alone))
        of_all = {
            reply: reply.c.programme == programme,
            gathering: gathering.c.programme == programme,
            **_polls(poll_run.c.programme == programme),
        }
        exchanges = {share: share.c.programme == programme, **_crossings(cross_group.c.programme == programme)}
        return self.of_groups(alone), {answer: of_others}, of_all, exchanges

    def of_persons(self, programme: str, module: str) -> Rows:
        """The answers of persons of real groups in one module, not what the groups themselves have said; its polls.

        What real groups have written together goes too, and what they showed each other ends; cards for all stay.
        """
        persons = and_(answer.c.participant != "", answer.c.made_up.is_(False))
        polls = _polls(and_(poll_run.c.programme == programme, poll_run.c.module == module))
        made_up = select(leadership_group.c.id).where(leadership_group.c.made_up)
        theirs = select(cross_member.c.cross_group).where(cross_member.c.group_id.in_(made_up))
        of_module = and_(cross_group.c.programme == programme, cross_group.c.module == module)
        narrow = or_(share.c.to_group.is_not(None), share.c.cross_group.is_not(None))
        place = and_(share.c.programme == programme, share.c.module == module, share.c.group_id.not_in(made_up))
        return {
            answer: and_(answer.c.programme == programme, answer.c.module == module, persons),
            **polls,
            **_crossings(and_(of_module, cross_group.c.id.not_in(theirs))),
            share: and_(place, narrow),
        }

    def participant_of(self, code: str) -> str | None:
        """Whose personal code this is, also one that lets nobody in any more; None if it is nobody's."""
        hash = hmac.digest(self._key, plain_code(code).encode("utf-8", "replace"), "sha256").hex()
        wanted = select(access_code.c.participant).where(access_code.c.hash == hash)
        found: str | None = self._connection.execute(wanted).scalar()
        return found

    def last_written(self, group: str) -> datetime | None:
        """When something was last said, shown, led or done in a group; a sign-in is something that was done."""
        tables = [table for table in metadata.sorted_tables if {"group_id", "time"} <= set(table.c.keys())]
        newest = [select(func.max(table.c.time)).where(table.c.group_id == group).scalar_subquery() for table in tables]
        # Times are kept so that they sort as texts.
        found = [time for time in self._connection.execute(select(*newest)).one() if time is not None]
        return datetime.fromisoformat(max(found)) if found else None

    def count(self, rows: Rows) -> Erased:
        """What these rows are, in numbers."""
        by_group = self._answers(rows)
        gone = self._values(rows, leadership_group, "id")
        members = self._values(rows, participation, "group_id")
        return Erased(
            groups=frozenset([*(row.group_id for row in by_group), *members, *gone]),
            gone=frozenset(gone),
            participants=len(members) if participation in rows else sum(row.people for row in by_group),
            answers=sum(row.of_people for row in by_group) + len(self._values(rows, poll_answer, "seq")),
            statements=sum(row.number - row.of_people for row in by_group) + len(self._values(rows, cross_note, "seq")),
            codes=len(self._values(rows, access_code, "hash")),
        )

    def delete(self, rows: Rows) -> Erased:
        """Deletes these rows for good, with a tombstone for the answers among them.

        The releases that rested on them are marked as no longer frozen: their hash cannot be found again.
        """
        erased = self.count(rows)
        if erased.answers or erased.statements:
            Ledger(self._connection).bury(
                as_of=Answers(self._connection).latest(),
                participants=erased.participants,
                answers=erased.answers + erased.statements,
            )
        for row in self._answers(rows):
            if row.of_people:
                Releases(self._connection).thaw(row.group_id, since=row.first)
        for table in reversed(metadata.sorted_tables):
            if table in rows:
                self._connection.execute(delete(table).where(rows[table]))
        return erased

    def _answers(self, rows: Rows) -> list[Row[Any]]:
        """By group: how many answers go, how many of them are persons', of how many persons, from which seq on."""
        if answer not in rows:
            return []
        of_people = answer.c.participant != ""
        wanted = select(
            answer.c.group_id,
            func.count().label("number"),
            func.count().filter(of_people).label("of_people"),
            func.count(answer.c.participant.distinct()).filter(of_people).label("people"),
            func.min(answer.c.seq).filter(of_people).label("first"),
        )
        return list(self._connection.execute(wanted.where(rows[answer]).group_by(answer.c.group_id)))

    def _groups_only_in(self, programme: str) -> list[str]:
        here, elsewhere = (
            answer.c.programme == programme,
            select(answer.c.group_id).where(answer.c.programme != programme),
        )
        wanted = select(leadership_group.c.id).where(leadership_group.c.id.not_in(elsewhere))
        if self._connection.execute(elsewhere.limit(1)).first():
            # Where there are several programmes, a group that has answered in none may belong to any of them.
            wanted = wanted.where(leadership_group.c.id.in_(select(answer.c.group_id).where(here)))
        return sorted(self._connection.execute(wanted).scalars())

    def _values(self, rows: Rows, table: Table, column: str) -> list[str]:
        if table not in rows:
            return []
        return list(self._connection.execute(select(table.c[column]).where(rows[table])).scalars())


def _polls(which: ColumnElement[bool]) -> Rows:
    """The runs for which this is so, with their answers and what was done with them."""
    runs = select(poll_run.c.id).where(which)
    return {poll_run: which, **{table: table.c.run.in_(runs) for table in (poll_event, poll_answer)}}


def _crossings(which: ColumnElement[bool]) -> Rows:
    """The cross groups for which this is so, with who was in them and what they have written."""
    ids = select(cross_group.c.id).where(which)
    parts: Rows = {table: table.c.cross_group.in_(ids) for table in (cross_member, cross_note)}
    return {**parts, cross_group: _deserted()}


def _deserted() -> ColumnElement[bool]:
    """Cross groups that nobody is left of, once the rows of those who were in them are gone."""
    return cross_group.c.id.not_in(select(cross_member.c.cross_group))


def _with(column: str) -> list[Table]:
    return [table for table in metadata.sorted_tables if column in table.c and table not in _STAYS]
