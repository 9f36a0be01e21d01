"""The interval around a mean holds what it should as often as it says: 95 of 100, in groups as small as five.

Persons are drawn from the stated truth of the demo, in all its groups and themes. Drawn at a twentieth of full size,
unless KOMPETANSE_SOAK is 1. `pytest -s` shows the figures.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from kompetanse.analysis.statistics import mean_interval
from kompetanse.answers.demo.expected import expected_figures
from tests.analysis.regions import draw_region, stated_region

Floats = NDArray[np.float64]

SOAK = os.environ.get("KOMPETANSE_SOAK") == "1"
INTERVALS = 200_000 if SOAK else 10_000

#: How often the interval should hold the mean. In the small simulation three standard errors of a share are added.
LOWEST, HIGHEST = 0.93, 0.97
ERROR = 0.0 if SOAK else 3 * math.sqrt(0.05 * 0.95 / INTERVALS)

#: A group so large that those who answer are next to nobody.
VERY_LARGE = 10**9

#: Some who are asked have no level; with so many more, nearly every theme has as many levels as are wanted.
SPARE = 6


@dataclass(frozen=True)
class Covered:
    """How many answered, in a group of which size, and how often the interval held the mean it is about."""

    answered: int
    size: int
    intervals: int
    held: float
    #: How often all gave the same level, and how wide the interval was, in levels.
    alike: float
    width: float

    def __str__(self) -> str:
        of = "very many" if self.size == VERY_LARGE else str(self.size)
        held, alike = f"{100 * self.held:.2f} %", f"{100 * self.alike:.2f} %"
        return f"{self.answered:>8} {of:>10} {self.intervals:>10} {held:>10} {alike:>10} {self.width:>8.3f}"


CELLS = [(n, size) for n, sizes in {5: (6, 8), 8: (10, 12), 12: (14, 16)}.items() for size in (*sizes, VERY_LARGE)]


@pytest.fixture(scope="module")
def covered() -> dict[tuple[int, int], Covered]:
    """The simulation: for each number that answered and size of group."""
    found = {(answered, size): simulate(answered, size) for answered, size in CELLS}
    columns = ("answered", "of", "intervals", "held", "all alike", "width")
    print("\n{:>8} {:>10} {:>10} {:>10} {:>10} {:>8}".format(*columns), *found.values(), sep="\n")
    return found


@pytest.mark.parametrize(("answered", "size"), CELLS)
def test_interval_holds_the_mean_as_often_as_it_says(
    answered: int, size: int, covered: dict[tuple[int, int], Covered]
) -> None:
    assert LOWEST - ERROR <= covered[answered, size].held <= HIGHEST + ERROR


def simulate(answered: int, size: int) -> Covered:
    """The intervals of those who answered, against the mean of their whole group, or of very many like them."""
    intervals = held = alike = 0
    width = 0.0
    for ratings, truth in samples(answered, size):
        interval = mean_interval(ratings, size)
        assert interval is not None
        intervals += 1
        # A whole group's mean may lie on the very end of the interval.
        held += interval.low - 1e-9 <= truth <= interval.high + 1e-9
        alike += bool(np.ptp(ratings) == 0)
        width += interval.high - interval.low
        if intervals == INTERVALS:
            break
    return Covered(answered, size, intervals, held / intervals, alike / intervals, width / intervals)


def samples(answered: int, size: int) -> Iterator[tuple[Floats, float]]:
    """The levels of those who answered, and the mean they are a sample of: groups and themes by turns, without end."""
    truth, instrument = stated_region()
    figures = expected_figures(truth, instrument)
    stated = [[figures[facet.id].groups[group].as_is for facet in instrument.facets] for group in truth.groups]
    drawn = answered if size == VERY_LARGE else size
    random = np.random.default_rng([answered, size])
    while True:
        region = draw_region(truth, instrument, random, sizes=[drawn + SPARE] * len(truth.groups))
        for group, means in zip(region, stated, strict=True):
            for levels, mean in zip(group.as_is.T, means, strict=True):
                everyone = levels[~np.isnan(levels)][:drawn]
                if everyone.size == drawn:
                    yield everyone[:answered], mean if size == VERY_LARGE else float(everyone.mean())
