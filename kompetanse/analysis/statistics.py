"""Agreement and means: arrays in, numbers out. Missing values are NaN and are left out."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def valid(ratings: ArrayLike) -> NDArray[np.float64]:
    """The ratings that are numbers, as floats."""
    values: NDArray[np.float64] = np.asarray(ratings, dtype=float).ravel()
    return values[~np.isnan(values)]


def rwg(ratings: ArrayLike, options: int = 5) -> float:
    """Within-group agreement on one rating: 1 - s² / ((options² - 1) / 12); raw, so it can be negative.

    NaN for fewer than two ratings. Source: James, Demaree and Wolf (1984), uniform null distribution.
    """
    values = valid(ratings)
    if values.size < 2:
        return math.nan
    return float(1 - values.var(ddof=1) / ((options**2 - 1) / 12))


def ad_mean(ratings: ArrayLike) -> float:
    """Average absolute deviation from the mean, in levels; NaN without ratings. Source: Burke et al. (1999)."""
    values = valid(ratings)
    return float(np.abs(values - values.mean()).mean()) if values.size else math.nan


def rounded_median(levels: Sequence[float]) -> int:
    """The median as a whole level; halfway between two levels goes to the lower one.

    The lower level is chosen because an agreed value should not promise more than half of the group said.
    """
    values = valid(levels)
    if not values.size:
        raise ValueError("A median needs at least one level.")
    return math.ceil(float(np.median(values)) - 0.5)
