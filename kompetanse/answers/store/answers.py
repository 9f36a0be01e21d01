"""The append-only answers: what is added, and what is current."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any, NamedTuple, TypeVar, Unpack

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, bindparam, func, insert, or_, select

from kompetanse.answers.answer import Answer, Key, Which, to_json, to_text
from kompetanse.answers.store.schema import answer, cross_member, cross_note, erasure, moment, release, share
from kompetanse.errors import InvalidAnswer

#: Databases limit how many values one statement may carry.
MOST_VALUES = 500

_KEY_NAMES = ("group_id", "participant", "module", "step", "round", "subject", "aspect")
_KEY = tuple(answer.c[name] for name in _KEY_NAMES)

#: The value of an answer that was taken back, as it is stored.
_WITHDRAWN = to_json(None)

_SINCE, _UNTIL = "after", "until"

# Statements are made once: building one costs more than running it.
_ADD = insert(answer)
_KNOWN = select(answer).where(answer.c.id.in_(bindparam("ids", expanding=True)))
_NEWEST = select(answer).where(*(answer.c[name] == bindparam(name) for name in _KEY_NAMES))
_NEWEST = _NEWEST.order_by(answer.c.seq.desc()).limit(1)
_NEWEST_BEFORE = _NEWEST.where(answer.c.seq < bindparam(_UNTIL))
_LATEST = select(
    select(func.coalesce(func.max(answer.c.seq), 0)).scalar_subquery(),
    select(func.coalesce(func.max(erasure.c.as_of), 0)).scalar_subquery(),
)
#: What groups have with each other: an erasure may lower these, and that it was one weighs more than all of them.
_NUMBERS = (cross_member.c.seq, cross_note.c.seq, share.c.seq)
_ERASURE = 10**9
_COUNTS = select(
    select(func.count()).select_from(release).scalar_subquery(),
    select(func.count()).select_from(erasure).scalar_subquery(),
    select(func.count()).select_from(moment).scalar_subquery(),
    *(select(func.coalesce(func.max(seq), 0)).scalar_subquery() for seq in _NUMBERS),
)

T = TypeVar("T")


class Written(NamedTuple):
    """That somebody has written, and what kind of answer."""

    group: str
    participant: str
    module: str
    aspect: str
    withdrawn: bool


class Answers:
    """The answers as one transaction sees them."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def append(self, answers: Iterable[Answer]) -> None:
        """Adds answers; their ids must be new, see `known`."""
        for some in _batches(map(_to_row, answers), 1000):
            self._connection.execute(_ADD, list(some))

    def known(self, ids: Iterable[str]) -> dict[str, Answer]:
        """The answers that are already there, by their ids."""
        found: dict[str, Answer] = {}
        for some in _batches(ids, MOST_VALUES):
            rows = self._connection.execute(_KNOWN, {"ids": some})
            found.update((row.id, _from_row(row)) for row in rows)
        return found

    def not_there(self, answers: Iterable[Answer]) -> list[Answer]:
        """Those that are not saved yet, once each; InvalidAnswer if an id is taken by an answer that says otherwise."""
        given = list(answers)
        there = self.known(answer.id for answer in given)
        new: dict[str, Answer] = {}
        for one in given:
            found = there.get(one.id) or new.get(one.id)
            if found is None:
                new[one.id] = one
            elif not one.says_the_same(found):
                raise InvalidAnswer(f"The id {one.id!r} belongs to another answer; send this one with a new id.")
        return list(new.values())

    def current(self, as_of: int | None = None, **which: Unpack[Which]) -> list[Answer]:
        """The latest answer of each key until `as_of`, in the order they were given; withdrawn ones are left out."""
        until = {} if as_of is None else {_UNTIL: as_of}
        return self._read(_current(_filters(which), until=bool(until)), {**_values(which), **until})

    def extent(self, as_of: int | None = None, **which: Unpack[Which]) -> tuple[int, int]:
        """How many answers of this kind there have been until `as_of`, and the last: the same as long as all are there.

        Those that replace others count, too. A seq is given once, so no other answers come to the same two numbers.
        """
        until = () if as_of is None else (answer.c.seq <= as_of,)
        counted = select(func.count(), func.coalesce(func.max(answer.c.seq), 0)).select_from(answer)
        many, last = self._connection.execute(
            counted.where(*_conditions(_filters(which)), *until), _values(which)
        ).one()
        return int(many), int(last)

    def newest(self, key: Key, *, before: int | None = None) -> Answer | None:
        """The latest answer with this key, also one that takes another back; before a seq, or of all."""
        values = {**dict(zip(_KEY_NAMES, key, strict=True)), _UNTIL: before}
        row = self._connection.execute(_NEWEST if before is None else _NEWEST_BEFORE, values).first()
        return _from_row(row) if row else None

    def all(self) -> list[Answer]:
        """Every answer ever given and not erased, in order: for the operator's backup."""
        return self._read(_since(()), {_SINCE: 0})

    def changed_since(self, seq: int, **which: Unpack[Which]) -> list[Answer]:
        """What has been added after `seq`, in order."""
        return self._read(_since(_filters(which)), {**_values(which), _SINCE: seq})

    def written_since(self, seq: int) -> list[Written]:
        """Who has written what kind of answer after `seq`, each once."""
        columns = (answer.c.group_id, answer.c.participant, answer.c.module, answer.c.aspect)
        query = select(*columns, answer.c.value == _WITHDRAWN).where(answer.c.seq > seq).distinct()
        return [Written(*row) for row in self._connection.execute(query)]

    def latest(self) -> int:
        """The highest seq ever given, also when that answer has been erased since; 0 before the first."""
        return int(max(self._connection.execute(_LATEST).one()))

    def newest_time(self) -> datetime | None:
        """When the newest answer was given, by the clock of that moment; None before the first."""
        found = self._connection.execute(select(func.max(answer.c.time))).scalar()
        return datetime.fromisoformat(found) if found else None

    def revision(self) -> int:
        """A number that rises with whatever is written, shown or erased; only good for telling whether to look."""
        releases, erasures, *others = self._connection.execute(_COUNTS).one()
        return self.latest() + int(releases + erasures * _ERASURE + sum(others))

    def participants(self, **which: Unpack[Which]) -> set[str]:
        """The participants with at least one current answer of this kind."""
        return {each.participant for each in self.current(**which) if each.participant}

    def first_of_persons(self, programme: str) -> dict[str, datetime]:
        """By module, when somebody of a real group first answered in it; of what has not been erased."""
        persons = (answer.c.programme == programme, answer.c.participant != "", answer.c.made_up.is_(False))
        first = select(answer.c.module, func.min(answer.c.time)).where(*persons).group_by(answer.c.module)
        return {row[0]: datetime.fromisoformat(row[1]) for row in self._connection.execute(first)}

    def newest_statements(self, module: str) -> dict[str, int]:
        """By group, the seq of the last thing it has written itself."""
        own = (answer.c.module == module, answer.c.participant == "")
        newest = select(answer.c.group_id, func.max(answer.c.seq)).where(*own).group_by(answer.c.group_id)
        return {row[0]: row[1] for row in self._connection.execute(newest)}

    def newest_statement_times(self, module: str) -> dict[str, datetime]:
        """By group, when it last wrote something itself."""
        own = (answer.c.module == module, answer.c.participant == "")
        newest = select(answer.c.group_id, func.max(answer.c.time)).where(*own).group_by(answer.c.group_id)
        return {row[0]: datetime.fromisoformat(row[1]) for row in self._connection.execute(newest)}

    def answered(
        self,
        module: str,
        *,
        round: int = 1,
        group: str | None = None,
        as_of: int | None = None,
        before: datetime | None = None,
        as_shown: bool = False,
    ) -> dict[str, tuple[str, ...]]:
        """By group, the persons with a current answer about how it is today, in the order of the first they have.

        group: one of them; without it, all. as_of, before: as it was then. as_shown: of a group that has shown itself
        its answers of the round, those who were among them.
        """
        query = _answered(one=group is not None, until=as_of is not None, before=before is not None, shown=as_shown)
        values = {"its_module": module, "its_round": round, "its_group": group, _UNTIL: as_of}
        rows = self._connection.execute(query, {**values, "before": before and to_text(before)})
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(row.group_id, []).append(row.participant)
        return {name: tuple(people) for name, people in found.items()}

    def erase(self, participant: str) -> int:
        """Deletes all rows of one participant; how many there were."""
        return self._connection.execute(answer.delete().where(answer.c.participant == participant)).rowcount

    def _read(self, query: Select[Any], values: Mapping[str, Any]) -> list[Answer]:
        return [_from_row(row) for row in self._connection.execute(query, values)]


