"""How fine a figure may be: rounded, kept from the ends of the scale, and put into three words."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

#: From how many answers the word for agreement may stand beside an agreed value, by the number of levels of the scale;
#: None is never. With fewer, one word and one agreed value would give back everybody's answer: on two levels «ganske
#: likt» says that all answered alike. A test counts every set of answers and holds these numbers (S2, S3).
WORD_FROM: dict[int, int | None] = {2: None, 3: 7, 4: 6}

#: A spread is never shown smaller than this share of the scale: a spread of nothing would tell everybody's answer (S3).
SMALLEST_SPREAD = 1 / 8

#: Shares are shown to the nearest five per cent, and never as none or all.
SHARE_STEP = 0.05


def word_from(levels: int, policy: int) -> int | None:
    """From how many answers a word for agreement may be shown outside the room, on a scale of so many levels."""
    safe = WORD_FROM.get(levels, 0)
    return None if safe is None else max(policy, safe)


#: How far from the ends of the scale, as shares of it, means are kept outside the room, and quarters of municipalities.
MEAN_EDGE, QUARTER_EDGE = 1 / 8, 1 / 4


def coded(mean: float, low: float, high: float, edge: float = MEAN_EDGE) -> float:
    """A mean kept from the ends of the scale (S3), whatever the answers were.

    To code only where all, or all but one, answered alike would tell by the figures that are not coded that they were
    not: of eight answers a mean of 1.25 would then be six of 1 and two of 2, and nothing else.
    """
    away = edge * (high - low)
    return min(max(mean, low + away), high - away)


def rounded(value: float, step: float) -> float:
    """A value to the nearest multiple of `step`, halves up; NaN stays NaN."""
    if math.isnan(value):
        return math.nan
    # A tiny amount first: 2.25 must not become 2.2 or 2.3 by how it happens to be stored.
    return round(math.floor(value / step + 0.5 + 1e-9) * step, 6)


#: The steps that figures are rounded to: such as people read easily.
STEPS = (0.1, 0.2, 0.5, 1.0, 2.0)


def step_of(step: float, span: int) -> float:
    """A step of a scale from 1 to 5 on a scale of this span: as large a part of it, rounded up to one of `STEPS`.

    On shorter scales the step stays. On two levels a mean is a share; halves of a level would only say whether most
    said yes, so it is quarters there.
    """
    if span == 1:
        return min(step, 0.25)
    return next((nice for nice in STEPS if nice >= max(step, step * span / 4) - 1e-9), STEPS[-1])


def mean_in_report(mean: float, low: int, high: int) -> float:
    """A mean as a report shows it: in tenths, kept from the ends; a share in quarters where there are two levels."""
    if math.isnan(mean):
        return math.nan
    if high - low > 1:
        return rounded(coded(mean, low, high), step_of(0.1, high - low))
    return min(max(rounded(mean, 0.25), low + 0.25), high - 0.25)


def shown_spread(spread: float, span: int) -> float:
    """A standard deviation in tenths, never below an eighth of the scale."""
    return max(rounded(spread, 0.1), rounded(span * SMALLEST_SPREAD, 0.1))


def shown_share(share: float) -> float:
    """A share to the nearest five per cent, at least five and at most 95: none and all tell about everybody (S3)."""
    if math.isnan(share):
        return math.nan
    return min(max(rounded(share, SHARE_STEP), SHARE_STEP), 1 - SHARE_STEP)


def whole_levels(values: NDArray[np.float64]) -> list[float]:
    """Whole levels in rising order: no order of arrival and no fraction tells who said what."""
    return sorted(rounded(float(value), 1.0) for value in values)
