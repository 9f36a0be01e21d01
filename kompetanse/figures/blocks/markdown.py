"""Content's Markdown as blocks: headings, text, lists, tables and rules; raw HTML stays text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import chain
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from kompetanse.figures.blocks.models import Block, Column, Heading, List, PageBreak, Paragraph, Quote, Run, Table

_DEEPEST_HEADING = 4


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])


def markdown_blocks(markdown: str, heading_offset: int = 0) -> tuple[Block, ...]:
    """The text's blocks; headings go down by `heading_offset` levels, and a rule starts a new page."""
    root = SyntaxTreeNode(_parser().parse(markdown))
    return tuple(chain.from_iterable(_blocks(node, heading_offset) for node in root.children))


def _blocks(node: SyntaxTreeNode, offset: int) -> tuple[Block, ...]:
    match node.type:
        case "heading":
            level = min(int(node.tag[1:]) + offset, _DEEPEST_HEADING)
            return (Heading(level=level, text=_text(node)),)
        case "paragraph":
            return (Paragraph(runs=_runs(node)),)
        case "bullet_list" | "ordered_list":
            return (List(ordered=node.type == "ordered_list", items=tuple(map(_item, node.children))),)
        case "table":
            return (_table(node),)
        case "hr":
            return (PageBreak(),)
        case "blockquote":
            return (Quote(text="\n\n".join(_text(child) for child in node.children)),)
        case _:
            return (Paragraph(runs=(Run(text=node.content.strip()),)),)


def _item(node: SyntaxTreeNode) -> tuple[Run, ...]:
    """All of an item as one line; what is nested in it goes on new lines."""
    parts = [_runs(part) for child in node.children for part in _lines(child)]
    return tuple(chain.from_iterable((Run(text="\n"), *part) if place else part for place, part in enumerate(parts)))


def _lines(node: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    if node.type in {"bullet_list", "ordered_list", "list_item"}:
        return [line for child in node.children for line in _lines(child)]
    return [node]


def _table(node: SyntaxTreeNode) -> Table:
    head, *body = (section.children for section in node.children)
    columns = tuple(Column(title=_text(cell), align=_align(cell)) for cell in head[0].children)
    rows = tuple(tuple(_text(cell) for cell in row.children) for section in body for row in section)
    return Table(caption="", columns=columns, rows=rows)


def _align(cell: SyntaxTreeNode) -> Literal["left", "right"]:
    return "right" if "right" in str(cell.attrs.get("style", "")) else "left"


def _text(node: SyntaxTreeNode) -> str:
    return "".join(run.text for run in _runs(node))


def _runs(node: SyntaxTreeNode) -> tuple[Run, ...]:
    tokens = chain.from_iterable(_inline(child) for child in node.children)
    return _merged(tokens) if node.children else (Run(text=node.content.strip()),)


def _inline(node: SyntaxTreeNode) -> list[Token]:
    return (node.token.children or []) if node.token else []


def _merged(tokens: Iterable[Token]) -> tuple[Run, ...]:
    """Runs of the same look joined; a line break in the source is a space, a hard one a new line."""
    look: dict[str, Any] = {"strong": False, "emphasis": False, "href": None}
    runs: list[Run] = []
    for token in tokens:
        look |= _change(token)
        text = {"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content)
        if not text:
            continue
        run = Run(text=text, **look)
        same = runs and runs[-1].model_copy(update={"text": text}) == run
        runs[-1:] = [run.model_copy(update={"text": runs[-1].text + text})] if same else [*runs[-1:], run]
    return tuple(runs)


def _change(token: Token) -> dict[str, Any]:
    kind, _, end = token.type.rpartition("_")
    name = {"strong": "strong", "em": "emphasis", "link": "href"}.get(kind)
    if name is None or end not in {"open", "close"}:
        return {}
    if name == "href":
        return {"href": token.attrs.get("href") if end == "open" else None}
    return {name: end == "open"}
