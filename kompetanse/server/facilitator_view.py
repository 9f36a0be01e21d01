"""What a facilitator's page shows: participation per group and approved reports, in the order of names.

No level and no score is on it, and nothing to sort by. How many have answered is as it was last night, so that
nobody can watch answers come in one by one and guess whose they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from kompetanse.answers.log import Participation
from kompetanse.answers.retention import Due, coming
from kompetanse.answers.session import Session
from kompetanse.language import Language, day, translate
from kompetanse.programme.models import LeadershipGroup
from kompetanse.server.calendar import phase_of
from kompetanse.server.contact_view import answered_words
from kompetanse.server.leader_view import module_title
from kompetanse.server.report_files import report_path
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
    """Everything on the page."""

    module_title: str
    rows: tuple[GroupRow, ...]
    to_call: tuple[GroupRow, ...]
    next_date: date | None
    next_groups: tuple[str, ...]
    made_up: bool
    #: What is erased within the next weeks, and when.
    erased_soon: tuple[str, ...] = ()


def facilitator_view(services: Services, session: Session) -> FacilitatorView:
    """The page of a facilitator."""
    groups = sorted(services.store.groups(), key=lambda group: services.place_of(group).casefold())
    answered = _answered_last_night(services, groups)
    rows = tuple(_row(services, group, answered.get(group.id, 0), session.language) for group in groups)
    today = services.today()
    next_date = min((g.gathering_date for g in groups if g.gathering_date and g.gathering_date >= today), default=None)
    return FacilitatorView(
        module_title=module_title(services, session.language),
        rows=rows,
        to_call=tuple(row for row in rows if row.reasons),
        next_date=next_date,
        next_groups=tuple(
            services.place_of(group) for group in groups if next_date and group.gathering_date == next_date
        ),
        made_up=any(group.made_up for group in groups),
        erased_soon=tuple(
            _erased_soon(services, due, session.language) for due in coming(services.store, services.programme, today)
        ),
    )


def _erased_soon(services: Services, due: Due, language: Language) -> str:
    module = services.programme.module(due.module)
    title = module.title.to(language) if module else due.module
    return f"{title}: {day(due.day, language)}"


def _answered_last_night(services: Services, groups: list[LeadershipGroup]) -> Mapping[str, int]:
    """How many in each group had answered before today; made-up groups have no days."""
    midnight = datetime.combine(services.today(), time.min).astimezone()
    made_up = {group.id for group in groups if group.made_up}
    people: dict[str, set[str]] = {}
    for answer in services.store.changed_since(0, module=services.module.id, aspect="as-is", round=1):
        if answer.group in made_up or answer.time < midnight:
            people.setdefault(answer.group, set()).add(answer.participant)
    return {group: len(participants) for group, participants in people.items()}


def _row(services: Services, group: LeadershipGroup, answered: int, language: Language) -> GroupRow:
    approved = services.is_approved(group.id)
    ready = approved and report_path(services.home, group.id, SHARED).is_file()
    words = (
        translate("Godkjent, men ikke laget ennå", language) if approved else translate("Ikke godkjent ennå", language)
    )
    return GroupRow(
        name=services.place_of(group),
        answered=answered_words(Participation(answered=answered, invited=group.invited), language),
        gathering_date=group.gathering_date,
        report=f"/rapport/{group.id}/{SHARED}" if ready else None,
        report_words=words,
        reasons=_reasons(services, group, answered, language),
    )


def _reasons(services: Services, group: LeadershipGroup, answered: int, language: Language) -> tuple[str, ...]:
    """Why the facilitator should call this group, if at all."""
    preparation = phase_of(services.module, "preparation")
    begun = group.made_up or (preparation is not None and services.today() >= preparation.opens)
    found = (
        (group.contact is None, translate("ingen kontakt", language)),
        (group.invited is None, translate("ingen størrelse", language)),
        (group.gathering_date is None, translate("ingen dato", language)),
        (
            begun and group.invited is not None and answered < group.invited / 2,
            translate("under halvparten har svart", language),
        ),
    )
    return tuple(words for is_so, words in found if is_so)
