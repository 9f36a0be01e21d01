"""What a page or a report is made of: one list of blocks, shown as HTML on screen and set as PDF by Typst."""

from kompetanse.figures.blocks.bundle import MIME_TYPE, from_json, mime_bundle, to_json
from kompetanse.figures.blocks.html import html
from kompetanse.figures.blocks.markdown import markdown_blocks
from kompetanse.figures.blocks.models import (
    Block,
    Callout,
    Column,
    Cover,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    List,
    PageBreak,
    Paragraph,
    Quote,
    Run,
    Table,
    bullets,
    paragraph,
)

__all__ = [
    "MIME_TYPE",
    "Block",
    "Callout",
    "Column",
    "Cover",
    "Figure",
    "Heading",
    "KeyFigure",
    "KeyFigures",
    "List",
    "PageBreak",
    "Paragraph",
    "Quote",
    "Run",
    "Table",
    "bullets",
    "from_json",
    "html",
    "markdown_blocks",
    "mime_bundle",
    "paragraph",
    "to_json",
]
