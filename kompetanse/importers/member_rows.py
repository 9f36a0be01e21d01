"""One row of a file of members as a group with its size."""

from __future__ import annotations

from datetime import date
from typing import Any

from kompetanse.errors import InputError
from kompetanse.importers.answer_rows import made_up
from kompetanse.importers.places import Places
from kompetanse.importers.table import Layout, Row, guarded, plain
from kompetanse.programme.models import LeadershipGroup
from kompetanse.programme.municipality import municipality
from kompetanse.programme.plain_text import plain_text

LAYOUT = Layout(
    required=("municipality", "members"), optional=("group", "name", "contact", "gathering_date", "made_up")
)

MOST_MEMBERS = 1000
_LONGEST_NAME = 200


def group_of(row: Row, places: Places) -> LeadershipGroup:
    """The group that the row is about, with what the row says of it; InputError where it says something impossible.

    A group of several municipalities has their numbers with spaces between; a group of none has none, but an id.
    """
    cells = {column: plain(cell) for column, cell in row.cells.items()}
    numbers = tuple(municipality(number).number for number in cells["municipality"].split())
    said: dict[str, Any] = {"invited": _members(cells["members"])}
    if cells.get("made_up"):
        said["made_up"] = made_up(cells["made_up"])
    if cells.get("name"):
        said["name"] = plain_text(cells["name"], longest=_LONGEST_NAME)
    if "contact" in cells:
        said["contact"] = plain_text(cells["contact"], longest=_LONGEST_NAME) or None
    if "gathering_date" in cells:
        said["gathering_date"] = _date(cells["gathering_date"])
    if cells.get("group"):
        # Here a group may change its municipalities, so it is looked up by its id alone.
        found = places.find(cells["group"], "")
        said["municipalities"] = numbers
        if found.name == found.id and "name" not in said and len(numbers) == 1:
            said["name"] = municipality(numbers[0]).name_norwegian
    else:
        found = places.find("", cells["municipality"])
    group = found.model_copy(update=said)
    places.put(group)
    return group


def cells_of(group: LeadershipGroup) -> dict[str, str]:
    """The group as a row of our own export."""
    cells = {
        "municipality": " ".join(group.municipalities),
        "members": "" if group.invited is None else str(group.invited),
        "group": group.id,
        "name": group.name,
        "contact": group.contact or "",
        "gathering_date": group.gathering_date.isoformat() if group.gathering_date else "",
        "made_up": "true" if group.made_up else "false",
    }
    return {column: guarded(cell) for column, cell in cells.items()}


def _members(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and 1 <= int(text) <= MOST_MEMBERS):
        raise InputError(f"members is {text!r:.20}; write a whole number from 1 to {MOST_MEMBERS}")
    return int(text)


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"gathering_date is {text!r:.20}; write it as 2026-12-08") from None
