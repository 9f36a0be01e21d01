"""What has been shown to whom: until which answer, and a hash of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from kompetanse.answers.answer import to_json, to_text
from kompetanse.answers.release import Audience, RegionAudience, RegionRelease, Release, WordRelease
from kompetanse.answers.store.schema import region_release, release, word_release

#: Made once: it is asked with every answer.
_NEWEST = (
    select(release)
    .where(
        release.c.group_id == bindparam("group"),
        release.c.module == bindparam("module"),
        release.c.audience == bindparam("audience"),
    )
    .order_by(release.c.id.desc())
)


class Releases:
    """The releases as one transaction sees them."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def add(
        self,
        group: str,
        module: str,
        audience: Audience,
        *,
        as_of: int,
        hash: str,
        round: int = 1,
        time: datetime | None = None,
    ) -> Release:
        """Writes down what has been shown."""
        made = Release(
            time=time or datetime.now(UTC),
            group=group,
            module=module,
            round=round,
            audience=audience,
            as_of=as_of,
            hash=hash,
        )
        row = {
            "time": to_text(made.time),
            "group_id": group,
            "module": module,
            "round": round,
            "audience": audience,
            "as_of": as_of,
            "hash": hash,
            "frozen": True,
        }
        self._connection.execute(insert(release).values(row))
        return made

    def all(
        self, *, group: str | None = None, module: str | None = None, audience: Audience | None = None
    ) -> list[Release]:
        """The releases, oldest first."""
        wanted = {"group_id": group, "module": module, "audience": audience}
        conditions = [release.c[name] == value for name, value in wanted.items() if value is not None]
        query = select(release).where(*conditions)
        return [_from_row(row) for row in self._connection.execute(query.order_by(release.c.id))]

    def latest(self) -> int:
        """The highest number ever given to a release."""
        return int(self._connection.execute(select(func.coalesce(func.max(release.c.id), 0))).scalar_one())

    def groups_since(self, number: int) -> set[str]:
        """The groups with releases after this number."""
        return set(self._connection.execute(select(release.c.group_id).where(release.c.id > number)).scalars())

    def newest(self, group: str, module: str, audience: Audience, *, round: int | None = None) -> Release | None:
        """The latest release of this kind; of one round, or of any."""
        wanted = {"group": group, "module": module, "audience": audience}
        found = self._connection.execute(_NEWEST, wanted)
        return next((_from_row(row) for row in found if round in {None, row.round}), None)

    def add_of_region(
        self,
        module: str,
        audience: RegionAudience,
        *,
        units: int,
        people: int,
        figures: Sequence[Mapping[str, Any]],
        basis: Mapping[str, Mapping[str, str]],
        round: int = 1,
    ) -> RegionRelease:
        """Freezes figures of many groups as they have been shown."""
        row = {
            "time": to_text(datetime.now(UTC)),
            "module": module,
            "round": round,
            "audience": audience,
            "units": units,
            "people": people,
            "figures": to_json(list(figures)),
            "basis": to_json({facet: dict(marks) for facet, marks in basis.items()}),
        }
        self._connection.execute(insert(region_release).values(row))
        return self.of_region(module, audience, round=round)[-1]

    def of_region(self, module: str, audience: RegionAudience, *, round: int = 1) -> list[RegionRelease]:
        """What this audience has been shown of the region, oldest first."""
        table = region_release.c
        wanted = select(region_release).where(table.module == module, table.audience == audience, table.round == round)
        return [
            RegionRelease(
                time=datetime.fromisoformat(row.time),
                module=row.module,
                round=row.round,
                audience=cast(RegionAudience, row.audience),
                units=row.units,
                people=row.people,
                figures=tuple(json.loads(row.figures)),
                basis=json.loads(row.basis),
            )
            for row in self._connection.execute(wanted.order_by(table.id))
        ]

    def add_of_words(self, module: str, step: str, *, as_of: int, words: Sequence[Mapping[str, Any]]) -> None:
        """Freezes the words of many groups as they are shown from now on."""
        row = {
            "time": to_text(datetime.now(UTC)),
            "module": module,
            "step": step,
            "as_of": as_of,
            "words": to_json([dict(each) for each in words]),
        }
        self._connection.execute(insert(word_release).values(row))

    def of_words(self, module: str, step: str) -> WordRelease | None:
        """The words of many groups as they were released last."""
        table = word_release.c
        wanted = select(word_release).where(table.module == module, table.step == step).order_by(table.id.desc())
        row = self._connection.execute(wanted.limit(1)).first()
        if row is None:
            return None
        return WordRelease(
            time=datetime.fromisoformat(row.time),
            module=row.module,
            step=row.step,
            as_of=row.as_of,
            words=tuple(json.loads(row.words)),
        )

    def thaw(self, group: str, *, since: int) -> None:
        """Marks what rests on an answer that has been erased: all releases of its group since its seq."""
        resting = update(release).where(release.c.group_id == group, release.c.as_of >= since)
        self._connection.execute(resting.values(frozen=False))


def _from_row(row: Row[Any]) -> Release:
    return Release(
        time=datetime.fromisoformat(row.time),
        group=row.group_id,
        module=row.module,
        round=row.round,
        audience=cast(Audience, row.audience),
        as_of=row.as_of,
        hash=row.hash,
        frozen=row.frozen,
    )
