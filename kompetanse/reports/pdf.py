"""A report as PDF: its blocks as the data that the template reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from math import sqrt
from typing import Any

from kompetanse.figures.blocks import Block, Figure, Heading, PageBreak, Table, to_json
from kompetanse.figures.glyphs import breakable, readable
from kompetanse.figures.svg import plain_svg
from kompetanse.figures.theme import colours, tokens
from kompetanse.language import day, translate
from kompetanse.reports.meta import ReportMeta
from kompetanse.reports.outline import Outline, outline
from kompetanse.reports.typesetting import typeset

#: A cell with more text than this makes its column wider only a little.
_LONG_CELL = 72
_SHORT_TITLE = 12
#: Characters on a table's whole line, and how many of them a column loses at its edges.
_LINE = 86
_CELL_EDGES = 3
_WORD = re.compile(r"(?:[^\W\d_]|-)+")
#: Above these a table may be split between pages, and a row or a box within itself.
_MOST_KEPT_ROWS = 18
_MOST_KEPT_TEXT = 1500
_MOST_KEPT_CELL = 600


def pdf(blocks: Iterable[Block], meta: ReportMeta) -> bytes:
    """The report as one PDF; the same blocks and meta give the same bytes."""
    data = report_data(outline(blocks, meta), meta)
    return typeset("report.typ", data, name=meta.name, day=meta.date)


def report_data(report: Outline, meta: ReportMeta) -> dict[str, Any]:
    """Everything the template sees, in characters that its fonts hold."""
    language = meta.language
    return {
        "meta": _shown(
            {
                "title": meta.full_title,
                "name": meta.name,
                "programme": meta.programme,
                "module": meta.module,
                "author": meta.author,
                "day": day(meta.date, language),
            },
            breaks=False,
        ),
        "date": [meta.date.year, meta.date.month, meta.date.day],
        "language": language,
        "marks": {"draft": meta.draft_mark, "made_up": meta.made_up_mark},
        "page_words": translate("Side {page} av {pages}", language),
        "colours": colours(),
        "fonts": [tokens()["font"]["text"], tokens()["font"]["emoji"]],
        "cover": _shown(report.cover.model_dump(mode="json")),
        "chapters": [
            {
                "new_page": chapter.new_page,
                "heading": _shown(chapter.heading.text) if chapter.heading else None,
                "parts": [_part(part) for part in _parts(chapter.blocks)],
            }
            for chapter in report.chapters
        ],
    }


def _parts(blocks: Iterable[Block]) -> list[list[Block]]:
    """A chapter's blocks cut before each heading and page break."""
    parts: list[list[Block]] = [[]]
    for block in blocks:
        if isinstance(block, Heading | PageBreak):
            parts.append([])
        parts[-1].append(block)
    return [part for part in parts if part]


def _part(blocks: list[Block]) -> dict[str, Any]:
    """A heading with what follows it; short ones stand undivided, so that no line of them is left alone."""
    values = [_block(block) for block in blocks]
    small = sum(len(json.dumps(value, ensure_ascii=False)) for value in values) <= _MOST_KEPT_TEXT
    plain = isinstance(blocks[0], Heading) and not any(isinstance(block, Table | Figure) for block in blocks)
    return {"kept": plain and small, "blocks": values}


def _block(block: Block) -> dict[str, Any]:
    value = to_json([block])[0]
    if isinstance(block, Table):
        return _table(block, value)
    if isinstance(block, Figure):
        words = {name: value[name] for name in ("type", "title", "alt", "note")}
        return {**_shown(words), "svg": readable(plain_svg(block.svg))}
    return {**_shown(value), "kept": len(json.dumps(value)) < _MOST_KEPT_TEXT}


def _table(table: Table, value: dict[str, Any]) -> dict[str, Any]:
    """The table with what the template needs to fit every word into its column."""
    part = shares(table)
    room = [max(int(_LINE * share / sum(part)) - _CELL_EDGES, 6) for share in part]
    rows = [[breakable(readable(cell), longest) for cell, longest in zip(row, room, strict=True)] for row in table.rows]
    return {
        **_shown(value),
        "rows": rows,
        "shares": part,
        "divided": [[_too_wide(cell, longest) for cell, longest in zip(row, room, strict=True)] for row in rows],
        "kept": _is_kept(table),
        "strong": table.row_headers and all(len(row[0]) <= _LONG_CELL for row in table.rows),
        "tall": [max(map(len, row)) > _MOST_KEPT_CELL for row in table.rows],
    }


def _too_wide(cell: str, longest: int) -> list[str]:
    """The words that are wider than their column."""
    return sorted({word for word in _WORD.findall(cell) if len(word) > longest})


def _shown(value: Any, *, breaks: bool = True) -> Any:
    """The value with every text in it as the fonts can show it."""
    match value:
        case str():
            return breakable(readable(value)) if breaks else readable(value)
        case dict():
            return {name: _shown(part, breaks=breaks) for name, part in value.items()}
        case list() | tuple():
            return [_shown(part, breaks=breaks) for part in value]
        case _:
            return value


def shares(table: Table) -> list[float]:
    """How the page's width is shared by the columns: by their longest words and, to a lesser degree, their texts."""
    return [_share(column.title, [row[place] for row in table.rows]) for place, column in enumerate(table.columns)]


def _share(title: str, cells: list[str]) -> float:
    longest_word = max((len(word) for text in (title, *cells) for word in text.split()), default=1)
    short_title = len(title) if len(title) <= _SHORT_TITLE else 0
    longest_cell = max(map(len, cells), default=1)
    return round(max(min(longest_word, 18), short_title, sqrt(min(longest_cell, _LONG_CELL)) * 4.2, 6), 1)


def _is_kept(table: Table) -> bool:
    """Whether the table is small enough to stand undivided on a page."""
    text = sum(len(cell) for row in table.rows for cell in row)
    return len(table.rows) <= _MOST_KEPT_ROWS and text <= _MOST_KEPT_TEXT
