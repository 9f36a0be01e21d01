"""The statistics against the literature's own worked examples, and where each of them is not defined."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from kompetanse.analysis.statistics import (
    Omega,
    OmegaProblem,
    ad_mean,
    ad_median,
    agreement,
    awg,
    consensus,
    cronbach_alpha,
    icc,
    omega,
    random_variance,
    reliability,
    rounded_median,
    rwg,
    rwg_j,
    rwg_star,
    spearman_brown,
)

NAN = math.nan
#: Six targets by four judges of Shrout and Fleiss (1979), table 2.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def counts(ratings: list[int], options: int = 5) -> list[int]:
    return [ratings.count(level) for level in range(1, options + 1)]


@pytest.mark.parametrize(
    ("ratings", "variance", "index", "relative", "deviation", "alike", "layers"),
    [
        ([2, 3, 3, 4, 3], 0.5, 0.75, 0.80, 0.40, 0.8340, 0.70),
        ([1, 2, 3, 4, 5], 2.5, -0.25, 0, 1.2, 0.434, 0),
        ([1, 1, 5, 5, 1, 5], 4.8, -1.4, -1, 2, 0, -1),
        ([2, 2, 3, 4, 4, 5, 3, 3], 1.0714, 0.4643, 0.5238, 0.8125, 0.6513, 0.4375),
    ],
)
def test_agreement_matches_the_published_values(
    ratings: list[int], variance: float, index: float, relative: float, deviation: float, alike: float, layers: float
) -> None:
    assert np.var(ratings, ddof=1) == pytest.approx(variance, abs=5e-5)
    assert rwg(ratings) == pytest.approx(index, abs=5e-5)
    assert awg(ratings) == pytest.approx(relative, abs=5e-5)
    assert ad_mean(ratings) == pytest.approx(deviation)
    assert consensus(counts(ratings)) == pytest.approx(alike, abs=5e-4)
    assert agreement(counts(ratings)) == pytest.approx(layers, abs=1e-9)


def test_consensus_and_agreement_match_the_example_of_their_package() -> None:
    example = [30, 40, 210, 130, 530, 50, 10]
    assert consensus(example) == pytest.approx(0.7256876, abs=5e-8)
    assert agreement(example) == pytest.approx(0.6113333, abs=5e-8)


@pytest.mark.parametrize(
    ("shares", "variance"),
    [
        ((0.2, 0.2, 0.2, 0.2, 0.2), 2),
        ((0.05, 0.15, 0.20, 0.35, 0.25), 1.34),
        ((0, 0.10, 0.15, 0.40, 0.35), 0.90),
        ((0, 0, 0.10, 0.40, 0.50), 0.44),
        ((0.5, 0, 0, 0, 0.5), 4),
    ],
)
def test_variance_of_each_random_pattern_is_its_published_value(shares: tuple[float, ...], variance: float) -> None:
    levels = np.arange(1, 6)
    assert np.dot(shares, levels**2) - np.dot(shares, levels) ** 2 == pytest.approx(variance, abs=5e-3)


def test_random_variance_is_that_of_even_shares() -> None:
    assert [random_variance(options) for options in (2, 3, 5, 11)] == pytest.approx([0.25, 2 / 3, 2, 10])


def test_agreement_on_a_sum_is_inflated_and_the_revised_index_is_not() -> None:
    items = np.transpose([(2, 3, 3, 4, 3), (3, 3, 4, 4, 3), (2, 2, 3, 3, 3)])
    assert rwg_j(items) == pytest.approx(0.93038, abs=5e-6)
    assert rwg_star(items) == pytest.approx(np.mean([rwg(item) for item in items.T]))
    more = np.tile(items, (1, 4))
    assert rwg_j(more) > rwg_j(items)
    assert rwg_star(more) == pytest.approx(rwg_star(items))


def test_intraclass_correlations_and_alpha_match_shrout_and_fleiss() -> None:
    found = icc(np.ravel(SHROUT_FLEISS), np.repeat(range(6), 4))
    assert found.ms_between == pytest.approx(11.2417, abs=5e-5)
    assert found.ms_within == pytest.approx(6.2639, abs=5e-5)
    assert found.icc1 == pytest.approx(0.1657, abs=5e-5)
    assert found.icc1_mean_size == pytest.approx(found.icc1)
    assert found.icc2 == pytest.approx(0.4428, abs=5e-5)
    assert found.n0 == pytest.approx(4)
    assert cronbach_alpha(SHROUT_FLEISS).alpha == pytest.approx(0.9093, abs=5e-5)


def test_group_sizes_that_differ_have_a_smaller_corrected_mean() -> None:
    found = icc([1, 2, 3, 4, 5, 6, 3, 4], ["a"] * 5 + ["b"] * 3)
    assert found.n0 == pytest.approx((8 - (25 + 9) / 8) / 1)
    assert found.n0 < 4
    assert found.icc1 != pytest.approx(found.icc1_mean_size)


def test_missing_ratings_are_left_out() -> None:
    ratings = [2, 3, 3, 4, 3]
    with_gaps = [2, 3, NAN, 3, 4, NAN, 3]
    for index in (rwg, awg, ad_mean, ad_median):
        assert index(with_gaps) == index(ratings)


def test_item_is_judged_by_those_who_rated_it() -> None:
    items = [[2, 2, NAN], [3, 2, NAN], [3, NAN, 5], [4, NAN, NAN], [3, 4, NAN]]
    expected = np.mean([rwg([2, 3, 3, 4, 3]), rwg([2, 2, 4])])
    assert rwg_star(items) == pytest.approx(expected)
    m = 1 - expected
    assert rwg_j(items) == pytest.approx(2 * (1 - m) / (2 * (1 - m) + m))


def test_items_that_are_no_table_are_refused() -> None:
    for function in (rwg_star, rwg_j, cronbach_alpha, omega):
        with pytest.raises(ValueError, match="raters x items, not of 3"):
            function(np.ones((2, 2, 2)))


def test_vector_is_one_item() -> None:
    assert rwg_star([2, 3, 3, 4, 3]) == rwg_star(np.reshape([2, 3, 3, 4, 3], (-1, 1))) == pytest.approx(0.75)


@pytest.mark.parametrize("ratings", [[], [3], [NAN, NAN]])
def test_one_rating_says_nothing_about_agreement(ratings: list[float]) -> None:
    assert math.isnan(rwg(ratings))
    assert math.isnan(awg(ratings))
    assert math.isnan(rwg_star(ratings))
    assert math.isnan(rwg_j(ratings))


def test_deviation_needs_a_rating() -> None:
    assert ad_mean([3]) == ad_median([3]) == 0
    assert math.isnan(ad_mean([NAN]))
    assert math.isnan(ad_median([]))


def test_deviation_from_the_median_is_never_the_greater() -> None:
    assert ad_median([1, 1, 1, 5]) == pytest.approx(1.0)
    assert ad_mean([1, 1, 1, 5]) == pytest.approx(1.5)


def test_relative_agreement_needs_as_many_raters_as_steps() -> None:
    assert math.isnan(awg([2, 3, 3]))
    assert awg([2, 3, 3], low=1, high=4) == pytest.approx(1 - 2 * (1 / 3) / ((5 * 8 / 3 - (8 / 3) ** 2 - 4) * 1.5))


def test_relative_agreement_is_not_defined_for_a_mean_that_allows_no_disagreement() -> None:
    assert math.isnan(awg([1, 1, 1, 1, 2]))
    assert math.isnan(awg([5, 5, 5, 5, 4]))
    assert awg([1, 1, 1, 1, 5]) == pytest.approx(-1), "the mean on the bound itself is defined"
    assert awg([1, 1, 1, 1]) == awg([5, 5, 5, 5]) == 1


def test_rating_off_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="not on the scale from 1 to 5"):
        awg([2, 3, 4, 6])


@pytest.mark.parametrize("function", [consensus, agreement])
def test_counts_are_of_two_levels_or_more_and_none_is_negative(function: Callable[..., float]) -> None:
    for wrong in ([], [3], [1, -1, 2]):
        with pytest.raises(ValueError, match="at least two"):
            function(wrong)
    assert math.isnan(function([0, 0, 0]))
    assert math.isnan(function([3, NAN, 1]))


@pytest.mark.parametrize(
    ("three_levels", "layers"), [([1, 1, 0], 0.5), ([1, 0, 1], -1), ([0, 4, 0], 1), ([2, 2, 2], 0), ([2, 1, 1], 0.25)]
)
def test_agreement_of_three_levels_is_known(three_levels: list[int], layers: float) -> None:
    assert agreement(three_levels) == pytest.approx(layers)


def test_two_levels_agree_as_far_as_one_outweighs_the_other() -> None:
    assert agreement([3, 1]) == pytest.approx(0.5)
    assert consensus([1, 1]) == pytest.approx(0)
    assert consensus([0, 7]) == 1


def test_scale_with_one_option_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two options, not 1"):
        rwg([1, 1], options=1)


@pytest.mark.parametrize(
    ("values", "groups"), [([1, 2, 3], [7, 7, 7]), ([], []), ([NAN, NAN, 3], [1, 2, 2]), ([1, NAN], [1, 2])]
)
def test_one_group_has_no_intraclass_correlation(values: list[float], groups: list[int]) -> None:
    found = icc(values, groups)
    assert np.isnan([found.icc1, found.icc2, found.icc1_mean_size, found.ms_between, found.ms_within, found.n0]).all()


def test_groups_of_one_have_no_variance_within() -> None:
    found = icc([1, 2, 3], [1, 2, 3])
    assert found.ms_between == pytest.approx(1)
    assert np.isnan([found.ms_within, found.icc1, found.icc2]).all()


def test_values_that_are_all_equal_have_no_intraclass_correlation() -> None:
    found = icc([0.1] * 6, [1, 1, 1, 2, 2, 2])
    assert np.isnan([found.icc1, found.icc2, found.icc1_mean_size]).all()


def test_groups_with_the_same_mean_are_not_told_apart() -> None:
    found = icc([1, 3, 2, 2], [1, 1, 2, 2])
    assert found.icc1 == pytest.approx(-1)
    assert math.isnan(found.icc2)


def test_value_without_a_group_is_refused() -> None:
    with pytest.raises(ValueError, match="3 values, 2 groups"):
        icc([1, 2, 3], [1, 2])


def test_missing_answer_leaves_the_person_out_of_reliability() -> None:
    holes = [[NAN, 2, 3, 4], *SHROUT_FLEISS, [1, 2, 3, NAN]]
    assert cronbach_alpha(holes) == cronbach_alpha(SHROUT_FLEISS)
    pairs = np.array(holes)
    whole = np.array(SHROUT_FLEISS)
    assert spearman_brown(pairs[:, 0], pairs[:, 3]) == spearman_brown(whole[:, 0], whole[:, 3])


def test_two_items_with_equal_variance_have_the_same_alpha_and_spearman_brown() -> None:
    x, y = [1, 2, 3, 4, 5], [2, 1, 4, 3, 5]
    assert spearman_brown(x, y) == pytest.approx(2 * 0.8 / 1.8)
    assert spearman_brown(x, y) == pytest.approx(cronbach_alpha(np.transpose([x, y])).alpha)


def test_sum_that_does_not_vary_has_no_reliability() -> None:
    for items in ([[1, 5], [2, 4], [3, 3]], [[2, 2], [2, 2]], [[1, 2]], np.empty((0, 3)), [[1], [2], [3]]):
        assert math.isnan(cronbach_alpha(items).alpha)
        assert math.isnan(cronbach_alpha(items).low)
    assert math.isnan(spearman_brown([1, 2, 3], [5, 4, 3]))
    assert math.isnan(spearman_brown([1, 2, 3], [4, 4, 4]))
    assert math.isnan(spearman_brown([1, NAN], [2, 3]))


def one_factor_sample(loadings: list[float], deviations: list[float], persons: int) -> np.ndarray:
    """Persons x items whose sample correlations are exactly those of one factor with these loadings."""
    table = np.random.default_rng(0).normal(size=(persons, len(loadings)))
    table -= table.mean(axis=0)
    white = table @ np.linalg.inv(np.linalg.cholesky(np.cov(table, rowvar=False))).T
    correlations = np.outer(loadings, loadings)
    np.fill_diagonal(correlations, 1)
    return 3 + white @ np.linalg.cholesky(correlations).T * deviations


@pytest.mark.parametrize(
    ("loadings", "deviations"),
    [
        ([0.7, 0.7, 0.7, 0.7], [1, 1, 1, 1]),
        ([0.9, 0.5, 0.3, 0.6, 0.8], [0.8, 1.2, 1.0, 0.9, 1.5]),
        ([0.4, 0.5, 0.6], [1, 2, 1]),
        ([0.8, 0.7, -0.3, 0.6], [1, 1, 1, 1]),
    ],
)
def test_omega_of_one_exact_factor_is_the_reliability_of_its_sum(
    loadings: list[float], deviations: list[float]
) -> None:
    items = one_factor_sample(loadings, deviations, persons=12)
    common = np.dot(loadings, deviations) ** 2
    unique = np.dot(np.square(deviations), 1 - np.square(loadings))
    assert omega(items) == Omega(pytest.approx(common / (common + unique), abs=1e-6))
    assert cronbach_alpha(items).alpha <= omega(items).omega + 1e-6


def test_equal_loadings_have_the_same_alpha_and_omega() -> None:
    items = one_factor_sample([0.6] * 4, [1] * 4, persons=9)
    assert omega(items).omega == pytest.approx(cronbach_alpha(items).alpha, abs=1e-6)


@pytest.mark.parametrize(
    ("items", "problem"),
    [
        (np.random.default_rng(1).normal(size=(20, 2)), OmegaProblem.TOO_FEW_ITEMS),
        (np.random.default_rng(1).normal(size=(4, 4)), OmegaProblem.TOO_FEW_PERSONS),
        (np.full((9, 4), NAN), OmegaProblem.TOO_FEW_PERSONS),
        (np.column_stack([np.tile([1, 2, 3, 4, 2], (3, 3)).T, np.full(15, 3)]), OmegaProblem.NO_VARIANCE),
        (np.tile([1, 2, 3, 4, 2], (3, 1)).T, OmegaProblem.HEYWOOD),
    ],
)
def test_model_that_cannot_be_fitted_is_named(items: np.ndarray, problem: OmegaProblem) -> None:
    found = omega(items)
    assert found.problem is problem
    assert math.isnan(found.omega)


def test_item_that_would_share_more_than_all_is_a_heywood_case() -> None:
    x, y = np.random.default_rng(2).normal(size=(2, 40))
    both = np.column_stack([x + y, x + 0.1 * y, y + 0.1 * x])
    assert omega(both).problem is OmegaProblem.HEYWOOD


def test_loadings_that_do_not_settle_are_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reliability, "MOST_SWEEPS", 1)
    items = one_factor_sample([0.9, 0.5, 0.3, 0.6, 0.8], [1] * 5, persons=12)
    assert omega(items).problem is OmegaProblem.NOT_CONVERGED


@pytest.mark.parametrize(
    ("levels", "expected"), [([1, 2, 3], 2), ([2, 3], 2), ([2.5, 2.5], 2), ([1, 5], 3), ([4], 4), ([3, 4, 4, 5], 4)]
)
def test_a_median_between_two_levels_goes_to_the_lower(levels: list[float], expected: int) -> None:
    assert rounded_median(levels) == expected


def test_no_levels_have_no_median() -> None:
    with pytest.raises(ValueError, match="at least one"):
        rounded_median([NAN])
