"""Whether two sets of ratings differ."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import ArrayLike

from kompetanse.analysis.statistics.ratings import Floats, complete_rows, valid

#: Differences that rounding alone sets apart count as equal.
TOLERANCE = 1e-9


def cliffs_delta(a: ArrayLike, b: ArrayLike) -> float:
    """Cliff's delta, the share of pairs with a above b less the share with a below b: from -1 to 1.

    Missing values are left out; NaN if a side has none left. Source: Cliff (1993).
    """
    first, second = valid(a), valid(b)
    if not first.size or not second.size:
        return math.nan
    return float(np.sign(first[:, None] - second[None, :]).mean())


@dataclass(frozen=True)
class PermutationTest:
    """The difference of two means, and how often shuffling alone gives one at least as far from nothing."""

    difference: float
    p_value: float
    #: Whether every way of shuffling was looked at.
    exact: bool


def permutation_test(
    before: ArrayLike, after: ArrayLike, *, seed: int, paired: bool = False, draws: int = 10_000
) -> PermutationTest:
    """The two-sided permutation test of mean(after) - mean(before).

    Paired values are of the same person at the same place, and a person with one of them missing is left out; each
    person's two values then change places or not. Unpaired values change sides, and missing ones are left out. Exact
    while there are no more than `draws` ways, otherwise (b + 1) / (draws + 1) of random ones. NaN without values on
    both sides; ValueError for pairs that do not match. Source: Phipson and Smyth (2010) for the added one.
    """
    generator = np.random.default_rng(seed)
    if paired:
        return _of_pairs(before, after, draws, generator)
    first, second = valid(before), valid(after)
    if not first.size or not second.size:
        return PermutationTest(math.nan, math.nan, exact=True)
    pooled = np.concatenate([second, first])
    exact = math.comb(pooled.size, second.size) <= draws
    if exact:
        seconds = pooled[np.array(list(combinations(range(pooled.size), second.size)))]
    else:
        seconds = generator.permuted(np.tile(pooled, (draws, 1)), axis=1)[:, : second.size]
    sums = seconds.sum(axis=1)
    shuffled = sums / second.size - (pooled.sum() - sums) / first.size
    return _judged(float(second.mean() - first.mean()), shuffled, exact)


def _of_pairs(before: ArrayLike, after: ArrayLike, draws: int, generator: np.random.Generator) -> PermutationTest:
    first, second = np.asarray(before, dtype=float).ravel(), np.asarray(after, dtype=float).ravel()
    if first.size != second.size:
        raise ValueError(f"Pairs have two values each: {first.size} before, {second.size} after.")
    pairs = complete_rows(np.column_stack([first, second]))
    if not len(pairs):
        return PermutationTest(math.nan, math.nan, exact=True)
    differences = pairs[:, 1] - pairs[:, 0]
    exact = 2**differences.size <= draws
    if exact:
        signs = np.array(list(product((-1.0, 1.0), repeat=differences.size)))
    else:
        signs = generator.choice((-1.0, 1.0), size=(draws, differences.size))
    return _judged(float(differences.mean()), signs @ differences / differences.size, exact)


def _judged(difference: float, shuffled: Floats, exact: bool) -> PermutationTest:
    as_far = int((np.abs(shuffled) >= abs(difference) - TOLERANCE).sum())
    p_value = as_far / shuffled.size if exact else (as_far + 1) / (shuffled.size + 1)
    return PermutationTest(difference, p_value, exact)
