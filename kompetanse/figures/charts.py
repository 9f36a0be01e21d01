"""Protected pictures as Altair charts: one function, one chart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, pi, sqrt
from textwrap import wrap
from typing import Any, Literal

import altair as alt
import pandas as pd
from altair.utils.schemapi import debug_mode

from kompetanse.analysis.disclosure import Protected, ProtectedRegion
from kompetanse.analysis.findings import NOT_SHOWN, ThemePicture, agreement_words, region_pictures, theme_pictures
from kompetanse.figures.glyphs import widest
from kompetanse.figures.theme import chart_colours
from kompetanse.language import Language, translate
from kompetanse.programme.models import Instrument

Width = Literal["wide", "narrow"]

#: Pixels: the plot beside its names on a wide page; the plot under its names on a phone.
_PLOT = {"wide": 344, "narrow": 296}
#: Room for a theme's name, and how many letters fill a line of it; a name has three lines at most.
_NAMES = {"wide": 224, "narrow": 206}
_LETTERS = {"wide": 30, "narrow": 26}
_LINE, _MOST_LINES = 16, 3
_NAME_SIZE = {"wide": 13, "narrow": 14}
#: A theme with one row of dots and a name of one line (two on a wide page), and without dots.
_ROW = {"wide": 34, "narrow": 58}
_ROW_WITH_DOTS = {"wide": 50, "narrow": 74}
#: How far apart dots stand where there is room, and how high all dots at one level may stand where there is little.
_DOT, _DOTS_HIGH = 7.7, 26


def distance_chart(
    protected: Protected, instrument: Instrument, *, axis: str | None, language: Language, width: Width = "wide"
) -> alt.LayerChart:
    """Today (circle) and in two years (diamond) for one axis, with everyone's dots where they may be seen.

    >>> distance_chart(protected, instrument, axis="evne", language="nb").to_dict()["layer"]  # doctest: +SKIP
    """
    pictures = [picture for picture in theme_pictures(protected, instrument) if axis in (None, picture.facet.axis)]
    return _unchecked(pictures, instrument, language=language, width=width)


def region_chart(
    region: ProtectedRegion, instrument: Instrument, *, axis: str | None, language: Language, width: Width = "wide"
) -> alt.LayerChart:
    """The municipalities together, today (circle) and in two years (diamond), for one axis.

    >>> region_chart(region, instrument, axis="evne", language="nb").to_dict()["layer"]  # doctest: +SKIP
    """
    pictures = [picture for picture in region_pictures(region, instrument) if axis in (None, picture.facet.axis)]
    return _unchecked(pictures, instrument, language=language, width=width)


def _unchecked(
    pictures: list[ThemePicture], instrument: Instrument, *, language: Language, width: Width
) -> alt.LayerChart:
    # Altair would check each part of the chart against Vega-Lite's schema when it is made; a test checks the whole.
    with debug_mode(False):
        return _distance_chart(pictures, instrument, language=language, width=width)


def _distance_chart(
    pictures: list[ThemePicture], instrument: Instrument, *, language: Language, width: Width
) -> alt.LayerChart:
    frame = pd.DataFrame([_row(picture, language, width) for picture in pictures])
    crowd = _Crowd.of(pictures, _PLOT[width] / len(instrument.scale.levels))
    row = _Row.of(frame["lines"].max(), crowd, width)
    shift = row.levels
    colours = chart_colours()
    y = _y(frame)
    base = alt.Chart().encode(y=y)
    x = _x(instrument, with_dots=crowd is not None)
    clear_where_they_meet = alt.FillOpacityValue(1, condition={"test": "datum.today === datum.ahead", "value": 0})
    layers = [
        base.mark_rule(stroke=colours["ink_soft"], strokeWidth=2, yOffset=shift).encode(x=x, x2=alt.X2("ahead:Q")),
        base.mark_circle(size=190, color=colours["as_is"], opacity=1, yOffset=shift).encode(x=x),
        base.mark_point(
            shape="diamond", size=170, stroke=colours["to_be"], strokeWidth=3, fill=colours["surface"], opacity=1,
            yOffset=shift,
        ).encode(x=alt.X("ahead:Q"), fillOpacity=clear_where_they_meet),
        *_names(base, frame, colours, width, row),
        *_words(base, colours, width, row),
        *(_dots(pictures, crowd, language, colours, shift + 19, y) if crowd else []),
    ]  # fmt: skip
    return _together(frame, layers, width=_PLOT[width], height=row.height * len(pictures))


def _together(frame: pd.DataFrame, layers: list[alt.Chart], *, width: float, height: float) -> alt.LayerChart:
    """Layers on one frame as one quiet chart.

    Said at once, because each `.properties()` and `.configure()` copies all of it, as does each layer's own data.
    """
    config = alt.Config(font="Inter, sans-serif", background="transparent", view=alt.ViewConfig(stroke=None))
    return alt.LayerChart(data=frame, layer=layers, width=width, height=height, config=config)


def _row(picture: ThemePicture, language: Language, width: Width) -> dict[str, Any]:
    theme = picture.facet.title.to(language)
    lines = wrap(theme, _LETTERS[width], max_lines=_MOST_LINES, placeholder=" …")
    return {
        "theme": theme,
        "name": "\n".join(lines),
        "lines": len(lines),
        "today": picture.today,
        "ahead": picture.ahead,
        "words": agreement_words(picture.agreement, language) if picture.agreement else "",
        "missing": NOT_SHOWN if picture.today is None else "",
    }


@dataclass(frozen=True)
class _Row:
    """The height of each theme's row, and how far from its middle the levels, the name and the words stand."""

    height: float
    levels: float
    name: float
    words: float

    @classmethod
    def of(cls, lines: int, crowd: _Crowd | None, width: Width) -> _Row:
        """A row with room for a name of so many lines and the highest heap of dots."""
        height, levels = (_ROW_WITH_DOTS[width], -8.0) if crowd else (_ROW[width], 0.0)
        more_dots = (crowd.rows - 1) * crowd.apart if crowd else 0.0
        if width == "wide":
            name = -more_dots / 2
            return cls(max(height + more_dots, lines * _LINE + 2), levels + name, name, levels + name)
        more_lines = (lines - 1) * _LINE
        levels += 10 + (more_lines - more_dots) / 2
        return cls(height + more_dots + more_lines, levels, levels - 26, levels - 26)


