"""Single items of a theme: in the group's own room alone."""

from __future__ import annotations

import pandas as pd

from kompetanse.analysis.disclosure.policy import Audience, GroupPolicy, PolicyError, policy_for
from kompetanse.analysis.disclosure.protected import ENGINE, Hidden, ProtectedItems
from kompetanse.analysis.disclosure.rounding import rounded

#: The columns of `ProtectedItems.frame`, one row per item that was answered.
PROTECTED_ITEM_COLUMNS = ["facet", "item", "people", "level"]


def protect_items(items: pd.DataFrame, audience: Audience, policy: GroupPolicy | None = None) -> ProtectedItems:
    """The mean of each item in an `item_frame` of one group, in tenths, where enough have a level on it (S1)."""
    chosen = policy_for(audience, policy)
    if items["group"].nunique() > 1:
        raise PolicyError("A picture is of one group at a time; groups are never listed side by side.")
    rows, hidden = [], []
    for (facet, item), own in items.groupby(["facet", "item"], sort=False):
        levels = own["level"].dropna()
        enough = chosen.items_from is not None and len(levels) >= chosen.items_from
        if not enough:
            hidden.append(Hidden(str(item), "level", "S1"))
        level = rounded(float(levels.mean()), 0.1) if enough else float("nan")
        rows.append({"facet": facet, "item": item, "people": len(levels) if enough else None, "level": level})
    return ProtectedItems(pd.DataFrame(rows, columns=PROTECTED_ITEM_COLUMNS), audience, tuple(hidden), made_by=ENGINE)
