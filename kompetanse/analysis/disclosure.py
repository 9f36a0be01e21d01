"""What may be shown to whom: the one way from answers to anything that somebody else sees.

`protect` takes a level frame (see `frames`) of one group and gives a `Protected` picture: one row per theme, with only
what the audience may see, rounded as the policy says, and a log of what was hidden by which rule. Charts, blocks,
findings and reports take nothing but `Protected`, and nothing but `protect` can make one.

Rules, by their numbers in the log:
S1  a figure needs as many answers as the policy says; a policy below the floors is refused
S2  answers must not be reconstructable: below `mean_from` there is the agreed value with a word for agreement, no mean
S3  where all, or all but one, answered alike, a mean near the ends of the scale is top- and bottom-coded
S10 what is missing looks like what is hidden
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, model_validator

from kompetanse.analysis.statistics import rwg, valid
from kompetanse.errors import KompetanseError


class Audience(StrEnum):
    """Who will see a figure."""

    ROOM = "room"
    REPORT = "report"


class Agreement(StrEnum):
    """How alike a group sees a theme; never finer than three steps, so that no word tells everyone's answer."""

    ALIKE = "alike"
    SOMEWHAT = "somewhat"
    APART = "apart"


class PolicyError(KompetanseError):
    """A policy that would show more than its floors allow."""


