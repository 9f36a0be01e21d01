"""Made-up answers to instruments other than ours, as plain arrays and as the files that `kompetanse import` takes.

    survey = make_survey("to-nivaa", folder)
    survey.said  # (persons, items): the level, NaN where nothing was said, or one of the two special answers

The instruments lie in `tests/programme/instruments`, and one programme around them all. There are as many groups as
anywhere, but most of them are smaller than they may be, unless KOMPETANSE_SOAK is 1.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kompetanse.programme.content import load_programme
from kompetanse.programme.models import Instrument, Module, Programme
from kompetanse.programme.municipality import municipalities

Floats = NDArray[np.float64]

SOAK = os.environ.get("KOMPETANSE_SOAK") == "1"

INSTRUMENTS = Path(__file__).parents[1] / "programme" / "instruments"

#: Two answers that are no level, as they stand in `Survey.said`.
DONT_KNOW, NOT_RELEVANT = -1.0, -2.0

#: The sizes of the first three groups of every survey.
SIZES = (10, 35, 99)


@dataclass(frozen=True)
class Plan:
    """Which groups there are, and how much of what they were asked they leave out."""

    sizes: Sequence[int]
    #: The place of each group's municipality among all of them.
    places: Sequence[int]
    left_out: float


def _plans() -> dict[str, Plan]:
    random = np.random.default_rng(1)
    of_49 = [*SIZES, *random.integers(20, 100 if SOAK else 30, 46).tolist()]
    # Three of the 345 municipalities have a second group.
    of_348 = [*SIZES, *random.integers(3, 14 if SOAK else 7, 345).tolist()]
    of_16 = [*SIZES, *range(2, 9), 12, 14, 16, 20, 22, 24]
    return {
        "elleve-utsagn": Plan(of_49, range(49), left_out=0.05),
        "to-nivaa": Plan(of_348, [*range(345), 3, 4, 5], left_out=0.05),
        "sju-nivaa": Plan(of_16, range(100, 116), left_out=0.5),
    }


PLANS = _plans()


@dataclass(frozen=True)
class Survey:
    """Everything that was said, one row per person; columns as the items and facets of the instrument."""

    folder: Path
    programme: Programme
    instrument: Instrument
    groups: tuple[str, ...]
    numbers: tuple[str, ...]
    #: The place of each person's group in `groups`.
    group: NDArray[np.intp]
    said: Floats
    to_be: Floats
    chosen: NDArray[np.bool_]

    @property
    def module(self) -> Module:
        return self.programme.modules[0]

    @property
    def participants(self) -> list[str]:
        return [f"p-{person:020d}".translate(_LETTERS) for person in range(len(self.group))]

    @property
    def places(self) -> Mapping[str, tuple[str, ...]]:
        """The municipality of each group, as a region wants it."""
        return {group: (number,) for group, number in zip(self.groups, self.numbers, strict=True)}

    @property
    def sizes(self) -> NDArray[np.intp]:
        return np.bincount(self.group)


#: A token of a participant has no digits 0, 1, 8 and 9.
_LETTERS = str.maketrans("0123456789", "abcdefghij")


def make_survey(name: str, folder: Path) -> Survey:
    """The survey with the instrument of this name; its programme is written to `folder`."""
    shutil.copytree(INSTRUMENTS / "around", folder)
    shutil.copy(INSTRUMENTS / f"{name}.yml", folder / "kartlegging.yml")
    programme, plan = load_programme(folder), PLANS[name]
    instrument = programme.instruments["kartlegging"]
    random = np.random.default_rng(2026)
    group = np.repeat(np.arange(len(plan.sizes)), plan.sizes)
    facet_of = np.repeat(np.arange(len(instrument.facets)), [len(facet.items) for facet in instrument.facets])
    low, span = instrument.scale.low, len(instrument.scale.levels) - 1

    def on_the_scale(shares: Floats, deviation: float) -> Floats:
        return low + np.rint(span * np.clip(random.normal(shares, deviation), 0, 1))

    of_group = random.normal(0.45, 0.15, (len(plan.sizes), len(instrument.facets)))
    of_person = of_group[group] + random.normal(0, 0.1, (len(group), 1))
    said = on_the_scale(of_person[:, facet_of], 0.15)
    kind = random.random(said.shape)
    said[kind < 0.10] = NOT_RELEVANT
    said[kind < 0.08] = DONT_KNOW
    said[random.random(said.shape) < plan.left_out] = np.nan
    to_be = on_the_scale(of_person + 0.25, 0.1)
    to_be[random.random(to_be.shape) < max(plan.left_out, 0.4)] = np.nan
    places = list(municipalities())
    return Survey(
        folder=folder,
        programme=programme,
        instrument=instrument,
        groups=tuple(f"gruppe-{place + 1}" for place in range(len(plan.sizes))),
        numbers=tuple(places[place] for place in plan.places),
        group=group,
        said=said,
        to_be=to_be,
        chosen=random.random(to_be.shape).argsort(axis=1) < random.integers(0, 5, (len(group), 1)),
    )


def write_members(survey: Survey, path: Path) -> Path:
    """The file of the groups, two persons larger than those who answer; made up, as their answers are."""
    rows = zip(survey.numbers, survey.groups, survey.sizes + 2, ["true"] * len(survey.groups), strict=True)
    return _write(path, ("municipality", "group", "members", "made_up"), rows)


def write_answers(survey: Survey, path: Path) -> Path:
    """The file of everybody's answers."""
    return _write(path, ("municipality", "group", "participant", "item", "aspect", "value"), _rows(survey))


def _rows(survey: Survey) -> Iterator[tuple[object, ...]]:
    items = [item.code for facet in survey.instrument.facets for item in facet.items]
    facets = [facet.code for facet in survey.instrument.facets]
    words = {DONT_KNOW: "vet-ikke", NOT_RELEVANT: "ikke-relevant"}
    for person, participant in enumerate(survey.participants):
        group = survey.group[person]
        who = survey.numbers[group], survey.groups[group], participant
        for item, value in zip(items, survey.said[person], strict=True):
            if not np.isnan(value):
                yield *who, item, "as-is", words.get(value, int(value))
        for facet, value, chosen in zip(facets, survey.to_be[person], survey.chosen[person], strict=True):
            if not np.isnan(value):
                yield *who, facet, "to-be", int(value)
            if chosen:
                yield *who, facet, "importance", "true"


def _write(path: Path, header: Sequence[str], rows: Iterator[tuple[object, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path
