"""An attack on what is published: can anyone outside a room find out what somebody in it has answered?

`World` is one made-up region over three releases: groups gather on three dates, approve their reports, and in between
some people erase their answers. `published` is what the facilitator, a reader of reports and the public get to see of
it, made by the engine. `Attack` sees that and nothing else, but for some gifts that make it stronger than any reader:
it is told how many have a level on each theme, which municipalities each regional figure rests on (its quarters too),
that everybody answered the short form, and that every agreed value is the rounded median.

It tries four ways: every set of answers that fits what a small group's report says; linear algebra over all regional
figures of all releases (facets, clusters and axes together), as if they were exact; bounds, as they are rounded, from
each regional figure, from clusters and axes, and from the difference between two figures; and two reports of one group
from before and after an erasure.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import combinations, combinations_with_replacement
from typing import Any

import numpy as np
import pandas as pd
import scipy.linalg
from numpy.typing import NDArray

from kompetanse.analysis.disclosure import (
    Audience,
    Earlier,
    Protected,
    ProtectedRegion,
    protect,
    protect_public,
    protect_region,
)
from kompetanse.analysis.frames import ITEM_COLUMNS, LEVEL_COLUMNS, Agreement
from kompetanse.analysis.frames.levels import tree
from kompetanse.analysis.frames.talk import agreement_of
from kompetanse.analysis.statistics import rounded_median, rwg
from kompetanse.programme.models import Instrument
from tests.analysis.regions import draw_region, stated_region

#: Groups up to this size must never be given away.
SMALL = 7
#: How many dates, and so releases.
RELEASES = 3
_LAST_DATE, _LATER = date(2026, 12, 18), date(2027, 1, 15)


@dataclass(frozen=True)
class World:
    """A region: what everyone answered, which date each group gathered on, and who erased their answers before which.

    levels: a `level_frame` of persons, all in the short form, with the agreed values of every group.
    dates: by group, 1 to 3. erased: by participant, the release from which on their answers are gone.
    """

    instrument: Instrument
    levels: pd.DataFrame
    dates: Mapping[str, int]
    erased: Mapping[str, int]
    invited: Mapping[str, int]

    @classmethod
    def drawn(cls, seed: int) -> World:
        """A region of 41 groups: every other one with sizes as in Nordland, the others with sizes from 3 to 16."""
        truth, instrument = stated_region(seed)
        random = np.random.default_rng(seed)
        names = list(truth.groups)
        sizes = [group.invited for group in truth.groups.values()]
        if seed % 2:
            sizes = random.integers(3, 17, size=len(names)).tolist()
        drawn = draw_region(replace(truth, long_form=0.0), instrument, random, sizes=sizes)
        frames = [_levels(name, own.as_is, own.to_be, instrument) for name, own in zip(names, drawn, strict=True)]
        # A few stragglers now and then: just what two releases must not differ by.
        shares = random.dirichlet((4.0, 2.0, 1.0))
        dates = dict(zip(names, random.choice([1, 2, 3], size=len(names), p=shares).tolist(), strict=True))
        levels = pd.concat(frames, ignore_index=True)
        people = levels.loc[levels["participant"] != "", "participant"].unique()
        gone = random.random(len(people)) < 0.02
        erased = {name: int(random.integers(2, RELEASES + 1)) for name in people[gone]}
        return cls(instrument, levels, dates, erased, dict(zip(names, sizes, strict=True)))

    def erased_since(self, group: str, release: int) -> set[str]:
        """Who of a group has erased their answers after its report was approved, until this release."""
        return {
            name
            for name, at in self.erased.items()
            if name.rsplit("-", 1)[0] == group and self.dates[group] < at <= release
        }

    def seen_at(self, release: int) -> pd.DataFrame:
        """The rows of the groups that have shown themselves their answers by then, without what is erased."""
        shown = self.levels["group"].map(self.dates) <= release
        gone = self.levels["participant"].map(self.erased).fillna(RELEASES + 1) <= release
        return self.levels[shown & ~gone]


def _levels(group: str, as_is: NDArray[np.float64], to_be: NDArray[np.float64], instrument: Instrument) -> pd.DataFrame:
    """The level frame of one group that agrees on the rounded median wherever three have a level."""
    people, facets = as_is.shape
    names = [facet.id for facet in instrument.facets]
    axis_of = {facet.id: facet.axis for facet in instrument.facets}
    frame = pd.DataFrame(
        {
            "group": group,
            "participant": np.repeat([f"{group}-{place}" for place in range(people)], facets),
            "facet": names * people,
            "as_is": as_is.ravel(),
            "to_be": to_be.ravel(),
            "importance": 0.0,
            "asked": 1,
            "dont_know": np.isnan(as_is).astype(int).ravel(),
            "not_relevant": 0,
            "low": instrument.scale.low,
            "high": instrument.scale.high,
        }
    )
    stated = frame.iloc[:facets].assign(
        participant="", as_is=_medians(as_is), to_be=_medians(to_be), importance=np.nan, asked=0, dont_know=0
    )
    both = pd.concat([frame, stated], ignore_index=True)
    return both.assign(axis=both["facet"].map(axis_of), cluster=None)[LEVEL_COLUMNS]


def _medians(levels: NDArray[np.float64]) -> list[float]:
    known = [column[~np.isnan(column)] for column in levels.T]
    return [float(rounded_median(values)) if values.size >= 3 else math.nan for values in known]


def items_of(levels: pd.DataFrame) -> pd.DataFrame:
    """The item frame of a level frame where everybody answered one item a theme."""
    people = levels[levels["participant"] != ""]
    return people.rename(columns={"as_is": "level"}).assign(item=people["facet"], said="level")[ITEM_COLUMNS]


@dataclass
class Published:
    """Everything that is outside the rooms after one release."""

    reports: dict[str, Protected]
    region: ProtectedRegion
    public: ProtectedRegion | None


@dataclass(frozen=True)
class Rules:
    """Which of the engine's protections are on; all of them, but to show that the attack wins without."""

    erasures: bool = True
    releases: bool = True


