"""The actions of earlier modules: to go through once more, and as a table."""

from __future__ import annotations

from typing import Any

from kompetanse.figures.blocks import Block, paragraph
from kompetanse.language import day, translate
from kompetanse.programme.kinds.review import LONGEST_NOTE
from kompetanse.programme.models import Step
from kompetanse.sections.carried import Carried, carried_table, own_carried, review_words
from kompetanse.sections.context import GroupContext
from kompetanse.steps.saving import saver, scope
from kompetanse.widgets.component import Component
from kompetanse.widgets.review import ReviewWidget


def component(context: GroupContext, step: Step) -> Component | None:
    """Each action with where it stood, and what the group says of it now."""
    return ReviewWidget(
        content=_content(context),
        answers=context.answers(step),
        on_drafts=saver(context, step),
        scope=scope(context),
        step=step.id,
        language=context.language,
    )


def _content(context: GroupContext) -> dict[str, Any]:
    return {"longest": LONGEST_NOTE, "actions": [_shown(each, context) for each in own_carried(context)]}


def _shown(each: Carried, context: GroupContext) -> dict[str, Any]:
    language, before = context.language, each.before
    module = context.programme.module(before.module)
    facts = (
        translate("Modul {number}", language, number=module.number) if module else "",
        translate("Følges opp av: {role}", language, role=before.role) if before.role else "",
        translate("Frist: {day}", language, day=day(before.due, language)) if before.due else "",
        translate("Sist: {status}", language, status=review_words(before.status, language)),
        before.happened,
    )
    return {
        "id": each.key,
        "what": before.what,
        "facts": [fact for fact in facts if fact],
        "due": before.due.isoformat() if before.due else "",
    }


def refresh(context: GroupContext, step: Step, component: Component) -> None:
    """What somebody else in the group has said of an action, and actions that were written late."""
    component.set_trait("answers", context.answers(step))
    fresh = _content(context)
    if fresh != component.content:
        component.content = fresh


def summary(context: GroupContext, step: Step) -> tuple[Block, ...]:
    """The actions as they stand now."""
    return carried_table(own_carried(context), context.programme, context.language) or (
        paragraph(translate("Gruppa har ingen tiltak fra tidligere moduler.", context.language)),
    )
