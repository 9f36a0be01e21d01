"""What is stated of the made-up answers is what their generator makes, and what the analysis finds in them."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chisquare

from kompetanse.analysis.frames import level_frame
from kompetanse.analysis.statistics import icc, rwg
from kompetanse.answers.demo.expected import FacetFigures, expected_figures, level_probabilities
from kompetanse.answers.demo.making import TEXTS
from kompetanse.answers.demo.persons import Person, person_answers
from kompetanse.answers.store import Answer
from kompetanse.programme.models import DONT_KNOW, NOT_RELEVANT, Module, Programme
from tests.analysis.regions import Levels, draw_persons, draw_region, stated_region

TRUTH, INSTRUMENT = stated_region()
FACETS = [facet.id for facet in INSTRUMENT.facets]
FIGURES = expected_figures(TRUTH, INSTRUMENT)
GROUP = "fauske"
PERSONS = 3000

#: So many standard errors may a figure be from the stated one; by chance one in 150,000 is further away.
FAR = 4.5


@dataclass(frozen=True)
class Generated:
    """Answers from the demo's own generator, and how many persons took each form."""

    answers: list[Answer]
    long_form: set[str]

    @property
    def asked(self) -> dict[str, int]:
        """How many questions were put about each theme, over all persons."""
        return {
            facet.id: len(self.long_form) * len(facet.items)
            + (PERSONS - len(self.long_form)) * len(INSTRUMENT.short_items(facet))
            for facet in INSTRUMENT.facets
        }


@pytest.fixture(scope="module")
def generated(programme: Programme) -> Generated:
    """What three thousand persons of one group answer."""
    random, module, texts = Random(2026), programme.modules[0], json.loads(TEXTS.read_text(encoding="utf-8"))
    answers: list[Answer] = []
    long_form = set()
    for number in range(PERSONS):
        person = Person.drawn(TRUTH, random, complete=True, said=set())
        answers += answers_of(f"p{number}", person, module, texts)
        if person.long_form:
            long_form.add(f"p{number}")
    return Generated(answers, long_form)


@pytest.fixture(scope="module")
def levels(generated: Generated) -> pd.DataFrame:
    """Their levels, as the analysis makes them."""
    frame = level_frame(generated.answers, INSTRUMENT)
    return frame[frame["participant"] != ""]


@pytest.fixture(scope="module")
def region() -> list[Levels]:
    """The stated groups with three thousand persons each."""
    return draw_region(TRUTH, INSTRUMENT, np.random.default_rng(41), sizes=[PERSONS] * len(TRUTH.groups))


def answers_of(name: str, person: Person, module: Module, texts: dict[str, Any]) -> Iterator[Answer]:
    given = person_answers(person, module, INSTRUMENT, truth=TRUTH, group=GROUP, texts=texts)
    for step, subject, aspect, value in given:
        yield Answer(
            id="", time=datetime(2026, 1, 1, tzinfo=UTC), programme="p", version="1", module=module.id, step=step.id,
            round=1, subject=subject, aspect=aspect, group=GROUP, municipality=None, participant=name, value=value,
        )  # fmt: skip


def pairs(as_is: np.ndarray, to_be: np.ndarray) -> np.ndarray:
    """How many gave each pair of levels, as in `level_probabilities`."""
    counted = Counter(zip(as_is, to_be, strict=True))
    every = INSTRUMENT.scale.levels
    return np.array([[counted[today, ahead] for ahead in every] for today in every])


def fits(found: np.ndarray, probabilities: np.ndarray) -> float:
    """How likely counts this far from the stated ones are; rare pairs count together, impossible ones may not occur."""
    assert not found[probabilities == 0].any()
    wanted = probabilities * found.sum()
    rare = wanted < 5
    together = wanted[rare].sum() > 5
    seen = [*found[~rare], *([found[rare].sum()] if together else [])]
    stated = np.array([*wanted[~rare], *([wanted[rare].sum()] if together else [])])
    return float(chisquare(seen, stated * sum(seen) / stated.sum()).pvalue)


