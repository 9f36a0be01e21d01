"""Instruments other than ours, from a file of answers to a report: no axes, two levels, seven levels half answered."""

from __future__ import annotations

import math
import re
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pdfua
import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from numpy.typing import NDArray
from playwright.sync_api import Browser
from typer.testing import CliRunner

from kompetanse.analysis.disclosure import Audience, Protected, protect, protect_region
from kompetanse.analysis.disclosure.group import DETAIL
from kompetanse.analysis.frames import (
    group_frame,
    item_frame,
    level_frame,
    part_frame,
    region_frame,
    talk_frame,
    unit_frame,
)
from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Role, Session
from kompetanse.answers.store import Store
from kompetanse.cli import app
from kompetanse.figures.blocks import Table
from kompetanse.reports.notebook import shown_blocks
from tests.analysis.counted import Counted, half_known
from tests.analysis.surveys import (
    DONT_KNOW,
    NOT_RELEVANT,
    PLANS,
    SIZES,
    Survey,
    make_survey,
    write_answers,
    write_members,
)

Floats = NDArray[np.float64]

#: The group that each report is about: of 35, 99 and 10 persons.
REPORTED = {"elleve-utsagn": "gruppe-2", "to-nivaa": "gruppe-3", "sju-nivaa": "gruppe-1"}

#: From how many answers a report has a word for agreement.
WORD_FROM = {"elleve-utsagn": 6, "to-nivaa": math.inf, "sju-nivaa": 5}
#: The lowest and highest mean outside the room, and its step there: in a report, and in a region.
IN_REPORT = {"elleve-utsagn": (1.4, 3.6, 0.1), "to-nivaa": (0.25, 0.75, 0.25), "sju-nivaa": (1.8, 6.2, 0.2)}
IN_REGION = {**IN_REPORT, "to-nivaa": (0.1, 0.9, 0.1)}


@dataclass(frozen=True)
class Brought:
    """A survey that has been imported: its home, the frames of all its answers, and what they should say."""

    name: str
    survey: Survey
    home: Path
    levels: pd.DataFrame
    items: pd.DataFrame
    groups: pd.DataFrame
    counted: Counted

    @property
    def facets(self) -> list[str]:
        return [facet.id for facet in self.survey.instrument.facets]

    @property
    def span(self) -> int:
        return self.survey.instrument.scale.high - self.survey.instrument.scale.low

    def of_persons(self, frame: pd.DataFrame, column: str, parts: str, names: list[str]) -> Floats:
        """A column as (persons, parts); NaN where the frame has no row."""
        wide = frame.pivot(index="participant", columns=parts, values=column)
        return wide.reindex(index=self.survey.participants, columns=names).to_numpy(dtype=float)

    def of_groups(self, frame: pd.DataFrame, column: str, parts: str, names: list[str]) -> Floats:
        """A column as (groups, parts)."""
        wide = frame.pivot(index="group", columns=parts, values=column)
        return wide.reindex(index=list(self.survey.groups), columns=names).to_numpy(dtype=float)

    def protected(self, group: int, audience: Audience) -> Protected:
        """The picture of the group at this place, as the audience may see it."""
        own = [frame[frame["group"] == self.survey.groups[group]] for frame in (self.levels, self.items)]
        return protect(own[0], audience, items=own[1], invited=int(self.survey.sizes[group]) + 2)


