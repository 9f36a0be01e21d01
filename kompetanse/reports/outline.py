"""Blocks in the order of a report: a cover and chapters, each with the address that its contents link to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kompetanse.figures.blocks import Block, Cover, Heading, PageBreak
from kompetanse.figures.glyphs import readable
from kompetanse.reports.meta import ReportMeta


@dataclass(frozen=True)
class Chapter:
    """A first-level heading with all that follows it; no heading for what stands before the first one."""

    anchor: str
    heading: Heading | None
    new_page: bool
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Outline:
    """A whole report."""

    cover: Cover
    chapters: tuple[Chapter, ...]


def outline(blocks: Iterable[Block], meta: ReportMeta) -> Outline:
    """The report's parts. A report without a cover gets one, and every report gets the marks it must carry."""
    every = tuple(blocks)
    found = next((block for block in every if isinstance(block, Cover)), None)
    cover = found or Cover(programme=meta.programme, name=meta.name, subtitle=meta.title, lines=(meta.module,))
    chapters = _chapters(_stepped(block for block in every if not isinstance(block, Cover)))
    return Outline(cover=_marked(cover, meta), chapters=tuple(_chapter(*part) for part in enumerate(chapters, start=1)))


def _marked(cover: Cover, meta: ReportMeta) -> Cover:
    """The cover with the notice about made-up answers, and without the draft's line, which has its own place."""
    notices = cover.notices or ((f"{meta.made_up_mark}.",) if meta.made_up else ())
    lines = tuple(line for line in cover.lines if line != meta.draft_mark)
    return cover.model_copy(update={"lines": lines, "notices": notices})


def _stepped(blocks: Iterable[Block]) -> Iterable[Block]:
    """The blocks without empty headings, and with none more than one level below the one before it."""
    last = 0
    for block in blocks:
        if isinstance(block, Heading):
            if not readable(block.text).strip():
                continue
            last = min(block.level, last + 1)
            yield block if last == block.level else block.model_copy(update={"level": last})
        else:
            yield block


def _chapters(blocks: Iterable[Block]) -> list[list[Block]]:
    """The blocks of each chapter; a page break right before a chapter's heading belongs to that chapter."""
    chapters: list[list[Block]] = [[]]
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            chapters.append(_taken_breaks(chapters[-1]))
        chapters[-1].append(block)
    _taken_breaks(chapters[-1])
    return [chapter for chapter in chapters if chapter]


def _taken_breaks(chapter: list[Block]) -> list[Block]:
    """The page breaks at the chapter's end, taken out of it."""
    taken: list[Block] = []
    while chapter and isinstance(chapter[-1], PageBreak):
        taken.append(chapter.pop())
    return taken


def _chapter(number: int, blocks: list[Block]) -> Chapter:
    anchor = f"del-{number}"
    breaks = next((place for place, block in enumerate(blocks) if not isinstance(block, PageBreak)), 0)
    match blocks[breaks:]:
        case [Heading(level=1) as heading, *rest]:
            return Chapter(anchor=anchor, heading=heading, new_page=breaks > 0, blocks=tuple(rest))
        case rest:
            return Chapter(anchor=anchor, heading=None, new_page=breaks > 0, blocks=tuple(rest))
