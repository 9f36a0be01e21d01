"""Many groups together: the region as the unweighted mean of its municipalities, and others beside one's own. Raw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kompetanse.analysis.frames.levels import up_the_tree
from kompetanse.analysis.statistics import cluster_bootstrap
from kompetanse.programme.models import Instrument

Floats = NDArray[np.float64]

#: The columns of `unit_frame`, one row per unit and facet.
UNIT_COLUMNS = [
    "unit",
    "groups",
    "facet",
    "people",
    "people_to_be",
    "as_is",
    "to_be",
    "asked",
    "dont_know",
    "importance",
]
#: The columns of `region_frame`, one row per facet, cluster and axis.
REGION_COLUMNS = [
    "kind", "part", "units", "people", "as_is", "to_be", "distance", "low", "high", "lower_quarter", "upper_quarter",
    "dont_know", "importance",
]  # fmt: skip

#: How far on either side of a quartile's place the municipalities are taken whose mean it is.
REACHES = (2, 3)

#: Drawn anew so often for the interval of a region, always from the same seed, so that it can be made again.
DRAWS, SEED = 2000, 20_260_901


def unit_frame(groups: pd.DataFrame, places: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """One row per unit and facet, from a `group_frame`: a unit is what weighs as one in the region.

    places: the municipalities of each group. Two groups of one municipality are one unit (the mean of both), and so is
    a group of two municipalities; a group without any, such as a county municipality's, is a unit of its own.
    groups: their ids. people, people_to_be: how many have a level today, and one two years ahead.
    """
    unit_of = {group: _unit(group, places) for group in groups["group"].unique()}
    facets = groups[groups["kind"] == "facet"].assign(unit=groups["group"].map(unit_of))
    by_unit = facets.groupby(["unit", "part"], sort=False)
    added = {name: by_unit[name].sum() for name in ("people", "people_to_be", "asked", "dont_know")}
    means = {name: by_unit[name].mean() for name in ("as_is", "to_be", "importance")}
    frame = pd.DataFrame({**added, **means}).reset_index().rename(columns={"part": "facet"})
    members: dict[str, list[str]] = {}
    for group, unit in unit_of.items():
        members.setdefault(unit, []).append(group)
    return frame.assign(groups=frame["unit"].map(lambda unit: tuple(members[unit])))[UNIT_COLUMNS]


def _unit(group: str, places: Mapping[str, Sequence[str]]) -> str:
    return "+".join(sorted(places.get(group, ()))) or group


def region_frame(units: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """One row per facet, cluster and axis: what the units in a `unit_frame` show together.

    as_is, to_be: the mean of the units, each with the same weight, in levels; distance is between these two. low, high:
    bootstrap interval of as_is over units. lower_quarter, upper_quarter: see `quarter_window`. dont_know: the share of
    all who were asked. importance: the mean share who chose it. Clusters and axes are means of what is below them.
    """
    rows = []
    for facet in instrument.facets:
        own = units[(units["facet"] == facet.id) & units["as_is"].notna()]
        rows.append({"kind": "facet", "part": facet.id, **_row(own)})
    frame = pd.DataFrame(rows)
    means = frame.set_index("part")[["as_is", "to_be", "distance"]]
    parts = [
        {"kind": kind, "part": part, **row, "units": _fewest(frame, kind, part, instrument)}
        for (kind, part), row in up_the_tree(means, instrument).items()
    ]
    return pd.DataFrame([*rows, *parts], columns=REGION_COLUMNS)


def _row(own: pd.DataFrame) -> dict[str, Any]:
    as_is = own["as_is"].to_numpy(dtype=float)
    asked = int(own["asked"].sum())
    interval = _interval(as_is)
    today, ahead = _mean(own["as_is"]), _mean(own["to_be"])
    return {
        "units": len(own),
        "people": int(own["people"].sum()),
        "as_is": today,
        "to_be": ahead,
        "distance": ahead - today,
        "low": interval[0],
        "high": interval[1],
        "lower_quarter": _quarter(as_is, lower=True),
        "upper_quarter": _quarter(as_is, lower=False),
        "dont_know": own["dont_know"].sum() / asked if asked else np.nan,
        "importance": _mean(own["importance"]),
    }


def _mean(column: pd.Series[Any]) -> float:
    known = column.dropna()
    return float(known.mean()) if len(known) else np.nan


def _interval(as_is: Floats) -> tuple[float, float]:
    if as_is.size < 2:
        return np.nan, np.nan
    found = cluster_bootstrap(as_is, np.arange(as_is.size), np.mean, seed=SEED, draws=DRAWS)
    return found.low, found.high


def _fewest(frame: pd.DataFrame, kind: str, part: str, instrument: Instrument) -> int:
    """How many units stand behind a cluster or axis: as many as behind the facet with the fewest."""
    column = "cluster" if kind == "cluster" else "axis"
    below = [facet.id for facet in instrument.facets if getattr(facet, column) == part]
    return int(frame.loc[frame["part"].isin(below), "units"].min())


def quarter_window(values: Floats, *, lower: bool, alone: NDArray[np.bool_] | None = None) -> NDArray[np.intp]:
    """The places of the values whose mean is the lower or upper quartile: the nearest to it, never one alone.

    alone: which of the values nobody else knows; the window grows until it has three of them. Empty for fewer than ten
    values, or where a window of seven does not have three.
    """
    if values.size < 10:
        return np.array([], dtype=np.intp)
    unknown = np.ones(values.size, dtype=bool) if alone is None else alone
    # Means that rounding alone sets apart are equal, and then the order of the units decides, always in the same way.
    order = np.argsort(values.round(9), kind="stable")
    middle = round((values.size - 1) * (0.25 if lower else 0.75))
    for reach in REACHES:
        window = order[max(middle - reach, 0) : middle + reach + 1]
        if unknown[window].sum() >= 3:
            return window
    return np.array([], dtype=np.intp)


def _quarter(values: Floats, *, lower: bool) -> float:
    window = quarter_window(values, lower=lower)
    return float(values[window].mean()) if window.size else np.nan


def other_units(units: pd.DataFrame, own_group: str) -> pd.DataFrame:
    """The rows of a `unit_frame` without the unit that a group belongs to: the others, to stand beside its own."""
    return units[[own_group not in groups for groups in units["groups"]]]
