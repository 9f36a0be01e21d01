"""How each kind of step is shown: its component on a live page, and its summary on a static one."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Protocol, cast

from kompetanse.figures.blocks import Block
from kompetanse.programme.kinds import KINDS
from kompetanse.programme.models import Step
from kompetanse.sections.context import GroupContext
from kompetanse.widgets.component import Component

#: What stands on a live page for a step: one component, or several below each other.
Components = Component | tuple[Component, ...]


class StepKind(Protocol):
    """What a kind's module here provides."""

    @staticmethod
    def component(context: GroupContext, step: Step) -> Components | None:
        """What a person fills in; None for a step that is only read."""

    @staticmethod
    def refresh(context: GroupContext, step: Step, component: Components) -> None:
        """Bring what others have written since into what `component` has made."""

    @staticmethod
    def summary(context: GroupContext, step: Step) -> tuple[Block, ...]:
        """What has been written, for a page that nobody fills in."""


def each_of(shown: Components | None) -> tuple[Component, ...]:
    """The components of a step, in the order they stand in."""
    if shown is None:
        return ()
    return shown if isinstance(shown, tuple) else (shown,)


@cache
def step_kind(kind: str) -> StepKind:
    """The module of a kind, imported when first asked for: a page pays only for the kinds it shows."""
    if kind not in KINDS:
        raise KeyError(kind)
    return cast(StepKind, import_module(f"kompetanse.steps.{kind}"))
