"""Regions of made-up persons, a thousand at a time: the model of `kompetanse.answers.demo.persons`, in arrays.

    truth, instrument = stated_region()
    for group in draw_region(truth, instrument, np.random.default_rng(7)):
        group.as_is, group.to_be  # (persons, facets), NaN where a person has no level

Persons differ in all that the model says: their eye for levels follows them through all themes, some take the long
form, and some leave out a question or do not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kompetanse.answers.demo.truth import Truth, make_truth
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import Instrument, Programme
from kompetanse.programme.municipality import municipalities

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Levels:
    """Persons' levels today and ahead: shape (persons, facets), facets as in the instrument, NaN for none.

    A level today is the mean of the person's items, and there is none if fewer than half of them have one.
    """

    as_is: Floats
    to_be: Floats


@cache
def shipped_programme() -> Programme:
    """The programme that comes with Kompetanse, read once for a thousand regions."""
    return load_programme()


def stated_region(seed: int = 2026) -> tuple[Truth, Instrument]:
    """The truth of the demo's region, or of another one with the same municipalities, and what they answer."""
    programme = shipped_programme()
    instrument = programme.instrument_of_module(programme.modules[0])
    assert instrument is not None
    places = [place for place in municipalities().values() if place.county_number in programme.counties]
    return make_truth(instrument, places, [place.slug for place in places], seed=seed), instrument


def draw_region(
    truth: Truth, instrument: Instrument, random: np.random.Generator, *, sizes: Sequence[int] | None = None
) -> list[Levels]:
    """The levels of each group, in the order of `truth.groups`; as many persons in each as are invited, or `sizes`."""
    persons = [group.invited for group in truth.groups.values()] if sizes is None else list(sizes)
    drawn = draw_persons(truth, instrument, np.repeat(np.arange(len(truth.groups)), persons), random)
    ends = np.cumsum(persons)[:-1]
    return list(map(Levels, np.split(drawn.as_is, ends), np.split(drawn.to_be, ends)))


def draw_persons(truth: Truth, instrument: Instrument, groups: NDArray[np.intp], random: np.random.Generator) -> Levels:
    """The levels of one person for each place in `truth.groups`."""
    scale, facets, persons = instrument.scale, instrument.facets, truth.persons
    about = [truth.facets[facet.id] for facet in facets]
    spread = np.array([one.spread for one in about])
    level = np.array([[group.as_is[facet.id] for facet in facets] for group in truth.groups.values()])[groups]
    shape = level.shape

    def near(means: Floats, deviation: Floats) -> Floats:
        return np.clip(np.rint(random.normal(means, deviation)), scale.low, scale.high)

    level = level + random.normal(0, persons.bias, (len(groups), 1)) * spread
    centre = random.normal(level, persons.centre * spread)

    long_form = random.random((len(groups), 1)) < truth.long_form
    whole = np.array([len(facet.items) for facet in facets])
    asked = np.where(long_form, whole, [len(instrument.short_items(facet)) for facet in facets])
    most = (*shape, whole.max())
    with_level = [(1 - truth.missing) * (1 - one.dont_know - one.not_relevant) for one in about]
    answered = (random.random(most) < np.array(with_level)[:, None]) & (np.arange(most[-1]) < asked[..., None])
    items = near(np.broadcast_to(centre[..., None], most), persons.item * spread[:, None])

    count = answered.sum(axis=-1)
    mean = (items * answered).sum(axis=-1) / np.maximum(count, 1)
    as_is = np.where((count > 0) & (2 * count >= asked), mean, np.nan)
    ahead = near(centre + np.array([one.to_be - one.as_is for one in about]), persons.ahead * spread)
    to_be = np.maximum(ahead, np.where(answered, items, scale.low).max(axis=-1))
    return Levels(as_is, np.where(random.random(shape) < truth.missing, np.nan, to_be))
