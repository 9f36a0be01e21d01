"""How much of the variance lies between groups."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kompetanse.analysis.statistics.ratings import Floats


@dataclass(frozen=True)
class IntraclassCorrelation:
    """One-way intraclass correlations and what they are made of; NaN where one is not defined."""

    #: How much one person's value tells about the group: (MSB - MSW) / (MSB + (n0 - 1)·MSW).
    icc1: float
    #: How well groups are told apart by their means: (MSB - MSW) / MSB.
    icc2: float
    #: `icc1` with the plain mean group size instead of n0, as R's package multilevel has it.
    icc1_mean_size: float
    ms_between: float
    ms_within: float
    #: The mean group size, corrected for sizes that differ: (N - Σn² / N) / (K - 1).
    n0: float


def icc(values: ArrayLike, groups: ArrayLike) -> IntraclassCorrelation:
    """Intraclass correlations by one-way analysis of variance; `groups` has the label of each value's group.

    Missing values are left out, and with them groups that have no other. All is NaN for fewer than two groups, the
    correlations also when no group has two values or all values are equal. They can be negative. Source: Bartko
    (1976); Bliese (2000).
    """
    ratings: Floats = np.asarray(values, dtype=float).ravel()
    labels = np.asarray(groups).ravel()
    if ratings.size != labels.size:
        raise ValueError(f"Each value has a group: {ratings.size} values, {labels.size} groups.")
    answered = ~np.isnan(ratings)
    ratings = ratings[answered]
    group_of = np.unique(labels[answered], return_inverse=True)[1]
    sizes = np.bincount(group_of)
    n, k = ratings.size, sizes.size
    if k < 2:
        return IntraclassCorrelation(*[math.nan] * 6)

    means = np.bincount(group_of, ratings) / sizes
    ms_between = float(sizes @ (means - ratings.mean()) ** 2 / (k - 1))
    ms_within = float(((ratings - means[group_of]) ** 2).sum() / (n - k)) if n > k else math.nan
    n0 = float((n - (sizes**2).sum() / n) / (k - 1))
    between = ms_between - ms_within if np.ptp(ratings) > 0 else math.nan
    return IntraclassCorrelation(
        icc1=_ratio(between, ms_between + (n0 - 1) * ms_within),
        icc2=_ratio(between, ms_between),
        icc1_mean_size=_ratio(between, ms_between + (n / k - 1) * ms_within),
        ms_between=ms_between,
        ms_within=ms_within,
        n0=n0,
    )


def _ratio(part: float, whole: float) -> float:
    """A share of a sum of squares; NaN where the whole is nothing but rounding."""
    return part / whole if whole > 1e-12 * abs(part) else math.nan
