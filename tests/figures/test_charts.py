"""Every chart runs, round-trips to its spec, and shows what it is given."""

from __future__ import annotations

import json

import altair as alt
import pandas as pd
import pytest

from kompetanse.analysis.disclosure import Audience, Protected, protect
from kompetanse.figures.charts import Width, distance_chart
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import Instrument


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    programme = load_programme()
    found = programme.instrument_of_module(programme.modules[0])
    assert found is not None
    return found


def picture(instrument: Instrument, people: int, audience: Audience) -> Protected:
    """The picture of a group where everybody answers 2 today and 4 in two years, and the group agrees on that."""
    common = {"group": "g", "importance": 0.0, "dont_know": 0, "low": 1, "high": 5, "as_is": 2.0, "to_be": 4.0}
    rows = [
        common | {"participant": f"p{person}" if person else "", "axis": facet.axis, "facet": facet.id, "asked": 1}
        for person in range(people + 1)
        for facet in instrument.facets
    ]
    return protect(pd.DataFrame(rows), audience)


@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("audience", list(Audience))
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
        for audience in Audience
    }

    themes = len(instrument.facets_of("evne"))
    assert counts == {Audience.ROOM: themes * 7, Audience.REPORT: themes}
