"""What was shown to whom: until which answer, and a hash of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Audience = Literal["room", "report", "points"]
RegionAudience = Literal["region", "public"]
#: Of a report: the group's own, or the one it has approved and shares.
Edition = Literal["group", "shared"]


@dataclass(frozen=True)
class Release:
    """All answers of a group until `as_of`, shown to an audience.

    "room": the group has shown itself its answers. "report": the group has approved its report. "points": the group has
    shown itself what the points of its members come to.
    `frozen` is false once an answer it rests on has been erased: then `hash` cannot be found again.
    """

    time: datetime
    group: str
    module: str
    round: int
    audience: Audience
    as_of: int
    hash: str
    frozen: bool = True


@dataclass(frozen=True)
class RegionRelease:
    """Figures of many groups that an audience has been shown, frozen as they were.

    units, people: how many municipalities and people stand behind them. figures: a row per facet, cluster and axis.
    basis: by facet, a mark of the answers of each municipality in it.
    """

    time: datetime
    module: str
    round: int
    audience: RegionAudience
    units: int
    people: int
    figures: tuple[dict[str, Any], ...]
    basis: dict[str, dict[str, str]]


@dataclass(frozen=True)
class WordRelease:
    """The words of many groups in one step, frozen as they have been shown: each with how many people wrote it.

    as_of: up to which answer they were counted.
    """

    time: datetime
    module: str
    step: str
    as_of: int
    words: tuple[dict[str, Any], ...]
