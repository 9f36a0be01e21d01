"""Ratings as arrays: NaN where nobody answered."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: An array of floats, NaN where a value is missing.
Floats = NDArray[np.float64]


def valid(ratings: ArrayLike) -> Floats:
    """The ratings that are numbers, as floats."""
    values: Floats = np.asarray(ratings, dtype=float).ravel()
    return values[~np.isnan(values)]


def as_items(items: ArrayLike) -> Floats:
    """Ratings of several items as floats: one row per rater, one column per item. A vector is one item."""
    table: Floats = np.asarray(items, dtype=float)
    if table.ndim not in (1, 2):
        raise ValueError(f"Items are raters x items, not of {table.ndim} dimensions.")
    return table[:, np.newaxis] if table.ndim == 1 else table


def complete_rows(items: ArrayLike) -> Floats:
    """The rows of those who answered every item."""
    table = as_items(items)
    return table[~np.isnan(table).any(axis=1)]


def rounded_median(levels: Sequence[float]) -> int:
    """The median as a whole level; halfway between two levels goes to the lower one.

    The lower level is chosen because an agreed value should not promise more than half of the group said.
    """
    values = valid(levels)
    if not values.size:
        raise ValueError("A median needs at least one level.")
    return math.ceil(float(np.median(values)) - 0.5)