@pytest.fixture(scope="module", params=list(PLANS))
def brought(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Brought:
    folder = tmp_path_factory.mktemp(request.param)
    survey, home = make_survey(request.param, folder / "programme"), folder / "home"
    for file in (write_members(survey, folder / "groups.csv"), write_answers(survey, folder / "answers.csv")):
        kompetanse("import", str(file), home=home, survey=survey)
    with Store.open(home) as store:
        log = AnswerLog(session("operator", survey), store, survey.programme)
        answers = log.everything(survey.module.id)
    levels, items = level_frame(answers, survey.instrument), item_frame(answers, survey.instrument)
    groups = group_frame(levels, items, survey.instrument)
    return Brought(request.param, survey, home, levels, items, groups, Counted(survey))


def kompetanse(*arguments: str, home: Path, survey: Survey) -> None:
    """The command, as it is given on a command line."""
    done = CliRunner().invoke(app, [*arguments, "--home", str(home), "--programme", str(survey.folder)])
    assert done.exit_code == 0, done.output


def session(role: Role, survey: Survey, group: str | None = None) -> Session:
    participant = "p-" + "k" * 20 if role == "contact" else None
    return Session(role, survey.programme.id, group, participant, language="nb", expires=None)


def same(found: Floats, expected: Floats) -> None:
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_everything_that_was_said_comes_in(brought: Brought) -> None:
    said = brought.survey.said
    names = [item.id for facet in brought.survey.instrument.facets for item in facet.items]

    same(brought.of_persons(brought.items, "level", "item", names), np.where(said >= 0, said, np.nan))
    kinds = {"level": said >= 0, "dont-know": said == DONT_KNOW, "not-relevant": said == NOT_RELEVANT}
    assert brought.items["said"].value_counts().to_dict() == {kind: each.sum() for kind, each in kinds.items()}


@pytest.mark.parametrize("column", ["as_is", "to_be", "importance", "asked", "dont_know", "not_relevant"])
def test_levels_are_those_of_the_arrays(brought: Brought, column: str) -> None:
    found = brought.of_persons(brought.levels, column, "facet", brought.facets)
    same(found, getattr(brought.counted, column))


def test_ends_of_the_scale_are_the_instruments(brought: Brought) -> None:
    scale = brought.survey.instrument.scale
    assert brought.levels[["low", "high"]].drop_duplicates().to_numpy().tolist() == [[scale.low, scale.high]]


def test_half_of_the_answers_missing_leaves_out_levels_and_no_person(brought: Brought) -> None:
    missing = np.isnan(brought.counted.as_is).mean()
    assert (missing > 0.3) == (brought.name == "sju-nivaa")
    assert set(brought.levels["participant"]) == set(brought.survey.participants)


def test_parts_weigh_alike_what_is_below_them(brought: Brought) -> None:
    counted, parts = brought.counted, part_frame(brought.levels, brought.survey.instrument)
    columns = {"as_is": counted.as_is, "to_be": counted.to_be, "distance": counted.to_be - counted.as_is}

    assert set(parts["part"]) == set(counted.parts(counted.as_is))
    for column, values in columns.items():
        of_groups = counted.parts(counted.means(values))
        for name, of_persons in counted.parts(values).items():
            same(brought.of_persons(parts, column, "part", [name])[:, 0], of_persons)
            same(brought.of_groups(brought.groups, column, "part", [name])[:, 0], of_groups[name])


def test_an_instrument_without_axes_has_rows_of_facets_alone(brought: Brought) -> None:
    axes = brought.survey.instrument.axes
    assert set(brought.groups["kind"]) == ({"facet", "cluster", "axis"} if axes else {"facet"})
    assert len(brought.groups) == len(brought.survey.groups) * (len(brought.facets) + (4 if axes else 0))


def test_groups_are_those_of_the_arrays(brought: Brought) -> None:
    counted = brought.counted
    expected = {
        "people": counted.counts(counted.as_is),
        "people_to_be": counted.counts(counted.to_be),
        "as_is": counted.means(counted.as_is),
        "to_be": counted.means(counted.to_be),
        "distance": counted.means(counted.to_be - counted.as_is),
        "spread": np.sqrt(counted.variances(counted.as_is)),
        "index": counted.index,
        "importance": counted.means(counted.importance),
        "asked": counted.sums(counted.asked > 0),
        "dont_know": counted.sums(counted.dont_know > 0),
    }
    for column, values in expected.items():
        same(brought.of_groups(brought.groups, column, "part", brought.facets), values)


def test_talk_begins_with_what_is_far_seen_differently_and_important(brought: Brought) -> None:
    counted = brought.counted
    talk = talk_frame(brought.groups, brought.levels, brought.survey.instrument)
    far = np.nan_to_num(np.clip(counted.means(counted.to_be - counted.as_is) / brought.span, 0, 1))
    apart = np.clip(1 - np.maximum(np.nan_to_num(counted.index, nan=1), 0), 0, 1)
    chosen = counted.means(counted.importance)
    priority = np.where(np.isnan(chosen), 1, chosen) * (far + apart) / 2

    same(brought.of_groups(talk, "priority", "facet", brought.facets), priority)
    places = brought.of_groups(talk, "place", "facet", brought.facets)
    in_order = np.take_along_axis(priority, places.argsort(axis=1), axis=1)
    assert (np.diff(in_order, axis=1) <= 1e-9).all()
    assert np.sort(places, axis=1).tolist() == [list(range(1, len(brought.facets) + 1))] * len(places)


def of_units(brought: Brought, values: Floats) -> Floats:
    """(persons, facets) as (municipalities, facets): the mean of the groups of each."""
    numbers = np.array(brought.survey.numbers)
    means = brought.counted.means(values)
    return np.array([half_known(means[numbers == number].T, of=1) for number in dict.fromkeys(numbers)])


def test_region_weighs_every_municipality_alike(brought: Brought) -> None:
    counted = brought.counted
    today = of_units(brought, counted.as_is)
    ahead = np.where(np.isnan(today), np.nan, of_units(brought, counted.to_be))
    units = unit_frame(brought.groups, brought.survey.places)
    region = region_frame(units, brought.survey.instrument).set_index("part").loc[brought.facets]

    assert units["unit"].nunique() == len(today)
    assert region["units"].tolist() == (~np.isnan(today)).sum(axis=0).tolist()
    same(region["as_is"].to_numpy(), np.nanmean(today, axis=0))
    same(region["to_be"].to_numpy(), np.nanmean(ahead, axis=0))
    half = 1.96 * np.nanstd(today, axis=0, ddof=1) / np.sqrt(region["units"])
    assert ((region["as_is"] - region["low"] - half).abs() < 0.2 * half).all()
    assert ((region["high"] - region["as_is"] - half).abs() < 0.2 * half).all()


@pytest.mark.parametrize("group", range(len(SIZES) + 1))
def test_room_sees_everyone_of_few_and_of_99(brought: Brought, group: int) -> None:
    counted, persons = brought.counted, brought.survey.group == group
    shown = brought.protected(group, Audience.ROOM)

    for place, row in enumerate(shown.rows()):
        today = counted.as_is[persons, place]
        known = today[~np.isnan(today)]
        enough = len(known) >= 3
        assert row["dots"] == (sorted(np.floor(known + 0.5 + 1e-9)) if enough else None)
        assert row["as_is"] == (on_steps(known.mean(), (-math.inf, math.inf, 0.1)) if enough else None)
        assert (row["agreement"] is not None) == enough
        told = (counted.asked[persons, place] > 0).sum() >= 3
        assert row["dont_know"] == ((counted.dont_know[persons, place] > 0).sum() if told else None)
    assert shown.answered == persons.sum()


@pytest.mark.parametrize("group", range(len(SIZES) + 1))
def test_report_sees_what_the_scale_allows(brought: Brought, group: int) -> None:
    persons = brought.survey.group == group
    today = brought.counted.as_is[persons]
    for values, row in zip(today.T, brought.protected(group, Audience.REPORT).rows(), strict=True):
        known = values[~np.isnan(values)]
        enough = len(known) >= 10
        assert row["as_is"] == (on_steps(known.mean(), IN_REPORT[brought.name]) if enough else None)
        assert (row["agreement"] is not None) == (len(known) >= WORD_FROM[brought.name])
        assert (row["spread"] is not None) == (enough and brought.span > 1)
        assert (row["dots"], row["dots_to_be"], row["dont_know"]) == (None, None, None)
        if brought.span == 1:
            assert {row[name] for name in DETAIL} == {None}
        if row["as_is"] is not None and row["to_be"] is not None:
            assert row["distance"] == pytest.approx(row["to_be"] - row["as_is"])


def on_steps(mean: float, allowed: tuple[float, float, float]) -> object:
    """A mean to the nearest step, halves up, and between the lowest and the highest that may be shown."""
    lowest, highest, step = allowed
    return pytest.approx(min(max(math.floor(mean / step + 0.5 + 1e-9) * step, lowest), highest))


def test_region_shows_means_of_municipalities_with_three_persons(brought: Brought) -> None:
    survey, counted = brought.survey, brought.counted
    region = protect_region(
        brought.levels, items=brought.items, instrument=survey.instrument, places=survey.places
    ).frame.set_index("part")
    numbers = np.array(survey.numbers)
    people = np.minimum(counted.counts(counted.as_is), counted.counts(counted.to_be))
    of_unit = np.array([people[numbers == number].sum(axis=0) for number in dict.fromkeys(numbers)])
    today = np.where(of_unit >= 3, of_units(brought, counted.as_is), np.nan)

    # One or two municipalities whose reports show no mean would follow from the others' (S4).
    with_level = counted.counts(counted.as_is)
    with_level = np.array([with_level[numbers == number].sum(axis=0) for number in dict.fromkeys(numbers)])
    small = ((of_unit >= 3) & (with_level < 10)).sum(axis=0)
    shown = (small == 0) | (small >= 3)
    assert shown.any()
    for place, facet in enumerate(brought.facets):
        found = region.loc[facet]
        if shown[place]:
            assert found["units"] == (~np.isnan(today[:, place])).sum()
            assert found["as_is"] == on_steps(np.nanmean(today[:, place]), IN_REGION[brought.name])
        else:
            assert np.isnan(found["as_is"])
    figures = region[["as_is", "to_be", "low", "high", "lower_quarter", "upper_quarter"]].stack().dropna()
    assert figures.between(*IN_REGION[brought.name][:2]).all()


@pytest.fixture(scope="module")
def report(brought: Brought) -> Path:
    """The folder of the report of a group that has shown itself its answers and agreed on all themes but two."""
    survey, group = brought.survey, REPORTED[brought.name]
    with Store.open(brought.home) as store:
        log = AnswerLog(session("contact", survey, group), store, survey.programme, today=lambda: date(2026, 11, 3))
        log.reveal(survey.module.id)
        log.append(statements(survey))
    out = brought.home.with_name("out")
    kompetanse("report", "--group", group, "--out", str(out), home=brought.home, survey=survey)
    return next(out.iterdir())


def statements(survey: Survey) -> list[Draft]:
    """What the group agrees on, talks about, chooses and will do."""
    scale = survey.instrument.scale
    said: list[tuple[str, str, str, object]] = []
    for place, facet in enumerate(survey.instrument.facets[2:]):
        today = scale.levels[place % (len(scale.levels) - 1)]
        said += [("enighet", facet.id, "agreed", today), ("enighet", facet.id, "agreed-to-be", today + 1)]
        if place < 3:
            said.append(("enighet", facet.id, "discussed", True))
            said.append(("enighet", facet.id, "rationale", "Vi har gode eksempler, men få kjenner dem."))
            said.append(("valg", facet.id, "priority", True))
    action = {"what": "Øve før påske", "effect": "Vakta vet hvem hun skal ringe", "role": "Beredskapsleder"}
    said.append(("tiltak", "1", "action", action))
    return [
        Draft(id=f"utkast-{place}", module=survey.module.id, step=step, subject=subject, aspect=aspect, value=value)
        for place, (step, subject, aspect, value) in enumerate(said)
    ]


def test_report_is_accessible_and_ten_pages_at_most(report: Path, browser: Browser) -> None:
    printed = report / "kommunerapport.pdf"
    assert [each.message for each in pdfua.validate(printed).findings if each.severity > pdfua.Severity.SKIP] == []
    with pikepdf.open(printed) as document:
        assert len(document.pages) <= 10
    page = browser.new_context(bypass_csp=True, viewport={"width": 360, "height": 800}).new_page()
    page.goto((report / "kommunerapport.html").as_uri())
    found = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_report_has_no_words_of_a_template_left(report: Path) -> None:
    text = subprocess.run(["pdftotext", report / "kommunerapport.pdf", "-"], capture_output=True, text=True).stdout
    assert re.findall(r"[{}]|\bnan\b|\bNone\b|kartlegging\.", text) == []


def test_every_theme_of_the_report_is_on_the_scale(report: Path, brought: Brought) -> None:
    notebook = nbformat.read(report / "kommunerapport.ipynb", as_version=4)
    tables = [block for block in shown_blocks(notebook) if isinstance(block, Table) and block.caption]
    numbers = next(table for table in tables if table.caption == "Felles vurdering i tall")
    scale = brought.survey.instrument.scale

    assert [row[0] for row in numbers.rows] == [facet.title.to("nb") for facet in brought.survey.instrument.facets]
    levels = [cell for row in numbers.rows for cell in row[1:3] if cell != ":"]
    assert all(scale.low <= float(cell.replace(",", ".")) <= scale.high for cell in levels)
