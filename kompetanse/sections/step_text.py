"""What a step says before anything is filled in: its title, its text and its sources."""

from __future__ import annotations

from kompetanse.figures.blocks import Block, Heading, bullets, markdown_blocks
from kompetanse.language import Language, translate
from kompetanse.programme.models import Step


def step_text(step: Step, language: Language) -> tuple[Block, ...]:
    """A step's title, text and sources."""
    body = markdown_blocks(step.body.to(language), heading_offset=1)
    sources = step.sources.get(language, ())
    return (
        *(() if _opens_with_a_heading(body) else (Heading(level=2, text=step.title.to(language)),)),
        *body,
        *((Heading(level=3, text=translate("Kilder", language)), bullets(*sources)) if sources else ()),
    )


def _opens_with_a_heading(blocks: tuple[Block, ...]) -> bool:
    return bool(blocks) and isinstance(blocks[0], Heading) and blocks[0].level == 2
