"""How alike a group's ratings are. Missing ratings are left out; an index that is not defined is NaN."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from kompetanse.analysis.statistics.ratings import Floats, as_items, valid

#: Values that rounding alone sets apart are no further apart than this.
TOLERANCE = 1e-9


def random_variance(options: int) -> float:
    """The variance of ratings that are equally likely on every level: (options² - 1) / 12."""
    if options < 2:
        raise ValueError(f"A scale needs at least two options, not {options!r}.")
    return float((options**2 - 1) / 12)


def rwg(ratings: ArrayLike, options: int = 5) -> float:
    """Within-group agreement on one rating: 1 - s² / ((options² - 1) / 12); raw, so it can be negative.

    NaN for fewer than two ratings. Source: James, Demaree and Wolf (1984), uniform null distribution.
    """
    values = valid(ratings)
    if values.size < 2:
        return math.nan
    return float(1 - values.var(ddof=1) / random_variance(options))


def rwg_star(items: ArrayLike, options: int = 5) -> float:
    """Within-group agreement on several items (raters x items): 1 - mean s² / ((options² - 1) / 12); raw.

    Unlike `rwg_j` it does not grow with the number of items. Each item's variance is that of those who rated it; the
    mean is over items with at least two ratings, and NaN without any. Source: Lindell and Brandt (1999).
    """
    return 1 - _relative_variance(items, options)[0]


def rwg_j(items: ArrayLike, options: int = 5) -> float:
    """Within-group agreement on the sum of J items (raters x items): J(1 - m) / (J(1 - m) + m), from 0 to 1.

    m is the mean variance as in `rwg_star`, relative to random ratings and at most 1; J counts the items with at least
    two ratings. It grows with J however much people disagree. Source: James, Demaree and Wolf (1984).
    """
    mean, count = _relative_variance(items, options)
    agreed = count * (1 - min(mean, 1.0))
    return agreed / (agreed + min(mean, 1.0))


def awg(ratings: ArrayLike, low: int = 1, high: int = 5) -> float:
    """Agreement relative to the most disagreement that this mean allows: from -1 to 1.

    1 - 2s² / (((high + low)M - M² - high·low)·n / (n - 1)), and 1 where everybody chose the same end of the scale.
    NaN below high - low ratings (and below two), and for a mean so near an end that it allows no full disagreement.
    ValueError for a rating off the scale. Source: Brown and Hauenstein (2005).
    """
    values = valid(ratings)
    n = values.size
    if n < max(high - low, 2):
        return math.nan
    if values.min() < low or values.max() > high:
        raise ValueError(f"A rating is not on the scale from {low!r} to {high!r}: {values.tolist()!r}")
    mean = float(values.mean())
    if mean in (low, high):
        return 1.0
    lowest, highest = (low * (n - 1) + high) / n, (high * (n - 1) + low) / n
    if mean < lowest - TOLERANCE or mean > highest + TOLERANCE:
        return math.nan
    most = ((high + low) * mean - mean**2 - high * low) * n / (n - 1)
    return float(1 - 2 * values.var(ddof=1) / most)


def ad_mean(ratings: ArrayLike) -> float:
    """Average absolute deviation from the mean, in levels; NaN without ratings. Source: Burke et al. (1999)."""
    values = valid(ratings)
    return float(np.abs(values - values.mean()).mean()) if values.size else math.nan


def ad_median(ratings: ArrayLike) -> float:
    """Average absolute deviation from the median, in levels; NaN without ratings. Source: Burke et al. (1999)."""
    values = valid(ratings)
    return float(np.abs(values - np.median(values)).mean()) if values.size else math.nan


def consensus(counts: ArrayLike) -> float:
    """Consensus of the counts per level, lowest first: 0 where half is at each end, 1 where all are alike.

    1 + Σ p·log2(1 - |level - mean| / range). NaN without any rating or when a count is missing; ValueError for fewer
    than two levels or a negative count. Source: Tastle and Wierman (2007).
    """
    shares = _shares(counts)
    levels = np.arange(shares.size)
    distance = np.abs(levels - shares @ levels) / (shares.size - 1)
    chosen = shares > 0
    return float(1 + shares[chosen] @ np.log2(1 - distance[chosen])) if chosen.any() else math.nan


def agreement(counts: ArrayLike) -> float:
    """Agreement A of the counts per level, lowest first: -1 where half is at each end, 0 where all levels are even,
    1 where all are alike. Polarisation is (1 - A) / 2.

    The counts are taken apart into layers of equal height, each scored by where its gaps are and weighted by its
    share. NaN and ValueError as for `consensus`. Source: van der Eijk (2001).
    """
    left = _shares(counts)
    if np.isnan(left).any():
        return math.nan
    total = 0.0
    while (chosen := left > 0).any():
        height = float(left[chosen].min())
        total += height * int(chosen.sum()) * _layer_agreement(chosen.tolist())
        left = np.where(left - height > TOLERANCE, left - height, 0.0)
    return total


def _relative_variance(items: ArrayLike, options: int) -> tuple[float, int]:
    """The items' mean variance relative to random ratings, and the number of items that have one."""
    table = as_items(items)
    answered = ~np.isnan(table)
    count = answered.sum(axis=0)
    mean = np.where(answered, table, 0).sum(axis=0) / np.maximum(count, 1)
    squares = np.where(answered, table - mean, 0) ** 2
    enough = count >= 2
    if not enough.any():
        return math.nan, 0
    variances = squares.sum(axis=0)[enough] / (count[enough] - 1)
    return float(variances.mean() / random_variance(options)), int(enough.sum())


def _shares(counts: ArrayLike) -> Floats:
    """The share of each level; all NaN where a count is missing or nobody answered."""
    values: Floats = np.asarray(counts, dtype=float).ravel()
    if values.size < 2 or (values < 0).any():
        raise ValueError(f"Counts are at least two and none is negative: {values.tolist()!r}")
    total = float(values.sum())
    return values / total if total > 0 else np.full(values.size, math.nan)


def _layer_agreement(chosen: list[bool]) -> float:
    """Agreement of one layer, in which a level is chosen or not."""
    levels, size = len(chosen), sum(chosen)
    if size in (1, levels):
        return 1.0 if size == 1 else 0.0
    taken = [level for level, is_chosen in enumerate(chosen) if is_chosen]
    empty = [level for level, is_chosen in enumerate(chosen) if not is_chosen]
    # Of two chosen levels and an empty one the empty one lies between the others, or on the one side of both.
    pairs = [(a, b) for a in taken for b in taken if a < b]
    between = sum(a < gap < b for a, b in pairs for gap in empty)
    beside = len(pairs) * len(empty) - between
    unimodality = ((levels - 2) * beside - (levels - 1) * between) / ((levels - 2) * (beside + between))
    return unimodality * (1 - (size - 1) / (levels - 1))
