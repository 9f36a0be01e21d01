"""Protected pictures as Altair charts: one function, one chart."""

from __future__ import annotations

from typing import Any, Literal

import altair as alt
import pandas as pd

from kompetanse.analysis.disclosure import Protected
from kompetanse.analysis.findings import ThemePicture, agreement_words, theme_pictures
from kompetanse.figures.theme import chart_colours
from kompetanse.language import Language, translate
from kompetanse.programme.models import Instrument

Width = Literal["wide", "narrow"]

#: Pixels: the plot beside its labels on a wide page; the plot under its labels on a phone.
_PLOT = {"wide": 344, "narrow": 296}
#: Room for the longest theme beside the plot, «Sammenhengende og framoverlent».
_LABELS = 216
_ROW = {"wide": 34, "narrow": 58}
_ROW_WITH_DOTS = {"wide": 50, "narrow": 74}
#: How far apart dots at the same level stand, as a share of the scale's length.
_DOT_STEP = 0.024


def distance_chart(
    protected: Protected, instrument: Instrument, *, axis: str | None, language: Language, width: Width = "wide"
) -> alt.LayerChart:
    """Today (circle) and in two years (diamond) for one axis, with everyone's dots where they may be seen.

    >>> distance_chart(protected, instrument, axis="evne", language="nb").to_dict()["layer"]  # doctest: +SKIP
    """
    pictures = [picture for picture in theme_pictures(protected, instrument) if axis in (None, picture.facet.axis)]
    colours = chart_colours()
    with_dots = any(picture.dots for picture in pictures)
    frame = pd.DataFrame([_row(picture, language) for picture in pictures])
    row = (_ROW_WITH_DOTS if with_dots else _ROW)[width]
    base = alt.Chart(frame).encode(y=_y(pictures, language, width))
    shift = -8 if with_dots else 0
    if width == "narrow":
        shift += 10
    x = _x(instrument)
    layers = [
        base.mark_rule(stroke=colours["ink_soft"], strokeWidth=2, yOffset=shift).encode(x=x, x2="ahead:Q"),
        base.mark_circle(size=190, color=colours["as_is"], opacity=1, yOffset=shift).encode(x=x),
        base.mark_point(
            shape="diamond", size=170, stroke=colours["to_be"], strokeWidth=3, fill=colours["surface"], opacity=1,
            yOffset=shift,
        ).encode(x=alt.X("ahead:Q")),
        *_words(base, colours, width, shift, instrument),
        *([_dots(pictures, instrument, language, colours, width, shift + 19)] if with_dots else []),
    ]  # fmt: skip
    chart: alt.LayerChart = (
        alt.layer(*layers)
        .properties(width=_PLOT[width], height=row * len(pictures))
        .configure(font="Inter, sans-serif", background="transparent", view=alt.ViewConfig(stroke=None))
    )
    return chart


def _row(picture: ThemePicture, language: Language) -> dict[str, Any]:
    return {
        "theme": picture.facet.title.to(language),
        "today": picture.today,
        "ahead": picture.ahead,
        "words": agreement_words(picture.agreement, language) if picture.agreement else "",
    }


def _x(instrument: Instrument) -> alt.X:
    scale, colours = instrument.scale, chart_colours()
    return alt.X(
        "today:Q",
        scale=alt.Scale(domain=[scale.low - 0.15, scale.high + 0.15], nice=False, zero=False),
        axis=alt.Axis(
            values=list(scale.levels), format="d", title=None, domain=False, ticks=False, gridColor=colours["line"],
            labelColor=colours["ink_soft"], labelFontSize=13, labelPadding=8,
        ),
    )  # fmt: skip


def _y(pictures: list[ThemePicture], language: Language, width: Width) -> alt.Y:
    labels = alt.Axis(
        title=None, domain=False, ticks=False, labelLimit=300, labelFontSize=13, labelColor=chart_colours()["ink"],
        labelPadding=_LABELS, labelAlign="left", minExtent=_LABELS, maxExtent=_LABELS,
    )  # fmt: skip
    names = [picture.facet.title.to(language) for picture in pictures]
    return alt.Y("theme:N", sort=names, axis=labels if width == "wide" else None, scale=alt.Scale(paddingInner=0))


def _words(
    base: alt.Chart, colours: dict[str, str], width: Width, shift: int, instrument: Instrument
) -> list[alt.Chart]:
    """The words for agreement: beside the plot on a wide page; above it, with the theme's name, on a narrow one."""
    if width == "wide":
        place = alt.value(_PLOT["wide"] + 16)
        mark = base.mark_text(align="left", color=colours["ink_soft"], fontSize=13, yOffset=shift)
        return [mark.encode(x=place, text="words:N")]
    name = base.mark_text(align="left", color=colours["ink"], fontSize=14, fontWeight=600, yOffset=shift - 26)
    words = base.mark_text(align="right", color=colours["ink_soft"], fontSize=13, yOffset=shift - 26)
    return [
        name.encode(x=alt.value(0), text="theme:N"),
        words.encode(x=alt.value(_PLOT["narrow"]), text="words:N"),
    ]


def _dots(
    pictures: list[ThemePicture],
    instrument: Instrument,
    language: Language,
    colours: dict[str, str],
    width: Width,
    shift: int,
) -> alt.Chart:
    """One small dot a person, side by side where they answered alike."""
    length = instrument.scale.high - instrument.scale.low
    rows = [
        {"theme": picture.facet.title.to(language), "today": level + place * _DOT_STEP * length}
        for picture in pictures
        for level, place in _side_by_side(picture.dots or ())
    ]
    dots = alt.Chart(pd.DataFrame(rows)).mark_circle(size=44, color=colours["as_is"], opacity=0.55, yOffset=shift)
    encoded: alt.Chart = dots.encode(x="today:Q", y=_y(pictures, language, width))
    return encoded


def _side_by_side(levels: tuple[float, ...]) -> list[tuple[float, float]]:
    """Each level with its place in the row of equal ones, centred on zero."""
    counts = {level: levels.count(level) for level in levels}
    seen: dict[float, int] = {}
    placed = []
    for level in levels:
        seen[level] = seen.get(level, 0) + 1
        placed.append((level, seen[level] - (counts[level] + 1) / 2))
    return placed


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
    base = alt.Chart(pd.DataFrame(rows, columns=["theme", "chosen", "distance"])).encode(
        x=alt.X("chosen:Q", axis=chosen), y=alt.Y("distance:Q", axis=distance)
    )
    chart: alt.LayerChart = (
        alt.layer(
            base.mark_circle(size=120, color=colours["as_is"], opacity=1),
            base.mark_text(align="left", dx=10, color=colours["ink"]).encode(text="theme:N"),
        )
        .properties(width=560, height=320)
        .configure(font="Inter, sans-serif", background="transparent", view=alt.ViewConfig(stroke=None))
    )
    return chart


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
