"""One group's picture: what its room, or a reader of its report, may see of each theme."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kompetanse.analysis.disclosure.policy import Audience, GroupPolicy, PolicyError, policy_for
from kompetanse.analysis.disclosure.protected import ENGINE, Hidden, Protected, is_nan
from kompetanse.analysis.disclosure.rounding import (
    SMALLEST_SPREAD,
    mean_in_report,
    rounded,
    shown_share,
    shown_spread,
    whole_levels,
    word_from,
)
from kompetanse.analysis.frames.groups import agreement_indices
from kompetanse.analysis.frames.talk import Agreement, agreement_of, many, priority, talk_order
from kompetanse.analysis.statistics import chance_level, interval_around, random_variance, rwg, valid

#: The columns of `Protected.frame`. What is hidden or missing is NaN or None alike (S10).
PROTECTED_COLUMNS = [
    "axis", "facet", "agreed", "agreed_to_be", "as_is", "to_be", "distance", "agreement", "dots", "dots_to_be",
    "dont_know", "many_dont_know", "chosen_by", "talk_order", "spread", "index", "low", "high", "chance", "priority",
]  # fmt: skip
#: What is made from answers; the group's own agreed values are its statement and always stand.
FROM_ANSWERS = tuple(PROTECTED_COLUMNS[4:])
#: What is only shown together, from `detail_from` answers on.
DETAIL = ("spread", "index", "low", "high", "chance", "priority")
#: What S2 hides: with few answers these would give the answers back.
_RECONSTRUCTS = {"as_is", "to_be", "distance", *DETAIL}


def protect(
    levels: pd.DataFrame,
    audience: Audience,
    policy: GroupPolicy | None = None,
    *,
    items: pd.DataFrame | None = None,
    invited: int | None = None,
    erased_since_release: bool = False,
) -> Protected:
    """What `audience` may see of one group's `level_frame`; without a policy, by the default for that audience.

    Rows with participant "" are the group's own agreed values: its statement, shown as it is. items: the `item_frame`
    of the same answers, for agreement where people answered several items of a theme; without it each person's level
    counts as one item. invited: the size of the group, for intervals. erased_since_release: whether an answer that an
    approved report rests on has been erased since: then two reports would differ by one person, and outside the room
    nothing made from answers is shown any more (S5).
    """
    chosen = policy_for(audience, policy)
    groups = set(levels["group"])
    if len(groups) > 1:
        raise PolicyError("A picture is of one group at a time; groups are never listed side by side.")
    if items is not None and not set(items["group"]) <= groups:
        raise PolicyError("The items are of another group than the levels.")
    picture = _Picture(chosen, levels, items, invited)
    rows, hidden = [], []
    for facet in picture.facets:
        row, missing = picture.row(facet)
        if erased_since_release and audience is not Audience.ROOM:
            missing = [(name, "S5") for name in FROM_ANSWERS]
            row |= dict.fromkeys(FROM_ANSWERS)
        rows.append(row)
        hidden += [Hidden(facet, column, rule) for column, rule in missing]
    frame = pd.DataFrame(rows, columns=PROTECTED_COLUMNS)
    if audience is Audience.ROOM:
        frame["talk_order"] = picture.talk_order()
    answered = int(levels.loc[(levels["participant"] != "") & (levels["asked"] > 0), "participant"].nunique())
    return Protected(frame, chosen, answered, tuple(hidden), made_by=ENGINE)


class _People:
    """What the people of the group have answered on one facet, as arrays."""

    def __init__(self, columns: dict[str, NDArray[np.float64]], chosen: NDArray[np.bool_]):
        own = {name: column[chosen] for name, column in columns.items()}
        self.as_is = valid(own["as_is"])
        self.to_be = valid(own["to_be"])
        self.both = valid(own["to_be"] - own["as_is"])
        self.importance = valid(own["importance"])
        self.asked = own["asked"][own["asked"] > 0]
        self.dont_know = int((own["dont_know"] > 0).sum())


class _Picture:
    """The themes of one group, one after the other."""

    def __init__(self, policy: GroupPolicy, levels: pd.DataFrame, items: pd.DataFrame | None, invited: int | None):
        self._policy = policy
        self._invited = invited
        self._low, self._high = (
            int(levels[end].iloc[0]) if len(levels) else place for end, place in (("low", 1), ("high", 5))
        )
        names = ("as_is", "to_be", "importance", "asked", "dont_know")
        self._columns = {name: levels[name].to_numpy(dtype=float) for name in names}
        self._facet = levels["facet"].to_numpy(dtype=object)
        self._axis = levels["axis"].to_numpy(dtype=object)
        self._is_person = (levels["participant"] != "").to_numpy(dtype=bool)
        self._indices = None if items is None else self._of_items(items)
        self._talk: list[dict[str, float]] = []

    @property
    def facets(self) -> list[str]:
        """The facets in the order of the frame."""
        return list(dict.fromkeys(self._facet))

    def talk_order(self) -> list[float]:
        """The place of each theme in the order to talk about, from the exact figures; NaN with too few answers."""
        figures = pd.DataFrame(self._talk, columns=["importance", "distance", "index"])
        known = figures["distance"].notna()
        places = talk_order(figures, span=self._high - self._low)
        return [float(place) if is_known else math.nan for place, is_known in zip(places, known, strict=True)]

    def row(self, facet: str) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """One theme's figures, and which of them are not shown by which rule."""
        rows = self._facet == facet
        stated = np.flatnonzero(rows & ~self._is_person)
        row = {
            "axis": self._axis[np.flatnonzero(rows)[0]],
            "facet": facet,
            "agreed": self._columns["as_is"][stated[0]] if stated.size else math.nan,
            "agreed_to_be": self._columns["to_be"][stated[0]] if stated.size else math.nan,
            **self._from_answers(facet, _People(self._columns, rows & self._is_person)),
        }
        missing = [name for name in FROM_ANSWERS if name != "talk_order" and _gone(row[name])]
        return row, [(name, "S2" if name in _RECONSTRUCTS else "S1") for name in missing]

    def _from_answers(self, facet: str, people: _People) -> dict[str, Any]:
        policy, in_the_room = self._policy, self._policy.audience is Audience.ROOM
        index = self._index(facet, people.as_is)
        enough = policy.mean_from is not None and people.both.size >= policy.mean_from
        chosen = people.importance
        self._talk.append(
            {
                "importance": float(chosen.mean()) if chosen.size else math.nan,
                "distance": float(people.both.mean()) if enough else math.nan,
                "index": index if enough else math.nan,
            }
        )
        today, ahead = self._mean(people.as_is), self._mean(people.to_be)
        share = float(chosen.mean()) if chosen.size >= policy.importance_from else math.nan
        told = people.asked.size >= policy.dont_know_from
        shown: dict[str, Any] = {
            "as_is": today,
            "to_be": ahead,
            # Outside the room from the shown means alone: the exact distance would undo what S3 has coded.
            "distance": self._distance(people.both) if in_the_room else round(ahead - today, 6),
            "agreement": self._word(index, people.as_is),
            "dots": _dots(people.as_is, policy),
            "dots_to_be": _dots(people.to_be, policy),
            "dont_know": people.dont_know if told and policy.dont_know_as_count else math.nan,
            "many_dont_know": many(people.dont_know, people.asked.size) if told else None,
            "chosen_by": round(share, 2) if in_the_room else shown_share(share),
            "talk_order": math.nan,
        }
        return shown | self._detail(people, shown, index)

    def _of_items(self, items: pd.DataFrame) -> dict[str, float]:
        found = agreement_indices(items, options=self._high - self._low + 1)
        return dict(zip(found.index.get_level_values("facet"), found.to_numpy(dtype=float), strict=True))

    def _index(self, facet: str, as_is: NDArray[np.float64]) -> float:
        if self._indices is None:
            return rwg(as_is, options=self._high - self._low + 1)
        return self._indices.get(facet, math.nan)

    def _mean(self, values: NDArray[np.float64]) -> float:
        if self._policy.mean_from is None or values.size < self._policy.mean_from:
            return math.nan
        mean = float(values.mean())
        return mean_in_report(mean, self._low, self._high) if self._policy.code_ends else rounded(mean, 0.1)

    def _distance(self, both: NDArray[np.float64]) -> float:
        enough = self._policy.mean_from is not None and both.size >= self._policy.mean_from
        return rounded(float(both.mean()), 0.1) if enough else math.nan

    def _word(self, index: float, as_is: NDArray[np.float64]) -> Agreement | None:
        span = self._high - self._low
        return agreement_of(index, as_is, span=span) if self._has_word(as_is.size, span + 1) else None

    def _has_word(self, answers: int, levels: int) -> bool:
        policy = self._policy
        wanted = policy.agreement_from if policy.audience is Audience.ROOM else word_from(levels, policy.agreement_from)
        beside_a_mean = policy.mean_from is not None and answers >= policy.mean_from
        return wanted is not None and answers >= wanted and (not beside_a_mean or answers >= policy.side_by_side_from)

    def _detail(self, people: _People, shown: dict[str, Any], index: float) -> dict[str, float]:
        """Spread, index, interval, chance level and priority, from mean and spread as shown, so that they add nothing.

        Only where people answered several items the index is of the items, capped as the spread is and in tenths.
        """
        span, n = self._high - self._low, people.as_is.size
        # On two levels the spread follows from the share, and would undo its rounding.
        if self._policy.detail_from is None or n < self._policy.detail_from or span == 1:
            return dict.fromkeys(DETAIL, math.nan)
        spread, random = shown_spread(float(people.as_is.std(ddof=1)), span), random_variance(span + 1)
        items = max(1, round(float(np.median(people.asked))))
        as_shown = 1 - spread**2 / random
        if items > 1:
            as_shown = min(index, 1 - (span * SMALLEST_SPREAD) ** 2 / random)
        as_shown = rounded(as_shown, 0.1)
        low, high = self._interval(shown["as_is"], spread, n)
        return {
            "spread": spread,
            "index": as_shown,
            "low": low,
            "high": high,
            "chance": rounded(_chance(spread, n, options=span + 1, items=items), 0.01),
            "priority": rounded(
                priority(shown["chosen_by"], shown["distance"], rounded(as_shown, 0.1), span=span), 0.01
            ),
        }

    def _interval(self, mean: float, spread: float, people: int) -> tuple[float, float]:
        """The interval around the mean as shown; none where all have answered or the size is not known."""
        if self._invited is None or people > self._invited:
            return math.nan, math.nan
        found = interval_around(mean, spread, people, self._invited)
        if found is None:
            return math.nan, math.nan
        return max(rounded(found.low, 0.1), self._low), min(rounded(found.high, 0.1), self._high)


def _chance(spread: float, people: int, *, options: int, items: int) -> float:
    """The share of groups answering at random that would be spread as little as this one, as it is shown."""
    return float(chance_level(_Alike(), -spread, raters=people, options=options, items=items))


@dataclass(frozen=True)
class _Alike:
    """How little people are spread: minus the standard deviation of the means of what each of them answered."""

    def __call__(self, ratings: NDArray[np.float64]) -> float:
        return float(self.of_many(ratings[np.newaxis])[0])

    def of_many(self, ratings: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same for many sets at once."""
        means = ratings if ratings.ndim == 2 else ratings.mean(axis=2)
        spreads: NDArray[np.float64] = means.std(axis=1, ddof=1)
        return -spreads


def _gone(value: object) -> bool:
    return value is None or is_nan(value)


def _dots(values: NDArray[np.float64], policy: GroupPolicy) -> list[float] | None:
    return None if policy.dots_from is None or values.size < policy.dots_from else whole_levels(values)
