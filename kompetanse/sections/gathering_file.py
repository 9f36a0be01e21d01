"""The day of a gathering, for a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from kompetanse.figures.glyphs import printable
from kompetanse.language import Language, translate


@dataclass(frozen=True)
class Gathering:
    """Whose gathering it is, of which module, and when. `made`: in UTC."""

    group: str
    name: str
    module: str
    module_title: str
    day: date
    address: str
    language: Language
    made: datetime


def as_calendar(gathering: Gathering) -> bytes:
    """A whole day; taken in again after the date has changed, it takes the place of what it was."""
    event = Event()
    event.add("uid", f"samling-{gathering.group}-{gathering.module}@kompetanse")
    # It rises with every file, so that a calendar knows which one is the newer.
    event.add("sequence", int(gathering.made.timestamp()) // 60)
    event.add("dtstamp", gathering.made)
    event.add("dtstart", gathering.day)
    event.add("dtend", gathering.day + timedelta(days=1))
    title = translate("Samling: {module}", gathering.language, module=gathering.module_title)
    event.add("summary", _line(title))
    event.add("description", _line(f"{gathering.name}. {gathering.address}"))
    calendar = Calendar()
    calendar.add("prodid", "-//Kompetanse//NONSGML//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _line(text: str) -> str:
    """The text on one line, without signs that nobody sees."""
    return " ".join(printable(text).split())
