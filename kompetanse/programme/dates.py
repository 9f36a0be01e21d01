"""Dates that a module's texts name, taken from its own dates, so that they stand in one place only.

{{gathering_weeks}} becomes the weeks in which it gathers, {{next_review}} the day on which actions are gone through.
Without such dates they stay as they are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kompetanse.language import LANGUAGES, Language, day, translate
from kompetanse.programme.models import Module, Step, Text


def with_dates(module: Module) -> Module:
    """The module with its dates in its texts."""
    found = {language: _values(module, language) for language in LANGUAGES}
    phases = tuple(
        phase.model_copy(update={"steps": tuple(_filled(step, found) for step in phase.steps)})
        for phase in module.phases
    )
    return module.model_copy(update={"phases": phases})


def _filled(step: Step, values: Mapping[Language, Mapping[str, str]]) -> Step:
    when = _text(step.when, values) if step.when else None
    return step.model_copy(update={"when": when, "body": _text(step.body, values)})


def _text(text: Text, values: Mapping[Language, Mapping[str, str]]) -> Text:
    filled: dict[str, str] = {}
    for language in LANGUAGES:
        words = getattr(text, language)
        if words is None:
            continue
        for placeholder, value in values[language].items():
            words = words.replace("{{" + placeholder + "}}", value)
        filled[language] = words
    return Text(**filled)


def _values(module: Module, language: Language) -> dict[str, str]:
    values = {}
    if module.gathering_dates:
        values["gathering_weeks"] = _weeks(module.gathering_dates, language)
    if module.review_date:
        values["next_review"] = day(module.review_date, language)
    return values


def _weeks(days: tuple[date, ...], language: Language) -> str:
    """«uke 50 eller 51»."""
    numbers = [str(week) for _, week in sorted({one.isocalendar()[:2] for one in days})]
    listed = numbers[0]
    if len(numbers) > 1:
        listed = translate("{first} eller {last}", language, first=", ".join(numbers[:-1]), last=numbers[-1])
    return translate("uke {weeks}", language, weeks=listed)
