"""Actions that a group carries over from one module to the next: as they stood, and what it says of them now.

Nothing is written over: an action stays in its module as it was written, and what each later module says of it stands
there, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kompetanse.answers.answer import Answer
from kompetanse.figures.blocks import Block, Column, Table
from kompetanse.language import Language, day, translate
from kompetanse.programme.kinds.review import SUBJECT
from kompetanse.programme.models import Module, Programme
from kompetanse.sections.actions import Action, actions_of
from kompetanse.sections.context import GroupContext

#: What is not gone on with. It is seen once more in the module that comes after.
CLOSED = frozenset({"done", "stopped"})


@dataclass(frozen=True)
class Carried:
    """An action of an earlier module: `before` as it stood when this module began, `now` with what is said of it here.

    reviewed: whether this module has said anything of it.
    """

    before: Action
    now: Action
    reviewed: bool

    @property
    def key(self) -> str:
        """What a review calls it."""
        return SUBJECT.format(module=self.before.module, key=self.before.key)


def carried_over(
    programme: Programme, module: Module, statements: Callable[[str], Iterable[Answer]], *, all: bool = True
) -> tuple[Carried, ...]:
    """The actions of the modules before this one that are still to be looked at, in the order they were written.

    statements: what the group has stated in a module. all: also those that are not for its report.
    """
    going: dict[str, Action] = {}
    for each in programme.modules:
        said = [answer for answer in statements(each.id) if not answer.participant and answer.value is not None]
        reviews = {answer.subject: answer.value for answer in said if answer.aspect == "review"}
        if each.id == module.id:
            return tuple(
                Carried(before=action, now=_reviewed(action, reviews.get(key)), reviewed=key in reviews)
                for key, action in going.items()
            )
        later = {key: _reviewed(action, reviews.get(key)) for key, action in going.items()}
        going = {key: action for key, action in later.items() if action.status not in CLOSED}
        written = actions_of({answer.subject: answer.value for answer in said if answer.aspect == "action"}, all=all)
        going |= {SUBJECT.format(module=each.id, key=action.key): replace(action, module=each.id) for action in written}
    return ()


def own_carried(context: GroupContext) -> tuple[Carried, ...]:
    """The actions that the context's group carries over to its module."""
    group = context.group.id
    return carried_over(context.programme, context.module, lambda module: context.log.of_group(module, group))


def _reviewed(action: Action, said: Mapping[str, Any] | None) -> Action:
    """The action with what was said of it."""
    if said is None:
        return action
    due = date.fromisoformat(said["due"]) if said.get("due") else action.due
    return replace(action, status=said.get("status", action.status), due=due, happened=said.get("note", "").strip())


def carried_table(carried: Iterable[Carried], programme: Programme, language: Language) -> tuple[Block, ...]:
    """The actions as they stand now, with their module and what has happened; nothing where there are none."""
    rows = tuple(_row(each, programme, language) for each in carried)
    if not rows:
        return ()
    titles = (
        translate("Tiltak", language),
        translate("Modul", language),
        translate("Følges opp av", language),
        translate("Frist", language),
        translate("Status", language),
        translate("Hva har skjedd?", language),
    )
    caption = translate("Tiltak fra tidligere moduler", language)
    return (Table(caption=caption, columns=tuple(Column(title=title) for title in titles), rows=rows),)


def _row(each: Carried, programme: Programme, language: Language) -> tuple[str, ...]:
    now = each.now
    found = programme.module(now.module)
    return (
        now.what,
        str(found.number) if found else "–",
        now.role or "–",
        day(now.due, language) if now.due else "–",
        review_words(now.status, language) if each.reviewed else translate("ikke gått gjennom ennå", language),
        now.happened or "–",
    )


def review_words(status: str, language: Language) -> str:
    """The status of an action that is looked at again, in words."""
    words = {
        "planned": translate("ikke startet", language),
        "under-way": translate("i gang", language),
        "needs-help": translate("trenger hjelp", language),
        "done": translate("gjort", language),
        "stopped": translate("lagt bort", language),
    }
    return words[status]
