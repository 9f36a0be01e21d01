"""What holds for the statistics of any ratings: bounds, order, names of people, and missing answers."""

from __future__ import annotations

import math
from functools import partial
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kompetanse.analysis.statistics import (
    ad_mean,
    ad_median,
    agreement,
    awg,
    chance_level,
    cliffs_delta,
    consensus,
    cronbach_alpha,
    icc,
    mean_interval,
    omega,
    percentile_rank,
    permutation_test,
    rounded_median,
    rwg,
    rwg_j,
    rwg_star,
    spearman_brown,
    valid,
    weight_robustness,
)

NAN = math.nan
#: A machine that does other things too may pause for longer than Hypothesis allows an example.
unhurried = settings(deadline=None)
ONE_ITEM = (rwg, awg, ad_mean, ad_median)
SEVERAL_ITEMS = (rwg_star, rwg_j)

options = st.sampled_from([2, 3, 4, 5, 7, 11])
levels = st.integers(1, 5).map(float)
ratings = st.lists(levels, max_size=12)
gappy = st.lists(levels | st.just(NAN), max_size=12)
numbers = st.floats(-100, 100).map(lambda value: round(value, 3)) | st.just(NAN)
counts = st.lists(st.integers(0, 40), min_size=2, max_size=11)
items = arrays(
    float, st.tuples(st.integers(0, 9), st.integers(1, 5)), elements=st.integers(1, 5).map(float) | st.just(NAN)
)


def same(first: object, second: object) -> bool:
    """Whether two results are equal but for rounding, NaN being equal to NaN."""
    return first == pytest.approx(second, nan_ok=True, abs=1e-7)


@unhurried
@given(ratings)
def test_indices_of_one_item_stay_within_their_bounds(ratings: list[float]) -> None:
    n = len(ratings)
    # The largest s² has half at each end; it is a little above the population's, so an index falls a little further.
    lowest = 1 - 4 * n / (n - 1) / 2 if n > 1 else NAN
    assert math.isnan(rwg(ratings)) == (n < 2)
    assert n < 2 or lowest - 1e-9 <= rwg(ratings) <= 1
    assert math.isnan(awg(ratings)) or -1 - 1e-9 <= awg(ratings) <= 1
    assert n == 0 or 0 <= ad_median(ratings) <= ad_mean(ratings) + 1e-9 <= 2 + 2e-9


@unhurried
@given(counts)
def test_consensus_and_agreement_stay_within_their_bounds(counts: list[int]) -> None:
    if not sum(counts):
        assert math.isnan(consensus(counts))
        assert math.isnan(agreement(counts))
        return
    assert -1e-9 <= consensus(counts) <= 1 + 1e-9
    assert -1 - 1e-9 <= agreement(counts) <= 1 + 1e-9
    alike = sum(count > 0 for count in counts) == 1
    assert (consensus(counts) == pytest.approx(1)) == (agreement(counts) == pytest.approx(1)) == alike


@unhurried
@given(counts, st.integers(2, 9))
def test_consensus_and_agreement_are_of_shares_from_either_end(counts: list[int], times: int) -> None:
    for index in (consensus, agreement):
        assert same(index(counts), index(counts[::-1]))
        assert same(index(counts), index([times * count for count in counts]))


@unhurried
@given(st.integers(1, 30), st.sampled_from([2, 3, 5, 11]))
def test_half_at_each_end_is_the_least_of_all(half: int, options: int) -> None:
    split = [half, *[0] * (options - 2), half]
    assert consensus(split) == pytest.approx(0)
    assert agreement(split) == pytest.approx(-1 if options > 2 else 0)


@unhurried
@given(items)
def test_indices_of_several_items_stay_within_their_bounds(items: np.ndarray) -> None:
    assert math.isnan(rwg_star(items)) or rwg_star(items) <= 1
    assert math.isnan(rwg_star(items)) == math.isnan(rwg_j(items)) == (not ((~np.isnan(items)).sum(axis=0) > 1).any())
    assert math.isnan(rwg_j(items)) or 0 <= rwg_j(items) <= 1
    assert not rwg_star(items) > 0 or rwg_j(items) >= rwg_star(items) - 1e-9


