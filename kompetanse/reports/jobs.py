"""Which reports are wanted, and where each of them lands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from kompetanse.errors import InputError
from kompetanse.programme.models import LeadershipGroup
from kompetanse.programme.municipality import municipality, slug
from kompetanse.settings import workbooks_folder

Edition = Literal["group", "shared"]
Format = Literal["html", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)

#: The notebook that becomes a municipality's report; what it makes carries its name.
TEMPLATE = Path("templates") / "kommunerapport.ipynb"


@dataclass(frozen=True)
class ReportJob:
    """One report to make: plain values, so that any process on any machine can make it."""

    name: str
    template: Path
    folder: Path
    parameters: Mapping[str, object]
    home: Path
    programme: Path | None = None
    formats: tuple[Format, ...] = FORMATS


def report_jobs(
    groups: Iterable[LeadershipGroup],
    everyone: Sequence[LeadershipGroup],
    *,
    home: Path,
    out: Path,
    programme: Path | None = None,
    edition: Edition = "group",
    formats: Sequence[Format] = FORMATS,
) -> list[ReportJob]:
    """One job for each of `groups`; `everyone` is all groups of the home, so that no two share a folder."""
    return [
        ReportJob(
            name=group.name,
            template=workbooks_folder() / TEMPLATE,
            folder=out.absolute() / report_folder(group, everyone),
            parameters={"group": group.id, "edition": edition},
            home=home.absolute(),
            programme=programme.absolute() if programme else None,
            formats=tuple(formats),
        )
        for group in groups
    ]


def report_folder(group: LeadershipGroup, everyone: Iterable[LeadershipGroup]) -> str:
    """The name of a group's folder: `1841-fauske`; its id where it is not the one group of one municipality."""
    groups_of = Counter(number for each in everyone for number in each.municipalities)
    if len(group.municipalities) != 1 or groups_of[group.municipalities[0]] > 1:
        return slug(group.id)
    place = municipality(group.municipalities[0])
    return f"{place.number}-{place.slug}"


def wanted_groups(
    everyone: Sequence[LeadershipGroup],
    *,
    municipalities: Sequence[str] = (),
    groups: Sequence[str] = (),
    every: bool = False,
) -> list[LeadershipGroup]:
    """The groups that are asked for, by municipality, by id or all; InputError names everything that is not there."""
    if sum(map(bool, (municipalities, groups, every))) != 1:
        raise InputError("Say which reports to make: --municipality NR, --group ID, or --all (one of the three).")
    if not everyone:
        raise InputError("This home has no groups yet: import their answers first, see `kompetanse import --help`.")
    if every:
        return list(everyone)
    numbers = [municipality(number).number for number in municipalities]
    _refuse_unknown("municipality", numbers, {number for group in everyone for number in group.municipalities})
    _refuse_unknown("group", groups, {group.id for group in everyone})
    return [group for group in everyone if group.id in groups or set(numbers) & set(group.municipalities)]


def _refuse_unknown(what: str, asked: Iterable[str], known: set[str]) -> None:
    unknown = [name for name in asked if name not in known]
    if unknown:
        names = ", ".join(map(repr, unknown))
        some = ", ".join(sorted(known)[:8]) + (" ..." if len(known) > 8 else "")
        raise InputError(f"No group here is of {what} {names}; there are {some}." if what == "municipality"
                         else f"There is no group {names} here; there are {some}.")
