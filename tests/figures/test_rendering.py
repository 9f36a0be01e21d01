"""Charts as pictures: our fonts, the reader's numbers, the page's colours, the same every time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from kompetanse.errors import ReportError
from kompetanse.figures.rendering import svg
from kompetanse.figures.theme import colours


def spec(label: str = "Felles retning", **changes: Any) -> dict[str, Any]:
    """A small chart of one theme."""
    found: dict[str, Any] = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": [{"theme": label, "level": 1234.5}, {"theme": "Data", "level": 2.5}]},
        "mark": {"type": "circle", "color": colours()["as-is"], "clip": True},
        "encoding": {
            "x": {"field": "level", "type": "quantitative", "axis": {"values": [2.5, 1000], "format": ",.1f"}},
            "y": {"field": "theme", "type": "nominal"},
        },
        "config": {"font": "Inter"},
    }
    return found | changes


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    assert {"2,5", "1\u00a0000,0"} <= set(re.findall(">([^<>]+)</text>", svg(spec(), language="nb")))
    assert {"2.5", "1,000.0"} <= set(re.findall(">([^<>]+)</text>", svg(spec(), language="en")))


def test_theme_colours_follow_the_page() -> None:
    assert f'fill="var(--as-is, {colours()["as-is"]})"' in svg(spec(), language="nb")


def test_picture_carries_no_labels_of_the_engine() -> None:
    assert "aria" not in svg(spec(), language="nb")


def test_text_in_a_chart_is_text() -> None:
    drawn = svg(spec("<img src=x onerror=alert(1)> {{7*7}}"), language="nb")
    assert "<img" not in drawn
    assert "&lt;img src=x onerror=alert(1)&gt; {{7*7}}" in drawn


def test_charts_fetch_nothing() -> None:
    with pytest.raises(ReportError, match="could not be drawn"):
        svg(spec(data={"url": "https://example.org/data.csv"}), language="nb")


def test_broken_chart_gets_a_sentence() -> None:
    with pytest.raises(ReportError, match="A figure could not be drawn"):
        svg({"mark": "nothing"}, language="nb")


def test_same_chart_gives_the_same_picture_in_any_process() -> None:
    code = (
        "import json, sys; from kompetanse.figures.rendering import svg; "
        "svg({'data': {'values': [{'a': 1}]}, 'mark': {'type': 'bar', 'clip': True}, 'encoding': {}}, language='nb'); "
        "print(svg(json.loads(sys.argv[1]), language='nb'), end='')"
    )
    done = subprocess.run([sys.executable, "-c", code, json.dumps(spec())], capture_output=True, text=True, check=True)
    assert done.stdout == svg(spec(), language="nb")


def test_ids_of_two_pictures_differ() -> None:
    first, second = (set(re.findall(' id="([^"]+)"', svg(spec(label), language="nb"))) for label in ("A", "B"))
    assert first
    assert not first & second


def test_pages_do_not_pay_for_the_drawing_engine() -> None:
    code = "import sys, kompetanse.figures.blocks; print('vl_convert' in sys.modules, 'altair' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
