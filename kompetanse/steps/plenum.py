"""Plenum: all groups of a date that follow, led by the facilitator. It moves them on, and shows them nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from kompetanse.answers.log import AnswerLog
from kompetanse.answers.moment import MOMENTS, Moment
from kompetanse.answers.overview import Overview
from kompetanse.figures.blocks import Block, paragraph
from kompetanse.language import Language, day, translate
from kompetanse.programme.models import Instrument, Module
from kompetanse.steps.moments import box_titles, milliseconds, moment_titles, parts, read_lead
from kompetanse.widgets.moments import PlenumWidget


def live(
    log: AnswerLog, module: Module, instrument: Instrument, overview: Callable[[], Overview], when: date
) -> tuple[PlenumWidget, Callable[[], None]]:
    """The component that leads the groups of a date, and what keeps it up to date."""
    language = log.session.language

    def content() -> dict[str, Any]:
        return _content(log.plenum(module.id, when) or Moment(), instrument, overview(), when, language)

    def refresh() -> None:
        fresh = content()
        if {**fresh, "clock": 0} != {**component.content, "clock": 0}:
            component.content = fresh

    def lead(wanted: Mapping[str, Any]) -> None:
        log.lead_plenum(module.id, when, read_lead(wanted))
        refresh()

    component = PlenumWidget(content=content(), on_lead=lead, language=language)
    return component, refresh


def summary(log: AnswerLog, module: Module, when: date | None) -> tuple[Block, ...]:
    """Where the groups of a date are led now, in a sentence."""
    language = log.session.language
    led = log.plenum(module.id, when) if when else None
    if when is None or led is None:
        return (paragraph(translate("Plenum er ikke i gang.", language)),)
    words = translate(
        "Plenum {day}: {moment}.", language, day=day(when, language), moment=moment_titles(language)[led.name]
    )
    return (paragraph(words),)


def _content(now: Moment, instrument: Instrument, overview: Overview, when: date, language: Language) -> dict[str, Any]:
    place, groups = MOMENTS.index(now.name), overview.on(when)
    following = sum(each.follows for each in groups)
    return {
        "moment": now.name,
        "moments": [{"id": name, "title": title} for name, title in moment_titles(language).items()],
        "theme": now.theme,
        "themes": [{"id": each.id, "title": each.title.to(language)} for each in instrument.facets],
        "box": now.box,
        "boxes": [{"id": name, "title": title} for name, title in box_titles(language).items()],
        "parts": parts(now, language),
        "begun": milliseconds(now.begun),
        "clock": milliseconds(datetime.now(UTC)),
        "facts": [
            day(when, language),
            translate("{following} av {count} grupper følger", language, following=following, count=len(groups)),
        ],
        "note": translate("Du styrer trinn, tema og tid. Hver gruppe viser sine egne svar selv.", language),
        "locked": False,
        "follows": False,
        "next": MOMENTS[place + 1] if place + 1 < len(MOMENTS) else "",
        "back": MOMENTS[place - 1] if place else "",
        "leads": True,
        "plenum": False,
        "locks": False,
    }
