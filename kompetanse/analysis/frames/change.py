"""From one round to the next: how much a group has changed, and whether the two rounds can be compared at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kompetanse.analysis.frames.levels import SCORING
from kompetanse.analysis.statistics import cliffs_delta, valid
from kompetanse.programme.models import Instrument

#: The columns of `change_frame`, one row per group and facet.
CHANGE_COLUMNS = [
    "group", "facet", "before", "after", "change", "people_before", "people_after", "people_both", "delta",
    "agreed_before", "agreed_after", "agreed_change", "scoring_before", "scoring_after", "comparable",
]  # fmt: skip


@dataclass(frozen=True)
class Round:
    """One round's levels (a `level_frame`) and how they were made."""

    levels: pd.DataFrame
    scoring: str

    @classmethod
    def of(cls, levels: pd.DataFrame, instrument: Instrument) -> Round:
        """The round of these levels, marked with the instrument's version and the rules that made them."""
        return cls(levels=levels, scoring=f"{instrument.id} {instrument.version}, scoring {SCORING}")


def change_frame(before: Round, after: Round) -> pd.DataFrame:
    """One row per group and facet that both rounds have.

    before, after: means of persons. change: after less before, in levels; of those who answered both times where
    anybody did (people_both), else between the two means. delta: Cliff's delta, -1 to 1. agreed_change: between the
    values that the group set itself. comparable is False where the rounds were asked or scored by different versions
    (scoring_before, scoring_after): then a change may come from that alone.
    """
    rows: list[dict[str, Any]] = []
    earlier = dict(iter(before.levels.groupby(["group", "facet"], sort=False)))
    for key, own in after.levels.groupby(["group", "facet"], sort=False):
        if key in earlier:
            rows.append({"group": key[0], "facet": key[1], **_row(earlier[key], own)})
    marks = {
        "scoring_before": before.scoring,
        "scoring_after": after.scoring,
        "comparable": before.scoring == after.scoring,
    }
    return pd.DataFrame([{**row, **marks} for row in rows], columns=CHANGE_COLUMNS)


def _row(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, Any]:
    then, now = (own[own["participant"] != ""].set_index("participant")["as_is"] for own in (before, after))
    both = valid(now - then.reindex(now.index))
    a, b = valid(then), valid(now)
    agreed_then, agreed_now = _agreed(before), _agreed(after)
    means = _mean(a), _mean(b)
    return {
        "before": means[0],
        "after": means[1],
        "change": float(both.mean()) if both.size else means[1] - means[0],
        "people_before": a.size,
        "people_after": b.size,
        "people_both": both.size,
        "delta": cliffs_delta(b, a) if a.size and b.size else np.nan,
        "agreed_before": agreed_then,
        "agreed_after": agreed_now,
        "agreed_change": agreed_now - agreed_then,
    }


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else np.nan


def _agreed(own: pd.DataFrame) -> float:
    stated = own[own["participant"] == ""]
    return float(stated["as_is"].iloc[0]) if len(stated) else np.nan