def published(world: World, rules: Rules = Rules()) -> list[Published]:
    """What is published over three releases. A report that rests on the same answers is the same, and not made anew."""
    found: list[Published] = []
    earlier: list[Earlier] = []
    for release in range(1, RELEASES + 1):
        seen = world.seen_at(release)
        before = found[-1].reports if found else {}
        reports = {
            str(group): _report(str(group), own, world, release, before.get(str(group)), rules)
            for group, own in seen.groupby("group", sort=False)
        }
        known = earlier if rules.releases else []
        region = protect_region(
            seen, items=items_of(seen), instrument=world.instrument, places={}, earlier=known,
            without_figures={group for group in reports if world.erased_since(group, release)},
        )  # fmt: skip
        last = release == RELEASES
        public = protect_public(region, world.instrument, last_date=_LAST_DATE, today=_LATER) if last else None
        earlier.append(Earlier(region.units, region.people, tuple(region.rows()), region.basis))
        found.append(Published(reports, region, public))
    return found


def _report(
    group: str, own: pd.DataFrame, world: World, release: int, before: Protected | None, rules: Rules
) -> Protected:
    since = world.erased_since(group, release)
    if before is not None and not any(world.erased[name] == release for name in since):
        return before
    return protect(
        own, Audience.REPORT, items=items_of(own), invited=world.invited[group],
        erased_since_release=bool(since) and rules.erasures,
    )  # fmt: skip


@dataclass
class Wins:
    """What the attack looked at, and where it won."""

    #: Cells of groups of at most `SMALL`: one theme of one group.
    cells: int = 0
    #: Of them: the whole set of answers follows, though it does not from the agreed value alone.
    sets: int = 0
    #: Of them: the mean follows (or by linear algebra, that of any group whose mean is not published).
    means: int = 0
    #: Cells whose mean follows from the regional figures as if these were exact.
    linear: int = 0
    #: The same for somebody who knows their own group's mean.
    linear_for_insiders: int = 0
    #: People who erased their answers, and whose answer follows from two reports.
    erasures: int = 0
    erased_answers: int = 0
    #: Where it won, to look at.
    places: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """The figures in one line."""
        return (
            f"{self.cells} themes of groups of at most {SMALL}: {self.sets} sets of answers, {self.means} means told; "
            f"{self.linear} means follow from regional figures, {self.linear_for_insiders} for who knows their own; "
            f"{self.erased_answers} of {self.erasures} erased answers told"
        )

    def __add__(self, other: Wins) -> Wins:
        sums = {
            name: getattr(self, name) + getattr(other, name)
            for name in ("cells", "sets", "means", "linear", "linear_for_insiders", "erasures", "erased_answers")
        }
        return Wins(**sums, places=[*self.places, *other.places][:20])


@cache
def sets_of(size: int, low: int, high: int) -> tuple[tuple[int, ...], ...]:
    """Every set of so many answers, in rising order."""
    return tuple(combinations_with_replacement(range(low, high + 1), size))


