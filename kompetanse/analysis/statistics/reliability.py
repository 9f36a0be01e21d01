"""How well the mean of several items measures one thing. Persons who left out an item are left out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtri

from kompetanse.analysis.statistics.ratings import Floats, complete_rows

#: Correlations that rounding alone sets apart from their bound are no further from it than this.
TOLERANCE = 1e-12
#: So many rounds over all loadings may pass before they settle; a few dozen are usual.
MOST_SWEEPS = 2_000


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha and its interval."""

    alpha: float
    low: float
    high: float


def cronbach_alpha(items: ArrayLike, *, level: float = 0.95) -> Alpha:
    """Cronbach's alpha of persons x items with Feldt's interval; at most 1, and negative if items contradict.

    J / (J - 1)·(1 - Σs² / s²(sum)). All NaN for fewer than two complete persons or two items, or if the sum does not
    vary. Source: Cronbach (1951); Feldt (1965).
    """
    table = complete_rows(items)
    persons, count = table.shape
    if persons < 2 or count < 2:
        return Alpha(math.nan, math.nan, math.nan)
    of_items, of_sum = float(table.var(axis=0, ddof=1).sum()), float(table.sum(axis=1).var(ddof=1))
    if of_sum <= TOLERANCE * of_items:
        return Alpha(math.nan, math.nan, math.nan)
    alpha = count / (count - 1) * (1 - of_items / of_sum)
    tail, df = (1 - level) / 2, (persons - 1, (persons - 1) * (count - 1))
    low, high = (1 - (1 - alpha) * float(fdtri(*df, share)) for share in (1 - tail, tail))
    return Alpha(alpha, low, high)


def spearman_brown(x: ArrayLike, y: ArrayLike) -> float:
    """The reliability of the mean of two items, 2r / (1 + r), over persons who answered both.

    NaN for fewer than two such persons, if an item does not vary, or if the items are opposites. Source: Spearman
    (1910); Brown (1910).
    """
    table = complete_rows(np.column_stack([np.asarray(x, dtype=float), np.asarray(y, dtype=float)]))
    if len(table) < 2 or (np.ptp(table, axis=0) == 0).any():
        return math.nan
    r = float(_correlations(table)[0, 1])
    return 2 * r / (1 + r) if 1 + r > TOLERANCE else math.nan


class OmegaProblem(StrEnum):
    """Why a one-factor model could not be fitted."""

    TOO_FEW_ITEMS = "too few items"
    TOO_FEW_PERSONS = "too few persons"
    NO_VARIANCE = "no variance"
    #: An item would share more than all of its variance: a Heywood case.
    HEYWOOD = "Heywood case"
    NOT_CONVERGED = "not converged"


@dataclass(frozen=True)
class Omega:
    """McDonald's omega; NaN if there is a problem."""

    omega: float
    problem: OmegaProblem | None = None


def omega(items: ArrayLike) -> Omega:
    """McDonald's omega of persons x items by a one-factor model: (Σλ)² / ((Σλ)² + Σθ).

    The loadings are those of least squares (MINRES) on the correlations, scaled back by the items' standard
    deviations. It says nothing about whether one factor is enough, and flatters the items where persons are few.
    There is a problem instead of a number below three items, for no more complete persons than items, for an item
    that does not vary, and for a model that has no proper solution. Source: McDonald (1999); Harman and Jones (1966).
    """
    table = complete_rows(items)
    persons, count = table.shape
    if count < 3:
        return Omega(math.nan, OmegaProblem.TOO_FEW_ITEMS)
    if persons <= count:
        return Omega(math.nan, OmegaProblem.TOO_FEW_PERSONS)
    if (np.ptp(table, axis=0) == 0).any():
        return Omega(math.nan, OmegaProblem.NO_VARIANCE)
    loadings = _minres_loadings(_correlations(table))
    if (np.abs(loadings) >= 1).any():
        return Omega(math.nan, OmegaProblem.HEYWOOD)
    if np.isnan(loadings).any():
        return Omega(math.nan, OmegaProblem.NOT_CONVERGED)
    deviations = table.std(axis=0, ddof=1)
    common = float((deviations @ loadings) ** 2)
    return Omega(common / (common + float(deviations**2 @ (1 - loadings**2))))


def _correlations(table: Floats) -> Floats:
    return np.atleast_2d(np.corrcoef(table, rowvar=False))


def _minres_loadings(correlations: Floats) -> Floats:
    """The loadings from -1 to 1 that leave the least squared residual correlations off the diagonal.

    NaN if they do not settle. Each loading in turn is set to the best for the others, which never makes the fit worse.
    """
    values, vectors = np.linalg.eigh(correlations)
    loadings: Floats = np.clip(vectors[:, -1] * math.sqrt(values[-1]), -1, 1)
    others = correlations - np.diag(np.diag(correlations))
    for _ in range(MOST_SWEEPS):
        before = loadings.copy()
        for item in range(loadings.size):
            weight = float(loadings @ loadings - loadings[item] ** 2)
            best = float(others[item] @ loadings) / weight if weight > TOLERANCE else 0.0
            loadings[item] = min(max(best, -1.0), 1.0)
        if np.abs(loadings - before).max() < 1e-8:
            return loadings
    return np.full(loadings.size, math.nan)
