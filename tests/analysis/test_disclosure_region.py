"""What a region shows, and what two releases of it may differ by."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kompetanse.analysis.disclosure import (
    PROTECTED_REGION_COLUMNS,
    REGION_POLICIES,
    Audience,
    Earlier,
    PolicyError,
    ProtectedRegion,
    RegionPolicy,
    frozen_region,
    protect_public,
    protect_region,
)
from kompetanse.analysis.disclosure.release import OPEN, differ, gives_away, may_follow
from kompetanse.analysis.disclosure.system import determined
from kompetanse.analysis.frames import LEVEL_COLUMNS
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import Instrument
from tests.analysis.attack import items_of

LAST, LATER = date(2026, 12, 18), date(2027, 1, 15)


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    programme = load_programme()
    found = programme.instrument_of_module(programme.modules[0])
    assert found is not None
    return found


def levels(instrument: Instrument, groups: int, people: int = 4, *, seed: int = 1, first: int = 0) -> pd.DataFrame:
    """The levels of so many groups of so many people, each group the same whatever others there are."""
    rows: list[dict[str, Any]] = []
    for group in range(first, first + groups):
        random = np.random.default_rng([seed, group])
        for person in range(people):
            for facet in instrument.facets:
                today = float(random.integers(1, 5))
                rows.append(
                    {"group": f"g{group}", "participant": f"g{group}-{person}", "facet": facet.id}
                    | {"axis": facet.axis, "cluster": facet.cluster, "low": 1, "high": 5}
                    | {"as_is": today, "to_be": today + 1, "importance": float(random.integers(0, 2))}
                    | {"asked": 1, "dont_know": 0, "not_relevant": 0}
                )
    return pd.DataFrame(rows, columns=LEVEL_COLUMNS)


def region(
    frame: pd.DataFrame,
    instrument: Instrument,
    earlier: tuple[Earlier, ...] = (),
    places: dict[str, tuple[str, ...]] | None = None,
    policy: RegionPolicy | None = None,
) -> ProtectedRegion:
    return protect_region(
        frame, policy, items=items_of(frame), instrument=instrument, places=places or {}, earlier=earlier
    )


def as_earlier(protected: ProtectedRegion) -> Earlier:
    return Earlier(protected.units, protected.people, tuple(protected.rows()), protected.basis)


def row(protected: ProtectedRegion, part: str) -> dict[str, Any]:
    return next(each for each in protected.rows() if each["part"] == part)


FIRST = "omverdensblikk"
WITH_QUARTERS = RegionPolicy(**(REGION_POLICIES[Audience.REGION].model_dump() | {"quarters_from": 10}))


@pytest.mark.parametrize(
    ("groups", "people", "mean", "quarter", "interval"),
    [
        (4, 6, False, False, False),
        (5, 4, False, False, False),
        (5, 5, True, False, False),
        (9, 5, True, False, False),
        (10, 3, True, True, False),
        (15, 3, True, True, True),
        (15, 2, False, False, False),
    ],
)
def test_a_region_shows_as_much_as_there_are_municipalities(
    instrument: Instrument, groups: int, people: int, mean: bool, quarter: bool, interval: bool
) -> None:
    frame = levels(instrument, groups, people)
    seen = row(region(frame, instrument), FIRST)
    with_quarters = row(region(frame, instrument, policy=WITH_QUARTERS), FIRST)

    assert seen["lower_quarter"] is None, "by default there are none"
    assert (seen["as_is"] is not None) is mean
    assert (with_quarters["lower_quarter"] is not None) is quarter
    assert (seen["low"] is not None) is interval


def test_each_municipality_weighs_the_same(instrument: Instrument) -> None:
    frame = levels(instrument, 12)
    expected = frame[frame["facet"] == FIRST].groupby("group")["as_is"].mean().mean()

    assert row(region(frame, instrument), FIRST)["as_is"] == pytest.approx(expected, abs=0.05 + 1e-9)


def test_two_groups_of_one_municipality_weigh_as_one(instrument: Instrument) -> None:
    frame = levels(instrument, 12)
    places = {"g0": ("1804",), "g1": ("1804",)}

    assert row(region(frame, instrument, places=places), FIRST)["units"] == 11


def test_a_municipality_that_would_weigh_more_than_half_hides_the_figure(instrument: Instrument) -> None:
    """Six groups of six pairs of municipalities, all of them with the same one."""
    frame = levels(instrument, 6, 5)
    places = {f"g{group}": ("1804", f"18{group + 20}") for group in range(6)}
    protected = region(frame, instrument, places=places)

    assert row(protected, FIRST)["as_is"] is None
    assert {one.rule for one in protected.hidden if one.subject == FIRST and one.column == "as_is"} == {"S7"}


def test_means_and_shares_never_stand_at_the_ends(instrument: Instrument) -> None:
    frame = levels(instrument, 12).assign(as_is=1.0, to_be=5.0, importance=1.0)
    seen = row(region(frame, instrument), FIRST)

    assert (seen["as_is"], seen["to_be"], seen["distance"]) == (1.5, 4.5, 3.0)
    assert (seen["dont_know"], seen["importance"]) == (0.05, 0.95)


def test_clusters_and_axes_are_means_and_never_added(instrument: Instrument) -> None:
    protected = region(levels(instrument, 12), instrument)
    kinds = [each["kind"] for each in protected.rows()]

    assert {kind: kinds.count(kind) for kind in kinds} == {"facet": 16, "cluster": 3, "axis": 2}
    facets = [row(protected, facet.id)["as_is"] for facet in instrument.facets_of("modenhet")]
    assert row(protected, "modenhet")["as_is"] == pytest.approx(np.mean(facets), abs=0.1)


def test_a_total_with_a_hidden_part_is_hidden(instrument: Instrument) -> None:
    frame = levels(instrument, 12)
    frame.loc[(frame["facet"] == FIRST) & ~frame["group"].isin(["g0", "g1", "g2", "g3"]), ["as_is", "to_be"]] = np.nan
    protected = region(frame, instrument)

    assert [row(protected, part)["as_is"] for part in (FIRST, "forsta", "evne")] == [None, None, None]
    assert row(protected, "modenhet")["as_is"] is not None
    assert {one.rule for one in protected.hidden if one.subject == "evne" and one.column == "as_is"} == {"S4"}


@pytest.mark.parametrize(("more", "is_new"), [(0, True), (1, False), (4, False), (5, True)])
def test_a_release_differs_from_the_one_before_by_nobody_or_by_five(
    instrument: Instrument, more: int, is_new: bool
) -> None:
    first = region(levels(instrument, 12), instrument)
    second = region(levels(instrument, 12 + more), instrument, (as_earlier(first),))

    assert row(second, FIRST)["units"] == (12 + more if is_new else 12)
    if not is_new:
        frozen = [name for name in PROTECTED_REGION_COLUMNS if "quarter" not in name]
        assert [row(second, FIRST)[name] for name in frozen] == [row(first, FIRST)[name] for name in frozen]
        assert ("newer", "S5") in {(one.column, one.rule) for one in second.hidden if one.subject == FIRST}


def test_late_answers_come_into_a_later_release(instrument: Instrument) -> None:
    first = region(levels(instrument, 12), instrument)
    second = region(levels(instrument, 14), instrument, (as_earlier(first),))
    third = region(levels(instrument, 17), instrument, (as_earlier(first), as_earlier(second)))

    assert [row(each, FIRST)["units"] for each in (first, second, third)] == [12, 12, 17]


def test_an_erased_answer_does_not_change_a_release(instrument: Instrument) -> None:
    frame = levels(instrument, 12)
    first = region(frame, instrument)
    second = region(frame[frame["participant"] != "g3-0"], instrument, (as_earlier(first),))

    assert row(second, FIRST) == row(first, FIRST)


def test_the_same_answers_give_the_same_release(instrument: Instrument) -> None:
    frame = levels(instrument, 12)
    first = region(frame, instrument)

    assert region(frame.sample(frac=1, random_state=1), instrument, (as_earlier(first),)).rows() == first.rows()


def test_a_mean_that_would_give_away_the_only_unpublished_ones_is_hidden(instrument: Instrument) -> None:
    """Ten groups whose own reports may show their means, and two that may not: the two know each other's."""
    frame = pd.concat([levels(instrument, 10, 10), levels(instrument, 2, 4, first=10)])
    protected = region(frame, instrument)

    assert row(protected, FIRST)["as_is"] is None
    assert {one.rule for one in protected.hidden if one.subject == FIRST and one.column == "as_is"} == {"S4"}
    three = pd.concat([levels(instrument, 10, 10), levels(instrument, 3, 4, first=10)])
    assert row(region(three, instrument), FIRST)["as_is"] is not None


