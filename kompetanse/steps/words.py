"""The words of a poll on a page: as blocks, and as a region that follows what is shared and released."""

from __future__ import annotations

from collections.abc import Callable

from kompetanse.figures.blocks import Block, html
from kompetanse.language import translate
from kompetanse.programme.models import Step
from kompetanse.sections.context import GroupContext
from kompetanse.sections.words import word_blocks
from kompetanse.widgets.component import Component
from kompetanse.widgets.live_blocks import LiveBlocks


def summary(context: GroupContext, step: Step) -> tuple[Block, ...]:
    """The words of the group and of all groups."""
    return word_blocks(context, step)


def live(context: GroupContext, step: Step) -> tuple[Component, Callable[[], None]]:
    """The region that shows the words, and what keeps it up to date."""
    region = LiveBlocks(html=html(word_blocks(context, step), context.language), language=context.language)

    def refresh() -> None:
        shown = html(word_blocks(context, step), context.language)
        if shown != region.content["html"]:
            region.show(html=shown, said=translate("Ordene er oppdatert.", context.language))

    return region, refresh
