"""The group's actions, as it wrote them and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kompetanse.figures.blocks import Block, Column, Table, paragraph
from kompetanse.language import Language, day, translate
from kompetanse.programme.kinds.actions import key_of


@dataclass(frozen=True)
class Action:
    """One action as the group wrote it."""

    what: str
    effect: str
    role: str
    due: date | None
    status: str
    facet: str | None
    #: What the group looks at to see whether it worked: a number, a time, a share.
    indicator: str = ""
    #: Its number among the group's actions, which it keeps.
    place: str = ""
    #: What it is called where something else is said of it, and no other action ever is.
    key: str = ""
    #: The module it was written in, where it is carried over to another, and what has happened since.
    module: str = ""
    happened: str = ""


def actions_of(written: Mapping[str, Mapping[str, Any]], *, all: bool = False) -> tuple[Action, ...]:
    """The actions that the group wants to show, or all, in its order; `written` is by place, as the log has them."""
    return tuple(
        Action(
            what=value.get("what", ""),
            effect=value.get("effect", ""),
            role=value.get("role", ""),
            due=date.fromisoformat(value["due"]) if value.get("due") else None,
            status=value.get("status", "planned"),
            facet=value.get("facet"),
            indicator=value.get("indicator", ""),
            place=place,
            key=key_of(place, value),
        )
        for place, value in sorted(written.items(), key=lambda item: int(item[0]))
        if value.get("what", "").strip() and (all or value.get("in-report", True))
    )


def action_table(actions: tuple[Action, ...], language: Language) -> tuple[Block, ...]:
    """The actions with effect, role, due date and status, or a sentence where there are none."""
    if not actions:
        return (paragraph(translate("Gruppa har ikke skrevet tiltak ennå.", language)),)
    titles = (
        translate("Tiltak", language),
        translate("Hva innbyggere eller ansatte skal merke", language),
        translate("Følges opp av", language),
        translate("Frist", language),
        translate("Status", language),
    )
    return (
        Table(
            caption=translate("Tiltakene og oppfølgingen", language),
            columns=tuple(Column(title=title) for title in titles),
            rows=tuple(_action_row(action, language) for action in actions),
            row_headers=True,
        ),
    )


def _action_row(action: Action, language: Language) -> tuple[str, ...]:
    due = day(action.due, language) if action.due else "–"
    effect = " · ".join(text for text in (action.effect, action.indicator) if text)
    return action.what, effect or "–", action.role or "–", due, status_words(action.status, language)


def status_words(status: str, language: Language) -> str:
    """The status of an action in words."""
    words = {
        "planned": translate("planlagt", language),
        "under-way": translate("i gang", language),
        "needs-help": translate("trenger hjelp", language),
        "done": translate("gjort", language),
        "stopped": translate("stoppet", language),
    }
    return words[status]
