"""Every chart runs, round-trips to its spec, and shows what it is given."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import altair as alt
import pandas as pd
import pytest

from kompetanse.analysis.disclosure import Audience, Protected, protect
from kompetanse.figures.charts import Width, distance_chart
from kompetanse.figures.rendering import svg
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import Instrument, Scale, Text

#: Those who see the picture of one group.
AUDIENCES = (Audience.ROOM, Audience.REPORT)


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    programme = load_programme()
    found = programme.instrument_of_module(programme.modules[0])
    assert found is not None
    return found


def picture(
    instrument: Instrument, people: int, audience: Audience, *, today: Sequence[float] = (2,), agreed: bool = True
) -> Protected:
    """The picture of a group that answers `today` in turn and 4 in two years, and agrees on 2 and 4 unless told not to.

    Where the scale ends below 4, in two years is its highest level.
    """
    scale = instrument.scale
    common = {"group": "g", "importance": 0.0, "dont_know": 0, "low": scale.low, "high": scale.high, "asked": 1}
    persons = [(f"p{person}", today[person % len(today)]) for person in range(people)]
    rows = [
        common
        | {"participant": name, "axis": facet.axis, "facet": facet.id, "as_is": level, "to_be": min(4, scale.high)}
        for name, level in [*persons, *([("", 2)] if agreed else [])]
        for facet in instrument.facets
    ]
    return protect(pd.DataFrame(rows), audience)


@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_chart_round_trips_to_its_spec(instrument: Instrument, audience: Audience, width: Width) -> None:
    chart = distance_chart(picture(instrument, 6, audience), instrument, axis="evne", language="nb", width=width)
    spec = chart.to_dict()

    assert alt.LayerChart.from_dict(json.loads(json.dumps(spec))).to_dict() == spec


def values_of(chart: alt.LayerChart) -> list[dict[str, object]]:
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def test_a_chart_of_one_axis_has_only_its_themes(instrument: Instrument) -> None:
    chart = distance_chart(picture(instrument, 6, Audience.REPORT), instrument, axis="evne", language="nb")

    expected = {facet.title.to("nb") for facet in instrument.facets_of("evne")}
    assert {row["theme"] for row in values_of(chart)} == expected


def test_a_room_has_a_dot_for_each_person_and_a_report_none(instrument: Instrument) -> None:
    counts = {
        audience: len(
            values_of(distance_chart(picture(instrument, 6, audience), instrument, axis="evne", language="nb"))
        )
        for audience in AUDIENCES
    }

    themes = len(instrument.facets_of("evne"))
    assert counts == {Audience.ROOM: themes * 7, Audience.REPORT: themes}


@pytest.mark.parametrize("levels", [2, 5, 7, 11])
@pytest.mark.parametrize("people", [3, 10, 35, 99])
def test_every_dot_stays_in_the_field_of_its_level(instrument: Instrument, people: int, levels: int) -> None:
    scale = Scale(names={level: Text(nb=f"Nivå {level}") for level in range(levels)})
    other = instrument.model_copy(update={"scale": scale, "facets": instrument.facets[:1]})
    shown = picture(other, people, Audience.ROOM, today=(0, 1), agreed=False)
    chart = distance_chart(shown, other, axis=None, language="nb")
    dots = sorted(float(str(row["today"])) for row in values_of(chart) if "words" not in row)

    low, high = dots[: (people + 1) // 2], dots[(people + 1) // 2 :]
    assert (len(dots), min(low) > -0.5, max(low) < 0.5 < min(high), max(high) < 1.5) == (people, True, True, True)


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_a_long_name_is_set_in_three_lines_at_most(instrument: Instrument, width: Width) -> None:
    title = Text(nb="Samordning med nabokommuner, statsforvalter og frivillige lag i hele regionen, dag og natt")
    facet = instrument.facets[0].model_copy(update={"title": title})
    other = instrument.model_copy(update={"facets": (facet,)})
    chart = distance_chart(picture(other, 6, Audience.REPORT), other, axis=None, language="nb", width=width)
    lines = re.findall(r">([^<>]+)</t(?:ext|span)>", svg(chart.to_dict(), language="nb"))

    first = next(place for place, line in enumerate(lines) if line.startswith("Samordning"))
    name = lines[first : first + 3]
    assert name[-1].endswith("…")
    assert max(map(len, name)) <= 30


@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize(("title", "cut"), [("Sammenligning", False), ("WWWWWWWWWWWWWWWWWWWWWWWW", True)])
def test_a_name_as_wide_as_its_room_is_cut(instrument: Instrument, width: Width, title: str, cut: bool) -> None:
    facet = instrument.facets[0].model_copy(update={"title": Text(nb=title)})
    other = instrument.model_copy(update={"facets": (facet,)})
    chart = distance_chart(picture(other, 6, Audience.REPORT), other, axis=None, language="nb", width=width)

    drawn = svg(chart.to_dict(), language="nb")

    assert (title not in drawn, "WW…" in drawn) == (cut, cut)


def test_a_theme_without_a_level_has_the_sign_for_it(instrument: Instrument) -> None:
    signs = [
        {row["missing"] for row in values_of(distance_chart(shown, instrument, axis="evne", language="nb"))}
        for shown in (picture(instrument, 6, Audience.REPORT, agreed=agreed) for agreed in (True, False))
    ]

    assert signs == [{""}, {":"}]
