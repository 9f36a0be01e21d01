"""Something to read: no component, nothing to sum up."""

from __future__ import annotations

from kompetanse.figures.blocks import Block
from kompetanse.programme.models import Step
from kompetanse.sections.context import GroupContext
from kompetanse.widgets.component import Component


def component(context: GroupContext, step: Step) -> Component | None:
    """None: there is nothing to fill in."""
    return None


def refresh(context: GroupContext, step: Step, component: Component) -> None:
    """Nothing: a text does not change."""


def summary(context: GroupContext, step: Step) -> tuple[Block, ...]:
    """Nothing beyond the text itself."""
    return ()
