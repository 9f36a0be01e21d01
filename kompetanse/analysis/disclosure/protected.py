"""Figures and words that may be shown to their audience. Only the modules of `disclosure` can make them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kompetanse.analysis.disclosure.policy import Audience, GroupPolicy, RegionPolicy


@dataclass(frozen=True)
class Hidden:
    """One figure that was not shown or was made coarser, and the rule that asked for it."""

    subject: str
    column: str
    rule: str


class Made:
    """The mark of the modules that may make protected figures."""


#: Named by the modules of `disclosure` and by nothing else; a test reads the source for it.
ENGINE = Made()


class Shown:
    """Something that an audience may see, with a log of what was hidden by which rule."""

    def __init__(self, audience: Audience, hidden: tuple[Hidden, ...], *, made_by: object):
        if made_by is not ENGINE:
            raise TypeError("Protected figures are made by the functions of disclosure, so that no rule is passed by.")
        self._audience = audience
        self._hidden = hidden

    @property
    def audience(self) -> Audience:
        return self._audience

    @property
    def hidden(self) -> tuple[Hidden, ...]:
        """What was hidden by which rule."""
        return self._hidden


class _Figures(Shown):
    """A frame of figures that nobody can write answers back into."""

    def __init__(self, frame: pd.DataFrame, audience: Audience, hidden: tuple[Hidden, ...], *, made_by: object):
        super().__init__(audience, hidden, made_by=made_by)
        self._frame = frame

    @property
    def frame(self) -> pd.DataFrame:
        """A copy of the figures."""
        return self._frame.copy()

    def rows(self) -> list[dict[str, Any]]:
        """The figures, one dict per row, with None for what is hidden or missing."""
        return [
            {str(name): None if is_nan(value) else value for name, value in row.items()}
            for row in self._frame.to_dict("records")
        ]


class Protected(_Figures):
    """One group's picture: a row per theme, columns `PROTECTED_COLUMNS`. answered: how many people have answered."""

    def __init__(
        self, frame: pd.DataFrame, policy: GroupPolicy, answered: int, hidden: tuple[Hidden, ...], *, made_by: object
    ):
        super().__init__(frame, policy.audience, hidden, made_by=made_by)
        self._policy = policy
        self._answered = answered

    @property
    def policy(self) -> GroupPolicy:
        return self._policy

    @property
    def answered(self) -> int:
        return self._answered


class ProtectedRegion(_Figures):
    """Many groups together: a row per facet, cluster and axis, columns `PROTECTED_REGION_COLUMNS`.

    units, people: how many municipalities and people stand behind it all. basis: what each facet's figures rest on,
    for the comparison with the next release; it holds hashes and no answer, and is for the store alone.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        policy: RegionPolicy,
        hidden: tuple[Hidden, ...],
        *,
        units: int,
        people: int,
        basis: Mapping[str, Mapping[str, str]],
        made_by: object,
    ):
        super().__init__(frame, policy.audience, hidden, made_by=made_by)
        self._policy = policy
        self._units = units
        self._people = people
        self._basis = {facet: dict(marks) for facet, marks in basis.items()}

    @property
    def policy(self) -> RegionPolicy:
        return self._policy

    @property
    def units(self) -> int:
        return self._units

    @property
    def people(self) -> int:
        return self._people

    @property
    def basis(self) -> dict[str, dict[str, str]]:
        return {facet: dict(marks) for facet, marks in self._basis.items()}


class ProtectedItems(_Figures):
    """Single items of one group, for its own room: columns `facet`, `item`, `people` and `level`."""


class ProtectedWords(_Figures):
    """Words or choices with how many said them: columns `word` and `people`, in the order of the alphabet."""


class ProtectedPoints(_Figures):
    """What the points of a group's members come to, for its room: columns `subject`, `people` and `points`."""


class ProtectedChoices(_Figures):
    """How many of all groups gave each answer: columns `choice` and `people`. people: how many answered; 0: hidden."""

    def __init__(
        self, frame: pd.DataFrame, audience: Audience, hidden: tuple[Hidden, ...], *, people: int, made_by: object
    ):
        super().__init__(frame, audience, hidden, made_by=made_by)
        self._people = people

    @property
    def people(self) -> int:
        return self._people


class ProtectedTexts(Shown):
    """Free texts that their writers let this audience see, by subject and in the order of the alphabet."""

    def __init__(
        self,
        texts: Mapping[str, tuple[str, ...]],
        audience: Audience,
        hidden: tuple[Hidden, ...],
        *,
        made_by: object,
    ):
        super().__init__(audience, hidden, made_by=made_by)
        self._texts = dict(texts)

    def of(self, subject: str) -> tuple[str, ...]:
        """The texts about one subject."""
        return self._texts.get(subject, ())

    @property
    def subjects(self) -> tuple[str, ...]:
        return tuple(self._texts)


def is_nan(value: object) -> bool:
    """Whether a value is the missing number."""
    return isinstance(value, float) and np.isnan(value)
