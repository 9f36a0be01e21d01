"""How often chance alone gives as high a statistic as a group's."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain, combinations_with_replacement, product
from typing import Any

import numpy as np
from scipy.special import gammaln

from kompetanse.analysis.statistics.ratings import Floats

#: A statistic of one vector of ratings, or of a raters x items table.
Statistic = Callable[..., float]

#: Up to so many different sets of ratings all of them are looked at.
MOST_SETS = 100_000
DRAWS = 20_000
SEED = 20_260_101
#: Statistics that rounding alone sets apart count as equal.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class ChanceLevel:
    """The share of random rating sets with at least the observed statistic, and whether all sets were looked at."""

    share: float
    exact: bool

    def __float__(self) -> float:
        return self.share


def chance_level(
    statistic: Statistic,
    observed: float,
    raters: int,
    options: int,
    items: int = 1,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> ChanceLevel:
    """The share of the equally likely rating sets (levels 1 to options) whose statistic is at least `observed`.

    Exact while there are at most 100,000 different sets: the raters are exchangeable, so each multiset of their rows
    stands for all of its orders. Otherwise simulated, with a standard error of at most 0.004. Sets for which the
    statistic is NaN count as below; NaN if `observed` is.

    Parameters
    ----------
    statistic
        Takes a vector of one rating per rater, or a raters x items table if there are several items, and does not
        mind the raters' order. Results are kept per statistic: pass a named function or a `functools.partial` of one,
        since each lambda is a new statistic. Where low is alike, pass the negative. One that has a method `of_many`,
        for an array of such sets, is asked for all of them at once.

    Source: the idea is that of Dunlap, Burke and Smith-Crowe (2003).
    """
    if raters < 1 or options < 2 or items < 1:
        raise ValueError(f"No such ratings: {raters=!r} {options=!r} {items=!r}")
    if math.isnan(observed):
        return ChanceLevel(math.nan, exact=True)
    size = math.comb(options**items + raters - 1, raters)
    if size <= MOST_SETS:
        values, weights = _all_sets(_hashable(statistic), raters, options, items)
    else:
        values, weights = _drawn_sets(_hashable(statistic), raters, options, items, draws, seed)
    share = float(weights[values >= observed - TOLERANCE].sum())
    return ChanceLevel(min(share, 1.0), exact=size <= MOST_SETS)


@dataclass(frozen=True)
class _Bound:
    """A partial as a value: two partials of the same function and arguments are not equal, two of these are."""

    function: Statistic
    arguments: tuple[Any, ...]
    keywords: tuple[tuple[str, Any], ...]

    def __call__(self, ratings: Floats) -> float:
        return self.function(*self.arguments, ratings, **dict(self.keywords))


def _hashable(statistic: Statistic) -> Statistic:
    if not isinstance(statistic, partial):
        return statistic
    return _Bound(statistic.func, statistic.args, tuple(sorted(statistic.keywords.items())))


@lru_cache(maxsize=64)
def _all_sets(statistic: Statistic, raters: int, options: int, items: int) -> tuple[Floats, Floats]:
    """The statistic of every multiset of rows, and the multiset's probability."""
    rows = np.array(list(product(range(1, options + 1), repeat=items)), dtype=float)
    if items == 1:
        rows = rows.ravel()
    size = math.comb(len(rows) + raters - 1, raters)
    every = chain.from_iterable(combinations_with_replacement(range(len(rows)), raters))
    chosen = np.fromiter(every, dtype=np.intp, count=size * raters).reshape(size, raters)
    # How many orders each multiset stands for, out of all: n! / Π c! / rows^n.
    same = np.array([(chosen == row).sum(axis=1) for row in range(len(rows))])
    weights = np.exp(gammaln(raters + 1) - gammaln(same + 1).sum(axis=0) - raters * math.log(len(rows)))
    return _values(statistic, rows[chosen]), weights


@lru_cache(maxsize=64)
def _drawn_sets(
    statistic: Statistic, raters: int, options: int, items: int, draws: int, seed: int
) -> tuple[Floats, Floats]:
    """The statistic of sets that are drawn at random, all with the same weight."""
    shape = (draws, raters) if items == 1 else (draws, raters, items)
    drawn = np.random.default_rng(seed).integers(1, options, size=shape, endpoint=True).astype(float)
    return _values(statistic, drawn), np.full(draws, 1 / draws)


def _values(statistic: Statistic, ratings: Floats) -> Floats:
    """The statistic of each set of ratings; all at once if it can."""
    of_many: Callable[[Floats], Floats] | None = getattr(statistic, "of_many", None)
    return of_many(ratings) if of_many else np.array([statistic(each) for each in ratings], dtype=float)
