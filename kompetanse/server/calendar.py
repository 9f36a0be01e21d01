"""Where a group is on its way through a module, by its own date and by what it has done."""

from __future__ import annotations

from datetime import date

from kompetanse.language import Language, day, translate
from kompetanse.programme.models import LeadershipGroup, Module, Phase, PhaseKind


def stage(module: Module, group: LeadershipGroup, *, today: date, revealed: bool, approved: bool) -> PhaseKind:
    """The phase that the group is in: its gathering is on its own date, whatever the programme's dates overlap."""
    if approved:
        return "follow_up"
    gathering = group.gathering_date or module.phase("gathering").opens
    if today > gathering:
        return "follow_up"
    return "gathering" if revealed or today == gathering else "preparation"


def phase_dates(phase: Phase, group: LeadershipGroup, language: Language) -> str:
    """When the phase is, for this group, in words."""
    if phase.kind == "gathering":
        if group.gathering_date is None:
            return translate("Datoen er ikke valgt ennå", language)
        return day(group.gathering_date, language)
    return translate(
        "Fra {opens} til {closes}", language, opens=day(phase.opens, language), closes=day(phase.closes, language)
    )
