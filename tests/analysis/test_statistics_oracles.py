"""The statistics against other people's programs: R's multilevel and psych, statsmodels, krippendorff and scipy."""

from __future__ import annotations

import math
import subprocess
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import pytest
import scipy.stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from kompetanse.analysis.statistics import (
    ad_mean,
    ad_median,
    awg,
    cliffs_delta,
    cluster_bootstrap,
    cronbach_alpha,
    icc,
    mean_interval,
    omega,
    percentile_rank,
    permutation_test,
    rwg,
    rwg_j,
    rwg_star,
    spearman_brown,
    weight_robustness,
)

R_SCRIPT = Path(__file__).with_name("statistics.R")


def many_ratings() -> pd.DataFrame:
    """Groups of four to nine with ratings of one item, some near an end of the scale and some all alike."""
    random = np.random.default_rng(11)
    groups = [np.clip(np.rint(random.normal(random.uniform(1, 5), random.uniform(0, 2), n)), 1, 5)
              for n in random.integers(4, 10, size=60)]  # fmt: skip
    return pd.concat([pd.DataFrame({"case": case, "rating": ratings}) for case, ratings in enumerate(groups)])


def many_items() -> pd.DataFrame:
    """Groups of three to eight with ratings of four items."""
    random = np.random.default_rng(12)
    tables = [np.clip(np.rint(random.normal(3, random.uniform(0.2, 2), size=(n, 4))), 1, 5)
              for n in random.integers(3, 9, size=30)]  # fmt: skip
    frames = [pd.DataFrame(table, columns=list("abcd")) for table in tables]
    return pd.concat([frame.assign(case=case)[["case", *"abcd"]] for case, frame in enumerate(frames)])


def many_persons() -> pd.DataFrame:
    """Persons x items where one factor, stronger or weaker, is behind three to six items; some have one only."""
    random = np.random.default_rng(13)
    frames = []
    for case, count in enumerate((3, 4, 5, 6, 6, 4)):
        factor = random.normal(size=(40 + 10 * case, 1))
        items = 3 + factor * random.uniform(0.6, 1.2, count) + random.normal(size=(len(factor), count))
        frames.append(pd.DataFrame(items, columns=list("abcdef")[:count]).assign(case=case))
    return pd.concat(frames)[["case", *"abcdef"]]


def even_groups() -> pd.DataFrame:
    """Groups of five."""
    random = np.random.default_rng(14)
    ratings = np.rint(np.repeat(random.normal(3, 0.7, 12), 5) + random.normal(size=60))
    return pd.DataFrame({"case": np.repeat(range(12), 5), "rating": ratings})


