"""What to talk about first: how far, how alike, how important, and which conversation each theme calls for."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

#: How much the distance weighs against disagreement in `priority`.
DISTANCE_WEIGHT = 0.5

#: From this index on a group sees a theme in much the same way; from the other on, somewhat differently.
ALIKE_FROM, SOMEWHAT_FROM = 0.7, 0.4


class Agreement(StrEnum):
    """How alike a group sees a theme; never finer than three steps, so that no word tells everyone's answer."""

    ALIKE = "alike"
    SOMEWHAT = "somewhat"
    APART = "apart"


class Pattern(StrEnum):
    """What a theme's picture says, and so how to talk about it; the ids of the content's question scripts."""

    FAR_AGREE = "far-agree"
    FAR_DISAGREE = "far-disagree"
    NEAR_DISAGREE = "near-disagree"
    MANY_DONT_KNOW = "many-dont-know"
    NEAR_AGREE = "near-agree"


def agreement_of(index: float, levels: NDArray[np.float64], *, span: int) -> Agreement | None:
    """How alike the levels are in three words, from r*WG(J) and the levels themselves; None for fewer than three.

    Up to five answers a high index is often chance (at five, one group in seventeen of people who answer at random
    reaches 0.7), so «alike» there also needs everyone within one fourth of the scale of each other. `span` is the
    highest level less the lowest.
    """
    if levels.size < 3 or np.isnan(index):
        return None
    close = float(np.ptp(levels)) <= span / 4
    if _at_least(index, ALIKE_FROM) and (levels.size > 5 or close):
        return Agreement.ALIKE
    return Agreement.SOMEWHAT if _at_least(index, SOMEWHAT_FROM) else Agreement.APART


def _at_least(index: float, border: float) -> bool:
    # 0.7 is not exact in binary, and an index on the border must not fall on either side by chance.
    return index >= border - 1e-9


def pattern_of(distance: float, agreement: Agreement | None, *, many_dont_know: bool, span: int) -> Pattern:
    """Which conversation a theme calls for. Far is at least one fourth of the scale; NaN is not far."""
    if many_dont_know:
        return Pattern.MANY_DONT_KNOW
    apart = agreement in {Agreement.SOMEWHAT, Agreement.APART}
    if distance >= span / 4:
        return Pattern.FAR_DISAGREE if apart else Pattern.FAR_AGREE
    return Pattern.NEAR_DISAGREE if apart else Pattern.NEAR_AGREE


def many(said_so: int, asked: int) -> bool:
    """«Many» said «vet ikke»: at least a third, and never one person alone."""
    return said_so >= 2 and said_so * 3 >= asked


def priority(importance: float, distance: float, index: float, *, span: int) -> float:
    """D = I [λ clip(g/R, 0, 1) + (1 - λ)(1 - max(0, r*))]: how urgent it is to talk about a theme, 0 to 1.

    importance: the share who chose the theme; NaN (nobody has chosen any) weighs all themes alike. distance in
    levels, index r*WG(J): NaN counts as no distance, and as agreement. R is the span of the scale, λ one half.
    Our own rule, without a published source.
    """
    return _weight(importance) * _worth_talking(distance, index, span)


def _weight(importance: float) -> float:
    return 1.0 if np.isnan(importance) else importance


def _worth_talking(distance: float, index: float, span: int) -> float:
    far = 0.0 if np.isnan(distance) else float(np.clip(distance / span, 0, 1))
    apart = 0.0 if np.isnan(index) else 1 - max(0.0, index)
    return DISTANCE_WEIGHT * far + (1 - DISTANCE_WEIGHT) * min(apart, 1.0)


def talk_order(figures: pd.DataFrame, *, span: int) -> pd.Series[int]:
    """The place of each row in the order to talk about, 1 first.

    figures: columns `importance`, `distance`, `index`, one row per theme. Themes with the same priority, such as those
    that nobody chose, stand by distance and disagreement alone; the order of the frame decides between equals.
    """
    pairs = figures[["distance", "index"]].to_numpy(dtype=float)
    worth = [_worth_talking(distance, index, span) for distance, index in pairs]
    weight = [_weight(value) for value in figures["importance"]]
    keys = [(-w * value, -value, place) for place, (w, value) in enumerate(zip(weight, worth, strict=True))]
    places = {key[2]: number for number, key in enumerate(sorted(keys), start=1)}
    return pd.Series([places[place] for place in range(len(keys))], index=figures.index, dtype=int)
