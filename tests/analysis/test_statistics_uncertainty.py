"""Intervals, tests of change and ranks: what they say, and where they say nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kompetanse.analysis.statistics import (
    Interval,
    cliffs_delta,
    cluster_bootstrap,
    interval_around,
    mean_interval,
    percentile_rank,
    permutation_test,
    weight_robustness,
)

NAN = math.nan


def test_interval_narrows_as_more_of_the_group_answers() -> None:
    ratings = [2, 3, 3, 4, 3]
    widths = [found.high - found.low for size in (6, 7, 10, 50) if (found := mean_interval(ratings, size))]
    assert widths == sorted(widths)
    half = 2.7764451 * math.sqrt(0.5) / math.sqrt(5) * math.sqrt(1 - 5 / 10)
    assert mean_interval(ratings, 10) == Interval(pytest.approx(3 - half), pytest.approx(3 + half))


def test_mean_of_the_whole_group_is_known() -> None:
    assert mean_interval([2, 3, 4], 3) is None


@pytest.mark.parametrize("ratings", [[], [4], [NAN, 4], [NAN, NAN]])
def test_one_answer_has_no_interval(ratings: list[float]) -> None:
    assert mean_interval(ratings, 8) is None


def test_missing_rating_is_somebody_who_did_not_answer() -> None:
    assert mean_interval([2, NAN, 3, 4, NAN], 8) == mean_interval([2, 3, 4], 8)


def test_more_answers_than_the_group_has_people_are_refused() -> None:
    with pytest.raises(ValueError, match="3 answered in a group of 2"):
        mean_interval([1, 2, 3], 2)


def test_interval_of_mean_and_deviation_is_that_of_the_ratings() -> None:
    ratings = [1, 2, 2, 5]
    assert interval_around(2.5, float(np.std(ratings, ddof=1)), 4, 9) == mean_interval(ratings, 9)


def test_interval_covers_a_skewed_groups_mean_as_often_as_it_says() -> None:
    random = np.random.default_rng(21)
    hits = 0
    for _ in range(2000):
        group = random.choice(np.arange(1, 6), size=12, p=(0.05, 0.15, 0.20, 0.35, 0.25))
        found = mean_interval(random.choice(group, size=8, replace=False), 12)
        hits += found.low <= group.mean() <= found.high
    assert hits / 2000 == pytest.approx(0.95, abs=0.02)


def test_bootstrap_draws_whole_groups() -> None:
    seen: set[tuple[float, ...]] = set()

    def remembered(values: np.ndarray) -> float:
        seen.add(tuple(values))
        return float(values.mean())

    found = cluster_bootstrap([1, 1.5, 2, NAN, 9], ["a", "a", "b", "c", "b"], remembered, seed=1, draws=200)
    a, b = (1, 1.5), (2, 9)
    assert seen == {a + a, a + b, b + a, b + b}
    assert (found.low, found.high) == (1.25, 5.5)


def test_bootstrap_is_the_same_with_the_same_seed() -> None:
    values, groups = np.random.default_rng(0).normal(size=60), np.repeat(range(20), 3)
    first = cluster_bootstrap(values, groups, np.mean, seed=1)
    assert first == cluster_bootstrap(values, groups, np.mean, seed=1)
    assert first != cluster_bootstrap(values, groups, np.mean, seed=2)
    narrow = cluster_bootstrap(values, groups, np.mean, seed=1, level=0.5)
    assert first.low < narrow.low < values.mean() < narrow.high < first.high


def test_values_that_go_together_make_the_interval_wider() -> None:
    values = np.repeat(np.random.default_rng(0).normal(size=20), 5)
    together = cluster_bootstrap(values, np.repeat(range(20), 5), np.mean, seed=1)
    alone = cluster_bootstrap(values, range(100), np.mean, seed=1)
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_bootstrap_of_one_group_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two of them, not 1"):
        cluster_bootstrap([1, 2, NAN], ["a", "a", "b"], np.mean, seed=1)
    with pytest.raises(ValueError, match="2 values, 1 groups"):
        cluster_bootstrap([1, 2], ["a"], np.mean, seed=1)


def test_bootstrap_of_what_is_not_defined_is_not_defined() -> None:
    found = cluster_bootstrap([1, 2, 3], [1, 2, 3], lambda values: NAN, seed=1, draws=10)
    assert np.isnan([found.low, found.high]).all()


def test_delta_is_one_where_all_of_one_side_are_above() -> None:
    assert cliffs_delta([4, 5, NAN], [1, 2, 3]) == 1
    assert cliffs_delta([1, 2], [3]) == -1
    assert cliffs_delta([1, 2, 3], [2]) == 0
    assert math.isnan(cliffs_delta([NAN], [2]))
    assert math.isnan(cliffs_delta([2], []))


def test_percentile_rank_gives_half_of_the_ties() -> None:
    assert percentile_rank([1, 2, 2, 3], 2) == 0.5
    assert percentile_rank([1, 2, NAN], 9) == 1
    assert percentile_rank([1, 2], 0) == 0
    assert math.isnan(percentile_rank([NAN], 1))
    assert math.isnan(percentile_rank([1], NAN))


def test_pairs_find_a_change_that_two_samples_do_not() -> None:
    before, after = [1, 2, 3, 4, 5, 1, 2, 3], [2, 3, 4, 5, 6, 2, 3, 4]
    paired = permutation_test(before, after, seed=1, paired=True)
    assert (paired.difference, paired.p_value, paired.exact) == (1, 2 / 2**8, True)
    assert permutation_test(before, after, seed=1).p_value > 0.2


def test_no_change_at_all_is_always_chance() -> None:
    for paired in (True, False):
        assert permutation_test([3, 3, 4], [3, 3, 4], seed=1, paired=paired).p_value == 1


@pytest.mark.parametrize("paired", [True, False])
def test_drawn_permutations_agree_with_all_of_them(paired: bool) -> None:
    random = np.random.default_rng(8)
    before, after = random.integers(1, 6, size=9), random.integers(2, 6, size=9)
    exact = permutation_test(before, after, seed=1, paired=paired, draws=100_000)
    drawn = permutation_test(before, after, seed=1, paired=paired, draws=400)
    assert exact.exact
    assert not drawn.exact
    assert drawn.p_value == pytest.approx(exact.p_value, abs=4 * math.sqrt(0.25 / 400))
    assert permutation_test(before, after, seed=1, paired=paired, draws=400) == drawn


def test_drawn_permutations_are_never_impossible() -> None:
    found = permutation_test(range(40), range(100, 140), seed=1, draws=99)
    assert found.p_value == pytest.approx(1 / 100)


def test_pair_with_a_missing_half_is_left_out() -> None:
    whole = permutation_test([1, 2, 3], [2, 2, 5], seed=1, paired=True)
    assert permutation_test([1, NAN, 2, 3, 4], [2, 4, 2, 5, NAN], seed=1, paired=True) == whole
    for paired in (True, False):
        nothing = permutation_test([NAN, NAN], [1, 2], seed=1, paired=paired)
        assert np.isnan([nothing.difference, nothing.p_value]).all()
    with pytest.raises(ValueError, match="2 before, 1 after"):
        permutation_test([1, 2], [1], seed=1, paired=True)


def test_unit_that_is_best_at_everything_is_first_under_all_weights() -> None:
    found = weight_robustness([[3, 3], [5, 5], [4, 1], [1, 4]], seed=1)
    assert (found.rank[1], found.low[1], found.high[1]) == (1, 1, 1)
    assert found.rank.tolist() == [2, 1, 3.5, 3.5]
    assert (found.low[2], found.high[2]) == (2, 4)
    assert found.rank_geometric.tolist() == [2, 1, 3.5, 3.5]
    assert found.rank_minimum.tolist() == [2, 1, 3.5, 3.5]


def test_uneven_unit_falls_where_nothing_makes_up_for_its_lowest() -> None:
    found = weight_robustness([[5, 5, 1], [3, 3, 3], [4, 4, 2.2]], seed=1)
    assert found.rank.tolist() == [1, 3, 2]
    assert found.rank_geometric.tolist() == [3, 2, 1]
    assert found.rank_minimum.tolist() == [3, 1, 2]


def test_random_weights_are_even_over_all_mixtures() -> None:
    found = weight_robustness([[1, 0], [0.25, 0.25]], seed=1, draws=20_000, level=0.5)
    assert found.low[0] == found.low[1] == 1, "the first is ahead while its weight is above a quarter"
    wide = weight_robustness([[1, 0], [0.04, 0.04]], seed=1, draws=20_000)
    assert (wide.low[1], wide.high[1]) == (2, 2), "ahead in 4 % of the draws, outside the 5 to 95 % range"


def test_unit_with_a_missing_component_has_no_rank() -> None:
    found = weight_robustness([[1, 2], [NAN, 5], [2, 3]], seed=1)
    assert np.isnan([found.rank[1], found.low[1], found.high[1], found.rank_geometric[1]]).all()
    assert found.rank[[0, 2]].tolist() == [2, 1]
    assert np.isnan(weight_robustness([[NAN, 1]], seed=1).rank).all()


def test_negative_component_is_refused() -> None:
    with pytest.raises(ValueError, match="no negative"):
        weight_robustness([[1, -2]], seed=1)
