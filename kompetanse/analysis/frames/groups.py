"""Groups in figures: means, spread and agreement of facets, means of clusters and axes. Raw: not yet protected."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kompetanse.analysis.frames.levels import up_the_tree
from kompetanse.analysis.frames.talk import agreement_of, many, pattern_of, priority, talk_order
from kompetanse.analysis.statistics import random_variance, valid
from kompetanse.programme.models import Instrument

#: The columns of `group_frame`, one row per group and facet, cluster or axis.
GROUP_COLUMNS = [
    "group", "kind", "part", "people", "people_to_be", "as_is", "to_be", "distance", "spread", "index", "importance",
    "asked", "dont_know", "agreed", "agreed_to_be",
]  # fmt: skip
#: The columns of `talk_frame`, one row per group and facet, in the order to talk about.
TALK_COLUMNS = ["group", "place", "facet", "priority", "distance", "index", "agreement", "pattern"]


def group_frame(levels: pd.DataFrame, items: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """One row per group and facet, cluster or axis, from a `level_frame` and an `item_frame` of the same answers.

    kind: "facet", "cluster" or "axis"; part: its id. people, people_to_be: how many have a level. as_is, to_be,
    distance: means of persons for a facet (distance of those who have both), of the parts below with equal weights for
    clusters and axes. spread: standard deviation with n - 1. index: r*WG(J) over the items that at least two answered.
    importance: the share who chose it. asked, dont_know: how many answered in any way, and how many said «vet ikke».
    agreed, agreed_to_be: what the group has set itself. Spread, index and counts are of facets only.
    """
    facets = facet_figures(levels, items, instrument)
    if not instrument.axes:
        return facets
    frames = [frame for _, own in facets.groupby("group", sort=False) for frame in (own, _parts(own, instrument))]
    return pd.concat(frames, ignore_index=True)[GROUP_COLUMNS] if frames else pd.DataFrame(columns=GROUP_COLUMNS)


def facet_figures(levels: pd.DataFrame, items: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """The rows of `group_frame` that are about facets: all that a region is made from."""
    people = levels[levels["participant"] != ""].assign(distance=lambda frame: frame["to_be"] - frame["as_is"])
    keys = ["group", "facet"]
    of_people = people.groupby(keys, sort=False)
    counted = people.assign(asked=people["asked"] > 0, dont_know=people["dont_know"] > 0).groupby(keys, sort=False)
    figures = pd.DataFrame(
        {
            "people": of_people["as_is"].count(),
            "people_to_be": of_people["to_be"].count(),
            **{name: of_people[name].mean() for name in ("as_is", "to_be", "distance", "importance")},
            "spread": of_people["as_is"].std(),
            "index": agreement_indices(items, options=len(instrument.scale.levels)),
            "asked": counted["asked"].sum(),
            "dont_know": counted["dont_know"].sum(),
        }
    )
    # Groups that have only agreed have their rows too.
    figures = figures.reindex(pd.MultiIndex.from_frame(levels[keys].drop_duplicates()))
    stated = levels[levels["participant"] == ""].set_index(keys)
    figures["agreed"], figures["agreed_to_be"] = stated["as_is"], stated["to_be"]
    counts = ["people", "people_to_be", "asked", "dont_know"]
    figures[counts] = figures[counts].fillna(0).astype(int)
    return figures.reset_index().rename(columns={"facet": "part"}).assign(kind="facet")[GROUP_COLUMNS]


def _parts(own: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """The rows of one group's clusters and axes."""
    figures = own.set_index("part")[["as_is", "to_be", "distance", "agreed", "agreed_to_be"]]
    rows = [
        {"group": own["group"].iloc[0], "kind": kind, "part": part, **row}
        for (kind, part), row in up_the_tree(figures, instrument).items()
    ]
    return pd.DataFrame(rows, columns=GROUP_COLUMNS)


def agreement_indices(items: pd.DataFrame, *, options: int) -> pd.Series[float]:
    """r*WG(J) of every group and facet in an `item_frame`, by group and facet; NaN where no item has two levels.

    The same as `statistics.rwg_star` of each, for many groups at once.
    """
    variances = items.groupby(["group", "facet", "item"], sort=False)["level"].var()
    return 1 - variances.groupby(["group", "facet"], sort=False).mean() / random_variance(options)


def talk_frame(groups: pd.DataFrame, levels: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """What each group should talk about first: its facets in that order, with the question script that fits.

    groups: a `group_frame`; levels: the `level_frame` it was made from. priority: see `talk.priority`, 0 to 1.
    agreement: a word in three steps; pattern: the id of the question script.
    """
    span = instrument.scale.high - instrument.scale.low
    people = levels[levels["participant"] != ""]
    answered = {key: valid(own["as_is"]) for key, own in people.groupby(["group", "facet"], sort=False)}
    rows: list[dict[str, Any]] = []
    for group, own in groups[groups["kind"] == "facet"].groupby("group", sort=False):
        of_group = []
        for place, row in zip(talk_order(own, span=span), own.to_dict("records"), strict=True):
            word = agreement_of(row["index"], answered.get((group, row["part"]), np.array([])), span=span)
            unknown = many(int(row["dont_know"]), int(row["asked"]))
            of_group.append(
                {
                    "group": group,
                    "place": place,
                    "facet": row["part"],
                    "priority": priority(row["importance"], row["distance"], row["index"], span=span),
                    "distance": row["distance"],
                    "index": row["index"],
                    "agreement": word,
                    "pattern": pattern_of(row["distance"], word, many_dont_know=unknown, span=span),
                }
            )
        rows += sorted(of_group, key=lambda row: row["place"])
    return pd.DataFrame(rows, columns=TALK_COLUMNS)
