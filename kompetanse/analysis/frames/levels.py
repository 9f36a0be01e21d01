"""Levels of persons: of each facet, and of clusters and axes with equal weights all the way up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kompetanse.analysis.frames.answers import Given, asked, by_group, by_person, level_of, said
from kompetanse.answers.answer import Answer
from kompetanse.programme.models import Facet, Instrument

#: How levels are made from answers. It rises when a rule below changes, so that two rounds are known to compare.
SCORING = "1"

#: A level counts when at least this share of what it is made of has a level.
VALID_SHARE = 0.5

#: The columns of `level_frame`, one row per person (or group, participant "") and facet.
LEVEL_COLUMNS = [
    "group", "participant", "axis", "cluster", "facet", "as_is", "to_be", "importance", "asked", "dont_know",
    "not_relevant", "low", "high",
]  # fmt: skip
#: The columns of `part_frame`, one row per person and cluster or axis.
PART_COLUMNS = ["group", "participant", "kind", "part", "as_is", "to_be", "distance"]


def level_frame(answers: Iterable[Answer], instrument: Instrument) -> pd.DataFrame:
    """One row per person and facet, and one per group and facet with participant "" for what the group agreed.

    as_is, to_be: level (float; NaN when there is none or too few items have a level).
    importance: 1 if chosen among the most important, 0 if the person chose others, NaN if they chose none; where
    importance is rated, the share of the highest level.
    asked, dont_know, not_relevant: how many items the person answered in any way, and how many of them so.
    low, high: the ends of the scale. Those who keep their answers out («Hold mine svar utenfor») are left out here.
    """
    given = list(answers)
    scale = {"low": instrument.scale.low, "high": instrument.scale.high}
    persons = (
        {"group": group, "participant": participant, **row, **scale}
        for group, participant, own in by_person(given)
        for row in _rows(own, instrument)
    )
    agreed = (
        {"group": group, "participant": "", **row, **scale}
        for group, own in by_group(given)
        for row in _agreed_rows(own, instrument)
    )
    return pd.DataFrame([*persons, *agreed], columns=LEVEL_COLUMNS)


def _rows(given: Given, instrument: Instrument) -> list[dict[str, Any]]:
    chosen = {subject for (aspect, subject), value in given.items() if aspect == "importance" and value}
    return [
        {
            **_place(facet),
            **_as_is(given, instrument, facet),
            "to_be": level_of(given.get(("to-be", facet.id))),
            "importance": _importance(given.get(("importance", facet.id)), instrument) if chosen else np.nan,
        }
        for facet in instrument.facets
    ]


def _agreed_rows(given: Given, instrument: Instrument) -> list[dict[str, Any]]:
    nothing = {"importance": np.nan, "asked": 0, "dont_know": 0, "not_relevant": 0}
    return [
        {
            **_place(facet),
            "as_is": level_of(given.get(("agreed", facet.id))),
            "to_be": level_of(given.get(("agreed-to-be", facet.id))),
            **nothing,
        }
        for facet in instrument.facets
    ]


def _place(facet: Facet) -> dict[str, Any]:
    return {"axis": facet.axis, "cluster": facet.cluster, "facet": facet.id}


def _as_is(given: Given, instrument: Instrument, facet: Facet) -> dict[str, Any]:
    values = [given.get(("as-is", item.id)) for item in asked(given, instrument, facet)]
    kinds = [said(value) for value in values if value is not None]
    return {
        "as_is": mean_of([level_of(value) for value in values]),
        "asked": len(kinds),
        "dont_know": kinds.count("dont-know"),
        "not_relevant": kinds.count("not-relevant"),
    }


def _importance(value: object, instrument: Instrument) -> float:
    if isinstance(value, bool) or value is None:
        return float(bool(value))
    return level_of(value) / instrument.scale.high


def mean_of(levels: Sequence[float]) -> float:
    """The mean of the levels that are there, each with the same weight; NaN where fewer than half of them are."""
    known = [level for level in levels if not np.isnan(level)]
    return float(np.mean(known)) if known and len(known) >= VALID_SHARE * len(levels) else np.nan


def part_frame(levels: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """One row per person and cluster or axis, from a `level_frame`.

    kind: "cluster" or "axis". as_is, to_be, distance: the mean of the cluster's facets, of the axis' clusters and
    loose facets, with equal weights; NaN where fewer than half of them have a level. Axes are never added.
    """
    rows: list[dict[str, Any]] = []
    if not instrument.axes:
        return pd.DataFrame(rows, columns=PART_COLUMNS)
    people = levels[levels["participant"] != ""].assign(distance=lambda frame: frame["to_be"] - frame["as_is"])
    for (group, participant), own in people.groupby(["group", "participant"], sort=False):
        figures = own.set_index("facet")[["as_is", "to_be", "distance"]]
        for part, row in up_the_tree(figures, instrument).items():
            rows.append({"group": group, "participant": participant, "kind": part[0], "part": part[1], **row})
    return pd.DataFrame(rows, columns=PART_COLUMNS)


def up_the_tree(figures: pd.DataFrame, instrument: Instrument) -> dict[tuple[str, str], dict[str, float]]:
    """The figures of clusters and axes from those of the facets (indexed by facet), by kind and id."""
    made: dict[tuple[str, str], dict[str, float]] = {}
    of_facets = {str(facet): dict(row) for facet, row in figures.iterrows()}
    for (kind, part), children in tree(instrument).items():
        rows = [of_facets.get(name) if below == "facet" else made[below, name] for below, name in children]
        made[kind, part] = {
            str(column): mean_of([row[column] if row else np.nan for row in rows]) for column in figures.columns
        }
    return made


def tree(instrument: Instrument) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """What each cluster and each axis is made of, clusters first: kind and id of each child."""
    of: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for axis in instrument.axes:
        facets = instrument.facets_of(axis.id)
        for cluster in axis.clusters:
            of["cluster", cluster.id] = [("facet", facet.id) for facet in facets if facet.cluster == cluster.id]
        known = {cluster.id for cluster in axis.clusters}
        loose = [("facet", facet.id) for facet in facets if facet.cluster not in known]
        of["axis", axis.id] = [*(("cluster", cluster.id) for cluster in axis.clusters), *loose]
    return dict(sorted(of.items(), key=lambda entry: entry[0][0] != "cluster"))