@unhurried
@given(ratings, st.randoms())
def test_indices_do_not_know_who_said_what_or_which_end_is_up(ratings: list[float], random: Random) -> None:
    shuffled = sorted(ratings, key=lambda _: random.random())
    for index in ONE_ITEM:
        assert same(index(ratings), index(shuffled))
        assert same(index(ratings), index([6 - rating for rating in ratings]))


@unhurried
@given(items, st.randoms())
def test_indices_of_several_items_do_not_know_order_or_direction(items: np.ndarray, random: Random) -> None:
    raters, columns = (sorted(range(size), key=lambda _: random.random()) for size in items.shape)
    for index in SEVERAL_ITEMS:
        assert same(index(items), index(items[raters][:, columns]))
        assert same(index(items), index(6 - items))


@unhurried
@given(gappy)
def test_missing_ratings_change_nothing(gappy: list[float]) -> None:
    answered = [rating for rating in gappy if not math.isnan(rating)]
    assert valid(gappy).tolist() == answered
    for index in ONE_ITEM:
        assert same(index(gappy), index(answered))
    assert mean_interval(gappy, 20) == mean_interval(answered, 20)
    assert same(percentile_rank(gappy, 3), percentile_rank(answered, 3))
    assert same(cliffs_delta(gappy, [2, 4]), cliffs_delta(answered, [2, NAN, 4]))


@unhurried
@given(items)
def test_rater_without_any_rating_changes_nothing(items: np.ndarray) -> None:
    wider = np.vstack([items, np.full((2, items.shape[1]), NAN)])
    for index in (*SEVERAL_ITEMS, lambda table: cronbach_alpha(table).alpha, lambda table: omega(table).omega):
        assert same(index(items), index(wider))


@unhurried
@given(options, st.integers(2, 8), st.data())
def test_ratings_that_are_all_alike_agree_on_any_scale(options: int, raters: int, data: st.DataObject) -> None:
    level = float(data.draw(st.integers(1, options)))
    alike = [level] * raters
    assert rwg(alike, options) == rwg_star(np.column_stack([alike, alike]), options) == 1
    assert rwg_j(np.column_stack([alike, alike]), options) == 1
    assert ad_mean(alike) == ad_median(alike) == 0
    at_an_end = level in (1, options)
    assert math.isnan(awg(alike, low=1, high=options)) == (raters < options - 1) or at_an_end
    assert rounded_median(alike) == level


@unhurried
@given(options, st.integers(1, 5))
def test_halves_at_the_ends_disagree_fully_on_any_scale(options: int, half: int) -> None:
    split = [1] * half + [options] * half
    assert awg(split, low=1, high=options) == pytest.approx(-1) or 2 * half < options - 1
    assert ad_mean(split) == ad_median(split) == (options - 1) / 2
    most = half * (options - 1) ** 2 / (2 * (2 * half - 1))
    assert rwg(split, options) == pytest.approx(1 - most / ((options**2 - 1) / 12))


@unhurried
@given(st.lists(st.lists(levels | st.just(NAN), max_size=6), max_size=6), st.randoms())
def test_intraclass_correlations_do_not_know_names_or_origin(groups: list[list[float]], random: Random) -> None:
    values = np.array([value for group in groups for value in group])
    labels = np.array([number for number, group in enumerate(groups) for _ in group])
    order = sorted(range(values.size), key=lambda _: random.random())
    renamed = np.array([f"g{(7 * number) % 11}" for number in labels], dtype=str)
    found = icc(values, labels)
    for other in (icc(values[order], renamed[order]), icc(6 - values, labels)):
        for field in ("icc1", "icc2", "icc1_mean_size", "ms_between", "ms_within", "n0"):
            assert same(getattr(found, field), getattr(other, field))
    assert not found.icc1 > 1 + 1e-9
    assert not found.icc2 > 1 + 1e-9
    assert not found.n0 > valid(values).size / max(np.unique(labels[~np.isnan(values)]).size, 1) + 1e-9


@unhurried
@given(items)
def test_reliability_is_a_number_below_one_or_none(items: np.ndarray) -> None:
    alpha = cronbach_alpha(items)
    assert math.isnan(alpha.alpha) or alpha.low <= alpha.alpha + 1e-9
    assert not alpha.alpha > 1 + 1e-9
    assert not alpha.high > 1 + 1e-9
    found = omega(items)
    assert math.isnan(found.omega) == (found.problem is not None)
    assert math.isnan(found.omega) or 0 <= found.omega < 1


