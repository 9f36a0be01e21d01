"""Blocks as JSON and as the output of a notebook cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from kompetanse.figures.blocks.html import html
from kompetanse.figures.blocks.models import Block, Callout, Cover, Figure, Heading, KeyFigures, Paragraph, Quote, Table
from kompetanse.figures.blocks.models import List as ListBlock
from kompetanse.language import Language

MIME_TYPE = "application/vnd.kompetanse.block+json"
VERSION = 1


@cache
def _adapter() -> TypeAdapter[tuple[Block, ...]]:
    return TypeAdapter(tuple[Block, ...])


def to_json(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """The blocks as plain JSON values."""
    return [block.model_dump(mode="json") for block in blocks]


def from_json(values: Sequence[Any]) -> tuple[Block, ...]:
    """The blocks that `to_json` wrote; pydantic's ValidationError for anything else."""
    return _adapter().validate_python(values)


def mime_bundle(blocks: Sequence[Block], language: Language) -> dict[str, Any]:
    """What a notebook cell shows: HTML for people, JSON for PDF and Word, text for terminals."""
    return {
        "text/html": html(blocks, language),
        "text/plain": plain(blocks),
        MIME_TYPE: {"version": VERSION, "language": language, "blocks": to_json(blocks)},
    }


def plain(blocks: Iterable[Block]) -> str:
    """The blocks as lines of text."""
    return "\n\n".join(text for text in map(_plain, blocks) if text)


def _plain(block: Block) -> str:
    match block:
        case Heading(text=text) | Quote(text=text):
            return text
        case Paragraph(runs=runs):
            return "".join(run.text for run in runs)
        case ListBlock(items=items):
            return "\n".join("- " + "".join(run.text for run in item) for item in items)
        case Table():
            return _plain_table(block)
        case Figure(title=title, alt=alt):
            return f"{title}\n{alt}"
        case Callout(title=title, paragraphs=paragraphs):
            return "\n".join((title, *paragraphs))
        case KeyFigures(items=items):
            return "\n".join(f"{item.value} {item.label}" for item in items)
        case Cover():
            return "\n".join((block.programme, block.name, block.subtitle, *block.lines, *block.notices))
        case _:
            return ""


def _plain_table(table: Table) -> str:
    rows = [tuple(column.title for column in table.columns), *table.rows]
    return "\n".join((table.caption, *(" | ".join(row) for row in rows)))
