"""How a step's widget reaches the log: drafts in, an acknowledgement out."""

from __future__ import annotations

from kompetanse.answers.log import Draft
from kompetanse.errors import InvalidAnswer
from kompetanse.language import clock, translate
from kompetanse.programme.models import Step
from kompetanse.sections.context import GroupContext
from kompetanse.widgets.saving import OnDrafts, Saved, WidgetDraft


def scope(context: GroupContext) -> str:
    """Whose browser queue this is: one per group and participant."""
    return f"{context.group.id}/{context.session.participant or ''}"


def saver(context: GroupContext, step: Step) -> OnDrafts:
    """What a widget hands its drafts to; it returns when they are committed."""

    def save(drafts: list[WidgetDraft]) -> Saved:
        try:
            receipt = context.log.append([Draft(module=context.module.id, step=step.id, **draft) for draft in drafts])
        except InvalidAnswer as error:
            # The log speaks to whoever sends answers by a program; a person is told what a person can do.
            words = translate("Svaret kan ikke lagres slik det står. Skriv kortere eller enklere.", context.language)
            raise InvalidAnswer(words) from error
        return Saved(time=clock(receipt.time.astimezone(), context.language), merged=receipt.merged)

    return save
