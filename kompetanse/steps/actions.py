"""What the group will do: to write, and as a table."""

from __future__ import annotations

from kompetanse.figures.blocks import Block
from kompetanse.language import translate
from kompetanse.programme.kinds.actions import TEXTS
from kompetanse.programme.models import Step
from kompetanse.sections.actions import action_table, actions_of
from kompetanse.sections.context import GroupContext
from kompetanse.steps.saving import saver, scope
from kompetanse.widgets.actions import ActionsWidget
from kompetanse.widgets.component import Component


def component(context: GroupContext, step: Step) -> Component | None:
    """The actions, begun with one for each theme that the group has chosen."""
    language = context.language
    instrument = context.programme.instruments[step.content.instrument]
    return ActionsWidget(
        content={
            "most": step.content.most,
            "themes": [{"id": facet.id, "title": facet.title.to(language)} for facet in instrument.facets],
            "suggest": _chosen(context, step),
            "lengths": dict(TEXTS),
            "files": [
                ["/tiltak.csv", translate("Regneark (CSV)", language)],
                ["/tiltak.ics", translate("Kalender med fristene (ICS)", language)],
                ["/tiltak.md", translate("Tekst (Markdown)", language)],
            ],
        },
        answers=context.answers(step),
        on_drafts=saver(context, step),
        scope=scope(context),
        step=step.id,
        language=language,
    )


def _chosen(context: GroupContext, step: Step) -> list[str]:
    """The themes that the group has chosen, in the instrument's order."""
    chosen = {facet for facet, value in context.group_answers("priority").items() if value}
    facets = context.programme.instruments[step.content.instrument].facets
    return [facet.id for facet in facets if facet.id in chosen]


def refresh(context: GroupContext, step: Step, component: Component) -> None:
    """What somebody else in the group has written, and a place for each theme that has been chosen since."""
    component.set_trait("answers", context.answers(step))
    component.content = component.content | {"suggest": _chosen(context, step)}


def summary(context: GroupContext, step: Step) -> tuple[Block, ...]:
    """The actions as a table."""
    return action_table(actions_of(context.group_answers("action")), context.language)
