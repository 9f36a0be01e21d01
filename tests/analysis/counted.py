"""What a survey's frames should say, counted from its raw arrays alone: no frame, no answer, no instrument's rule."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tests.analysis.surveys import DONT_KNOW, NOT_RELEVANT, Survey

Floats = NDArray[np.float64]


class Counted:
    """Levels and counts of persons, (persons, facets), and what becomes of them in groups and in parts."""

    def __init__(self, survey: Survey):
        self.survey = survey
        shape = survey.to_be.shape
        self.as_is = np.full(shape, np.nan)
        self.to_be = survey.to_be
        self.importance = np.where(survey.chosen.any(axis=1, keepdims=True), survey.chosen, np.nan)
        self.asked, self.dont_know, self.not_relevant = (np.zeros(shape) for _ in range(3))
        #: (groups, facets): one minus the items' mean variance, as a share of that of random answers.
        self.index = np.full((len(survey.groups), shape[1]), np.nan)
        ends = np.cumsum([len(facet.items) for facet in survey.instrument.facets])
        for place, (facet, said) in enumerate(
            zip(survey.instrument.facets, np.split(survey.said, ends[:-1], axis=1), strict=True)
        ):
            self._count(place, said, short=np.array([item.short for item in facet.items]))

    def _count(self, place: int, said: Floats, *, short: NDArray[np.bool_]) -> None:
        if not short.any():
            short[0] = True
        level = np.where(said >= 0, said, np.nan)
        has_gone_on = (~np.isnan(said[:, ~short])).any(axis=1, keepdims=True)
        wanted = has_gone_on | short
        self.asked[:, place] = (~np.isnan(said) & wanted).sum(axis=1)
        self.dont_know[:, place] = ((said == DONT_KNOW) & wanted).sum(axis=1)
        self.not_relevant[:, place] = ((said == NOT_RELEVANT) & wanted).sum(axis=1)
        self.as_is[:, place] = half_known(np.where(wanted, level, np.nan), of=wanted.sum(axis=1))
        options = len(self.survey.instrument.scale.levels)
        self.index[:, place] = 1 - half_known(self.variances(level), of=1) / ((options**2 - 1) / 12)

    def sums(self, values: Floats) -> Floats:
        """(persons, ...) as (groups, ...): the sum of what is known."""
        return np.array([np.nansum(values[self.survey.group == group], axis=0) for group in range(len(self.index))])

    def counts(self, values: Floats) -> Floats:
        """How many in each group have a value."""
        return self.sums(np.where(np.isnan(values), np.nan, 1.0))

    def means(self, values: Floats) -> Floats:
        """The mean of each group; NaN where nobody has a value."""
        counts = self.counts(values)
        return np.where(counts > 0, self.sums(values) / np.maximum(counts, 1), np.nan)

    def variances(self, values: Floats) -> Floats:
        """The variance of each group, with n - 1; NaN for fewer than two."""
        counts, from_mean = self.counts(values), values - self.means(values)[self.survey.group]
        return np.where(counts > 1, self.sums(from_mean**2) / np.maximum(counts - 1, 1), np.nan)

    def parts(self, of_facets: Floats) -> dict[str, Floats]:
        """Clusters and axes of values with a column for each facet, with equal weights all the way up."""
        made: dict[str, Floats] = {}
        facets = self.survey.instrument.facets
        for axis in self.survey.instrument.axes:
            for cluster in axis.clusters:
                made[cluster.id] = half_known(of_facets[:, [facet.cluster == cluster.id for facet in facets]])
            loose = of_facets[:, [facet.axis == axis.id and facet.cluster is None for facet in facets]]
            made[axis.id] = half_known(np.column_stack([*(made[each.id] for each in axis.clusters), *loose.T]))
        return made


def half_known(values: Floats, of: NDArray[np.intp] | int | None = None) -> Floats:
    """The mean of each row, where at least half of what it is made of (all its columns, unless told) has a value."""
    known = (~np.isnan(values)).sum(axis=1)
    enough = (known > 0) & (2 * known >= (values.shape[1] if of is None else of))
    return np.where(enough, np.nansum(values, axis=1) / np.maximum(known, 1), np.nan)
