"""A case: the group may write down what it found."""

from __future__ import annotations

from kompetanse.figures.blocks import Block
from kompetanse.language import translate
from kompetanse.programme.models import Step
from kompetanse.sections.context import GroupContext
from kompetanse.steps.prompted import texts, written
from kompetanse.widgets.component import Component


def component(context: GroupContext, step: Step) -> Component | None:
    """A text area under each of the step's questions."""
    note = translate("Én skriver, alle i gruppa ser.", context.language)
    return texts(context, step, step.content.questions, note=note, in_report=False)


def refresh(context: GroupContext, step: Step, component: Component) -> None:
    """What somebody else in the group has written."""
    component.set_trait("answers", context.answers(step))


def summary(context: GroupContext, step: Step) -> tuple[Block, ...]:
    """What the group has written."""
    return written(context, step, step.content.questions)