@settings(unhurried, max_examples=50)
@given(
    arrays(float, st.tuples(st.integers(6, 12), st.integers(3, 5)), elements=st.integers(1, 5).map(float)),
    st.floats(0.5, 4),
    st.integers(-3, 3),
)
def test_reliability_does_not_depend_on_the_unit(items: np.ndarray, scale: float, shift: int) -> None:
    moved = scale * items + shift
    assert same(cronbach_alpha(items).alpha, cronbach_alpha(moved).alpha)
    found, after = omega(items), omega(moved)
    if found.problem is None and after.problem is None:
        assert found.omega == pytest.approx(after.omega, abs=1e-4)


@unhurried
@given(arrays(float, st.tuples(st.integers(0, 9), st.just(2)), elements=st.integers(1, 5).map(float) | st.just(NAN)))
def test_two_items_may_change_places(pairs: np.ndarray) -> None:
    x, y = pairs.T
    assert same(spearman_brown(x, y), spearman_brown(y, x))
    assert not spearman_brown(x, y) > 1 + 1e-9


@unhurried
@given(gappy, st.integers(12, 40), st.floats(0.5, 0.9))
def test_interval_is_around_the_mean_and_grows_with_its_level(
    gappy: list[float], group_size: int, level: float
) -> None:
    answered = valid(gappy)
    found = mean_interval(gappy, group_size, level=level)
    if answered.size < 2 or answered.size == group_size:
        assert found is None
        return
    wider = mean_interval(gappy, group_size)
    assert wider.low - 1e-9 <= found.low <= answered.mean() + 1e-9
    assert found.low + found.high == pytest.approx(2 * answered.mean())


@unhurried
@given(st.lists(numbers, max_size=9), st.lists(numbers, max_size=9))
def test_delta_turns_with_its_sides(a: list[float], b: list[float]) -> None:
    delta = cliffs_delta(a, b)
    assert same(delta, -cliffs_delta(b, a))
    assert math.isnan(delta) or -1 <= delta <= 1
    assert math.isnan(cliffs_delta(a, a)) or cliffs_delta(a, a) == 0


@unhurried
@given(st.lists(numbers, min_size=1), numbers, numbers)
def test_percentile_ranks_are_in_order(values: list[float], first: float, second: float) -> None:
    assume(first <= second)
    low, high = percentile_rank(values, first), percentile_rank(values, second)
    assert math.isnan(low) or 0 <= low <= high <= 1


@settings(unhurried, max_examples=50)
@given(st.lists(levels, min_size=1, max_size=6), st.lists(levels, min_size=1, max_size=6))
def test_change_turns_with_its_sides_and_is_never_impossible(before: list[float], after: list[float]) -> None:
    found, turned = permutation_test(before, after, seed=1), permutation_test(after, before, seed=1)
    assert found.p_value == pytest.approx(turned.p_value)
    assert found.difference == pytest.approx(-turned.difference)
    assert 0 < found.p_value <= 1
    paired = permutation_test(before, [*after, *before][: len(before)], seed=1, paired=True)
    assert 0 < paired.p_value <= 1


@settings(unhurried, max_examples=50)
@given(arrays(float, st.tuples(st.integers(1, 7), st.integers(1, 4)), elements=st.integers(0, 5).map(float)))
def test_ranks_share_out_all_places(units: np.ndarray) -> None:
    found = weight_robustness(units, seed=1, draws=40)
    n = len(units)
    for ranks in (found.rank, found.rank_geometric, found.rank_minimum):
        assert ranks.sum() == pytest.approx(n * (n + 1) / 2)
        assert ((ranks >= 1) & (ranks <= n)).all()
    assert (found.low <= found.high).all()
    assert ((found.low >= 1) & (found.high <= n)).all()


@settings(unhurried, max_examples=40)
@given(options, st.integers(2, 4), st.floats(-2, 1), st.floats(-2, 1))
def test_chance_falls_as_the_index_rises(options: int, raters: int, first: float, second: float) -> None:
    low, high = sorted((first, second))
    statistic = partial(rwg, options=options)
    at_low, at_high = (chance_level(statistic, observed, raters, options).share for observed in (low, high))
    assert 0 <= at_high <= at_low <= 1
    assert at_high >= options / options**raters - 1e-12, "all alike reach any index"
