"""Which reports are wanted, and where each of them lands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from kompetanse.answers.release import Edition
from kompetanse.answers.store import Store
from kompetanse.errors import InputError
from kompetanse.language import Language, translate
from kompetanse.programme.models import LeadershipGroup, Module, Programme
from kompetanse.programme.municipality import municipality, place_title, slug
from kompetanse.reports.basis import common_basis, report_basis
from kompetanse.reports.job import FORMATS, Format, ReportJob
from kompetanse.reports.meta import ReportMeta
from kompetanse.settings import workbooks_folder

#: The notebook that becomes a municipality's report; what it makes carries its name.
TEMPLATE = Path("templates") / "kommunerapport.ipynb"


def report_jobs(
    groups: Iterable[LeadershipGroup],
    *,
    store: Store,
    programme: Programme,
    out: Path,
    programme_folder: Path | None = None,
    database: str | None = None,
    edition: Edition = "group",
    formats: Sequence[Format] = FORMATS,
) -> list[ReportJob]:
    """One job for each of `groups`, which may be practice groups, about the programme's first module."""
    groups = list(groups)
    everyone = {group.id: group for group in (*store.groups(), *groups)}
    module, folder_of = programme.modules[0], report_folders(list(everyone.values()))
    approved, snapshots = store.approvals_in_force(module.id), store.snapshots(module.id)
    template = workbooks_folder() / TEMPLATE
    common = common_basis(template, programme_folder)

    def job(group: LeadershipGroup) -> ReportJob:
        language = report_language(group, programme)
        parameters = {"module": module.id, "group": group.id, "language": language, "edition": edition}
        draft = edition == "group" and group.id not in approved
        meta = report_meta(group, module, programme=programme, draft=draft)
        return ReportJob(
            template=template,
            parameters=parameters,
            meta=meta,
            folder=out.absolute() / folder_of[group.id],
            home=store.home,
            shelf=report_shelf(store.home, group, edition),
            programme=programme_folder.absolute() if programme_folder else None,
            formats=tuple(formats),
            database=database,
            basis=report_basis(common, parameters, meta, snapshots[group.id], formats),
        )

    return [job(group) for group in groups]


def report_meta(group: LeadershipGroup, module: Module, *, programme: Programme, draft: bool) -> ReportMeta:
    """What the group's report says about itself."""
    language = report_language(group, programme)
    return ReportMeta(
        title=translate("Her er vi – og hit vil vi", language),
        name=place_title(group.municipalities, otherwise=group.name),
        programme=programme.title.to(language),
        module=translate("Modul {number}: {title}", language, number=module.number, title=module.title.to(language)),
        language=language,
        date=group.gathering_date or date.today(),
        draft=draft,
        made_up=group.made_up,
        practice=group.practice is not None,
        author=group.name,
    )


def report_language(group: LeadershipGroup, programme: Programme) -> Language:
    """Nynorsk where all the group's municipalities have chosen it, else the programme's first language."""
    forms = {municipality(number).language_form for number in group.municipalities}
    return "nn" if forms == {"Nynorsk"} and "nn" in programme.languages else programme.languages[0]


def report_shelf(home: Path, group: LeadershipGroup, edition: Edition) -> Path:
    """Where the server finds a group's report."""
    return home / "reports" / group.id / edition


def report_folders(everyone: Sequence[LeadershipGroup]) -> dict[str, str]:
    """The name of each group's folder: `1841-fauske`; its id where it is not the one group of one municipality."""
    groups_of = Counter(number for each in everyone for number in each.municipalities)

    def name(group: LeadershipGroup) -> str:
        if len(group.municipalities) != 1 or groups_of[group.municipalities[0]] > 1:
            return slug(group.id)
        place = municipality(group.municipalities[0])
        return f"{place.number}-{place.slug}"

    return {group.id: name(group) for group in everyone}


def wanted_groups(
    everyone: Sequence[LeadershipGroup],
    *,
    municipalities: Sequence[str] = (),
    groups: Sequence[str] = (),
    every: bool = False,
) -> list[LeadershipGroup]:
    """The groups that are asked for, by municipality, by id or all; InputError names everything that is not there."""
    if sum(map(bool, (municipalities, groups, every))) != 1:
        raise InputError("Say which groups are meant: --municipality NR, --group ID, or --all (one of the three).")
    if not everyone:
        raise InputError("This home has no groups yet: import their answers first, see `kompetanse import --help`.")
    if every:
        return list(everyone)
    numbers = [municipality(number).number for number in municipalities]
    _refuse_unknown("municipality", numbers, {number for group in everyone for number in group.municipalities})
    _refuse_unknown("id", groups, {group.id for group in everyone})
    return [group for group in everyone if group.id in groups or set(numbers) & set(group.municipalities)]


def _refuse_unknown(what: str, asked: Iterable[str], known: set[str]) -> None:
    unknown = [name for name in asked if name not in known]
    if unknown:
        names = ", ".join(map(repr, unknown))
        some = ", ".join(sorted(known)[:8]) + (" ..." if len(known) > 8 else "")
        raise InputError(f"This home has no group of {what} {names}; it has {some}.")
