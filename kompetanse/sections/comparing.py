"""What a group has placed by use and effort: its own statement, as a picture and a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from textwrap import shorten
from typing import Any

from kompetanse.figures.blocks import Block, paragraph
from kompetanse.figures.grid import Placed, field_words, grid_figure
from kompetanse.language import Language, translate
from kompetanse.programme.kinds.priorities import ACTION
from kompetanse.programme.models import Facet
from kompetanse.sections.actions import Action

#: Characters of what an action is called in a line.
LONGEST_TITLE = 40

#: What the group has said of one side, by theme or action.
Side = Mapping[str, Any]


def placed_themes(facets: Sequence[Facet], use: Side, effort: Side, language: Language) -> tuple[Placed, ...]:
    """Those of the themes that have both sides, in their order."""
    return _placed(((facet.id, facet.title.to(language)) for facet in facets), use, effort)


def placed_actions(actions: Sequence[Action], use: Side, effort: Side) -> tuple[Placed, ...]:
    """Those of the actions that have both sides, in their order."""
    return _placed(((ACTION.format(key=action.key), action.what) for action in actions), use, effort)


def grids(themes: Sequence[Placed], actions: Sequence[Placed], language: Language) -> tuple[Block, ...]:
    """A picture with its table of each, where anything is placed."""
    titled = (
        (themes, translate("Nytte og innsats av temaene", language)),
        (actions, translate("Nytte og innsats av tiltakene", language)),
    )
    return tuple(grid_figure(placed, language, title=title) for placed, title in titled if placed)


def compared(themes: Sequence[Placed], actions: Sequence[Placed], language: Language) -> tuple[Block, ...]:
    """All of it in a paragraph, for a report of ten pages; an action by how it begins, as its table has the rest."""
    if not themes and not actions:
        return ()
    words = translate("Nytte og innsats, fra 1 til 5, slik gruppa ser det:", language)
    return (paragraph(f"{words} {'; '.join(_line(each, language) for each in (*themes, *actions))}."),)


def _line(each: Placed, language: Language) -> str:
    return translate(
        "{title} {use} og {effort} ({field})",
        language,
        title=shorten(each.title, width=LONGEST_TITLE, placeholder=" …"),
        use=each.use,
        effort=each.effort,
        field=field_words(each.use, each.effort, language).lower(),
    )


def _placed(named: Iterable[tuple[str, str]], use: Side, effort: Side) -> tuple[Placed, ...]:
    return tuple(Placed(title, use[id], effort[id]) for id, title in named if id in use and id in effort)
