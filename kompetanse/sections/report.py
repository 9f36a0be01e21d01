"""The municipality report: its sections by name, in the order they are printed."""

from __future__ import annotations

from collections.abc import Callable

from kompetanse.errors import InputError
from kompetanse.figures.blocks import Block
from kompetanse.sections.material import Material
from kompetanse.sections.method import method
from kompetanse.sections.opening import cover, how_it_was_made, in_short
from kompetanse.sections.plan import priorities_and_actions, way_forward
from kompetanse.sections.themes import all_axes, discussed_themes, what_stands_out

Section = Callable[[Material], tuple[Block, ...]]

SECTIONS: dict[str, Section] = {
    "cover": cover,
    "in-short": in_short,
    "how-it-was-made": how_it_was_made,
    "axes": all_axes,
    "what-stands-out": what_stands_out,
    "discussed": discussed_themes,
    "priorities-and-actions": priorities_and_actions,
    "way-forward": way_forward,
    "method": method,
}


def section(name: str, material: Material) -> tuple[Block, ...]:
    """The blocks of one section; InputError for a name that is none."""
    if name not in SECTIONS:
        raise InputError(f"There is no section {name!r}; the sections are {', '.join(SECTIONS)}.")
    return SECTIONS[name](material)
