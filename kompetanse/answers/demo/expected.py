"""What a very large number of persons would answer: computed from the truth, not drawn.

The model is that of `persons`. A person's centre of a theme is normal around the group's level. Given the centre, an
item is normal around it, and so is the level in two years once the theme's distance is added; both are rounded to the
scale, and nobody aims lower than they answered any item. So what is below is exact, but for the sum over centres
(Gauss-Hermite quadrature), whose error is less than 1e-5.

A person's level of a theme is, here as in the analysis, the mean of the items that they gave a level, and they have
none if that is fewer than half. Levels are in steps of the scale, variances in their square, shares are of 1.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kompetanse.answers.demo.truth import FacetTruth, Truth
from kompetanse.programme.models import Facet, Instrument, Scale

Floats = NDArray[np.float64]

#: How many centres the sum over persons is made of.
_CENTRES = 80


@dataclass(frozen=True)
class GroupFigures:
    """One group's theme: what its persons' levels would come to if it had very many persons."""

    as_is: float
    to_be: float
    #: The mean of what persons who gave both levels have ahead of them.
    distance: float
    #: Between persons, of the level today.
    variance: float
    #: 1 - variance / ((levels² - 1) / 12), as r_WG of James, Demaree and Wolf (1984) with a uniform null distribution.
    agreement: float


@dataclass(frozen=True)
class FacetFigures:
    """One theme in all stated groups, each counting the same, and in each of them."""

    as_is: float
    to_be: float
    #: The variance of the groups' true means of today (divided by their number less one), and the mean one within.
    between: float
    within: float
    #: between / (between + within): what one person's level tells of their group's.
    icc1: float
    #: Shares of the questions put to a person who has gone through all of them.
    missing: float
    dont_know: float
    not_relevant: float
    #: The share of such persons who have no level of today, and of those who have none of two years ahead.
    without_as_is: float
    without_to_be: float
    groups: dict[str, GroupFigures]

    def as_json(self) -> dict[str, Any]:
        """The figures as plain values with four decimals."""
        plain: dict[str, Any] = _rounded(asdict(self))
        return plain


def expected_figures(truth: Truth, instrument: Instrument) -> dict[str, FacetFigures]:
    """The figures of each theme, for persons of whom the stated share took the long form."""
    return {facet.id: _facet_figures(truth, instrument, facet) for facet in instrument.facets}


def level_probabilities(truth: Truth, instrument: Instrument, group: str, facet: str) -> Floats:
    """How often a person of the group, in the short form, answers each pair of levels of one item and the theme ahead.

    Shape (levels, levels): today's level by row, the one ahead by column, both from the lowest. It adds up to 1 and is
    for persons who gave both; the sums of its rows are the probabilities of an item's level in either form.
    """
    found = instrument.facet(facet)
    if found is None:
        raise KeyError(facet)
    about = truth.facets[found.id]
    given = _Given(truth, instrument.scale, about, [truth.groups[group].as_is[found.id]])
    others = len(instrument.short_items(found)) - 1
    level = _share_with_level(truth, about)
    ahead = given.ahead * ((1 - level) + level * given.item) ** others
    # The level ahead is at most that of the column only where the item's, that of the row, is not higher.
    at_most = np.triu(ahead[..., None, :].repeat(len(instrument.scale.levels), axis=-2))
    joint = _differences(given.item)[..., :, None] * _differences(at_most)
    probabilities: Floats = np.tensordot(given.weights, joint[0], axes=1)
    return probabilities


class _Given:
    """Given their centre: how likely persons are to answer at most each level; shape (groups, centres, levels)."""

    def __init__(self, truth: Truth, scale: Scale, about: FacetTruth, levels: list[float]):
        nodes, weights = np.polynomial.hermite_e.hermegauss(_CENTRES)
        self.weights: Floats = weights / weights.sum()
        spread, persons = about.spread, truth.persons
        centres = np.array(levels)[:, None] + math.hypot(persons.bias, persons.centre) * spread * nodes
        self.item = _at_most(centres, persons.item * spread, scale)
        self.ahead = _at_most(centres + about.to_be - about.as_is, persons.ahead * spread, scale)

    def over_persons(self, values: Floats) -> Floats:
        """The mean over centres of values of shape (groups, centres)."""
        mean: Floats = values @ self.weights
        return mean


def _at_most(means: Floats, deviation: float, scale: Scale) -> Floats:
    """How likely a normal draw, rounded and kept in the scale, is at most each level; one more axis than `means`."""
    limits = np.array([*(level + 0.5 for level in scale.levels[:-1]), math.inf])
    distances = (limits - means[..., None]) / (deviation * math.sqrt(2))
    return np.fromiter((0.5 + 0.5 * math.erf(each) for each in distances.flat), float).reshape(distances.shape)


def _differences(at_most: Floats) -> Floats:
    """The probability of each level from those of at most each level, along the last axis."""
    return np.diff(at_most, axis=-1, prepend=0)


def _share_with_level(truth: Truth, about: FacetTruth) -> float:
    """How likely it is that an item that was put to a person gets a level."""
    return (1 - truth.missing) * (1 - about.dont_know - about.not_relevant)


def _counts(truth: Truth, instrument: Instrument, facet: Facet) -> dict[tuple[int, int], float]:
    """How likely a person is to be asked so many items and to give so many a level."""
    level = _share_with_level(truth, truth.facets[facet.id])
    forms = ((1 - truth.long_form, len(instrument.short_items(facet))), (truth.long_form, len(facet.items)))
    found: dict[tuple[int, int], float] = {}
    for share, asked in forms:
        for answered in range(asked + 1):
            chance = math.comb(asked, answered) * level**answered * (1 - level) ** (asked - answered)
            found[asked, answered] = found.get((asked, answered), 0) + share * chance
    return found


def _facet_figures(truth: Truth, instrument: Instrument, facet: Facet) -> FacetFigures:
    about, scale = truth.facets[facet.id], instrument.scale
    given = _Given(truth, scale, about, [group.as_is[facet.id] for group in truth.groups.values()])
    counts = _counts(truth, instrument, facet)
    # A level needs half of the items that were asked.
    counted = {key: chance for key, chance in counts.items() if key[1] and 2 * key[1] >= key[0]}
    with_level = sum(counted.values())

    levels = np.array(scale.levels, dtype=float)
    item = _differences(given.item)
    mean_given = item @ levels
    as_is = given.over_persons(mean_given)
    between_persons = given.over_persons(mean_given**2) - as_is**2
    within_persons = given.over_persons(item @ levels**2 - mean_given**2)
    variance = between_persons + within_persons * sum(p / n for (_, n), p in counted.items()) / with_level
    agreement = 1 - variance / ((len(levels) ** 2 - 1) / 12)
    to_be, distance = _mean_ahead(given, counts, levels), _mean_ahead(given, counted, levels) - as_is
    rows = zip(as_is, to_be, distance, variance, agreement, strict=True)
    between, within = float(as_is.var(ddof=1)) if as_is.size > 1 else 0.0, float(variance.mean())
    return FacetFigures(
        as_is=float(as_is.mean()),
        to_be=float(to_be.mean()),
        between=between,
        within=within,
        icc1=between / (between + within),
        missing=truth.missing,
        dont_know=(1 - truth.missing) * about.dont_know,
        not_relevant=(1 - truth.missing) * about.not_relevant,
        without_as_is=1 - with_level,
        without_to_be=truth.missing,
        groups={name: GroupFigures(*map(float, row)) for name, row in zip(truth.groups, rows, strict=True)},
    )


def _mean_ahead(given: _Given, counts: dict[tuple[int, int], float], levels: Floats) -> Floats:
    """The groups' mean level ahead, from persons who gave these numbers of levels today: at least the highest of them.

    Shape (groups,).
    """
    total = sum(counts.values())
    at_most = np.sum([p / total * given.ahead * given.item**n for (_, n), p in counts.items()], axis=0)
    return given.over_persons(_differences(at_most) @ levels)


def _rounded(value: Any) -> Any:
    return {key: _rounded(part) for key, part in value.items()} if isinstance(value, dict) else round(value, 4)