@cache
def fitting(size: int, agreed: int | None, word: Agreement | None, low: int, high: int) -> tuple[tuple[int, ...], ...]:
    """The sets of answers with this rounded median and this word for agreement, as far as they are told."""
    return tuple(
        answers
        for answers in sets_of(size, low, high)
        if agreed in (None, rounded_median(answers)) and word in (None, _word(answers, low, high))
    )


@cache
def _word(answers: tuple[int, ...], low: int, high: int) -> Agreement | None:
    levels = np.array(answers, dtype=float)
    return agreement_of(rwg(levels, options=high - low + 1), levels, span=high - low)


class Attack:
    """Tries to find answers in what one world has published."""

    def __init__(self, world: World, seen: Sequence[Published]):
        self.world = world
        self.seen = seen
        self.low, self.high = world.instrument.scale.low, world.instrument.scale.high
        self.facets = [facet.id for facet in world.instrument.facets]
        self._rows: dict[int, dict[str, dict[str, Any]]] = {}
        # The gift: how many have a level on each theme, at each release.
        people = [world.seen_at(release) for release in range(1, RELEASES + 1)]
        self.sizes = [
            each[each["participant"] != ""].groupby(["group", "facet"])["as_is"].count().to_dict() for each in people
        ]

    def run(self) -> Wins:
        """All four ways, over all releases together."""
        wins = Wins()
        regional = list(self._regional_sums())
        wins.linear += self._together(regional)
        for facet in self.facets:
            sums = [each for each in regional if each.facet == facet]
            self._exact(facet, sums, wins)
            bounds = self._bounds(facet, sums)
            self._small_groups(facet, bounds, wins)
        self._erased(wins)
        return wins

    # What a report says

    def _row(self, report: Protected, facet: str) -> dict[str, Any]:
        # A report that did not change is the same object at each release.
        if id(report) not in self._rows:
            self._rows[id(report)] = {row["facet"]: row for row in report.rows()}
        return self._rows[id(report)][facet]

    def _told(self, group: str, facet: str) -> list[tuple[int, dict[str, Any]]]:
        """The size and what the report says, at each release that has one."""
        return [
            (self.sizes[release].get((group, facet), 0), self._row(each.reports[group], facet))
            for release, each in enumerate(self.seen)
            if group in each.reports
        ]

    def _sets(self, group: str, facet: str) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
        """The sets that fit the agreed value alone, and those that fit everything in the group's first report."""
        size, row = self._told(group, facet)[0]
        agreed = None if row["agreed"] is None else int(row["agreed"])
        alone = fitting(size, agreed, None, self.low, self.high)
        return alone, fitting(size, agreed, row["agreement"], self.low, self.high)

    def _small_groups(self, facet: str, bounds: Mapping[str, tuple[float, float]], wins: Wins) -> None:
        for group in self.world.dates:
            told = self._told(group, facet)
            if not told or not 0 < told[0][0] <= SMALL:
                continue
            wins.cells += 1
            alone, left = self._sets(group, facet)
            lowest, highest = bounds.get(group, (-math.inf, math.inf))
            left = tuple(s for s in left if lowest - 1e-9 <= sum(s) / len(s) <= highest + 1e-9)
            assert left, f"nothing fits {group} {facet}: the attack reckons wrongly"
            if len(left) == 1 < len(alone):
                wins.sets += 1
                wins.places.append(f"{group} {facet}: {left[0]}")
            if len({sum(s) for s in left}) == 1 < len({sum(s) for s in alone}):
                wins.means += 1

    # Regional figures, as sums of the means of municipalities

    def _regional_sums(self) -> Iterator[_Sum]:
        for each in self.seen:
            for region, step in ((each.region, 0.1), (each.public, 0.5)):
                if region is None:
                    continue
                ranges = self._ranges(region, step)
                for row in (row for row in region.rows() if row["kind"] == "facet"):
                    for column, name in _SHOWN_SUMS.items():
                        members = region.basis.get(row["part"] + name, {})
                        if members and row[column] is not None:
                            # Quarters are in halves, and means may be narrowed by the totals they are part of.
                            around = self._coded(row[column], 0.25, 1 / 4) if name else ranges[row["part"]]
                            yield _Sum(row["part"], dict(members), *around)

    def _ranges(self, region: ProtectedRegion, step: float) -> dict[str, tuple[float, float]]:
        """Between which levels each regional mean lies before it was rounded, from its own figure and from totals.

        A cluster or axis is the mean of its parts, and is rounded for itself: so it narrows theirs.
        """
        shown = {row["part"]: row["as_is"] for row in region.rows() if row["as_is"] is not None}
        ranges = {part: self._coded(value, step / 2) for part, value in shown.items()}
        older = {one.subject for one in region.hidden if one.column == "newer"}
        for (_, part), children in tree(self.world.instrument).items():
            below = [name for _, name in children]
            if part not in ranges or part in older or not ranges.keys() >= set(below):
                continue
            low, high = (len(below) * end for end in ranges[part])
            for child in below:
                others = [ranges[name] for name in below if name != child]
                ranges[child] = (
                    max(ranges[child][0], low - sum(other[1] for other in others)),
                    min(ranges[child][1], high - sum(other[0] for other in others)),
                )
        return ranges

    def _together(self, regional: Sequence[_Sum]) -> int:
        """Linear algebra over all facets, clusters and axes at once: how many hidden means follow."""
        rows: list[dict[tuple[str, str, str], float]] = [
            {(each.facet, *cell): 1 / len(each.members) for cell in each.members.items()} for each in regional
        ]
        for each in self.seen:
            shown = {row["part"] for row in each.region.rows() if row["as_is"] is not None}
            older = {one.subject for one in each.region.hidden if one.column == "newer"}
            made: dict[str, dict[tuple[str, str, str], float]] = {
                facet: {(facet, *cell): 1 / len(marks) for cell in marks.items()}
                for facet, marks in each.region.basis.items()
            }
            for (_, part), children in tree(self.world.instrument).items():
                if part in shown - older:
                    made[part] = {
                        cell: weight / len(children) for _, child in children for cell, weight in made[child].items()
                    }
                    rows.append(made[part])
        known = {(facet, *cell) for facet in self.facets for cell in self._own_figures(facet)}
        hidden = sorted({cell for row in rows for cell in row} - known)
        place = {cell: number for number, cell in enumerate(hidden)}
        matrix = np.zeros((len(rows), len(hidden)))
        for number, row in enumerate(rows):
            for cell, weight in row.items():
                if cell in place:
                    matrix[number, place[cell]] = weight
        return int(_in_row_space(matrix).sum())

    def _exact(self, facet: str, sums: Sequence[_Sum], wins: Wins) -> None:
        """Linear algebra: a mean follows if its own direction lies in the space of the published sums."""
        hidden = sorted({cell for each in sums for cell in each.members.items()} - self._own_figures(facet))
        if not hidden:
            return
        rows = np.array([[1.0 if each.members.get(u) == mark else 0.0 for u, mark in hidden] for each in sums])
        for place in range(len(hidden)):
            rest = np.delete(rows, place, axis=1)
            if rest.shape[1] and _in_row_space(rest).any():
                wins.linear_for_insiders += 1
                wins.places.append(f"{facet}: who knows {hidden[place][0]}")

    def _own_figures(self, facet: str) -> set[tuple[str, str]]:
        """The cells whose mean stands in a report of their own."""
        return {
            (unit, mark)
            for each in self.seen
            for unit, mark in each.region.basis.get(facet, {}).items()
            if unit in each.reports and self._row(each.reports[unit], facet)["as_is"] is not None
        }

    def _bounds(self, facet: str, sums: Sequence[_Sum]) -> dict[str, tuple[float, float]]:
        """Between which levels each group's mean lies, from its report and from each regional figure and difference."""
        bounds = {group: self._from_report(group, facet) for group in self.world.dates if self._told(group, facet)}
        equations = [(each.members, *self._around(each)) for each in sums]
        for one, other in combinations(equations, 2):
            if more := _difference(one, other) or _difference(other, one):
                equations.append(more)
        for _ in range(3):
            for members, low, high in equations:
                lows = sum(bounds[unit][0] for unit in members)
                highs = sum(bounds[unit][1] for unit in members)
                for unit in members:
                    own_low, own_high = bounds[unit]
                    bounds[unit] = (
                        max(own_low, low - (highs - own_high)),
                        min(own_high, high - (lows - own_low)),
                    )
                    lows, highs = lows + bounds[unit][0] - own_low, highs + bounds[unit][1] - own_high
        return bounds

    def _from_report(self, group: str, facet: str) -> tuple[float, float]:
        size, row = self._told(group, facet)[0]
        if row["as_is"] is not None:
            return self._coded(row["as_is"], 0.05)
        if not 0 < size <= SMALL:
            return float(self.low), float(self.high)
        means = [sum(answers) / len(answers) for answers in self._sets(group, facet)[1]]
        return min(means), max(means)

    def _around(self, each: _Sum) -> tuple[float, float]:
        return each.low * len(each.members), each.high * len(each.members)

    def _coded(self, value: float, reach: float, edge: float = 1 / 8) -> tuple[float, float]:
        """A mean before it was rounded; at the ends it may be anything beyond."""
        away = (self.high - self.low) * edge
        low = self.low if value <= self.low + away + 1e-9 else value - reach
        high = self.high if value >= self.high - away - 1e-9 else value + reach
        return low, high

    # Two reports of one group

    def _erased(self, wins: Wins) -> None:
        for name, release in self.world.erased.items():
            group = name.rsplit("-", 1)[0]
            if self.world.dates[group] >= release:
                continue
            wins.erasures += 1
            told = {facet: self._told(group, facet) for facet in self.facets}
            for facet, rows in told.items():
                now = rows[release - self.world.dates[group]]
                if rows[0][0] - now[0] == 1 and len(self._differences(rows[0], now)) == 1:
                    wins.erased_answers += 1
                    wins.places.append(f"{name} {facet}")
                    break

    def _differences(self, before: tuple[int, dict[str, Any]], after: tuple[int, dict[str, Any]]) -> set[int]:
        """The answers that could have been erased between two reports; more than one where they do not tell."""
        if any(row["as_is"] is None and row["agreement"] is None for _, row in (before, after)):
            return {self.low, self.high}
        return {
            answer
            for answers in _telling(before[0], _figures(before[1]), self.low, self.high)
            for answer in set(answers)
            if _tells(_without(answers, answer), _figures(after[1]), self.low, self.high)
        }


