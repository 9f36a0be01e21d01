"""Where one stands among others, and how much of it hangs on the weights."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kompetanse.analysis.statistics.ratings import Floats, as_items, valid


def percentile_rank(values: ArrayLike, value: float) -> float:
    """The share of the values that are below `value`, with half of those that equal it: from 0 to 1.

    Missing values are left out; NaN without any, or if `value` is missing.
    """
    others = valid(values)
    if not others.size or math.isnan(value):
        return math.nan
    return float(((others < value).sum() + (others == value).sum() / 2) / others.size)


@dataclass(frozen=True)
class WeightRobustness:
    """Each unit's rank (1 is the highest; equal units share the mean of theirs) under other ways of putting together.

    NaN for a unit that misses a component; the others are ranked without it.
    """

    #: By the mean with equal weights.
    rank: Floats
    #: The range of the rank under random weights.
    low: Floats
    high: Floats
    #: By the geometric mean, which lets a high component make up for a low one less.
    rank_geometric: Floats
    #: By the lowest component, which nothing makes up for.
    rank_minimum: Floats


def weight_robustness(values: ArrayLike, *, seed: int, draws: int = 2000, level: float = 0.90) -> WeightRobustness:
    """Ranks of units x components under weights drawn from the even Dirichlet distribution, all weights equally likely.

    The components are on one scale, and none is negative (ValueError). `level` is the share of the draws within the
    range: 0.90 is from the 5th to the 95th percentile. Source: OECD and JRC (2008).
    """
    table = as_items(values)
    ranked = ~np.isnan(table).any(axis=1)
    units = table[ranked]
    if (units < 0).any():
        raise ValueError("A geometric mean takes no negative component.")
    if not units.size:
        return WeightRobustness(*[np.full(len(table), math.nan) for _ in range(5)])
    count = units.shape[1]
    weights = np.random.default_rng(seed).dirichlet(np.ones(count), size=draws)
    low, high = np.quantile(
        [_ranks(scores) for scores in weights @ units.T], [(1 - level) / 2, (1 + level) / 2], axis=0
    )

    def placed(ranks: Floats) -> Floats:
        everyone = np.full(len(table), math.nan)
        everyone[ranked] = ranks
        return everyone

    return WeightRobustness(
        rank=placed(_ranks(units.mean(axis=1))),
        low=placed(low),
        high=placed(high),
        rank_geometric=placed(_ranks(units.prod(axis=1) ** (1 / count))),
        rank_minimum=placed(_ranks(units.min(axis=1))),
    )


def _ranks(scores: Floats) -> Floats:
    """Ranks from the highest; scores that rounding alone sets apart share the mean of their ranks."""
    negative = -scores.round(9)
    ordered = np.sort(negative)
    return (ordered.searchsorted(negative, "left") + 1 + ordered.searchsorted(negative, "right")) / 2
