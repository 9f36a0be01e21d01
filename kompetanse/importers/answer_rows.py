"""One row of a file as an answer."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from kompetanse.answers.answer import PARTICIPANT, to_json
from kompetanse.answers.drafts import MOST_ROUNDS, Content, Draft, read
from kompetanse.answers.intake import municipality_of
from kompetanse.answers.keys import Keys
from kompetanse.answers.store import Answer
from kompetanse.answers.store.groups import participant_token
from kompetanse.errors import InputError, InvalidAnswer
from kompetanse.importers.places import Places
from kompetanse.importers.step_finder import ITEM_ASPECTS, StepFinder
from kompetanse.importers.table import Layout, Row, guarded, plain
from kompetanse.programme.models import LeadershipGroup, Module, Programme

LAYOUT = Layout(
    required=("municipality", "participant", "item", "aspect", "value"),
    optional=(
        "group", "module", "step", "round", "subject", "made_up", "id", "time", "programme", "version",
    ),
)  # fmt: skip

_YES_OR_NO = {"true": True, "1": True, "ja": True, "false": False, "0": False, "nei": False}
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,39}")


class RowReader:
    """Reads rows into answers; InputError or InvalidAnswer says what is wrong with a row, and what to write instead."""

    def __init__(self, programme: Programme, places: Places, keys: Keys, *, now: datetime):
        self._programme = programme
        self._places = places
        self._keys = keys
        self._now = now
        self._tokens: dict[tuple[str, str], str] = {}
        self._steps = StepFinder(programme)

    def answer(self, row: Row) -> Answer:
        """The row as an answer."""
        cells = {column: plain(cell) for column, cell in row.cells.items() if column != "value"}
        self._check_programme(cells.get("programme", ""))
        module = self._module(cells.get("module", ""))
        aspect = cells["aspect"]
        subject = _subject(cells["item"], cells.get("subject", ""), aspect)
        value, text = _value(row.cells["value"])
        draft = Draft(
            id=cells.get("id") or "imported",
            module=module.id,
            step=cells.get("step") or self._steps.find(module, subject, aspect),
            subject=subject,
            aspect=aspect,
            value=value,
            round=_round(cells.get("round", "")),
        )
        try:
            content = read(draft, self._programme)
        except InvalidAnswer:
            if isinstance(value, str) or text == "null":
                raise
            content = self._read_as_text(draft, text)
        said = cells.get("made_up", "")
        group = self._places.find(cells.get("group", ""), cells["municipality"], made_up=bool(said) and made_up(said))
        participant = self._participant(cells["participant"], group, of_the_group=content.of_the_group, aspect=aspect)
        answer = Answer(
            id=draft.id,
            time=_time(cells["time"]) if cells.get("time") else self._now,
            programme=self._programme.id,
            version=_version(cells.get("version", "")) or self._programme.version,
            module=module.id,
            step=content.step.id,
            round=draft.round,
            subject=content.subject,
            aspect=aspect,
            group=group.id,
            municipality=self._municipality(cells, group),
            participant=participant,
            value=content.value,
            made_up=made_up(said) if said else group.made_up,
        )
        return answer if cells.get("id") else _with_id(answer)

    @staticmethod
    def _municipality(cells: Mapping[str, str], group: LeadershipGroup) -> str | None:
        """As the row says; where it says nothing the group's, except in our own export, which says what was saved."""
        return cells["municipality"] or (None if cells.get("id") else municipality_of(group))

    def _read_as_text(self, draft: Draft, text: str) -> Content:
        """Bare text that happens to look like JSON, such as a comment that says only 2026."""
        try:
            return read(replace(draft, value=text), self._programme)
        except InvalidAnswer:
            return read(draft, self._programme)

    def _check_programme(self, given: str) -> None:
        if given not in {"", self._programme.id}:
            raise InputError(
                f"programme is {given!r:.60}, and this is {self._programme.id}; name its folder with --programme"
            )

    def _module(self, given: str) -> Module:
        found = self._programme.module(given) if given else self._programme.modules[0]
        if found is None:
            known = ", ".join(module.id for module in self._programme.modules)
            raise InputError(f"module {given!r:.60} is not in the programme; use one of {known}")
        return found

    def _participant(self, given: str, group: LeadershipGroup, *, of_the_group: bool, aspect: str) -> str:
        if of_the_group:
            if given:
                raise InputError(f"{aspect} is said by the group and by no one person; leave participant empty")
            return ""
        if not given:
            raise InputError(f"participant is empty, and {aspect} is one person's; write an id of that person")
        if PARTICIPANT.fullmatch(given):
            return given
        key = (group.id, given)
        if key not in self._tokens:
            self._tokens[key] = participant_token(self._keys.hashed(*key))
        return self._tokens[key]


def _subject(item: str, subject: str, aspect: str) -> str:
    if item and subject and item != subject:
        raise InputError(f"item is {item!r:.60} and subject {subject!r:.60}; leave one of them empty")
    if not (item or subject) and aspect in ITEM_ASPECTS:
        raise InputError("item is empty; write its code or id, such as A1-1")
    return item or subject


def _value(cell: str) -> tuple[Any, str]:
    """The value that the cell holds as JSON, else as bare text; and the text."""
    if not cell.strip():
        raise InputError("value is empty; write a value, or null to take an answer back")
    try:
        return json.loads(cell, parse_constant=_no_number), cell
    except (ValueError, RecursionError):
        return cell, cell


def _no_number(name: str) -> Any:
    raise InputError(f"value is {name}, which is no number; write a level, or vet-ikke")


def _round(text: str) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdecimal() and 1 <= len(text) <= 2 and 1 <= int(text) <= MOST_ROUNDS):
        raise InputError(f"round is {text!r:.20}; write a whole number from 1 to {MOST_ROUNDS}")
    return int(text)


def made_up(text: str) -> bool:
    """Whether the text says yes; InputError if it says neither yes nor no."""
    if text.lower() not in _YES_OR_NO:
        raise InputError(f"made_up is {text!r:.20}; write true or false")
    return _YES_OR_NO[text.lower()]


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is not None:
            return time.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InputError(f"time is {text!r:.40}; write it with its zone, as 2026-12-08T14:03:00+01:00")


def _version(text: str) -> str:
    if text and not _VERSION.fullmatch(text):
        raise InputError(f"version is {text!r:.40}; write it as 0.1.0")
    return text


def _with_id(answer: Answer) -> Answer:
    """The answer with an id made from what it says, so that the same file brings nothing new the second time."""
    said = to_json([answer.programme, *answer.key, answer.value])
    return replace(answer, id=f"row-{hashlib.sha256(said.encode()).hexdigest()[:40]}")


def cells_of(answer: Answer) -> dict[str, str]:
    """The answer as a row of our own export: every cell but the value guarded against formulas, the value as JSON."""
    about_item = answer.aspect in ITEM_ASPECTS
    cells = {
        "municipality": answer.municipality or "",
        "participant": answer.participant,
        "item": answer.subject if about_item else "",
        "aspect": answer.aspect,
        "group": answer.group,
        "module": answer.module,
        "step": answer.step,
        "round": str(answer.round),
        "subject": "" if about_item else answer.subject,
        "made_up": "true" if answer.made_up else "false",
        "id": answer.id,
        "time": answer.time.isoformat(timespec="microseconds"),
        "programme": answer.programme,
        "version": answer.version,
    }
    return {**{column: guarded(cell) for column, cell in cells.items()}, "value": to_json(answer.value)}
