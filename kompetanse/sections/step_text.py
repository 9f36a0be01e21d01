"""What a step says before anything is filled in: its title, its text and its sources."""

from __future__ import annotations

from functools import lru_cache

from kompetanse.figures.blocks import Block, Heading, bullets, markdown_blocks
from kompetanse.language import Language, translate
from kompetanse.programme.models import Step


def step_text(step: Step, language: Language) -> tuple[Block, ...]:
    """A step's title, text and sources."""
    return _blocks(step.title.to(language), step.body.to(language), step.sources.get(language, ()), language)


# Read once in a process: every page shows the same texts, and a warm kernel finds them read.
@lru_cache(maxsize=512)
def _blocks(title: str, text: str, sources: tuple[str, ...], language: Language) -> tuple[Block, ...]:
    body = markdown_blocks(text, heading_offset=1)
    return (
        *(() if _opens_with_a_heading(body) else (Heading(level=2, text=title),)),
        *body,
        *((Heading(level=3, text=translate("Kilder", language)), bullets(*sources)) if sources else ()),
    )


def _opens_with_a_heading(blocks: tuple[Block, ...]) -> bool:
    return bool(blocks) and isinstance(blocks[0], Heading) and blocks[0].level == 2
