"""Figures of a region and of a group, against what one would write first with pandas, statsmodels and all orders."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from kompetanse.analysis.disclosure import Audience, protect, protect_region
from kompetanse.analysis.frames import group_frame, item_frame, level_frame
from kompetanse.analysis.statistics import chance_level, icc, rwg
from kompetanse.answers.demo.truth import make_truth
from kompetanse.answers.store import Answer
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import Instrument
from kompetanse.programme.municipality import municipalities

PEOPLE = 8
LEVELS = np.arange(1.0, 6.0)


def seconds(work: Callable[[], object], *, times: int = 3) -> float:
    """How long it takes, in seconds: the quickest of a few times."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def answers(instrument: Instrument) -> list[Answer]:
    """The short form of eight people in each of the country's municipalities."""
    places = list(municipalities().values())
    truth = replace(make_truth(instrument, places, [place.number for place in places], seed=1), missing=0.0)
    chance, made = np.random.default_rng(1), []
    for group, about in truth.groups.items():
        for person in range(PEOPLE):
            for facet in instrument.facets:
                level = int(np.clip(round(chance.normal(about.as_is[facet.id], 0.8)), 1, 5))
                given = ((instrument.short_items(facet)[0].id, "as-is", level), (facet.id, "to-be", min(level + 1, 5)))
                made += [_answer(group, f"{group}-{person}", *each) for each in given]
    return made


def _answer(group: str, person: str, subject: str, aspect: str, value: int) -> Answer:
    fields: dict[str, Any] = dict.fromkeys(Answer.__dataclass_fields__)
    fields |= {"id": f"{person}-{subject}", "group": group, "participant": person, "round": 1}
    return Answer(**{**fields, "subject": subject, "aspect": aspect, "value": value, "made_up": True})


def by_hand(levels: pd.DataFrame) -> pd.DataFrame:
    """A group's figures as one would write them first: `groupby` and a function for each theme."""

    def row(own: pd.DataFrame) -> pd.Series:
        values = own["as_is"].dropna()
        return pd.Series(
            {"people": len(values), "mean": values.mean(), "spread": values.std(), "index": 1 - values.var() / 2}
        )

    return levels.groupby(["group", "facet"]).apply(row)


def every_order(people: int, observed: float) -> float:
    """The chance level by going through every order of every answer."""
    found = [rwg(each) >= observed for each in itertools.product(LEVELS, repeat=people)]
    return sum(found) / len(found)


def show(name: str, ours: float, other: str, theirs: float) -> None:
    """One line: ours, what one would do instead, and the ratio."""
    print(f"{name:44} {ours:8.3f} s   {other:34} {theirs:8.3f} s   {ours / theirs:5.2f} of that")


def main() -> None:
    """Print each beside its alternative."""
    programme = load_programme()
    instrument = programme.instruments["digital-evne-og-modenhet"]
    given = answers(instrument)
    levels, items = level_frame(given, instrument), item_frame(given, instrument)
    groups = levels["group"].nunique()
    print(f"{len(given)} answers of {levels['participant'].nunique()} people in {groups} groups\n")

    raw = seconds(lambda: group_frame(levels, items, instrument))
    show("group_frame, with clusters and axes", raw, "groupby and apply, themes only", seconds(lambda: by_hand(levels)))

    one = levels[levels["facet"] == instrument.facets[0].id][["as_is", "group"]].dropna()
    anova = seconds(lambda: anova_lm(ols("as_is ~ C(group)", one).fit()))
    show("icc", seconds(lambda: icc(one["as_is"], one["group"])), "statsmodels' ols and anova_lm", anova)

    def chance() -> object:
        # A statistic of its own each time, since results are kept.
        return chance_level(lambda ratings: rwg(ratings), 0.7, raters=7, options=5)

    show("chance_level of 7 people, exact", seconds(chance), "every order of every answer", seconds(
        lambda: every_order(7, 0.7), times=1
    ))  # fmt: skip

    own, own_items = levels[levels["group"] == "1841"], items[items["group"] == "1841"]
    print()
    for name, work in (
        ("protect, one group's report", lambda: protect(own, Audience.REPORT, items=own_items)),
        ("protect_region, all groups", lambda: protect_region(levels, items=items, instrument=instrument, places={})),
        ("level_frame, all groups", lambda: level_frame(given, instrument)),
    ):
        print(f"{name:44} {seconds(work):8.3f} s")


if __name__ == "__main__":
    main()