def test_a_region_of_large_groups_hides_nothing(instrument: Instrument) -> None:
    protected = region(levels(instrument, 12, 10), instrument)

    assert all(each["as_is"] is not None for each in protected.rows())


def test_a_large_group_whose_report_is_silent_after_an_erasure_counts_as_hidden(instrument: Instrument) -> None:
    frame = levels(instrument, 12, 10)
    one = protect_region(frame, items=items_of(frame), instrument=instrument, places={}, without_figures={"g0"})
    three = protect_region(
        frame, items=items_of(frame), instrument=instrument, places={}, without_figures={"g0", "g1", "g2"}
    )

    assert row(one, FIRST)["as_is"] is None
    assert row(three, FIRST)["as_is"] is not None


def test_a_quarter_is_never_the_level_of_one_municipality_alone(instrument: Instrument) -> None:
    protected = region(levels(instrument, 12), instrument, policy=WITH_QUARTERS)

    assert len(protected.basis[f"{FIRST} lower_quarter"]) == 5


def test_what_is_public_is_the_release_made_coarser(instrument: Instrument) -> None:
    released = region(levels(instrument, 16), instrument)
    public = protect_public(released, instrument, last_date=LAST, today=LATER)
    seen = row(public, FIRST)

    assert seen["as_is"] * 2 == round(seen["as_is"] * 2)
    assert abs(seen["as_is"] - row(released, FIRST)["as_is"]) <= 0.25
    assert [seen[name] for name in ("low", "lower_quarter", "dont_know", "importance")] == [None] * 4


