"""The method page, held against the code: every public statistic, and the numbers that take no time to compute."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm, t

from kompetanse.analysis import statistics
from kompetanse.analysis.disclosure import GROUP_POLICIES, REGION_POLICIES, Audience
from kompetanse.analysis.disclosure.policy import GroupPolicy, RegionPolicy
from kompetanse.analysis.disclosure.rounding import (
    STEPS,
    WORD_FROM,
    coded,
    mean_in_report,
    shown_share,
    shown_spread,
    step_of,
    word_from,
)
from kompetanse.analysis.frames import Agreement, Pattern, regions
from kompetanse.analysis.frames.levels import mean_of
from kompetanse.analysis.frames.talk import (
    ALIKE_FROM,
    SOMEWHAT_FROM,
    agreement_of,
    many,
    pattern_of,
    priority,
)
from kompetanse.analysis.statistics import chance, chance_level, random_variance, rwg, rwg_j
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import Instrument, Programme
from tests.test_language import unspeakable

PAGE = (Path(__file__).parents[1] / "docs" / "metode.md").read_text("utf-8")
#: The page where it does not matter at which word a line ends.
PROSE = re.sub(r"\s+", " ", PAGE)

LONGEST, WIDEST = 200, 128


def part(number: int) -> str:
    """One numbered part of the page."""
    return PAGE.split(f"\n## {number} ")[1].split("\n## ")[0]


def table(number: int, first: str) -> list[list[str]]:
    """A part's table whose first cell is `first`: its rows in cells without backticks, the header first."""
    lines = part(number).split(f"| {first} |", maxsplit=1)[1].split("\n\n")[0].splitlines()
    cells = [[cell.strip() for cell in line.replace("`", "").strip().strip("|").split("|")] for line in lines]
    return [[first, *cells[0]], *cells[2:]]


def decimal(value: float, places: int) -> str:
    """A number as it is written in Norwegian."""
    return f"{value:.{places}f}".replace(".", ",")


def alike(ratings: np.ndarray) -> float:
    """1 where a group of these ratings is said to see a theme much the same way, else 0."""
    return float(agreement_of(rwg(ratings), ratings, span=4) is Agreement.ALIKE)


@pytest.fixture(scope="module")
def programme() -> Programme:
    """The programme that comes with the package."""
    return load_programme()


@pytest.fixture(scope="module")
def instrument(programme: Programme) -> Instrument:
    """What its first module asks."""
    found = programme.instrument_of_module(programme.modules[0])
    assert found is not None
    return found


def test_page_is_short_and_narrow() -> None:
    lines = PAGE.splitlines()
    assert len(lines) <= LONGEST
    assert not [line for line in lines if len(line) > WIDEST]


def test_parts_are_numbered_and_those_referred_to_are_there() -> None:
    numbers = [int(number) for number in re.findall(r"^## (\d+) ", PAGE, re.MULTILINE)]
    assert numbers == list(range(1, 12))
    assert {int(number) for number in re.findall(r"\bdel (\d+)\b", PAGE)} <= set(numbers)


def test_words_that_are_never_shown_are_only_names_in_code() -> None:
    assert not unspeakable(re.sub(r"`[^`]*`", "", PAGE), "nb")


def test_formulas_are_those_of_the_public_statistics() -> None:
    header, *rows = table(8, "navn")
    public = [name for name in statistics.__all__ if inspect.isfunction(getattr(statistics, name))]
    assert sorted(row[0] for row in rows) == sorted(public)
    assert not [row for row in rows if len(row) != len(header) or not all(row)]


def test_sources_are_those_that_the_code_names() -> None:
    rows = {row[0]: row[-1] for row in table(8, "navn")[1:]}
    # The interval of ratings refers to the one it is made with, and a factor model needs a note for its second source.
    rows["omega"] += part(8)
    assert rows.pop("mean_interval") == rows["interval_around"]
    for name, source in rows.items():
        named = inspect.getdoc(getattr(statistics, name)).partition("Source:")[2]  # type: ignore[union-attr]
        for who, year in re.findall(r"(\w+)(?: et al\.)? \((\d{4})\)", named):
            assert year in source, name
            assert who in source or "m.fl." in source, name
        assert bool(named) == bool(re.search(r"\d{4}", source)), name


