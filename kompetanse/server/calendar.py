"""Where a group is on its way through a module, by its own date and by what it has done."""

from __future__ import annotations

from datetime import date

from kompetanse.language import Language, day, translate
from kompetanse.programme.models import LeadershipGroup, Module, Phase, PhaseKind


def stage(module: Module, group: LeadershipGroup, *, today: date, revealed: bool, approved: bool) -> PhaseKind:
    """The phase that the group is in: its gathering is on its own date, whatever the programme's dates overlap."""
    if approved:
        return "follow_up"
    if group.practice is not None:
        # Whoever practises goes from one to the next on the same day.
        return "gathering" if revealed else "preparation"
    gathering = gathering_day(module, group)
    if gathering is not None and today > gathering:
        return "follow_up"
    return "gathering" if revealed or today == gathering else "preparation"


def gathering_day(module: Module, group: LeadershipGroup) -> date | None:
    """The group's own date, else the first day of the module's gatherings."""
    phase = phase_of(module, "gathering")
    return group.gathering_date or (phase.opens if phase else None)


def phase_of(module: Module, kind: PhaseKind) -> Phase | None:
    """The module's phase of this kind; not every module has all three."""
    return next((phase for phase in module.phases if phase.kind == kind), None)


def phase_dates(phase: Phase, group: LeadershipGroup, language: Language) -> str:
    """When the phase is, for this group, in words."""
    if phase.kind == "gathering":
        if group.gathering_date is None:
            return translate("Datoen er ikke valgt ennå", language)
        return day(group.gathering_date, language)
    return translate(
        "Fra {opens} til {closes}", language, opens=day(phase.opens, language), closes=day(phase.closes, language)
    )
