"""What a facilitator's page shows: what is worth doing, participation per group and reports, in the order of names.

No level and no score is on it, and nothing to sort by. How many have answered is as it was last night, see
`answers.overview`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kompetanse.answers.overview import GroupStatus
from kompetanse.answers.retention import Due, coming
from kompetanse.answers.session import Session
from kompetanse.language import Language, day, translate
from kompetanse.sections.all_groups import answered_words, reasons
from kompetanse.sections.compass import Hint, Where, by_name, hints, place_of
from kompetanse.server.leader_view import module_title
from kompetanse.server.services import Services

SHARED = "kommunerapport-delt.html"


@dataclass(frozen=True)
class GroupRow:
    """One group: how many have answered, when it gathers, its report, and why one should call."""

    name: str
    answered: str
    gathering_date: date | None
    report: str | None
    report_words: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class FacilitatorView:
    """Everything on the page. `day`: today's gathering or the next; `hints`: what is worth doing now."""

    module_title: str
    rows: tuple[GroupRow, ...]
    to_call: tuple[GroupRow, ...]
    day: date | None
    is_today: bool
    day_groups: tuple[str, ...]
    hints: tuple[Hint, ...]
    made_up: bool
    #: What is erased within the next weeks, and when.
    erased_soon: tuple[str, ...] = ()


def facilitator_view(services: Services, session: Session) -> FacilitatorView:
    """The page of a facilitator."""
    where = where_now(services, session)
    overview, language = where.overview, session.language
    rows = tuple(_row(where, each) for each in by_name(overview.groups))
    due = coming(services.store, services.programme, overview.today)
    return FacilitatorView(
        module_title=module_title(services, language),
        rows=rows,
        to_call=tuple(row for row in rows if row.reasons),
        day=where.day,
        is_today=where.day == overview.today,
        day_groups=tuple(map(place_of, by_name(overview.on(where.day)))),
        hints=hints(where),
        made_up=any(each.group.made_up for each in overview.groups),
        erased_soon=tuple(_erased_soon(services, each, language) for each in due),
    )


def where_now(services: Services, session: Session) -> Where:
    """All groups of the module that is under way, as this facilitator may know them."""
    return Where(services.log_for(session).overview(services.module.id), services.module, session.language)


def _erased_soon(services: Services, due: Due, language: Language) -> str:
    module = services.programme.module(due.module)
    title = module.title.to(language) if module else due.module
    return f"{title}: {day(due.day, language)}"


def _row(where: Where, status: GroupStatus) -> GroupRow:
    language = where.language
    return GroupRow(
        name=place_of(status),
        answered=answered_words(status, language),
        gathering_date=status.group.gathering_date,
        report=f"/rapport/{status.group.id}/{SHARED}" if status.shared else None,
        report_words=_report_words(status, language),
        reasons=reasons(where, status),
    )


def _report_words(status: GroupStatus, language: Language) -> str:
    if status.report in {"approved", "shared"}:
        return translate("Godkjent, men ikke laget ennå", language)
    if status.report == "with-group":
        return translate("Hos gruppa", language)
    return translate("Ikke godkjent ennå", language)