class Policy(BaseModel):
    """From how many answers each figure may be shown to one audience; None means never."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    audience: Audience
    #: The dots of a theme, one per person and without names.
    dots_from: int | None
    #: The mean of a theme, in tenths of a level.
    mean_from: int | None
    #: The word for agreement.
    agreement_from: int
    #: From how many answers the mean and the word may stand side by side; with fewer the mean stands alone (S2).
    side_by_side_from: int
    #: How many said «vet ikke»; as a count, or as many / few.
    dont_know_from: int
    dont_know_as_count: bool
    #: How many chose the theme as one of the most important.
    importance_from: int
    #: Whether means near the ends of the scale are coded where all but one answered alike (S3).
    code_ends: bool

    @model_validator(mode="after")
    def _not_below_the_floors(self) -> Self:
        floors = FLOORS[self.audience]
        if self.audience is not Audience.ROOM and (not self.code_ends or self.dont_know_as_count):
            raise PolicyError("Outside the room set code_ends to true and dont_know_as_count to false (S3, S1).")
        low = [name for name, floor in floors.items() if _lower(getattr(self, name), floor)]
        if low:
            told = ", ".join(f"{name} at least {'never' if floors[name] is None else floors[name]}" for name in low)
            raise PolicyError(f"This policy for {self.audience} shows too much; set {told}.")
        return self


def _lower(value: int | None, floor: int | None) -> bool:
    return value is not None and (floor is None or value < floor)


#: Nobody may set a policy lower than this.
FLOORS: dict[Audience, dict[str, int | None]] = {
    Audience.ROOM: {
        "dots_from": 3,
        "mean_from": 3,
        "agreement_from": 3,
        "side_by_side_from": 3,
        "dont_know_from": 3,
        "importance_from": 3,
    },
    Audience.REPORT: {
        "dots_from": None,
        "mean_from": 8,
        "agreement_from": 5,
        "side_by_side_from": 10,
        "dont_know_from": 5,
        "importance_from": 10,
    },
}

#: The default policy of each audience. In the report the mean waits until 10 answers, because below that it may not
#: stand beside the word for agreement (S2), and the word is the better start of a conversation.
POLICIES: Mapping[Audience, Policy] = {
    Audience.ROOM: Policy(
        audience=Audience.ROOM,
        dots_from=3,
        mean_from=3,
        agreement_from=3,
        side_by_side_from=3,
        dont_know_from=3,
        dont_know_as_count=True,
        importance_from=3,
        code_ends=False,
    ),
    Audience.REPORT: Policy(
        audience=Audience.REPORT,
        dots_from=None,
        mean_from=10,
        agreement_from=5,
        side_by_side_from=10,
        dont_know_from=5,
        dont_know_as_count=False,
        importance_from=10,
        code_ends=True,
    ),
}

#: The columns of `Protected.frame`. What is hidden or missing is NaN or None alike (S10).
PROTECTED_COLUMNS = [
    "axis", "facet", "agreed", "agreed_to_be", "as_is", "to_be", "distance", "agreement", "dots", "dots_to_be",
    "dont_know", "many_dont_know", "chosen_by",
]  # fmt: skip


@dataclass(frozen=True)
class Hidden:
    """One figure that was not shown, and the rule that hid it."""

    facet: str
    column: str
    rule: str


class Protected:
    """Figures that may be shown to their audience; made by `protect` and by nothing else.

    frame: one row per theme, columns `PROTECTED_COLUMNS`. answered: how many people have answered.
    """

    def __init__(self, frame: pd.DataFrame, policy: Policy, answered: int, hidden: tuple[Hidden, ...], *, made_by: Any):
        if made_by is not _PROTECT:
            raise TypeError("Protected figures are made by disclosure.protect, so that no rule is passed by.")
        self._frame = frame
        self.policy = policy
        self.answered = answered
        self.hidden = hidden

    @property
    def frame(self) -> pd.DataFrame:
        """A copy of the figures, so that nobody can write answers back into them."""
        return self._frame.copy()

    @property
    def audience(self) -> Audience:
        return self.policy.audience

    def rows(self) -> list[dict[str, Any]]:
        """The figures, one dict per theme, with None for what is hidden or missing."""
        return [
            {str(name): None if _is_nan(value) else value for name, value in row.items()}
            for row in self._frame.to_dict("records")
        ]


_PROTECT = object()


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and np.isnan(value)


def protect(frame: pd.DataFrame, audience: Audience, policy: Policy | None = None) -> Protected:
    """What `audience` may see of one group's level frame; without a policy, by the default for that audience.

    Rows with participant "" are the group's own agreed values: its statement, shown as it is.
    """
    chosen = POLICIES[audience] if policy is None else policy
    if chosen.audience is not audience:
        raise PolicyError(f"This policy is for {chosen.audience}, not for {audience}.")
    if frame["group"].nunique() > 1:
        raise PolicyError("A picture is of one group at a time; groups are never listed side by side.")
    people = frame[frame["participant"] != ""]
    agreed = frame[frame["participant"] == ""].set_index("facet")
    hidden: list[Hidden] = []
    rows = []
    levels = range(int(frame["low"].min()), int(frame["high"].max()) + 1) if len(frame) else range(0)
    for facet in dict.fromkeys(frame["facet"]):
        answers = people[people["facet"] == facet]
        row, missing = _row(answers, chosen, levels)
        hidden += [Hidden(facet, column, rule) for column, rule in missing]
        own = agreed.loc[facet] if facet in agreed.index else None
        rows.append(
            {
                "axis": frame.loc[frame["facet"] == facet, "axis"].iloc[0],
                "facet": facet,
                "agreed": _whole(own, "as_is"),
                "agreed_to_be": _whole(own, "to_be"),
                **row,
            }
        )
    answered = int(people.loc[people["asked"] > 0, "participant"].nunique())
    return Protected(pd.DataFrame(rows, columns=PROTECTED_COLUMNS), chosen, answered, tuple(hidden), made_by=_PROTECT)


def _whole(own: pd.Series | None, column: str) -> float:
    return np.nan if own is None else float(own[column])


def _row(answers: pd.DataFrame, policy: Policy, levels: range) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    as_is, to_be = valid(answers["as_is"]), valid(answers["to_be"])
    distance = valid(answers["to_be"] - answers["as_is"])
    asked, dont_know = int((answers["asked"] > 0).sum()), int((answers["dont_know"] > 0).sum())
    chosen = valid(answers["importance"])
    shown: dict[str, Any] = {
        "as_is": _mean(as_is, policy, levels),
        "to_be": _mean(to_be, policy, levels),
        "distance": _mean(distance, policy, None),
        "agreement": agreement(as_is, levels) if _has_word(as_is.size, policy) else None,
        "dots": _dots(as_is, policy),
        "dots_to_be": _dots(to_be, policy),
        "dont_know": dont_know if asked >= policy.dont_know_from and policy.dont_know_as_count else np.nan,
        "many_dont_know": _many(dont_know, asked) if asked >= policy.dont_know_from else None,
        "chosen_by": round(float(chosen.mean()), 2) if chosen.size >= policy.importance_from else np.nan,
    }
    if policy.code_ends:
        # From the shown means alone: the exact distance would undo what S3 has coded.
        shown["distance"] = round(shown["to_be"] - shown["as_is"], 1)
    missing = [
        (name, "S2" if name in {"as_is", "to_be", "distance"} else "S1") for name, v in shown.items() if _gone(v)
    ]
    return shown, missing


def _has_word(answers: int, policy: Policy) -> bool:
    beside_a_mean = policy.mean_from is not None and answers >= policy.mean_from
    return answers >= policy.agreement_from and (not beside_a_mean or answers >= policy.side_by_side_from)


def _gone(value: object) -> bool:
    return value is None or _is_nan(value)


def _mean(values: np.ndarray, policy: Policy, levels: range | None) -> float:
    if policy.mean_from is None or values.size < policy.mean_from:
        return np.nan
    mean = float(values.mean())
    if levels is not None and policy.code_ends and _nearly_unanimous(values):
        edge = (levels[-1] - levels[0]) / 8
        mean = min(max(mean, levels[0] + edge), levels[-1] - edge)
    return round(mean, 1)


def _nearly_unanimous(values: np.ndarray) -> bool:
    _, counts = np.unique(values, return_counts=True)
    return bool(counts.max() >= values.size - 1)


def _dots(values: np.ndarray, policy: Policy) -> list[float] | None:
    """Whole levels in rising order: no order of arrival and no fraction tells who said what."""
    if policy.dots_from is None or values.size < policy.dots_from:
        return None
    return sorted(float(round(float(value))) for value in values)


def _many(dont_know: int, asked: int) -> bool:
    """«Many» is at least a third, and never one person alone."""
    return dont_know >= 2 and dont_know * 3 >= asked


def agreement(values: np.ndarray, levels: range) -> Agreement | None:
    """How alike the levels are, in three steps; None for fewer than three.

    Up to five answers a high index is often chance, so «alike» there also needs everyone within one fourth of the
    scale of each other.
    """
    if values.size < 3:
        return None
    index = rwg(values, options=len(levels))
    close = float(values.max() - values.min()) <= (levels[-1] - levels[0]) / 4
    if index >= 0.7 and (values.size > 5 or close):
        return Agreement.ALIKE
    return Agreement.SOMEWHAT if index >= 0.4 else Agreement.APART
