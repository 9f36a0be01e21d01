"""How sure a number is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from kompetanse.analysis.statistics.ratings import Floats, valid


@dataclass(frozen=True)
class Interval:
    """From low to high, both included."""

    low: float
    high: float


def mean_interval(ratings: ArrayLike, group_size: int, *, level: float = 0.95) -> Interval | None:
    """The interval of a group's mean when only some of the group answered; it can reach past the ends of the scale.

    Missing ratings are those who did not answer. See `interval_around`, which it is made with.
    """
    values = valid(ratings)
    if values.size < 2:
        return interval_around(math.nan, math.nan, values.size, group_size, level=level)
    return interval_around(float(values.mean()), float(values.std(ddof=1)), values.size, group_size, level=level)


def interval_around(
    mean: float, deviation: float, answered: int, group_size: int, *, level: float = 0.95
) -> Interval | None:
    """The interval of a mean and a standard deviation (n - 1) of so many answers in a group of that size.

    M ± t·s / √n·√(1 - n / group_size): Student's t with the correction for a finite population. None when all of the
    group answered, since the mean is then known, or fewer than two; ValueError when more answered than the group has.
    No width where all who answered agree. Source: Cochran (1977).
    """
    if answered > group_size:
        raise ValueError(f"{answered!r} answered in a group of {group_size!r}.")
    if answered == group_size or answered < 2:
        return None
    t = float(stdtrit(answered - 1, (1 + level) / 2))
    half = t * deviation * math.sqrt((1 - answered / group_size) / answered)
    return Interval(mean - half, mean + half)


def cluster_bootstrap(
    values: ArrayLike,
    groups: ArrayLike,
    statistic: Callable[[Floats], float],
    seed: int,
    *,
    draws: int = 2000,
    level: float = 0.95,
) -> Interval:
    """The percentile interval of a statistic of all values when whole groups are drawn anew with replacement.

    `groups` has the label of each value's group. Missing values are left out, and with them groups that have no
    other. ValueError for fewer than two groups; with fewer than about twenty it is too narrow. NaN if the statistic
    is NaN in any draw. Source: Davison and Hinkley (1997).
    """
    ratings: Floats = np.asarray(values, dtype=float).ravel()
    labels = np.asarray(groups).ravel()
    if ratings.size != labels.size:
        raise ValueError(f"Each value has a group: {ratings.size} values, {labels.size} groups.")
    answered = ~np.isnan(ratings)
    ratings, labels = ratings[answered], labels[answered]
    of_group = [ratings[labels == label] for label in np.unique(labels)]
    if len(of_group) < 2:
        raise ValueError(f"Drawing groups anew needs at least two of them, not {len(of_group)}.")
    drawn = np.random.default_rng(seed).integers(len(of_group), size=(draws, len(of_group)))
    if statistic is np.mean and all(own.size == 1 for own in of_group):
        # The mean over municipalities is the common case: the same draws, fifty times as fast.
        found = np.concatenate(of_group)[drawn].mean(axis=1)
    else:
        found = np.array([statistic(np.concatenate([of_group[group] for group in sample])) for sample in drawn])
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))