def _batches(many: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(many)
    while some := list(islice(rest, size)):
        yield some


#: Which columns are asked for, and whether each by several values.
Filters = tuple[tuple[str, bool], ...]


@cache
def _current(filters: Filters, *, until: bool) -> Select[Any]:
    latest = select(func.max(answer.c.seq)).where(*_conditions(filters)).group_by(*_KEY)
    if until:
        latest = latest.where(answer.c.seq <= bindparam(_UNTIL))
    return select(answer).where(answer.c.seq.in_(latest), answer.c.value != _WITHDRAWN).order_by(answer.c.seq)


@cache
def _since(filters: Filters) -> Select[Any]:
    return select(answer).where(answer.c.seq > bindparam(_SINCE), *_conditions(filters)).order_by(answer.c.seq)


@cache
def _answered(*, one: bool, until: bool, before: bool, shown: bool) -> Select[Any]:
    whose = (answer.c.aspect == "as-is", answer.c.participant != "", answer.c.module == bindparam("its_module"))
    given: list[ColumnElement[bool]] = [*whose, answer.c.round == bindparam("its_round")]
    wanted: FromClause = answer
    if one:
        given.append(answer.c.group_id == bindparam("its_group"))
    if until:
        given.append(answer.c.seq <= bindparam(_UNTIL))
    if before:
        given.append(answer.c.time < bindparam("before"))
    if shown:
        of_rooms = (release.c.module == bindparam("its_module"), release.c.round == bindparam("its_round"))
        last = select(release.c.group_id, func.max(release.c.as_of).label("as_of"))
        rooms = last.where(release.c.audience == "room", *of_rooms).group_by(release.c.group_id).subquery()
        wanted = answer.outerjoin(rooms, rooms.c.group_id == answer.c.group_id)
        given.append(or_(rooms.c.as_of.is_(None), answer.c.seq <= rooms.c.as_of))
    latest = select(func.max(answer.c.seq)).select_from(wanted).where(*given).group_by(*_KEY)
    people = (answer.c.group_id, answer.c.participant)
    found = select(*people).where(answer.c.seq.in_(latest), answer.c.value != _WITHDRAWN)
    return found.group_by(*people).order_by(func.min(answer.c.seq))


def _conditions(filters: Filters) -> Iterator[ColumnElement[bool]]:
    for name, several in filters:
        column = answer.c["group_id" if name == "group" else name]
        yield column.in_(bindparam(f"its_{name}", expanding=True)) if several else column == bindparam(f"its_{name}")


def _filters(which: Which) -> Filters:
    return tuple((name, not isinstance(value, str | int)) for name, value in which.items())


def _values(which: Which) -> dict[str, Any]:
    return {
        f"its_{name}": value if isinstance(value, str | int) else list(value)  # type: ignore[call-overload]
        for name, value in which.items()
    }


def _to_row(one: Answer) -> dict[str, Any]:
    return {
        "id": one.id,
        "time": to_text(one.time),
        "programme": one.programme,
        "version": one.version,
        "module": one.module,
        "step": one.step,
        "round": one.round,
        "subject": one.subject,
        "aspect": one.aspect,
        "group_id": one.group,
        "municipality": one.municipality,
        "participant": one.participant,
        "value": to_json(one.value),
        "made_up": one.made_up,
    }


def _from_row(row: Row[Any]) -> Answer:
    return Answer(
        id=row.id,
        time=datetime.fromisoformat(row.time),
        programme=row.programme,
        version=row.version,
        module=row.module,
        step=row.step,
        round=row.round,
        subject=row.subject,
        aspect=row.aspect,
        group=row.group_id,
        municipality=row.municipality,
        participant=row.participant,
        value=json.loads(row.value),
        made_up=row.made_up,
        seq=row.seq,
    )
