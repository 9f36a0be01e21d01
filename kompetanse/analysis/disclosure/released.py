"""What is made from a released region: the same again, beside a group's own picture, and for everyone."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from kompetanse.analysis.disclosure.policy import Audience, GroupPolicy, PolicyError, region_policy_for
from kompetanse.analysis.disclosure.protected import ENGINE, Hidden, ProtectedRegion, is_nan
from kompetanse.analysis.disclosure.region import FIGURES, MEANS, PROTECTED_REGION_COLUMNS, number_or_nan
from kompetanse.analysis.disclosure.release import Earlier
from kompetanse.analysis.disclosure.rounding import rounded, step_of
from kompetanse.programme.models import Instrument


def protect_public(
    region: ProtectedRegion, instrument: Instrument, *, last_date: date | None, today: date
) -> ProtectedRegion:
    """What everyone may see of a region: the figures that have been released, coarser, and fewer of them.

    Made from the figures as those who run the programme see them, so that both together tell no more than these (S11).
    PolicyError before the last date of the module has been.
    """
    policy = region_policy_for(Audience.PUBLIC, None)
    if last_date is None or today <= last_date:
        raise PolicyError("Nothing is shown to the public before the last date of the module has been.")
    low, high = instrument.scale.low, instrument.scale.high
    step = step_of(policy.mean_step, high - low)
    rows, hidden = [], []
    for row in region.rows():
        enough = row["units"] is not None and row["units"] >= policy.units_from
        shown = {name: rounded(row[name], step) if enough and row[name] is not None else np.nan for name in MEANS}
        shown["distance"] = round(shown["to_be"] - shown["as_is"], 6)
        place = {"kind": row["kind"], "part": row["part"], "units": row["units"] if enough else np.nan}
        rows.append({**dict.fromkeys(FIGURES, np.nan), **place, **shown})
        hidden += [Hidden(row["part"], name, "S1") for name in FIGURES if is_nan(rows[-1][name])]
    frame = pd.DataFrame(rows, columns=PROTECTED_REGION_COLUMNS)
    return ProtectedRegion(
        frame, policy, tuple(hidden), units=region.units, people=region.people, basis=region.basis, made_by=ENGINE
    )


def beside_own(region: ProtectedRegion, policy: GroupPolicy) -> ProtectedRegion:
    """The released means that may stand beside a group's own picture: of enough other municipalities (S8).

    One of those behind each figure is the group's own. No quarters, and never the lowest or the highest.
    """
    rows, hidden = [], []
    for row in region.rows():
        others = (row["units"] or 0) - 1
        enough = policy.region_beside_from is not None and others >= policy.region_beside_from
        if not enough:
            hidden.append(Hidden(row["part"], "as_is", "S8"))
        kept = {name: row[name] if enough else np.nan for name in ("units", *MEANS, "distance")}
        rows.append({**dict.fromkeys(FIGURES, np.nan), "kind": row["kind"], "part": row["part"], **kept})
    frame = pd.DataFrame(rows, columns=PROTECTED_REGION_COLUMNS)
    return ProtectedRegion(
        frame, region.policy, tuple(hidden), units=region.units, people=region.people, basis={}, made_by=ENGINE
    )


def frozen_region(earlier: Earlier, audience: Audience) -> ProtectedRegion:
    """What an audience has been shown before, as it was then."""
    rows = [
        {
            name: row[name] if name in {"kind", "part"} else number_or_nan(row.get(name))
            for name in PROTECTED_REGION_COLUMNS
        }
        for row in earlier.figures
    ]
    return ProtectedRegion(
        pd.DataFrame(rows, columns=PROTECTED_REGION_COLUMNS),
        region_policy_for(audience, None),
        (),
        units=earlier.units,
        people=earlier.people,
        basis=earlier.basis,
        made_by=ENGINE,
    )
