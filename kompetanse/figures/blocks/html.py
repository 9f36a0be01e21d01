"""Blocks as one accessible piece of HTML; the classes are those of `figures/theme/page.css`."""

from __future__ import annotations

import html as markup
from collections.abc import Callable, Iterable

from kompetanse.figures.blocks.models import (
    Block,
    Callout,
    Column,
    Cover,
    Figure,
    Heading,
    KeyFigures,
    List,
    Paragraph,
    Quote,
    Run,
    Table,
)
from kompetanse.figures.glyphs import printable
from kompetanse.language import Language, translate

#: A table with this many columns, one of them with texts, becomes a list of rows on a phone.
_STACKED_COLUMNS = 4
_LONG_CELL = 24
_SHORT_CELL = 16
#: Characters: a phone's line in a table, and the longest word it has room for.
_PHONE_LINE = 40
_LONGEST_WORD = 28


def html(
    blocks: Iterable[Block],
    language: Language,
    *,
    heading_offset: int = 0,
    anchor: Callable[[Heading], str] | None = None,
) -> str:
    """The blocks as HTML; headings go down by the offset, and `anchor` gives the id of one that something links to."""
    return "\n".join(text for block in blocks if (text := _block(block, language, heading_offset, anchor)))


def _text(text: str) -> str:
    """The text for a page or for the value of an attribute."""
    return markup.escape(printable(text))


def _block(block: Block, language: Language, offset: int, anchor: Callable[[Heading], str] | None) -> str:
    match block:
        case Heading():
            return _heading(block, offset, anchor)
        case Paragraph(runs=runs):
            return f"<p>{_runs(runs)}</p>"
        case List(ordered=ordered, items=items):
            name = "ol" if ordered else "ul"
            return f"<{name}>{''.join(f'<li>{_runs(item)}</li>' for item in items)}</{name}>"
        case Table():
            return table_html(block)
        case Figure():
            return _figure(block, language)
        case Callout():
            return _callout(block)
        case KeyFigures():
            return _key_figures(block)
        case Quote():
            return f'<blockquote class="quote"><p dir="auto">{_text(block.text)}</p>{_note(block.note)}</blockquote>'
        case Cover():
            return cover_html(block)
        case _:
            return '<div class="page-break"></div>'


def _heading(heading: Heading, offset: int, anchor: Callable[[Heading], str] | None) -> str:
    level = min(heading.level + offset, 6)
    name = f' id="{_text(anchor(heading))}"' if anchor else ""
    return f'<h{level}{name} dir="auto">{_text(heading.text)}</h{level}>'


def _runs(runs: Iterable[Run]) -> str:
    return "".join(map(_run, runs))


def _run(run: Run) -> str:
    text = _text(run.text).replace("\n", "<br>")
    if run.emphasis:
        text = f"<em>{text}</em>"
    if run.strong:
        text = f"<strong>{text}</strong>"
    return f'<a href="{_text(run.href)}">{text}</a>' if run.href else text


def _note(note: str | None) -> str:
    return f'<p class="note">{_text(note)}</p>' if note else ""


def table_html(table: Table) -> str:
    """The table; its roles are written out because the phone's stacked rows would lose them."""
    stacks = len(table.columns) >= _STACKED_COLUMNS and any(len(c) > _LONG_CELL for row in table.rows for c in row[1:])
    caption = f"<caption>{_text(table.caption)}</caption>" if table.caption else ""
    looks = _column_looks(table, stacks=stacks)
    head = "".join(
        f'<th scope="col" role="columnheader"{look}>{_text(column.title)}</th>'
        for column, look in zip(table.columns, looks, strict=True)
    )
    body = "".join(f'<tr role="row">{_cells(table, row, looks)}</tr>' for row in table.rows)
    return (
        f'<div class="table"><table role="table" class="{"stacks" if stacks else "plain"}">{caption}'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{body}</tbody></table>'
        f"{_note(table.note)}</div>"
    )


def _column_looks(table: Table, *, stacks: bool) -> list[str]:
    """What the style sheet should know about each column: figures, a word or two, words wider than a phone has room."""
    lines = ([column.title for column in table.columns], *table.rows)
    texts = [[printable(cell) for cell in column] for column in zip(*lines, strict=True)]
    words = [max((len(word) for text in column for word in text.split()), default=0) for column in texts]
    most = _LONGEST_WORD if stacks or sum(words) <= _PHONE_LINE else _PHONE_LINE // len(words)
    looks = []
    for column, cells, longest in zip(table.columns, texts, words, strict=True):
        short = all(len(cell) <= _SHORT_CELL for cell in cells[1:])
        names = ["number"] * (column.align == "right") + ["short"] * short + ["endless"] * (longest > most)
        looks.append(_class(names))
    return looks


def _cells(table: Table, row: tuple[str, ...], looks: list[str]) -> str:
    return "".join(
        _cell(column, text, look, header=table.row_headers and place == 0)
        for place, (column, text, look) in enumerate(zip(table.columns, row, looks, strict=True))
    )


def _cell(column: Column, text: str, look: str, *, header: bool) -> str:
    rest = f'{look} data-title="{_text(column.title)}" dir="auto"'
    if header:
        return f'<th scope="row" role="rowheader"{rest}>{_text(text)}</th>'
    return f'<td role="cell"{rest}>{_text(text)}</td>'


def _class(names: list[str]) -> str:
    return f' class="{" ".join(names)}"' if names else ""


def _figure(figure: Figure, language: Language) -> str:
    narrow = f'<div class="narrow" role="img" aria-label="{_text(figure.alt)}">{figure.svg_narrow}</div>'
    shown = translate("Vis tallene som tabell", language)
    table = figure.table and f"<details><summary>{_text(shown)}</summary>{table_html(figure.table)}</details>"
    return (
        f"<figure><figcaption>{_text(figure.title)}</figcaption>"
        f'<div class="{"wide" if figure.svg_narrow else "only"}" role="img" aria-label="{_text(figure.alt)}">'
        f"{figure.svg}</div>{narrow if figure.svg_narrow else ''}{_note(figure.note)}{table or ''}</figure>"
    )


def _callout(callout: Callout) -> str:
    paragraphs = "".join(f'<p dir="auto">{_text(text)}</p>' for text in callout.paragraphs)
    title = f'<p class="title">{_text(callout.title)}</p>'
    return f'<div class="callout {callout.kind}" role="note">{title}{paragraphs}</div>'


def _key_figures(figures: KeyFigures) -> str:
    items = "".join(
        f'<li><strong class="value">{_text(item.value)}</strong> <span class="label">{_text(item.label)}</span>'
        + (f' <span class="note">{_text(item.note)}</span>' if item.note else "")
        + "</li>"
        for item in figures.items
    )
    return f'<ul class="key-figures">{items}</ul>'


def cover_html(cover: Cover) -> str:
    """The head of a report, with its only first-level heading."""
    lines = "".join(f"<p>{_text(line)}</p>" for line in cover.lines)
    notices = "".join(f'<p class="notice">{_text(notice)}</p>' for notice in cover.notices)
    return (
        f'<div class="cover"><div><p class="programme">{_text(cover.programme)}</p><h1>{_text(cover.name)}</h1>'
        f'<p class="subtitle">{_text(cover.subtitle)}</p>{lines}{notices}</div></div>'
    )
