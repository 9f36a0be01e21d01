"""Marks of what the store holds about each group: a mark changes when anything does that a page about it may read."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, or_, select

from kompetanse.answers.answer import to_json
from kompetanse.answers.store.groups import Groups
from kompetanse.answers.store.schema import answer, region_release, release


class Snapshots:
    """The marks as one transaction sees them; all groups with one query each kind, however many they are."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def of_module(self, module: str) -> dict[str, str]:
        """By group, a hash of its own data, its answers and releases in the module, and what the region was shown."""
        # Rows are added and deleted but never changed, so an answer's id would do; its value is for good measure.
        # Actions are carried over, so those of other modules count, too.
        wanted = or_(answer.c.module == module, answer.c.aspect.in_(("action", "review")))
        answers = select(answer.c.group_id, answer.c.seq, answer.c.id, answer.c.value).where(wanted)
        marks: defaultdict[str, Any] = defaultdict(hashlib.sha256)
        for group, seq, id_, value in self._connection.execute(answers.order_by(answer.c.seq)):
            marks[group].update(f"{seq} {id_} {value}\n".encode())
        for row in self._connection.execute(select(release).where(release.c.module == module).order_by(release.c.id)):
            marks[row.group_id].update(to_json(list(row)).encode())
        region = select(region_release.c.id, region_release.c.time).where(region_release.c.module == module)
        shown = to_json([list(row) for row in self._connection.execute(region.order_by(region_release.c.id))]).encode()
        for group in Groups(self._connection).everyone():
            marks[group.id].update(group.model_dump_json().encode() + shown)
        return {group: mark.hexdigest() for group, mark in marks.items()}
