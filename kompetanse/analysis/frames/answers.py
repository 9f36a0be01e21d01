"""Answers as tidy frames: as they were given, and one row per person and item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kompetanse.answers.answer import Answer
from kompetanse.programme.models import DONT_KNOW, NOT_RELEVANT, Facet, Instrument, Item

#: The columns of `answer_frame`, one row per current answer.
ANSWER_COLUMNS = [
    "group", "municipality", "participant", "module", "step", "round", "subject", "aspect", "value", "made_up",
]  # fmt: skip
#: The columns of `item_frame`, one row per person and item they were asked and answered in any way.
ITEM_COLUMNS = ["group", "participant", "axis", "cluster", "facet", "item", "level", "said"]

#: What a group or a person has given: the value by aspect and subject.
Given = Mapping[tuple[str, str], Any]


def answer_frame(answers: Iterable[Answer]) -> pd.DataFrame:
    """The answers as they were given, one row each: for the analyst who may see them."""
    rows = [{column: getattr(answer, column) for column in ANSWER_COLUMNS} for answer in answers]
    return pd.DataFrame(rows, columns=ANSWER_COLUMNS)


def item_frame(answers: Iterable[Answer], instrument: Instrument) -> pd.DataFrame:
    """One row per person and item that has an answer.

    level: the level as a float, NaN for «vet ikke» and «ikke relevant». said: "level", "dont-know" or "not-relevant".
    Those who keep their answers out («Hold mine svar utenfor») are left out.
    """
    rows = [
        {
            "group": group,
            "participant": participant,
            "axis": facet.axis,
            "cluster": facet.cluster,
            "facet": facet.id,
            "item": item.id,
            "level": level_of(value),
            "said": said(value),
        }
        for group, participant, given in by_person(answers)
        for facet in instrument.facets
        for item in facet.items
        if (value := given.get(("as-is", item.id))) is not None
    ]
    return pd.DataFrame(rows, columns=ITEM_COLUMNS)


def by_person(answers: Iterable[Answer]) -> Iterator[tuple[str, str, Given]]:
    """Group, participant and what they gave, of persons who have not kept their answers out."""
    return ((group, participant, given) for group, participant, given in _by_writer(answers) if participant)


def by_group(answers: Iterable[Answer]) -> Iterator[tuple[str, Given]]:
    """Group and what it stated itself."""
    return ((group, given) for group, participant, given in _by_writer(answers) if not participant)


def _by_writer(answers: Iterable[Answer]) -> Iterator[tuple[str, str, Given]]:
    writers: dict[tuple[str, str], dict[tuple[str, str], Any]] = {}
    for answer in answers:
        writers.setdefault((answer.group, answer.participant), {})[answer.aspect, answer.subject] = answer.value
    for (group, participant), given in writers.items():
        if not any(aspect == "withheld" and value for (aspect, _), value in given.items()):
            yield group, participant, given


def asked(given: Given, instrument: Instrument, facet: Facet) -> Sequence[Item]:
    """The items put to this person: the short form's, or all once any other of the facet's items has an answer."""
    short = instrument.short_items(facet)
    beyond = any(("as-is", item.id) in given for item in facet.items if item not in short)
    return facet.items if beyond else short


def level_of(value: object) -> float:
    """An answer as a level; NaN for everything that is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else np.nan


def said(value: object) -> str:
    """What kind of answer to an item it is: "level", "dont-know" or "not-relevant"."""
    if value == DONT_KNOW:
        return "dont-know"
    return "not-relevant" if isinstance(value, str) and value.split(":")[0] == NOT_RELEVANT else "level"