@pytest.mark.parametrize("facet", FACETS)
def test_pairs_of_levels_are_as_frequent_as_stated(facet: str, generated: Generated, levels: pd.DataFrame) -> None:
    short = levels[(levels["facet"] == facet) & ~levels["participant"].isin(generated.long_form)]
    both = short.dropna(subset=["as_is", "to_be"])
    counts = pairs(both["as_is"].to_numpy(), both["to_be"].to_numpy())
    assert fits(counts, level_probabilities(TRUTH, INSTRUMENT, GROUP, facet)) > 1e-4


@pytest.mark.parametrize("facet", FACETS)
def test_questions_are_left_out_as_often_as_stated(facet: str, generated: Generated) -> None:
    items = {item.id for item in INSTRUMENT.facet(facet).items}
    values = [answer.value for answer in generated.answers if answer.aspect == "as-is" and answer.subject in items]
    asked, stated = generated.asked[facet], FIGURES[facet]
    assert asked - len(values) == pytest.approx(asked * stated.missing, abs=error(stated.missing, asked))
    unknown = values.count(DONT_KNOW)
    assert unknown == pytest.approx(asked * stated.dont_know, abs=error(stated.dont_know, asked))
    irrelevant = sum(str(value).startswith(NOT_RELEVANT) for value in values)
    assert irrelevant == pytest.approx(asked * stated.not_relevant, abs=error(stated.not_relevant, asked))


def error(share: float, number: int) -> float:
    """How far a count out of `number` may be from its stated share."""
    return FAR * math.sqrt(number * share * (1 - share))


@pytest.mark.parametrize("facet", FACETS)
def test_analysis_finds_the_stated_figures_in_generated_answers(facet: str, levels: pd.DataFrame) -> None:
    own, stated = levels[levels["facet"] == facet], FIGURES[facet]
    agrees(own["as_is"].to_numpy(), own["to_be"].to_numpy(), stated, GROUP)


@pytest.mark.parametrize("facet", FACETS)
def test_analysis_finds_the_stated_figures_in_a_drawn_region(facet: str, region: list[Levels]) -> None:
    place, stated = FACETS.index(facet), FIGURES[facet]
    for name, group in zip(TRUTH.groups, region, strict=True):
        agrees(group.as_is[:, place], group.to_be[:, place], stated, name)


def agrees(as_is: np.ndarray, to_be: np.ndarray, stated: FacetFigures, group: str) -> None:
    """Means, agreement and missing levels of one group's theme are within the sampling error of the stated ones."""
    figures, persons = stated.groups[group], len(as_is)
    close(as_is, figures.as_is)
    close(to_be, figures.to_be)
    close(to_be - as_is, figures.distance)
    # The standard error of a variance, as of normal levels or, where they are flatter or have tails, as they are.
    fourth = np.nanmean((as_is - np.nanmean(as_is)) ** 4)
    far = FAR * math.sqrt(max(fourth - figures.variance**2, 0) / persons)
    assert np.nanvar(as_is, ddof=1) == pytest.approx(figures.variance, abs=far)
    assert rwg(as_is, len(INSTRUMENT.scale.levels)) == pytest.approx(figures.agreement, abs=far / 2)
    without = np.isnan(as_is).sum(), np.isnan(to_be).sum()
    assert without[0] == pytest.approx(persons * stated.without_as_is, abs=error(stated.without_as_is, persons))
    assert without[1] == pytest.approx(persons * stated.without_to_be, abs=error(stated.without_to_be, persons))


def close(values: np.ndarray, stated: float) -> None:
    known = values[~np.isnan(values)]
    assert known.mean() == pytest.approx(stated, abs=FAR * known.std() / math.sqrt(known.size))