def _x(instrument: Instrument, *, with_dots: bool) -> alt.X:
    """The scale; with dots every level has a field of its own, as wide as the others."""
    scale, colours = instrument.scale, chart_colours()
    edge = 0.5 if with_dots else 0.15
    return alt.X(
        "today:Q",
        scale=alt.Scale(domain=[scale.low - edge, scale.high + edge], nice=False, zero=False),
        axis=alt.Axis(
            values=list(scale.levels), format="d", title=None, domain=False, ticks=False, gridColor=colours["line"],
            labelColor=colours["ink_soft"], labelFontSize=13, labelPadding=8,
        ),
    )  # fmt: skip


def _y(frame: pd.DataFrame) -> alt.Y:
    return alt.Y("theme:N", axis=None, scale=alt.Scale(domain=frame["theme"].tolist(), paddingInner=0))


def _names(base: alt.Chart, frame: pd.DataFrame, colours: dict[str, str], width: Width, row: _Row) -> list[alt.Chart]:
    """The themes' names, one chart for those of as many lines: beside the plot on a wide page, else above it.

    A bound on their width is given only where they may pass it: to keep to it the engine measures each name twice as
    often, which is a third of what drawing costs.
    """
    wide = width == "wide"
    longest: dict[int, float] = {}
    for name in frame["name"].tolist():
        lines = name.split("\n")
        longest[len(lines)] = max(longest.get(len(lines), 0.0), *map(widest, lines))
    return [
        base.transform_filter(f"datum.lines === {count}")
        .mark_text(
            align="left", color=colours["ink"], fontSize=_NAME_SIZE[width], fontWeight=400 if wide else 600,
            limit=_NAMES[width] if ems * _NAME_SIZE[width] > _NAMES[width] else alt.Undefined,
            lineBreak="\n", lineHeight=_LINE,
            yOffset=row.name - (count - 1) * _LINE * (0.5 if wide else 1),
        )
        .encode(x=_at(-_NAMES["wide"] if wide else 0), text=alt.Text("name:N"))
        for count, ems in sorted(longest.items())
    ]  # fmt: skip


