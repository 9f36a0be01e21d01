"""All groups together for the facilitator: nothing before it is released, then a sentence, a figure and its table."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kompetanse.answers.log import AnswerLog
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.figures.blocks import Figure, Paragraph, Table
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import Instrument
from kompetanse.sections.regional import release_region
from kompetanse.sections.together import region_together, words_together
from kompetanse.sections.words import release_words

PROGRAMME = load_programme()
MODULE = PROGRAMME.modules[0]


@pytest.fixture(scope="module")
def store(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    home = tmp_path_factory.mktemp("together") / "home"
    shutil.copytree(demo_home, home)
    with Store.open(home) as opened:
        yield opened


@pytest.fixture
def facilitator(store: Store) -> AnswerLog:
    return AnswerLog(Session("facilitator", PROGRAMME.id, None, None, "nb", None), store, PROGRAMME)


@pytest.fixture
def operator(store: Store) -> AnswerLog:
    return AnswerLog(Session("operator", "", None, None, "nb", None), store, PROGRAMME)


@pytest.fixture
def instrument() -> Instrument:
    found = PROGRAMME.instrument_of_module(MODULE)
    assert found
    return found


def said(paragraph: object) -> str:
    assert isinstance(paragraph, Paragraph)
    return "".join(run.text for run in paragraph.runs)


def test_the_region_is_a_sentence_until_it_is_released(facilitator: AnswerLog, instrument: Instrument) -> None:
    (early,) = region_together(facilitator, MODULE, instrument, ready=None, language="nb")
    assert "minst 5 av gruppene" in said(early)
    (ready,) = region_together(facilitator, MODULE, instrument, ready=date(2026, 12, 8), language="nb")
    assert "8. desember 2026" in said(ready)


def test_the_region_is_a_figure_with_its_table_for_each_axis_once_it_is_released(
    facilitator: AnswerLog, operator: AnswerLog, instrument: Instrument
) -> None:
    release_region(operator, MODULE, instrument, "region", by=facilitator)
    release_region(operator, MODULE, instrument, "region", by=facilitator)
    assert len(facilitator.region_releases(MODULE.id, "region")) == 1
    who, *blocks = region_together(facilitator, MODULE, instrument, ready=None, language="nb")
    assert "kommuner" in said(who)
    figures = [block for block in blocks if isinstance(block, Figure)]
    assert len(figures) == len(instrument.axes)
    for figure in figures:
        assert figure.title.endswith(".")
        assert figure.svg
        assert figure.svg_narrow
        assert figure.table
        assert len(figure.table.columns) == 3
        assert any(row[1] != ":" for row in figure.table.rows)
    # The themes of the programme and no municipality.
    names = {row[0] for figure in figures for row in figure.table.rows if figure.table}
    assert names == {facet.title.to("nb") for facet in instrument.facets}


def test_words_wait_until_they_are_released(facilitator: AnswerLog, operator: AnswerLog) -> None:
    assert not [block for block in words_together(facilitator, MODULE, "nb") if isinstance(block, Figure)]
    release_words(operator, MODULE.id, "lederegenskaper", by=facilitator)
    shown = words_together(facilitator, MODULE, "nb")
    assert [type(block) for block in shown if isinstance(block, Figure | Table)] == [Figure, Table]
