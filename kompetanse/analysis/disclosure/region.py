"""Many groups together: what those who run the programme, or everyone, may see of a region."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kompetanse.analysis.disclosure.policy import (
    GROUP_POLICIES,
    Audience,
    RegionPolicy,
    region_policy_for,
)
from kompetanse.analysis.disclosure.protected import ENGINE, Hidden, ProtectedRegion, is_nan
from kompetanse.analysis.disclosure.release import OPEN, Earlier, Marks, gives_away, marks_of, may_follow, together
from kompetanse.analysis.disclosure.rounding import MEAN_EDGE, QUARTER_EDGE, coded, rounded, shown_share, step_of
from kompetanse.analysis.frames.groups import facet_figures
from kompetanse.analysis.frames.levels import tree
from kompetanse.analysis.frames.regions import quarter_window, region_frame, unit_frame
from kompetanse.programme.models import Instrument

#: The columns of `ProtectedRegion.frame`; what is hidden or missing is NaN alike (S10).
PROTECTED_REGION_COLUMNS = [
    "kind", "part", "units", "as_is", "to_be", "distance", "low", "high", "lower_quarter", "upper_quarter",
    "dont_know", "importance",
]  # fmt: skip
#: The means among them, and all that is not their place.
MEANS = ("as_is", "to_be")
_QUARTERS = ("lower_quarter", "upper_quarter")
_SHARES = ("dont_know", "importance")
FIGURES = tuple(PROTECTED_REGION_COLUMNS[3:])


def protect_region(
    levels: pd.DataFrame,
    policy: RegionPolicy | None = None,
    *,
    items: pd.DataFrame,
    instrument: Instrument,
    places: Mapping[str, Sequence[str]],
    earlier: Sequence[Earlier] = (),
    without_figures: Collection[str] = (),
) -> ProtectedRegion:
    """What those who run the programme may see of many groups together, from their `level_frame` and `item_frame`.

    places: the municipalities of each group, see `unit_frame`. earlier: what has been released before, oldest first; a
    figure that would differ from it by a few municipalities stays as it was (S5). without_figures: the groups whose
    reports show nothing made from answers any more, because of an erasure.
    """
    chosen = region_policy_for(Audience.REGION, policy)
    people = levels[levels["participant"] != ""]
    units = unit_frame(facet_figures(levels, items, instrument), places)
    counting = _Counting(chosen, people, units, frozenset(without_figures))
    found = {facet.id: counting.of(facet.id) for facet in instrument.facets}
    decided: dict[str, _Decision] = {}
    for facet, own in found.items():
        decided |= _decide(facet, own, counting, chosen, earlier)
    picture = _Picture(chosen, instrument, decided)
    rows = picture.rows(region_frame(pd.concat(found.values(), ignore_index=True), instrument))
    behind = pd.concat(found.values()).groupby("unit")["people"].max()
    return ProtectedRegion(
        pd.DataFrame(rows, columns=PROTECTED_REGION_COLUMNS),
        chosen,
        tuple(picture.hidden),
        units=len(behind),
        people=int(behind.sum()),
        basis={name: each.marks for name, each in decided.items()},
        made_by=ENGINE,
    )


class _Counting:
    """Which municipalities count on a facet, and the marks of what they have answered."""

    def __init__(self, policy: RegionPolicy, people: pd.DataFrame, units: pd.DataFrame, silent: frozenset[str]):
        self._policy = policy
        self._silent = silent
        self._units = units
        self._marks = marks_of(people)

    def of(self, facet: str) -> pd.DataFrame:
        """The rows of the units that have enough people on the facet, in the order of their names."""
        own = self._units[self._units["facet"] == facet].sort_values("unit")
        fewest = own[["people", "people_to_be"]].min(axis=1)
        enough = own[fewest >= self._policy.people_from]
        if len(enough) < self._policy.many_units:
            enough = own[fewest >= self._policy.people_from_if_few_units]
        return enough

    def marks(self, rows: pd.DataFrame) -> dict[str, str]:
        """A mark of the answers of each unit, that also says whether its report may show its own mean."""
        fewest = GROUP_POLICIES[Audience.REPORT].mean_from
        columns = (rows[name] for name in ("unit", "groups", "facet", "people"))
        return {
            unit: (OPEN if fewest is not None and people >= fewest and not self._silent & set(groups) else "")
            + together(self._marks[group, facet] for group in groups if (group, facet) in self._marks)
            for unit, groups, facet, people in zip(*columns, strict=True)
        }


class _Decision:
    """What becomes of figures that rest on some municipalities: shown anew, shown as they were, or hidden by a rule.

    marks: what the shown ones rest on. rule: the one that hides what is new. frozen: the release they are taken from.
    """

    def __init__(self, marks: Marks, rule: str | None = None, frozen: Earlier | None = None, value: float = np.nan):
        self.marks = marks
        self.rule = rule
        self.frozen = frozen
        self.value = value


def _decide(
    facet: str, rows: pd.DataFrame, counting: _Counting, policy: RegionPolicy, earlier: Sequence[Earlier]
) -> dict[str, _Decision]:
    """The facet's mean and its two quarters, by their names in the basis."""
    marks = counting.marks(rows)
    names = {quarter: f"{facet} {quarter}" for quarter in _QUARTERS}
    shown = [each.basis[name] for each in earlier for name in (facet, *names.values()) if each.basis.get(name)]
    rule = None
    if len(rows) < policy.units_from:
        rule = "S1"
    elif _heaviest(rows) > 0.5:
        rule = "S7"
    decided = {facet: _decision(facet, marks, rule, shown, policy, earlier)}
    values = rows["as_is"].to_numpy(dtype=float)
    for quarter in _QUARTERS:
        alone = np.array([not marks[unit].startswith(OPEN) for unit in rows["unit"]], dtype=bool)
        window = quarter_window(values, lower=quarter == "lower_quarter", alone=alone)
        within = {unit: marks[unit] for unit in rows["unit"].iloc[window]}
        few = policy.quarters_from is None or len(rows) < policy.quarters_from or not within
        rule = "S8" if few else decided[facet].rule
        known = [*shown, *(each.marks for each in decided.values() if each.rule is None)]
        decided[names[quarter]] = _decision(names[quarter], within, rule, known, policy, earlier)
        decided[names[quarter]].value = float(values[window].mean()) if within else np.nan
    return decided


