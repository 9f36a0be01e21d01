"""Programmes of others: another number of languages, levels, axes, facets and instruments."""

from __future__ import annotations

from pathlib import Path

import pytest

from kompetanse.errors import InvalidAnswer
from kompetanse.programme.content import load_programme
from kompetanse.programme.kinds import validate
from kompetanse.programme.models import DONT_KNOW, Programme

FOREIGN = Path(__file__).parent / "foreign"


@pytest.fixture(scope="module")
def checklist() -> Programme:
    return load_programme(FOREIGN / "to-niva")


@pytest.fixture(scope="module")
def network() -> Programme:
    return load_programme(FOREIGN / "ti-niva")


def test_checklist_has_two_levels_and_no_axes(checklist: Programme) -> None:
    instrument = checklist.instruments["sikkerhet"]
    assert list(instrument.scale.levels) == [0, 1]
    assert instrument.axes == ()
    assert [facet.axis for facet in instrument.facets] == [None, None]
    assert [item.code for facet in instrument.facets for item in facet.items] == ["K-1", "K-2", "T-1"]


def test_checklist_speaks_one_language_to_all(checklist: Programme) -> None:
    step = checklist.modules[0].step("hva-naa")
    assert step is not None
    assert step.title.to("en") == step.title.to("nn") == "Hva nå?"


def test_short_form_takes_the_first_item_where_none_is_marked(checklist: Programme) -> None:
    instrument = checklist.instruments["sikkerhet"]
    assert [[item.id for item in instrument.short_items(facet)] for facet in instrument.facets] == [
        ["tas-kopi"],
        ["slutter"],
    ]


def test_no_more_facets_can_matter_most_than_there_are(checklist: Programme) -> None:
    assert checklist.instruments["sikkerhet"].most_important == 2


def test_network_has_eleven_levels_on_three_axes(network: Programme) -> None:
    model = network.instruments["modell"]
    assert list(model.scale.levels) == list(range(11))
    assert [axis.id for axis in model.axes] == ["folk", "arbeid", "teknikk"]
    assert [(facet.id, facet.axis, facet.cluster) for facet in model.facets] == [
        ("mot", "folk", "leiing"),
        ("flyt", "arbeid", None),
        ("drift", "teknikk", None),
    ]
    assert model.horizon_months == 36


def test_network_has_two_instruments(network: Programme) -> None:
    module = network.modules[0]
    used = [step.id for step in module.steps if network.instrument_of(step) is network.instruments["puls"]]
    assert used == ["puls"]


@pytest.mark.parametrize(
    ("step_id", "item", "level"), [("modell", "F1-1", 10), ("modell", "F1-1", 0), ("puls", "P1-1", 3)]
)
def test_network_accepts_the_levels_of_its_instruments(network: Programme, step_id: str, item: str, level: int) -> None:
    step = network.modules[0].step(step_id)
    assert step is not None
    asked = network.instrument_of(step)
    assert validate(step, asked, item, "as-is", level) == level
    assert validate(step, asked, item, "as-is", DONT_KNOW) == DONT_KNOW
    with pytest.raises(InvalidAnswer):
        validate(step, asked, item, "as-is", 11)


def test_patterns_may_be_left_out(network: Programme) -> None:
    step = network.modules[0].step("semje")
    assert step is not None
    assert step.content.pattern("far-disagree").questions[0].nn == "Kva ser du?"
    assert step.content.pattern("far-agree") is None