def test_the_public_sees_nothing_of_nine_municipalities_or_before_the_last_date(instrument: Instrument) -> None:
    released = region(levels(instrument, 9, 5), instrument)

    assert row(protect_public(released, instrument, last_date=LAST, today=LATER), FIRST)["as_is"] is None
    with pytest.raises(PolicyError, match="before the last date"):
        protect_public(released, instrument, last_date=LAST, today=LAST)


def test_a_frozen_release_is_as_it_was(instrument: Instrument) -> None:
    first = region(levels(instrument, 12), instrument)

    assert frozen_region(as_earlier(first), Audience.REGION).rows() == first.rows()


@pytest.mark.parametrize(
    ("audience", "change"),
    [
        (Audience.REGION, {"units_from": 4}),
        (Audience.REGION, {"quarters_from": 9}),
        (Audience.REGION, {"interval_from": 14}),
        (Audience.REGION, {"mean_step": 0.01}),
        (Audience.REGION, {"quarter_step": 0.1}),
        (Audience.REGION, {"release_step": 4}),
        (Audience.PUBLIC, {"units_from": 9}),
        (Audience.PUBLIC, {"mean_step": 0.1}),
        (Audience.PUBLIC, {"interval_from": 15}),
        (Audience.PUBLIC, {"after_last_date": False}),
    ],
)
def test_a_policy_below_its_floors_is_refused(audience: Audience, change: dict[str, Any]) -> None:
    with pytest.raises(PolicyError, match=rf"too much; set {next(iter(change))} at least|after_last_date to true"):
        RegionPolicy(**(REGION_POLICIES[audience].model_dump() | change))


def test_sums_tell_what_linear_algebra_can_find() -> None:
    a, b, c = ({"a": 1.0, "b": 1.0, "c": 1.0}, {"a": 1.0, "b": 1.0}, {"c": 1.0, "d": 1.0, "e": 1.0})

    assert determined([]) == set()
    assert determined([a, b]) == {"a", "b", "c"}
    assert determined([a]) == set()
    assert determined([b]) == {"a", "b"}, "each of two knows the other's"
    assert determined([c]) == set()
    assert determined([a], public={"b"}) == {"a", "c"}
    assert determined([a, c], public={"a"}) == {"b", "c"}, "c alone moves with b"
    assert determined([a], public={"a", "b", "c"}) == set()


def test_two_releases_differ_by_those_who_came_went_or_changed() -> None:
    assert differ({"a": "1", "b": "1"}, {"a": "1", "b": "2", "c": "1"}) == 2
    assert may_follow({"a": "1"}, [], step=5)
    assert not may_follow({"a": "1"}, [{"a": "2"}], step=5)
    assert gives_away([{"a": "1", "b": "1"}])
    assert not gives_away([{"a": "1", "b": "1", "c": "1"}])
    assert gives_away([{"a": "1", "b": f"{OPEN}1", "c": "1"}])
