"""Check values from the literature's own worked examples."""

import math

import pytest

from kompetanse.analysis.statistics import ad_mean, rounded_median, rwg


@pytest.mark.parametrize(
    ("ratings", "index", "deviation"),
    [
        ([2, 3, 3, 4, 3], 0.75, 0.40),
        ([1, 2, 3, 4, 5], -0.25, 1.2),
        ([1, 1, 5, 5, 1, 5], -1.4, 2),
        ([2, 2, 3, 4, 4, 5, 3, 3], 0.4643, 0.8125),
    ],
)
def test_agreement_matches_the_published_values(ratings: list[int], index: float, deviation: float) -> None:
    assert rwg(ratings) == pytest.approx(index, abs=5e-5)
    assert ad_mean(ratings) == pytest.approx(deviation)


def test_missing_ratings_are_left_out() -> None:
    assert rwg([2, 3, math.nan, 3, 4, 3]) == rwg([2, 3, 3, 4, 3])


@pytest.mark.parametrize("ratings", [[], [3], [math.nan, math.nan]])
def test_one_rating_says_nothing_about_agreement(ratings: list[float]) -> None:
    assert math.isnan(rwg(ratings))


@pytest.mark.parametrize(
    ("levels", "expected"), [([1, 2, 3], 2), ([2, 3], 2), ([2.5, 2.5], 2), ([1, 5], 3), ([4], 4), ([3, 4, 4, 5], 4)]
)
def test_a_median_between_two_levels_goes_to_the_lower(levels: list[float], expected: int) -> None:
    assert rounded_median(levels) == expected


def test_no_levels_have_no_median() -> None:
    with pytest.raises(ValueError, match="at least one"):
        rounded_median([math.nan])