def _at(pixel: float) -> alt.XValue:
    """A place across the chart. Named as a channel: Altair takes 10 ms to find out what a plain value stands for."""
    return alt.XValue(pixel)  # type: ignore[no-untyped-call]  # Altair's


def _words(base: alt.Chart, colours: dict[str, str], width: Width, row: _Row) -> list[alt.Chart]:
    """The words for agreement, after the plot on a wide page and else above it, and the sign for what is not shown."""
    wide = width == "wide"
    words = base.mark_text(align="left" if wide else "right", color=colours["ink_soft"], fontSize=13, yOffset=row.words)
    missing = base.mark_text(align="left", color=colours["ink_soft"], fontSize=13, yOffset=row.levels)
    return [
        words.encode(x=_at(_PLOT["wide"] + 16 if wide else _PLOT["narrow"]), text=alt.Text("words:N")),
        missing.encode(x=_at(0), text=alt.Text("missing:N")),
    ]


@dataclass(frozen=True)
class _Crowd:
    """How the dots at one level stand: so far apart, so many side by side, in so many rows."""

    apart: float
    abreast: int
    rows: int
    #: How wide the field of a level is, in pixels.
    field: float

    @classmethod
    def of(cls, pictures: list[ThemePicture], field: float) -> _Crowd | None:
        """Dots that stay in the field of their level, however many there are; None where there are none to show."""
        most = max((count for picture in pictures for count in Counter(picture.dots or ()).values()), default=0)
        if not most:
            return None
        apart = min(_DOT, sqrt(field * _DOTS_HIGH / most))
        abreast = max(int(0.94 * field / apart), 1)
        return cls(apart=apart, abreast=abreast, rows=ceil(most / abreast), field=field)

    def places(self, count: int) -> Iterator[tuple[int, float]]:
        """The row of each of so many dots, and how far from their level it stands there, in levels."""
        for dot in range(count):
            row, place = divmod(dot, self.abreast)
            in_row = min(count - row * self.abreast, self.abreast)
            yield row, (place - (in_row - 1) / 2) * self.apart / self.field


def _dots(
    pictures: list[ThemePicture], crowd: _Crowd, language: Language, colours: dict[str, str], shift: float, y: alt.Y
) -> list[alt.Chart]:
    """One small dot a person, side by side where they answered alike, a chart for each row of them."""
    frame = pd.DataFrame(
        [
            {"theme": picture.facet.title.to(language), "today": level + place, "row": row}
            for picture in pictures
            for level, count in Counter(picture.dots or ()).items()
            for row, place in crowd.places(count)
        ]
    )
    size = pi / 4 * (0.97 * crowd.apart) ** 2
    return [
        alt.Chart(frame[frame["row"] == row])
        .mark_circle(size=size, color=colours["as_is"], opacity=0.55, yOffset=shift + row * crowd.apart)
        .encode(x=alt.X("today:Q"), y=y)
        for row in range(crowd.rows)
    ]


def importance_chart(protected: Protected, instrument: Instrument, *, language: Language) -> alt.LayerChart:
    """The themes by how many chose them (across) and how far they are from good enough (up), where both are known."""
    colours = chart_colours()
    rows = [
        {"theme": picture.facet.title.to(language), "chosen": picture.chosen_by, "distance": picture.distance}
        for picture in theme_pictures(protected, instrument)
        if picture.chosen_by is not None and picture.distance is not None
    ]
    chosen = _quiet_axis(translate("Andel som valgte temaet", language), format=".0%")
    distance = _quiet_axis(translate("Avstand i nivåer", language), format="d")
    frame = pd.DataFrame(rows, columns=["theme", "chosen", "distance"])
    base = alt.Chart().encode(x=alt.X("chosen:Q", axis=chosen), y=alt.Y("distance:Q", axis=distance))
    layers = [
        base.mark_circle(size=120, color=colours["as_is"], opacity=1),
        base.mark_text(align="left", dx=10, color=colours["ink"]).encode(text=alt.Text("theme:N")),
    ]
    return _together(frame, layers, width=560, height=320)


def _quiet_axis(title: str, *, format: str) -> alt.Axis:
    colours = chart_colours()
    return alt.Axis(
        title=title,
        format=format,
        domain=False,
        tickMinStep=1 if format == "d" else 0.1,
        gridColor=colours["line"],
        labelColor=colours["ink_soft"],
        titleColor=colours["ink_soft"],
    )
