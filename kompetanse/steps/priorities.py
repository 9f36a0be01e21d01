"""The few themes that the group will do something about: to choose, and as a list."""

from __future__ import annotations

from kompetanse.figures.blocks import Block, bullets, paragraph
from kompetanse.language import translate
from kompetanse.programme.models import Facet, Instrument, Step
from kompetanse.sections.context import GroupContext
from kompetanse.steps.saving import saver, scope
from kompetanse.widgets.component import Component
from kompetanse.widgets.priorities import PrioritiesWidget


def component(context: GroupContext, step: Step) -> Component | None:
    """All themes to choose from, each with the value that the group agreed on."""
    instrument, language = context.programme.instruments[step.content.instrument], context.language
    today, ahead = context.group_answers("agreed"), context.group_answers("agreed-to-be")
    return PrioritiesWidget(
        content={
            "most": step.content.most,
            "most_in_words": _in_words(step.content.most, context),
            "help": "",
            "themes": [
                {
                    "id": facet.id,
                    "title": facet.title.to(language),
                    "part": _part(facet, instrument, context),
                    "note": _agreed(today.get(facet.id), ahead.get(facet.id), context),
                }
                for facet in instrument.facets
            ],
        },
        answers=context.answers(step),
        on_drafts=saver(context, step),
        scope=scope(context),
        step=step.id,
        language=language,
    )


def _in_words(most: int, context: GroupContext) -> str:
    words = {
        1: translate("ett", context.language),
        2: translate("to", context.language),
        3: translate("tre", context.language),
        4: translate("fire", context.language),
        5: translate("fem", context.language),
    }
    return words.get(most, str(most))


def _part(facet: Facet, instrument: Instrument, context: GroupContext) -> str:
    return next((axis.title.to(context.language) for axis in instrument.axes if axis.id == facet.axis), "")


def _agreed(today: int | None, ahead: int | None, context: GroupContext) -> str:
    if today is None or ahead is None:
        return ""
    return translate("I dag {today}, om to år {ahead}", context.language, today=today, ahead=ahead)


def refresh(context: GroupContext, step: Step, component: Component) -> None:
    """What somebody else in the group has chosen."""
    component.set_trait("answers", context.answers(step))


def summary(context: GroupContext, step: Step) -> tuple[Block, ...]:
    """The chosen themes."""
    instrument = context.programme.instruments[step.content.instrument]
    chosen = context.group_answers("priority")
    names = [facet.title.to(context.language) for facet in instrument.facets if chosen.get(facet.id)]
    return (
        (bullets(*names),) if names else (paragraph(translate("Gruppa har ikke valgt temaer ennå.", context.language)),)
    )