@pytest.fixture(scope="module")
def in_r(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], np.ndarray]:
    """What R says of a statistic, by case."""
    folder = tmp_path_factory.mktemp("r")
    given = {"ratings": many_ratings(), "items": many_items(), "persons": many_persons(), "even": even_groups()}
    for name, frame in given.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    done = subprocess.run(["Rscript", "--vanilla", R_SCRIPT, folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = pd.read_csv(folder / "found.csv")

    def values(statistic: str) -> np.ndarray:
        of_statistic = found[found["statistic"] == statistic].sort_values("case")
        return of_statistic["value"].to_numpy(dtype=float)

    return values


def by_case(statistic: Callable[..., float], frame: pd.DataFrame) -> np.ndarray:
    columns = "rating" if "rating" in frame else frame.columns[1:]
    return np.array([statistic(of_case[columns].to_numpy()) for _, of_case in frame.groupby("case")])


@pytest.mark.parametrize(("statistic", "name"), [(awg, "awg"), (ad_mean, "ad_mean"), (ad_median, "ad_median")])
def test_one_item_is_as_in_multilevel(
    statistic: Callable[..., float], name: str, in_r: Callable[[str], np.ndarray]
) -> None:
    np.testing.assert_allclose(by_case(statistic, many_ratings()), in_r(name), atol=1e-12)


def test_agreement_is_that_of_multilevel_which_cuts_it_at_nothing(in_r: Callable[[str], np.ndarray]) -> None:
    ours = by_case(rwg, many_ratings())
    assert (ours < 0).any()
    np.testing.assert_allclose(np.maximum(ours, 0), in_r("rwg"), atol=1e-12)


def test_relative_agreement_was_compared_where_it_is_not_defined_too(in_r: Callable[[str], np.ndarray]) -> None:
    assert np.isnan(in_r("awg")).any()
    assert (in_r("awg") == 1).any()


@pytest.mark.parametrize("statistic", [rwg_j, rwg_star])
def test_several_items_are_as_in_multilevel(statistic: Callable[..., float], in_r: Callable[[str], np.ndarray]) -> None:
    np.testing.assert_allclose(by_case(statistic, many_items()), in_r(statistic.__name__), atol=1e-12)


def test_intraclass_correlations_are_as_in_multilevel_and_psych(in_r: Callable[[str], np.ndarray]) -> None:
    uneven, even = (icc(frame["rating"], frame["case"]) for frame in (many_ratings(), even_groups()))
    assert uneven.icc1_mean_size == pytest.approx(in_r("icc1_mean_size").item(), abs=1e-9)
    assert uneven.icc2 == pytest.approx(in_r("icc2").item(), abs=1e-9)
    assert even.icc1 == pytest.approx(in_r("icc1").item(), abs=1e-9)
    assert even.icc2 == pytest.approx(in_r("icc1_of_mean").item(), abs=1e-9)


def persons_by_case() -> list[np.ndarray]:
    return [frame.iloc[:, 1:].dropna(axis=1, how="all").to_numpy() for _, frame in many_persons().groupby("case")]


def test_alpha_and_its_interval_are_as_in_multilevel_and_psych(in_r: Callable[[str], np.ndarray]) -> None:
    found = [cronbach_alpha(items) for items in persons_by_case()]
    np.testing.assert_allclose([one.alpha for one in found], in_r("alpha"), atol=1e-9)
    np.testing.assert_allclose([one.low for one in found], in_r("alpha_low"), atol=1e-9)
    np.testing.assert_allclose([one.high for one in found], in_r("alpha_high"), atol=1e-9)


def test_omega_is_that_of_the_minres_factor_of_psych(in_r: Callable[[str], np.ndarray]) -> None:
    found = [omega(items) for items in persons_by_case()]
    assert [one.problem for one in found] == [None] * 6
    np.testing.assert_allclose([one.omega for one in found], in_r("omega"), atol=1e-4)


@pytest.mark.parametrize("frame", [many_ratings(), even_groups()], ids=["uneven", "even"])
def test_mean_squares_are_those_of_the_analysis_of_variance(frame: pd.DataFrame) -> None:
    table = anova_lm(ols("rating ~ C(case)", data=frame.reset_index(drop=True)).fit())
    found = icc(frame["rating"], frame["case"])
    assert [found.ms_between, found.ms_within] == pytest.approx(table["mean_sq"].to_list())
    by_group = [ratings for _, ratings in frame.groupby("case")["rating"]]
    assert found.ms_between / found.ms_within == pytest.approx(scipy.stats.f_oneway(*by_group).statistic)


def test_even_groups_tie_the_mean_squares_to_krippendorffs_alpha() -> None:
    frame = even_groups()
    found = icc(frame["rating"], frame["case"])
    total = (11 * found.ms_between + 48 * found.ms_within) / 59
    raters_by_units = np.array([ratings.to_numpy() for _, ratings in frame.groupby("case")["rating"]]).T
    alpha = krippendorff.alpha(reliability_data=raters_by_units, level_of_measurement="interval")
    assert 1 - found.ms_within / total == pytest.approx(alpha)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_interval_in_an_endless_group_is_students(level: float) -> None:
    ratings = np.array([2, 3, 3, 4, 5, 1])
    found = mean_interval(ratings, 10**12, level=level)
    error = scipy.stats.sem(ratings)
    expected = scipy.stats.t.interval(level, 5, loc=ratings.mean(), scale=error)
    assert (found.low, found.high) == pytest.approx(expected)


def test_feldts_interval_is_that_of_the_f_distribution() -> None:
    items = persons_by_case()[0]
    found = cronbach_alpha(items, level=0.9)
    n, j = items.shape
    expected = 1 - (1 - found.alpha) * scipy.stats.f.ppf([0.95, 0.05], n - 1, (n - 1) * (j - 1))
    assert [found.low, found.high] == pytest.approx(expected)


def test_correction_for_the_finite_group_is_right_over_all_samples() -> None:
    group = np.array([1, 2, 2, 3, 4, 5, 5])
    samples = [np.array(sample) for sample in combinations(group, 4)]
    intervals = [mean_interval(sample, group.size) for sample in samples]
    t = scipy.stats.t.ppf(0.975, 3)
    claimed = [((found.high - found.low) / 2 / t) ** 2 for found in intervals]
    assert np.mean(claimed) == pytest.approx(np.var([sample.mean() for sample in samples]))


def test_groups_of_one_are_drawn_anew_as_in_the_plain_bootstrap() -> None:
    values = np.random.default_rng(3).normal(size=40)
    ours = cluster_bootstrap(values, range(40), np.mean, seed=5, draws=4000)
    theirs = scipy.stats.bootstrap([values], np.mean, method="percentile", n_resamples=4000, rng=6)
    assert [ours.low, ours.high] == pytest.approx(list(theirs.confidence_interval), abs=0.03)


@pytest.mark.parametrize(("paired", "kind"), [(True, "samples"), (False, "independent")])
def test_permutations_are_those_of_scipy(paired: bool, kind: str) -> None:
    before, after = [2, 3, 3, 4, 2, 1], [3, 4, 3, 5, 2, 3]
    theirs = scipy.stats.permutation_test(
        [after, before], lambda a, b: np.mean(a) - np.mean(b), permutation_type=kind, n_resamples=np.inf
    )
    ours = permutation_test(before, after, seed=0, paired=paired)
    assert ours.exact
    assert (ours.difference, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_delta_is_that_of_the_rank_sum() -> None:
    a, b = np.random.default_rng(4).integers(1, 6, size=(2, 15))
    statistic = scipy.stats.mannwhitneyu(a, b).statistic
    assert cliffs_delta(a, b) == pytest.approx(2 * statistic / 15**2 - 1)


@pytest.mark.parametrize("value", [0, 2, 3.5, 5, 9])
def test_percentile_rank_is_the_mean_kind_of_scipy(value: float) -> None:
    values = [1, 2, 2, 3, 5, 5, 5, 8]
    assert percentile_rank(values, value) == pytest.approx(
        scipy.stats.percentileofscore(values, value, kind="mean") / 100
    )


def test_ranks_are_those_of_scipy() -> None:
    units = np.random.default_rng(5).integers(1, 6, size=(20, 3)).astype(float)
    found = weight_robustness(units, seed=1, draws=50)
    np.testing.assert_array_equal(found.rank, scipy.stats.rankdata(-units.sum(axis=1)))
    np.testing.assert_array_equal(found.rank_minimum, scipy.stats.rankdata(-units.min(axis=1)))
    geometric = scipy.stats.gmean(units, axis=1).round(9)
    np.testing.assert_array_equal(found.rank_geometric, scipy.stats.rankdata(-geometric))


def test_two_items_are_stepped_up_from_pearsons_r() -> None:
    x, y = np.random.default_rng(6).normal(size=(2, 12))
    r = scipy.stats.pearsonr(x, y + x).statistic
    assert spearman_brown(x, y + x) == pytest.approx(2 * r / (1 + r))
    assert not math.isnan(r)
