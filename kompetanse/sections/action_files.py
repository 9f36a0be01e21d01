"""The group's actions to take along: for a spreadsheet, for a calendar, and as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from kompetanse.figures.glyphs import printable
from kompetanse.language import Language, day, translate
from kompetanse.programme.models import Instrument
from kompetanse.sections.actions import Action, status_words
from kompetanse.spreadsheet import plain_cell

#: Signs that Markdown would take for its own.
_MARKDOWN_SIGNS = "\\`*_{}[]<>()#+-.!|~"


@dataclass(frozen=True)
class Plan:
    """A group's actions in a module, and those it carries over to it, with what their files need besides.

    numbers: the number of each module. instruments: those that the actions' themes are of. made: in UTC.
    """

    group: str
    title: str
    module: str
    actions: tuple[Action, ...]
    numbers: Mapping[str, int]
    instruments: tuple[Instrument, ...]
    language: Language
    made: datetime


def as_csv(plan: Plan) -> bytes:
    """A row for each action; a text stays a text, whatever it begins with."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(_columns(plan.language))
    for action in plan.actions:
        writer.writerow(plain_cell(cell) for cell in _cells(action, plan))
    # Excel takes a file without this mark for something other than UTF-8.
    return f"\ufeff{file.getvalue()}".encode()


def as_markdown(plan: Plan) -> bytes:
    """A heading for each action, and a list of what was written of it."""
    lines = [f"# {_escaped(plan.title)}", ""]
    columns = _columns(plan.language)
    if not plan.actions:
        lines += [translate("Gruppa har ikke skrevet tiltak ennå.", plan.language), ""]
    for action in plan.actions:
        what, *rest = _cells(action, plan)
        lines += [f"## {_escaped(what)}", ""]
        lines += [f"- **{name}:** {_escaped(cell)}" for name, cell in zip(columns[1:], rest, strict=True) if cell]
        lines.append("")
    return "\n".join(lines).encode()


def as_calendar(plan: Plan) -> bytes:
    """A whole day for each action that has a due date; imported again, it takes the place of what it was."""
    calendar = Calendar()
    calendar.add("prodid", "-//Kompetanse//NONSGML//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _line(plan.title))
    columns = _columns(plan.language)
    for action in plan.actions:
        if action.due is None:
            continue
        _, *rest = _cells(action, plan)
        event = Event()
        event.add("uid", f"{plan.group}-{action.module or plan.module}-{action.key}@kompetanse")
        event.add("dtstamp", plan.made)
        event.add("dtstart", action.due)
        event.add("dtend", action.due + timedelta(days=1))
        event.add("summary", _line(action.what))
        told = (f"{name}: {cell}" for name, cell in zip(columns[1:], rest, strict=True) if cell)
        event.add("description", "\n".join(told))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


#: By the ending of the file: what a browser is told that it is, and what makes it.
FORMATS: Mapping[str, tuple[str, Callable[[Plan], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "ics": ("text/calendar; charset=utf-8", as_calendar),
    "md": ("text/markdown; charset=utf-8", as_markdown),
}


def _columns(language: Language) -> tuple[str, ...]:
    return (
        translate("Tiltak", language),
        translate("Tema", language),
        translate("Hva innbyggere eller ansatte skal merke", language),
        translate("Hva vi ser etter", language),
        translate("Følges opp av", language),
        translate("Frist", language),
        translate("Status", language),
        translate("Modul", language),
        translate("Hva har skjedd?", language),
    )


def _cells(action: Action, plan: Plan) -> tuple[str, ...]:
    themes = (each.facet(action.facet) for each in plan.instruments if action.facet)
    facet = next((theme for theme in themes if theme), None)
    number = plan.numbers.get(action.module or plan.module)
    due = day(action.due, plan.language) if action.due else ""
    texts = (
        action.what,
        facet.title.to(plan.language) if facet else "",
        action.effect,
        action.indicator,
        action.role,
        due,
        status_words(action.status, plan.language),
        str(number) if number is not None else "",
        action.happened,
    )
    return tuple(_line(text) for text in texts)


def _escaped(text: str) -> str:
    """The text as Markdown that says just that."""
    return "".join(f"\\{sign}" if sign in _MARKDOWN_SIGNS else sign for sign in text)


def _line(text: str) -> str:
    """The text on one line, without signs that nobody sees."""
    return " ".join(printable(text).split())
