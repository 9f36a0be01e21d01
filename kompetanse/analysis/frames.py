"""Answers as tidy frames: one row per person and theme, and the group's own statement beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kompetanse.answers.store import Answer
from kompetanse.programme.models import DONT_KNOW, NOT_RELEVANT, Facet, Instrument, Item

#: The columns of `answer_frame`, one row per current answer.
ANSWER_COLUMNS = [
    "group", "municipality", "participant", "module", "step", "round", "subject", "aspect", "value", "made_up",
]  # fmt: skip
#: The columns of `level_frame`, one row per person (or group, participant "") and facet.
LEVEL_COLUMNS = [
    "group", "participant", "axis", "facet", "as_is", "to_be", "importance", "asked", "dont_know", "low", "high",
]  # fmt: skip

#: A person's level of a facet counts when at least this share of the items they were asked has a level.
VALID_SHARE = 0.5


def answer_frame(answers: Iterable[Answer]) -> pd.DataFrame:
    """The answers as they were given, one row each: for the analyst who may see them."""
    rows = [{column: getattr(answer, column) for column in ANSWER_COLUMNS} for answer in answers]
    return pd.DataFrame(rows, columns=ANSWER_COLUMNS)


def level_frame(answers: Iterable[Answer], instrument: Instrument) -> pd.DataFrame:
    """One row per person and facet, and one per group and facet with participant "" for what the group agreed.

    as_is, to_be: level (float; NaN when there is none or too few items have a level).
    importance: 1 if chosen among the most important, 0 if the person chose others, NaN if they chose none.
    asked, dont_know: how many items the person answered in any way, and how many of them with «vet ikke».
    low, high: the ends of the scale. Those who keep their answers out («Hold mine svar utenfor») are left out here.
    """
    people: dict[tuple[str, str], dict[tuple[str, str], Any]] = {}
    for answer in answers:
        people.setdefault((answer.group, answer.participant), {})[answer.aspect, answer.subject] = answer.value
    scale = {"low": instrument.scale.low, "high": instrument.scale.high}
    rows = [
        {"group": group, "participant": participant, **row, **scale}
        for (group, participant), given in people.items()
        if not _withheld(given)
        for row in (_rows(given, instrument) if participant else _agreed_rows(given, instrument))
    ]
    return pd.DataFrame(rows, columns=LEVEL_COLUMNS)


def _withheld(given: dict[tuple[str, str], Any]) -> bool:
    return any(aspect == "withheld" and value for (aspect, _), value in given.items())


def _rows(given: dict[tuple[str, str], Any], instrument: Instrument) -> list[dict[str, Any]]:
    chosen = {subject for (aspect, subject), value in given.items() if aspect == "importance" and value}
    return [
        {
            "axis": facet.axis,
            "facet": facet.id,
            **_as_is(given, instrument, facet),
            "to_be": _level(given.get(("to-be", facet.id))),
            "importance": _importance(given.get(("importance", facet.id)), instrument) if chosen else np.nan,
        }
        for facet in instrument.facets
    ]


def _agreed_rows(given: dict[tuple[str, str], Any], instrument: Instrument) -> list[dict[str, Any]]:
    return [
        {
            "axis": facet.axis,
            "facet": facet.id,
            "as_is": _level(given.get(("agreed", facet.id))),
            "to_be": _level(given.get(("agreed-to-be", facet.id))),
            "importance": np.nan,
            "asked": 0,
            "dont_know": 0,
        }
        for facet in instrument.facets
    ]


def _as_is(given: dict[tuple[str, str], Any], instrument: Instrument, facet: Facet) -> dict[str, Any]:
    asked = _asked(given, instrument, facet)
    values = [given.get(("as-is", item.id)) for item in asked]
    levels = [float(value) for value in values if isinstance(value, int | float)]
    enough = len(levels) >= VALID_SHARE * len(asked) and levels
    answered = [value for value in values if value is not None]
    return {
        "as_is": float(np.mean(levels)) if enough else np.nan,
        "asked": len(answered),
        "dont_know": sum(value == DONT_KNOW for value in answered),
    }


def _asked(given: dict[tuple[str, str], Any], instrument: Instrument, facet: Facet) -> Sequence[Item]:
    """The items put to this person: the short form's, or all once any other of the facet's items has an answer."""
    short = instrument.short_items(facet)
    beyond = any(("as-is", item.id) in given for item in facet.items if item not in short)
    return facet.items if beyond else short


def _level(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else np.nan


def _importance(value: object, instrument: Instrument) -> float:
    if isinstance(value, bool) or value is None:
        return float(bool(value))
    return _level(value) / instrument.scale.high


def is_special(value: object) -> bool:
    """Whether an answer to an item is «vet ikke» or «ikke relevant» rather than a level."""
    return isinstance(value, str) and (value == DONT_KNOW or value.split(":")[0] == NOT_RELEVANT)