@pytest.mark.parametrize("facet", FACETS)
def test_analysis_finds_the_stated_icc_in_a_drawn_region(facet: str, region: list[Levels]) -> None:
    values = np.concatenate([group.as_is[:, FACETS.index(facet)] for group in region])
    groups = np.repeat(list(TRUTH.groups), PERSONS)
    stated = FIGURES[facet].icc1
    # The groups are the stated ones, so that only their means' sampling error makes the variance between them wrong.
    far = FAR * 2 * (1 - stated) * math.sqrt(stated * (1 - stated) / (PERSONS * (len(TRUTH.groups) - 1)))
    assert icc(values, groups).icc1 == pytest.approx(stated, abs=far)


def test_drawn_pairs_of_levels_are_as_frequent_as_stated() -> None:
    short, places = replace(TRUTH, long_form=0.0), list(TRUTH.groups)
    random = np.random.default_rng(18)
    drawn = draw_persons(short, INSTRUMENT, np.full(40_000, places.index("bodo")), random)
    for place, facet in enumerate(FACETS):
        both = ~np.isnan(drawn.as_is[:, place] + drawn.to_be[:, place])
        counts = pairs(drawn.as_is[both, place], drawn.to_be[both, place])
        assert fits(counts, level_probabilities(TRUTH, INSTRUMENT, "bodo", facet)) > 1e-4


@pytest.mark.parametrize("facet", FACETS)
def test_levels_of_an_item_have_the_probabilities_of_a_rounded_normal_draw(facet: str) -> None:
    spread = TRUTH.facets[facet].spread * math.hypot(0.3, 0.8, 0.5)
    for group, truth in TRUTH.groups.items():
        normal = NormalDist(truth.as_is[facet], spread)
        limits = [0, *(normal.cdf(level + 0.5) for level in INSTRUMENT.scale.levels[:-1]), 1]
        found = level_probabilities(TRUTH, INSTRUMENT, group, facet)
        assert found.sum(axis=1) == pytest.approx(np.diff(limits), abs=1e-5)
        assert found.sum() == pytest.approx(1)


def test_figures_of_the_short_form_are_those_of_its_probabilities() -> None:
    short = replace(TRUTH, long_form=0.0)
    every = np.array(INSTRUMENT.scale.levels)
    for facet, stated in expected_figures(short, INSTRUMENT).items():
        for group, figures in stated.groups.items():
            joint = level_probabilities(short, INSTRUMENT, group, facet)
            today, ahead = joint.sum(axis=1), joint.sum(axis=0)
            assert figures.as_is == pytest.approx(today @ every)
            assert figures.variance == pytest.approx(today @ every**2 - (today @ every) ** 2)
            assert figures.distance == pytest.approx((ahead - today) @ every)


def test_more_items_vary_less_and_promise_more() -> None:
    short = expected_figures(replace(TRUTH, long_form=0.0), INSTRUMENT)
    long = expected_figures(replace(TRUTH, long_form=1.0), INSTRUMENT)
    for facet in FACETS:
        for group in TRUTH.groups:
            one, more = short[facet].groups[group], long[facet].groups[group]
            assert more.as_is == pytest.approx(one.as_is)
            assert more.variance < one.variance
            assert more.to_be > one.to_be


def test_figures_of_a_theme_are_made_of_its_groups() -> None:
    for stated in FIGURES.values():
        means = np.array([figures.as_is for figures in stated.groups.values()])
        assert stated.as_is == pytest.approx(means.mean())
        assert stated.between == pytest.approx(means.var(ddof=1))
        assert stated.within == pytest.approx(np.mean([figures.variance for figures in stated.groups.values()]))
        assert stated.icc1 == pytest.approx(stated.between / (stated.between + stated.within))


def test_stated_numbers_have_four_decimals() -> None:
    stated = FIGURES["handlekraft"]
    plain = stated.as_json()
    assert plain["icc1"] == round(stated.icc1, 4) != stated.icc1
    assert plain["groups"][GROUP]["variance"] == round(stated.groups[GROUP].variance, 4)
    assert json.loads(json.dumps(plain)) == plain
