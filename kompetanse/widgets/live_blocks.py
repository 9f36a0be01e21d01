"""Blocks that change while the page is open: the group's picture once it is shown."""

from __future__ import annotations

from kompetanse.language import Language
from kompetanse.widgets.component import Component, script, style


class LiveBlocks(Component):
    """A region whose HTML Python replaces; a screen reader hears `said` when it does.

    html: a fragment from `kompetanse.figures.blocks.html`, where everything people wrote is escaped already.

    >>> region = LiveBlocks(html="<p>6 av 8 har svart</p>", said="", language="nb")
    >>> region.show(html="<p>7 av 8 har svart</p>", said="7 av 8 har svart")
    """

    _esm = script("live_blocks")
    _css = style("live_blocks")

    def __init__(self, *, html: str, said: str = "", language: Language = "nb"):
        super().__init__(content={"html": html, "said": said}, language=language)

    def show(self, *, html: str, said: str) -> None:
        """Replace what is shown, if it differs."""
        content = {"html": html, "said": said}
        if content != self.content:
            self.content = content
