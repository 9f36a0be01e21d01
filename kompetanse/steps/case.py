"""A case: the group may write down what it found, and share that with another group."""

from __future__ import annotations

from kompetanse.figures.blocks import Block
from kompetanse.language import translate
from kompetanse.programme.models import Step
from kompetanse.sections.context import GroupContext
from kompetanse.steps.prompted import texts, written
from kompetanse.steps.sharing import case_parts, do_case
from kompetanse.widgets.component import Component
from kompetanse.widgets.exchange import ExchangeWidget
from kompetanse.widgets.prompts import PromptsWidget


def component(context: GroupContext, step: Step) -> tuple[Component, ...]:
    """A text area under each of the step's questions, and below them what is shared with whom."""
    note = translate("Én skriver, alle i gruppa ser.", context.language)

    def do(name: str, value: str) -> str:
        said = do_case(context, step, name, value)
        sharing.show(case_parts(context, step))
        return said

    sharing = ExchangeWidget(
        content={"parts": case_parts(context, step), "label": translate("Del med en annen gruppe", context.language)},
        on_deed=do,
        language=context.language,
    )
    return texts(context, step, step.content.questions, note=note, in_report=False), sharing


def refresh(context: GroupContext, step: Step, components: tuple[Component, ...]) -> None:
    """What somebody else in the group has written, and what is shared."""
    for each in components:
        if isinstance(each, PromptsWidget):
            each.set_trait("answers", context.answers(step))
        elif isinstance(each, ExchangeWidget):
            each.show(case_parts(context, step))


def summary(context: GroupContext, step: Step) -> tuple[Block, ...]:
    """What the group has written."""
    return written(context, step, step.content.questions)