def test_every_note_to_the_formulas_is_there() -> None:
    written = re.findall(r"(?:^- |\. )\(([a-h])\) [A-ZVn]", part(8), re.MULTILINE)
    marks = {mark for row in table(8, "navn") for mark in re.findall(r"\(([a-h])\)", " ".join(row))}
    assert written == sorted(marks)


def test_chance_of_looking_agreed_is_counted_to_the_last_set() -> None:
    header, index, word = table(3, "antall svar (alle sett)")
    assert [cell.split()[0] for cell in header[1:]] == ["3", "4", "5", "6", "7"]
    cases: list[tuple[list[str], Callable[..., float], float]] = [(index, rwg, ALIKE_FROM), (word, alike, 1)]
    for place in range(1, len(header)):
        people, sets = map(int, re.findall(r"\d+", header[place]))
        assert sets == 5**people
        for row, statistic, observed in cases:
            found = chance_level(statistic, observed, people, 5)
            assert found.exact
            assert row[place] == f"{round(found.share * sets)} ({decimal(found.share, 4)})"


def test_borders_of_the_words_are_those_in_force() -> None:
    said = {row[0]: re.findall(r"\d,\d+", row[1]) for row in table(3, "ord")[1:]}
    high, low = decimal(ALIKE_FROM, 2), decimal(SOMEWHAT_FROM, 2)
    assert said == {"«ganske likt»": [high], "«noe ulikt»": [low], "«ulikt»": [low]}
    near, wide = np.array([3.0, 3, 3, 3, 4]), np.array([2.0, 3, 3, 3, 4])
    assert agreement_of(ALIKE_FROM, near, span=4) is Agreement.ALIKE
    assert agreement_of(ALIKE_FROM, wide, span=4) is Agreement.SOMEWHAT
    assert agreement_of(ALIKE_FROM, np.append(wide, 3), span=4) is Agreement.ALIKE
    assert agreement_of(SOMEWHAT_FROM - 0.01, near, span=4) is Agreement.APART
    assert agreement_of(1, near[:2], span=4) is None
    assert "Ordet trenger tre svar i rommet og fem i rapporten" in PROSE
    assert [GROUP_POLICIES[audience].agreement_from for audience in (Audience.ROOM, Audience.REPORT)] == [3, 5]


def test_index_that_grows_with_the_items_grows_as_told() -> None:
    item = np.array([3 - math.sqrt(0.8), 3, 3, 3, 3 + math.sqrt(0.8)])
    assert rwg(item) == pytest.approx(0.8)
    assert f"0,80 blir {decimal(rwg_j(np.tile(item[:, None], 3)), 2)} for J = 3" in PROSE
    assert "2 for fem" in PROSE
    assert random_variance(5) == 2


def test_what_to_talk_about_first_follows_the_rule_as_told() -> None:
    assert "D = I·[½·min(max(g/R, 0), 1) + ½·(1 − max(0, r\\*WG))]" in PROSE
    assert priority(0.6, 2, 0.4, span=4) == pytest.approx(0.6 * (0.5 * 2 / 4 + 0.5 * 0.6))
    assert priority(0.6, -1, -0.4, span=4) == pytest.approx(0.6 * 0.5)
    assert priority(math.nan, math.nan, 0, span=4) == 0.5
    assert priority(1, 4, math.nan, span=4) == 0.5


def test_conversations_are_those_of_the_programme(programme: Programme) -> None:
    header, *rows = table(4, "avstand")
    assert len(header) == 3
    step = next(step for step in programme.modules[0].steps if step.kind == "consensus")
    for distance, row in zip((1, 0.9), rows, strict=True):
        for cell, words in zip(row[1:], ((Agreement.ALIKE, None), (Agreement.SOMEWHAT, Agreement.APART)), strict=True):
            found = {pattern_of(distance, word, many_dont_know=False, span=4) for word in words}
            assert [f"«{step.content.pattern(str(name)).title.to('nb')}»" for name in found] == [cell]
    assert pattern_of(1, Agreement.APART, many_dont_know=True, span=4) is Pattern.MANY_DONT_KNOW
    assert "minst to, og minst en tredel" in PROSE
    assert [many(1, 1), many(2, 6), many(2, 7)] == [False, True, False]


