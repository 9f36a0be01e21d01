"""How often chance alone gives a statistic: published tables, every set by brute force, and simulation."""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise, product

import numpy as np
import pytest

from kompetanse.analysis.statistics import ChanceLevel, ad_mean, awg, chance, chance_level, rwg, rwg_star


def closeness(ratings: np.ndarray) -> float:
    """High where the ratings are alike, as the average deviation is not."""
    return -ad_mean(ratings)


def by_brute_force(statistic: chance.Statistic, observed: float, sets: list) -> float:
    """The share of the sets with at least the observed statistic."""
    return float(np.mean([statistic(np.array(ratings)) >= observed - 1e-9 for ratings in sets]))


@pytest.mark.parametrize(
    ("raters", "agreed", "close"), [(3, 29, 47), (4, 61, 193), (5, 185, 825), (6, 703, 3403), (7, 2147, 12395)]
)
def test_chance_of_looking_agreed_is_counted_to_the_last_set(raters: int, agreed: int, close: int) -> None:
    """The rules of thumb, an index of .70 and a deviation of 5/6, pass so many of 5 ** raters random groups."""
    assert chance_level(rwg, 0.70, raters, 5) == ChanceLevel(pytest.approx(agreed / 5**raters), exact=True)
    assert float(chance_level(closeness, -5 / 6, raters, 5)) == pytest.approx(close / 5**raters)


@pytest.mark.parametrize(("raters", "options"), [(2, 2), (3, 5), (5, 4), (2, 11), (4, 5)])
def test_multiset_counts_as_all_of_its_orders(raters: int, options: int) -> None:
    statistic = partial(rwg, options=options)
    sets = list(product(range(1, options + 1), repeat=raters))
    for observed in (-0.5, 0, 0.3, 0.7, 1):
        found = chance_level(statistic, observed, raters, options)
        assert found.share == pytest.approx(by_brute_force(statistic, observed, sets), abs=1e-12)


def test_row_of_a_rater_is_drawn_as_a_whole() -> None:
    statistic = partial(rwg_star, options=3)
    sets = list(product(product((1, 2, 3), repeat=2), repeat=3))
    for observed in (0, 0.25, 0.5, 1):
        found = chance_level(statistic, observed, 3, 3, 2)
        expected = by_brute_force(statistic, observed, sets)
        assert found == ChanceLevel(pytest.approx(expected, abs=1e-12), exact=True)


def test_facet_of_one_item_is_that_item() -> None:
    assert chance_level(rwg_star, 0.7, 5, 5, items=1) == chance_level(rwg, 0.7, 5, 5)


def test_more_items_agree_by_chance_more_rarely() -> None:
    shares = [chance_level(rwg_star, 0.5, 4, 5, items).share for items in (1, 2, 3)]
    assert all(more < fewer for fewer, more in pairwise(shares))


def test_largest_exact_null_has_a_hundred_thousand_sets() -> None:
    assert chance_level(rwg, 0.5, 16, 5).exact
    assert chance_level(rwg_star, 0.5, 4, 5, 2).exact, "20 475 sets"
    assert not chance_level(rwg_star, 0.5, 5, 5, 2).exact, "118 755 sets"


@pytest.mark.parametrize(("raters", "observed"), [(3, 0.7), (5, 0.7), (5, 0.2), (6, -0.2)])
def test_simulation_agrees_with_the_exact_share(monkeypatch: pytest.MonkeyPatch, raters: int, observed: float) -> None:
    exact = chance_level(rwg, observed, raters, 5)
    monkeypatch.setattr(chance, "MOST_SETS", 0)
    simulated = chance_level(rwg, observed, raters, 5)
    assert exact.exact
    assert not simulated.exact
    error = math.sqrt(exact.share * (1 - exact.share) / chance.DRAWS)
    assert simulated.share == pytest.approx(exact.share, abs=4 * error)


def test_simulation_is_the_same_each_time_and_another_with_another_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chance, "MOST_SETS", 0)
    first = chance_level(rwg, 0.3, 5, 5, draws=500, seed=1)
    chance._drawn_sets.cache_clear()
    assert chance_level(rwg, 0.3, 5, 5, draws=500, seed=1) == first
    assert chance_level(rwg, 0.3, 5, 5, draws=500, seed=2) != first


def test_share_falls_as_the_observed_value_rises() -> None:
    levels = [chance_level(rwg, observed, 6, 5).share for observed in np.linspace(-2, 1, 31)]
    assert all(before >= after for before, after in pairwise(levels))
    assert levels[0] == pytest.approx(1)
    assert levels[-1] == pytest.approx(5 / 5**6)


@pytest.mark.parametrize("ratings", list(product((1, 2, 3), repeat=3)))
def test_value_that_was_observed_counts_as_reached(ratings: tuple[int, ...]) -> None:
    shuffled = rwg(np.array(ratings[::-1]) * 1.0, 3)
    as_computed = chance_level(partial(rwg, options=3), shuffled, 3, 3).share
    assert chance_level(partial(rwg, options=3), shuffled + 1e-12, 3, 3).share == as_computed
    assert as_computed >= 1 / 27


def test_sixteen_themes_cost_one_enumeration() -> None:
    calls = []

    def counted(ratings: np.ndarray) -> float:
        calls.append(1)
        return rwg(ratings)

    for observed in np.linspace(0, 1, 16):
        chance_level(counted, observed, 4, 5)
    assert len(calls) == math.comb(5 + 4 - 1, 4)


def test_partials_of_the_same_parts_are_one_statistic() -> None:
    before = chance._all_sets.cache_info().misses
    for observed in (0.1, 0.2, 0.3):
        chance_level(partial(awg, low=1, high=3), observed, 4, 3)
    assert chance._all_sets.cache_info().misses == before + 1


def test_statistic_that_is_not_defined_counts_as_not_reached() -> None:
    sets = list(product(range(1, 6), repeat=4))
    reached = [awg(ratings) >= -1 - 1e-9 for ratings in sets]
    assert 0 < np.mean(reached) < 1
    assert chance_level(awg, -1, 4, 5).share == pytest.approx(np.mean(reached))


def test_value_that_is_not_defined_has_no_chance_level() -> None:
    assert math.isnan(float(chance_level(rwg, math.nan, 4, 5)))
    assert chance_level(rwg, 0, 1, 5).share == 0, "one rater has no agreement to reach"


@pytest.mark.parametrize(("raters", "options", "items"), [(0, 5, 1), (3, 1, 1), (3, 5, 0)])
def test_ratings_that_cannot_be_are_refused(raters: int, options: int, items: int) -> None:
    with pytest.raises(ValueError, match="No such ratings"):
        chance_level(rwg, 0.5, raters, options, items)
