"""Use and effort of a few things, as places in a grid of four fields: a small picture, and a table of the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kompetanse.figures.blocks.models import Column, Figure, Table
from kompetanse.figures.theme import colours
from kompetanse.language import Language, translate

#: The levels of each side, and the one in the middle.
_LOW, _MIDDLE, _HIGH = 1, 3, 5
#: Pixels: the picture, its frame, a mark, and how far apart marks of one place lie, so many of them in a row.
_WIDTH, _HEIGHT, _LEFT, _TOP, _SIDE = 420, 300, 34, 22, 240
_RADIUS, _APART, _IN_A_ROW = 9, 20, 3


@dataclass(frozen=True)
class Placed:
    """Something and its place: how useful it is, and how much work, each from 1 to 5."""

    title: str
    use: int
    effort: int


def field_words(use: int, effort: int, language: Language) -> str:
    """The name of the field that a place lies in; on a line it lies in between."""
    if _MIDDLE in {use, effort}:
        return translate("Midt på", language)
    if use > _MIDDLE:
        return translate("Gjør først", language) if effort < _MIDDLE else translate("Planlegg", language)
    return translate("Ta det underveis", language) if effort < _MIDDLE else translate("Vent med", language)


def grid_figure(placed: Sequence[Placed], language: Language, *, title: str) -> Figure:
    """The things in their places, numbered, with a table of the same.

    >>> grid_figure([Placed("Utprøving", use=5, effort=2)], "nb", title="Nytte og innsats").table.rows
    (('1', 'Utprøving', '5', '2', 'Gjør først'),)
    """
    return Figure(
        title=title,
        svg=_picture(placed, language),
        alt=translate("Nytte oppover og innsats bortover; tallene står i tabellen.", language),
        table=_table(placed, language, title=title),
    )


def _table(placed: Sequence[Placed], language: Language, *, title: str) -> Table:
    columns = (
        Column(title=translate("Nr.", language)),
        Column(title=translate("Hva", language)),
        Column(title=translate("Nytte", language), align="right"),
        Column(title=translate("Innsats", language), align="right"),
        Column(title=translate("Felt", language)),
    )
    rows = tuple(
        (str(number), each.title, str(each.use), str(each.effort), field_words(each.use, each.effort, language))
        for number, each in enumerate(placed, start=1)
    )
    return Table(caption=title, columns=columns, rows=rows, row_headers=False)


def _picture(placed: Sequence[Placed], language: Language) -> str:
    right, bottom, middle = _LEFT + _SIDE, _TOP + _SIDE, _SIDE / 2
    edge, soft, ink = (_colour(name) for name in ("edge", "ink-soft", "ink"))
    lines = (
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="{edge}"/>'
        f'<path d="M{_LEFT + middle} {_TOP}V{bottom}M{_LEFT} {_TOP + middle}H{right}" stroke="{edge}" '
        'stroke-dasharray="4 4" fill="none"/>'
    )
    corners = ((5, 1), (5, 5), (1, 1), (1, 5))
    names = "".join(
        f'<text x="{_LEFT + 6 if effort < _MIDDLE else right - 6}" y="{_TOP + 16 if use > _MIDDLE else bottom - 8}" '
        f'font-size="11" fill="{soft}" text-anchor="{"start" if effort < _MIDDLE else "end"}">'
        f"{field_words(use, effort, language)}</text>"
        for use, effort in corners
    )
    sides = (
        f'<text x="{_LEFT}" y="{_TOP - 8}" font-size="12" font-weight="600" fill="{ink}">'
        f"↑ {translate('Nytte', language)}</text>"
        f'<text x="{right}" y="{bottom + 18}" font-size="12" font-weight="600" text-anchor="end" fill="{ink}">'
        f"{translate('Innsats', language)} →</text>"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" font-family="Inter, system-ui, sans-serif">{lines}{names}{sides}'
        f"{''.join(_marks(placed))}</svg>"
    )


def _marks(placed: Sequence[Placed]) -> Iterator[str]:
    """A numbered mark for each; those of one place lie beside each other around it."""
    at: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for number, each in enumerate(placed, start=1):
        at[each.use, each.effort].append(number)
    accent, on_accent = _colour("accent"), _colour("on-accent")
    for (use, effort), numbers in at.items():
        across, down = min(len(numbers), _IN_A_ROW), -(-len(numbers) // _IN_A_ROW)
        for place, number in enumerate(numbers):
            x = _along(effort) + _APART * (place % _IN_A_ROW - (across - 1) / 2)
            y = _TOP + _SIDE - (_along(use) - _LEFT) + _APART * (place // _IN_A_ROW - (down - 1) / 2)
            yield (
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}" fill="{accent}"/>'
                f'<text x="{x:.1f}" y="{y + 4:.1f}" font-size="11" font-weight="600" text-anchor="middle" '
                f'fill="{on_accent}">{number}</text>'
            )


def _along(level: int) -> float:
    """How far along its side a level lies: the lowest and the highest a little within the frame."""
    margin = 38
    return _LEFT + margin + (_SIDE - 2 * margin) * (level - _LOW) / (_HIGH - _LOW)


def _colour(name: str) -> str:
    return f"var(--{name}, {colours()[name]})"