@pytest.mark.parametrize(
    ("number", "first", "policies"),
    [
        (5, "svar som trengs", [GROUP_POLICIES[Audience.ROOM], GROUP_POLICIES[Audience.REPORT]]),
        (6, "kommuner som trengs", [REGION_POLICIES[Audience.REGION], REGION_POLICIES[Audience.PUBLIC]]),
    ],
)
def test_policies_are_those_in_force(number: int, first: str, policies: list[GroupPolicy | RegionPolicy]) -> None:
    _, names, *rows = table(number, first)
    for row, policy in zip(rows, policies, strict=True):
        values = [getattr(policy, name) for name in names[1:]]
        assert row[1:] == ["aldri" if value is None else str(value).replace(".", ",") for value in values]


def test_municipality_counts_from_as_many_answers_as_told() -> None:
    assert "fra 3 svar når minst ti kommuner har så mange, ellers fra 5" in PROSE
    for policy in REGION_POLICIES.values():
        assert (policy.people_from, policy.many_units, policy.people_from_if_few_units) == (3, 10, 5)


def test_figures_of_a_report_are_as_rough_as_told() -> None:
    assert "holdt innenfor 1,5 og 4,5" in PROSE
    assert (coded(1, 1, 5), coded(5, 1, 5)) == (1.5, 4.5)
    assert "i tideler, aldri under 0,5" in PROSE
    assert [shown_spread(value, 4) for value in (0, 1.26)] == [0.5, 1.3]
    assert f"høyst {decimal(1 - shown_spread(0, 4) ** 2 / random_variance(5), 3)}" in PROSE
    assert "nærmeste 5 prosent, 5–95" in PROSE
    assert [shown_share(value) for value in (0, 0.33, 1)] == [0.05, 0.35, 0.95]


def test_figures_on_other_scales_are_as_rough_as_told() -> None:
    assert "Steg R/40, for alle R/8, rundet opp til 0,1, 0,2, 0,5, 1 eller 2." in PROSE
    for span in range(2, 11):
        assert (coded(0, 0, span), coded(span, 0, span)) == (span / 8, span - span / 8)
        for step, part in ((0.1, span / 40), (0.5, span / 8)):
            assert step_of(step, span) == min(nice for nice in STEPS if nice >= max(step, part) - 1e-9)
    assert "Snitt i rapporter er 25, 50 eller 75 %" in PROSE
    assert {mean_in_report(share, 0, 1) for share in np.linspace(0, 1, 101)} == {0.25, 0.5, 0.75}


def test_words_on_other_scales_come_when_the_page_says() -> None:
    assert f"fra {WORD_FROM[3]} svar på tre nivåer, fra {WORD_FROM[4]} på fire" in PROSE
    assert "uten ord utenfor rommet" in PROSE
    assert WORD_FROM[2] is None
    wanted = GROUP_POLICIES[Audience.REPORT].agreement_from
    assert [word_from(levels, wanted) for levels in range(5, 12)] == [wanted] * 7


def test_items_of_the_two_forms_are_as_many_as_told(instrument: Instrument) -> None:
    short = sum(len(instrument.short_items(facet)) for facet in instrument.facets)
    long = [{len(facet.items) for facet in instrument.facets_of(axis.id)} for axis in instrument.axes]
    assert f"**Kort form** har {short} spørsmål, ett for hvert tema." in PROSE
    assert f"**Lang form** har {sum(len(facet.items) for facet in instrument.facets)}" in PROSE
    assert long == [{2}, {3}]
    assert "ett av to, to av tre" in PROSE
    fewest = [min(n for n in range(size + 1) if mean_of([3.0] * n + [math.nan] * (size - n)) == 3) for size in (2, 3)]
    assert fewest == [1, 2]
    assert instrument.most_important == 5
    assert f"(versjon {instrument.version})" in PROSE


def test_draws_are_as_many_and_the_bootstrap_as_narrow_as_told() -> None:
    assert f"{regions.DRAWS} ganger fra fast frø" in PROSE
    narrower = [round(100 * (1 - norm.ppf(0.975) * math.sqrt((n - 1) / n) / t.ppf(0.975, n - 1))) for n in (15, 41)]
    assert (
        f"Med 15 kommuner er det omtrent {narrower[0]} % smalere enn Students t, med 41 omtrent {narrower[1]} %"
        in PROSE
    )
    thousands = [f"{number:,}".replace(",", " ") for number in (chance.MOST_SETS, chance.DRAWS)]
    assert f"høyst {thousands[0]} er ulike, ellers {thousands[1]} trekk" in PROSE
    assert math.sqrt(0.25 / chance.DRAWS) < 0.004
