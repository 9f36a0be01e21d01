"""When a step takes answers: the one place that knows."""

from __future__ import annotations

from datetime import date

from kompetanse.errors import AccessDenied
from kompetanse.language import Language, day, translate
from kompetanse.programme.models import LeadershipGroup, Module, Phase, Step


def check_open(module: Module, step: Step, *, group: LeadershipGroup, today: date, language: Language) -> None:
    """AccessDenied, with the date, while the step's phase has not opened.

    After a phase has closed it goes on taking answers: late ones are useful, and what must not change any more is
    locked when the group shows it. A group that is made up knows no calendar, so that it can be tried on any day.
    """
    phase = _phase(module, step)
    if group.made_up or today >= phase.opens:
        return
    title, opens = phase.title.to(language), day(phase.opens, language)
    raise AccessDenied(translate("{phase} åpner {day}. Da kan du svare her.", language, phase=title, day=opens))


def _phase(module: Module, step: Step) -> Phase:
    return next(phase for phase in module.phases if any(each.id == step.id for each in phase.steps))