def _decision(
    name: str,
    marks: Marks,
    rule: str | None,
    shown: Sequence[Marks],
    policy: RegionPolicy,
    earlier: Sequence[Earlier],
) -> _Decision:
    before = [each for each in earlier if each.basis.get(name)]
    if rule is None and not may_follow(marks, [each.basis[name] for each in before], step=policy.release_step):
        rule = "S5"
    if rule is None and gives_away([*shown, marks]):
        rule = "S4"
    if rule is None:
        return _Decision(marks)
    return _Decision(before[-1].basis[name], rule, before[-1]) if before else _Decision({}, rule)


def _heaviest(rows: pd.DataFrame) -> float:
    """The largest weight that one municipality has in the unweighted mean of the units (S7)."""
    weights: dict[str, float] = {}
    for unit in rows["unit"]:
        for place in unit.split("+"):
            weights[place] = weights.get(place, 0.0) + 1 / len(rows)
    return max(weights.values(), default=1.0)


class _Picture:
    """The rows of a region as they are shown, and the log of what is not."""

    def __init__(self, policy: RegionPolicy, instrument: Instrument, decided: Mapping[str, _Decision]):
        self._policy = policy
        self._scale = instrument.scale
        self._tree = tree(instrument)
        self._decided = decided
        self.hidden: list[Hidden] = []

    def rows(self, exact: pd.DataFrame) -> list[dict[str, Any]]:
        """What is shown of each facet, cluster and axis, from a `region_frame`."""
        return [self._row(row) for row in exact.to_dict("records")]

    def _row(self, exact: Mapping[Any, Any]) -> dict[str, Any]:
        kind, part = str(exact["kind"]), str(exact["part"])
        below = [self._decided[facet] for facet in self._facets(kind, part)]
        place = {"kind": kind, "part": part}
        rules = [each.rule for each in below if each.rule]
        if not rules:
            return place | self._shown(exact, part)
        # A total with a part that is hidden, or older, is hidden or older itself: then nothing follows from it (S4).
        rule = rules[0] if kind == "facet" else "S4"
        frozen = [each.frozen for each in below if each.frozen]
        old = frozen[0].row(kind, part) if len(frozen) == len(rules) else None
        self.hidden += [Hidden(part, "newer" if old else name, rule) for name in (FIGURES[:1] if old else FIGURES)]
        if old is None:
            return place | dict.fromkeys(PROTECTED_REGION_COLUMNS[2:], np.nan)
        return place | {name: number_or_nan(old.get(name)) for name in PROTECTED_REGION_COLUMNS[2:]}

    def _facets(self, kind: str, part: str) -> list[str]:
        """The facets that a facet, cluster or axis is made of."""
        if kind == "facet":
            return [part]
        return [facet for child in self._tree[kind, part] for facet in self._facets(*child)]

    def _shown(self, exact: Mapping[Any, Any], part: str) -> dict[str, Any]:
        units = int(exact["units"])
        allowed = {
            **dict.fromkeys(MEANS, self._policy.units_from),
            **dict.fromkeys(("low", "high"), self._policy.interval_from),
            **dict.fromkeys(_SHARES, self._policy.shares_from),
        }
        shown: dict[str, Any] = {"units": units}
        for name, fewest in allowed.items():
            value = exact[name]
            enough = fewest is not None and units >= fewest
            if not enough:
                self.hidden.append(Hidden(part, name, "S1"))
                shown[name] = np.nan
            elif name in _SHARES:
                shown[name] = shown_share(value)
            else:
                shown[name] = self._level(value, self._policy.mean_step, MEAN_EDGE)
        # From what is shown: the exact distance would undo what S3 has coded.
        shown["distance"] = round(shown["to_be"] - shown["as_is"], 6)
        return shown | {quarter: self._quarter(exact, quarter) for quarter in _QUARTERS}

    def _level(self, value: float, step: float, edge: float) -> float:
        low, high = self._scale.low, self._scale.high
        return np.nan if is_nan(value) else rounded(coded(value, low, high, edge), step_of(step, high - low))

    def _quarter(self, exact: Mapping[Any, Any], quarter: str) -> float:
        kind, part = str(exact["kind"]), str(exact["part"])
        decided = self._decided.get(f"{part} {quarter}") if kind == "facet" else None
        if decided is None or decided.rule is None:
            return np.nan if decided is None else self._level(decided.value, self._policy.quarter_step, QUARTER_EDGE)
        self.hidden.append(Hidden(part, quarter, decided.rule))
        old = decided.frozen.row(kind, part) if decided.frozen else None
        return number_or_nan(old[quarter]) if old else np.nan


def number_or_nan(value: object) -> float:
    """A frozen figure as a number; NaN where it was hidden."""
    return float(value) if isinstance(value, int | float) else np.nan