#: The columns of a region that are means of municipalities, and what their members are called in its basis.
_SHOWN_SUMS = {"as_is": "", "lower_quarter": " lower_quarter", "upper_quarter": " upper_quarter"}


@dataclass(frozen=True)
class _Sum:
    """A published mean over municipalities: its members with the marks of their answers, and between what it lies."""

    facet: str
    members: dict[str, str]
    low: float
    high: float


def _difference(
    one: tuple[Mapping[str, str], float, float], other: tuple[Mapping[str, str], float, float]
) -> tuple[dict[str, str], float, float] | None:
    """What one sum has more than another that is part of it."""
    if not (other[0].items() < one[0].items()):
        return None
    rest = {unit: mark for unit, mark in one[0].items() if unit not in other[0]}
    return rest, one[1] - other[2], one[2] - other[1]


def _in_row_space(rows: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which unit vectors are sums of the rows: those whose leverage is one."""
    basis, ranks, _ = scipy.linalg.qr(rows.T, mode="economic", pivoting=True)
    kept = np.abs(np.diagonal(ranks)) > 1e-9
    inside: NDArray[np.bool_] = (basis[:, kept] ** 2).sum(axis=1) > 1 - 1e-9
    return inside


Figures = tuple[Any, ...]


def _figures(row: Mapping[str, Any]) -> Figures:
    return row["agreed"], row["as_is"], row["agreement"], row["spread"]


@cache
def _telling(size: int, figures: Figures, low: int, high: int) -> tuple[tuple[int, ...], ...]:
    return tuple(answers for answers in sets_of(size, low, high) if _tells(answers, figures, low, high, agreed=True))


@cache
def _tells(answers: tuple[int, ...], figures: Figures, low: int, high: int, agreed: bool = False) -> bool:
    """Whether these answers would be shown so; the agreed value was set once, by all who were there."""
    value, mean, word, spread = figures
    if agreed and value is not None and rounded_median(answers) != value:
        return False
    if word is not None and _word(answers, low, high) != word:
        return False
    edge = (high - low) / 8
    levels = np.array(answers, dtype=float)
    if mean is not None and abs(min(max(levels.mean(), low + edge), high - edge) - mean) > 0.05 + 1e-9:
        return False
    return spread is None or abs(max(levels.std(ddof=1), edge) - spread) <= 0.05 + 1e-9


def _without(answers: tuple[int, ...], one: int) -> tuple[int, ...]:
    left = Counter(answers)
    left[one] -= 1
    return tuple(sorted(left.elements()))


def attack(seeds: Iterable[int], rules: Rules = Rules()) -> Wins:
    """The attack on one world for each seed."""
    total = Wins()
    for seed in seeds:
        world = World.drawn(seed)
        total += Attack(world, published(world, rules)).run()
    return total
