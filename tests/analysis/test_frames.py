"""Answers as tidy frames: what counts, what is the mean of what, and what to talk about first."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompetanse.analysis.frames import (
    GROUP_COLUMNS,
    ITEM_COLUMNS,
    LEVEL_COLUMNS,
    PART_COLUMNS,
    REGION_COLUMNS,
    TALK_COLUMNS,
    Agreement,
    Pattern,
    Round,
    change_frame,
    group_frame,
    item_frame,
    level_frame,
    other_units,
    part_frame,
    region_frame,
    talk_frame,
    unit_frame,
)
from kompetanse.analysis.frames.regions import quarter_window
from kompetanse.analysis.frames.talk import pattern_of, priority, talk_order
from kompetanse.analysis.statistics import rwg_star
from kompetanse.answers.store import Answer
from kompetanse.programme.models import DONT_KNOW, NOT_RELEVANT, Instrument
from tests.analysis.regions import shipped_programme


@pytest.fixture
def instrument() -> Instrument:
    return shipped_programme().instruments["digital-evne-og-modenhet"]


def answer(participant: str, subject: str, value: Any, aspect: str = "as-is", group: str = "g") -> Answer:
    return Answer(
        id=f"{group}-{participant}-{subject}-{aspect}", time=datetime(2026, 12, 1, tzinfo=UTC), programme="p",
        version="1", module="m", step="s", round=1, subject=subject, aspect=aspect, group=group, municipality=None,
        participant=participant, value=value,
    )  # fmt: skip


def items(instrument: Instrument, facet: str) -> list[str]:
    found = instrument.facet(facet)
    assert found is not None
    return [item.id for item in found.items]


FIRST, WHOLE = "omverdensblikk", "brukerdrevne-tjenester"


def row(frame: pd.DataFrame, **where: Any) -> dict[str, Any]:
    chosen = frame
    for name, value in where.items():
        chosen = chosen[chosen[name] == value]
    assert len(chosen) == 1
    return {str(name): value for name, value in chosen.iloc[0].items()}


def test_one_of_two_items_is_enough_and_one_of_three_is_not(instrument: Instrument) -> None:
    two, three = items(instrument, FIRST), items(instrument, WHOLE)
    given = [answer("a", two[0], DONT_KNOW), answer("a", two[1], 4), answer("a", three[1], 2)]
    frame = level_frame(given, instrument)

    assert row(frame, facet=FIRST)["as_is"] == 4.0
    assert math.isnan(row(frame, facet=WHOLE)["as_is"])
    assert row(level_frame([*given, answer("a", three[2], 4)], instrument), facet=WHOLE)["as_is"] == 3.0


def test_dont_know_and_not_relevant_are_counted_and_are_no_levels(instrument: Instrument) -> None:
    two = items(instrument, FIRST)
    given = [answer("a", two[0], DONT_KNOW), answer("a", two[1], f"{NOT_RELEVANT}:annet")]
    found = row(level_frame(given, instrument), facet=FIRST)

    assert (found["asked"], found["dont_know"], found["not_relevant"]) == (2, 1, 1)
    assert item_frame(given, instrument)["said"].to_list() == ["dont-know", "not-relevant"]
    assert item_frame(given, instrument)["level"].isna().all()


def test_who_keeps_their_answers_out_is_in_no_frame(instrument: Instrument) -> None:
    given = [answer("a", items(instrument, FIRST)[0], 3), answer("a", "s", True, "withheld")]

    assert level_frame(given, instrument).empty
    assert item_frame(given, instrument).empty


def test_importance_is_unknown_for_who_chose_nothing(instrument: Instrument) -> None:
    one = items(instrument, FIRST)[0]
    chose = [answer("a", one, 3), answer("a", FIRST, True, "importance")]
    frame = level_frame([*chose, answer("b", one, 3)], instrument)

    assert row(frame, participant="a", facet=FIRST)["importance"] == 1.0
    assert row(frame, participant="a", facet=WHOLE)["importance"] == 0.0
    assert math.isnan(row(frame, participant="b", facet=FIRST)["importance"])


def people(instrument: Instrument, levels: dict[str, list[int]], group: str = "g") -> list[Answer]:
    """Short-form answers: a level of each facet for each person, and one more two years ahead."""
    return [
        made
        for facet, given in levels.items()
        for place, level in enumerate(given)
        for made in (
            answer(f"{group}{place}", instrument.short_items(instrument.facet(facet))[0].id, level, group=group),  # type: ignore[arg-type]  # the facets are there
            answer(f"{group}{place}", facet, min(level + 1, 5), "to-be", group=group),
        )
    ]


def test_clusters_and_axes_weigh_their_parts_alike_and_need_half_of_them(instrument: Instrument) -> None:
    axis = [facet.id for facet in instrument.facets_of("evne")]
    given = people(instrument, dict(zip(axis[:7], [[1], [2], [3], [5], [5], [5], [1]], strict=True)))
    frame = part_frame(level_frame(given, instrument), instrument)

    assert row(frame, part="forsta")["as_is"] == 2.0
    assert row(frame, part="gripe")["as_is"] == 5.0
    assert math.isnan(row(frame, part="endre")["as_is"]), "one facet of three"
    assert row(frame, part="evne")["as_is"] == 3.5, "two clusters of three, each with the same weight"
    assert math.isnan(row(frame, part="modenhet")["as_is"])
    assert set(frame["kind"]) == {"cluster", "axis"}


@given(st.lists(st.lists(st.sampled_from([1, 2, 3, 4, 5, None]), min_size=3, max_size=3), min_size=1, max_size=8))
def test_the_index_of_many_groups_is_that_of_each(ratings: list[list[int | None]]) -> None:
    instrument = shipped_programme().instruments["digital-evne-og-modenhet"]
    names = items(instrument, WHOLE)
    given = [
        answer(f"p{person}", name, DONT_KNOW if level is None else level)
        for person, levels in enumerate(ratings)
        for name, level in zip(names, levels, strict=True)
    ]
    levels, asked = level_frame(given, instrument), item_frame(given, instrument)
    found = row(group_frame(levels, asked, instrument), part=WHOLE)["index"]

    raters = np.array([[np.nan if level is None else level for level in own] for own in ratings], dtype=float)
    assert found == pytest.approx(rwg_star(raters), nan_ok=True)


def test_a_group_has_a_row_for_each_facet_cluster_and_axis(instrument: Instrument) -> None:
    given = [
        *people(instrument, {FIRST: [1, 2, 3]}),
        answer("", FIRST, 2, "agreed"),
        answer("", FIRST, 4, "agreed-to-be"),
    ]
    frame = group_frame(level_frame(given, instrument), item_frame(given, instrument), instrument)
    found = row(frame, part=FIRST)

    assert list(frame.columns) == GROUP_COLUMNS
    assert frame["kind"].value_counts().to_dict() == {"facet": 16, "cluster": 3, "axis": 2}
    assert [found[name] for name in ("people", "as_is", "to_be", "distance", "spread", "index")] == [3, 2, 3, 1, 1, 0.5]
    assert (found["agreed"], found["agreed_to_be"]) == (2, 4)


def test_a_group_that_has_only_agreed_has_its_rows_too(instrument: Instrument) -> None:
    given = [answer("", FIRST, 2, "agreed")]
    frame = group_frame(level_frame(given, instrument), item_frame(given, instrument), instrument)

    assert (row(frame, part=FIRST)["people"], row(frame, part=FIRST)["agreed"]) == (0, 2)


@pytest.mark.parametrize(
    ("importance", "distance", "index", "expected"),
    [
        (1.0, 4.0, -0.5, 1.0),
        (1.0, 0.0, 1.0, 0.0),
        (0.5, 2.0, 0.5, 0.25),
        (1.0, 9.0, 0.0, 1.0),
        (1.0, -2.0, 0.0, 0.5),
        (math.nan, 2.0, 1.0, 0.25),
        (1.0, math.nan, 0.0, 0.5),
        (1.0, 2.0, math.nan, 0.25),
    ],
)
def test_priority_is_importance_times_distance_and_disagreement(
    importance: float, distance: float, index: float, expected: float
) -> None:
    assert priority(importance, distance, index, span=4) == pytest.approx(expected)


def test_what_nobody_chose_is_ordered_by_distance_and_disagreement() -> None:
    figures = pd.DataFrame({"importance": [0.0, 0.2, 0.0], "distance": [1.0, 1.0, 2.0], "index": [1.0, 1.0, 1.0]})

    assert talk_order(figures, span=4).to_list() == [3, 1, 2]


@pytest.mark.parametrize(
    ("distance", "agreement", "unknown", "expected"),
    [
        (1.0, Agreement.ALIKE, False, Pattern.FAR_AGREE),
        (1.0, Agreement.SOMEWHAT, False, Pattern.FAR_DISAGREE),
        (0.9, Agreement.APART, False, Pattern.NEAR_DISAGREE),
        (0.9, Agreement.ALIKE, False, Pattern.NEAR_AGREE),
        (math.nan, None, False, Pattern.NEAR_AGREE),
        (2.0, Agreement.APART, True, Pattern.MANY_DONT_KNOW),
    ],
)
def test_each_pattern_calls_for_its_own_questions(
    distance: float, agreement: Agreement | None, unknown: bool, expected: Pattern
) -> None:
    assert pattern_of(distance, agreement, many_dont_know=unknown, span=4) is expected


def test_the_talk_frame_has_the_themes_in_order_with_their_questions(instrument: Instrument) -> None:
    given = people(instrument, {FIRST: [3, 3, 3], "handlekraft": [1, 5, 3]})
    levels = level_frame(given, instrument)
    frame = talk_frame(group_frame(levels, item_frame(given, instrument), instrument), levels, instrument)

    assert list(frame.columns) == TALK_COLUMNS
    assert frame["place"].to_list() == list(range(1, 17))
    assert frame["facet"].to_list()[:2] == ["handlekraft", FIRST]
    assert (frame["agreement"][0], frame["pattern"][1]) == (Agreement.APART, Pattern.FAR_AGREE)


def test_change_is_that_of_those_who_answered_both_times(instrument: Instrument) -> None:
    before = Round.of(level_frame(people(instrument, {FIRST: [1, 2]}), instrument), instrument)
    after = Round.of(level_frame(people(instrument, {FIRST: [2, 4, 5]}), instrument), instrument)
    found = row(change_frame(before, after), facet=FIRST)

    assert (found["before"], found["after"], found["change"]) == (1.5, pytest.approx(11 / 3), 1.5)
    assert (found["people_before"], found["people_after"], found["people_both"]) == (2, 3, 2)
    assert found["comparable"]
    assert found["delta"] == pytest.approx(5 / 6)


def test_change_between_others_is_the_difference_of_means_and_versions_are_marked(instrument: Instrument) -> None:
    others = [
        answer("x", instrument.short_items(instrument.facets[0])[0].id, 5),
        answer("", FIRST, 4, "agreed"),
    ]
    first = [*people(instrument, {FIRST: [1, 3]}), answer("", FIRST, 2, "agreed")]
    newer = instrument.model_copy(update={"version": "0.2.0"})
    before, after = (
        Round.of(level_frame(first, instrument), instrument),
        Round.of(level_frame(others, newer), newer),
    )
    found = row(change_frame(before, after), facet=FIRST)

    assert (found["change"], found["people_both"], found["agreed_change"]) == (3.0, 0, 2.0)
    assert not found["comparable"]
    assert "0.1.0" in found["scoring_before"]
    assert "0.2.0" in found["scoring_after"]


def test_a_region_is_the_unweighted_mean_of_its_municipalities(instrument: Instrument) -> None:
    given = [
        *people(instrument, {FIRST: [1, 1, 1, 1]}, "a"),
        *people(instrument, {FIRST: [5]}, "b"),
        *people(instrument, {FIRST: [3]}, "c"),
    ]
    groups = group_frame(level_frame(given, instrument), item_frame(given, instrument), instrument)
    units = unit_frame(groups, {"a": ("1804",), "b": ("1811",), "c": ("1811",)})
    frame = region_frame(units, instrument)

    assert row(units, unit="1811", facet=FIRST)["as_is"] == 4.0
    assert row(units, unit="1811", facet=FIRST)["groups"] == ("b", "c")
    assert list(frame.columns) == REGION_COLUMNS
    assert (row(frame, part=FIRST)["as_is"], row(frame, part=FIRST)["units"]) == (2.5, 2)
    assert set(other_units(units, "c")["unit"]) == {"1804"}


def test_a_group_of_two_municipalities_is_one_unit(instrument: Instrument) -> None:
    given = people(instrument, {FIRST: [1]}, "a")
    groups = group_frame(level_frame(given, instrument), item_frame(given, instrument), instrument)

    assert set(unit_frame(groups, {"a": ("1811", "1804")})["unit"]) == {"1804+1811"}
    assert set(unit_frame(groups, {})["unit"]) == {"a"}


def test_a_quartile_is_the_mean_of_five_and_never_of_one() -> None:
    values = np.arange(12.0)

    assert values[quarter_window(values, lower=True)].mean() == 3.0
    assert values[quarter_window(values, lower=False)].mean() == 8.0
    assert quarter_window(values[:9], lower=True).size == 0
    few = np.zeros(12, dtype=bool)
    few[[0, 1, 2]] = True
    assert sorted(quarter_window(values, lower=True, alone=few)) == [0, 1, 2, 3, 4, 5, 6]
    assert quarter_window(values, lower=False, alone=few).size == 0


@pytest.mark.parametrize(
    ("columns", "frame"), [(LEVEL_COLUMNS, level_frame), (ITEM_COLUMNS, item_frame)], ids=["levels", "items"]
)
def test_no_answers_give_an_empty_frame_with_its_columns(instrument: Instrument, columns: Any, frame: Any) -> None:
    empty = frame([], instrument)

    assert (list(empty.columns), len(empty)) == (columns, 0)
    levels, asked = level_frame([], instrument), item_frame([], instrument)
    assert group_frame(levels, asked, instrument).columns.to_list() == GROUP_COLUMNS
    assert part_frame(levels, instrument).columns.to_list() == PART_COLUMNS
