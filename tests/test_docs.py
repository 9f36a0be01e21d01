"""The handbook and the guides, held against the code: commands, columns, thresholds, rules, words on screen."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from typer.main import get_command

from kompetanse import settings
from kompetanse.analysis import disclosure
from kompetanse.analysis.disclosure import (
    FLOORS,
    GROUP_POLICIES,
    PROTECTED_COLUMNS,
    PROTECTED_REGION_COLUMNS,
    REGION_POLICIES,
    Audience,
    protect,
    protect_public,
    protect_region,
)
from kompetanse.analysis.frames import ANSWER_COLUMNS, LEVEL_COLUMNS
from kompetanse.answers.session import ROLES, Session
from kompetanse.cli import app, spread
from kompetanse.importers import member_rows
from kompetanse.programme.content import load_programme
from kompetanse.reports.parameters import signature
from kompetanse.sections.report import SECTIONS
from kompetanse.server.access import WORKBOOKS, may_open, may_read_report
from kompetanse.server.settings import names as server_settings
from kompetanse.server.settings import variable
from kompetanse.workbook import Workbook
from tests.analysis.attack import items_of

ROOT = Path(__file__).parents[1]
NAMES = (
    "handbok-prosessleder.md", "analyst.md", "disclosure.md", "frames.md", "metode.md", "drift.md", "innlogging.md",
    "personvern.md",
)  # fmt: skip
PAGES = {name: (ROOT / "docs" / name).read_text("utf-8") for name in NAMES}
HANDBOOK, ANALYST, DISCLOSURE, FRAMES, *_ = PAGES.values()
TEMPLATE = ROOT / "workbooks" / "templates" / "kommunerapport.ipynb"

LONGEST = 200
COMMAND = re.compile(r"^(?:\.venv/bin/)?kompetanse (.+)$")
#: Words and texts that people meet: in code, templates, and the programme.
ON_SCREEN = ("*.py", "*.j2", "*.md", "*.yml")


def fenced(text: str, kind: str) -> list[str]:
    """The code blocks of one kind, without what a list indents them by."""
    blocks = re.findall(rf"^ *```{kind}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(r"^   (?=\S)", "", block, flags=re.MULTILINE) for block in blocks]


def shell_lines() -> list[str]:
    """Every line that a reader may type, without variables set before it."""
    lines = [line for text in PAGES.values() for block in fenced(text, "sh") for line in block.splitlines()]
    return [re.sub(r'^(?:[A-Z_]+="[^"]*" )+', "", line) for line in lines]


def written_in_code() -> list[str]:
    """Everything between backticks on one line."""
    return [span for text in PAGES.values() for span in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)]


def table(text: str, first: str) -> list[list[str]]:
    """The rows below the header whose first cell is `first`, in cells without backticks; the header comes first."""
    lines = iter(text[text.index(f"| {first} |") :].splitlines())
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.replace("`", "").strip("|").split("|")])
    return [rows[0], *rows[2:]]


def first_cells(rows: Sequence[Sequence[str]]) -> list[str]:
    return [row[0] for row in rows[1:]]


@pytest.mark.parametrize("name", NAMES)
def test_page_can_be_read_in_one_sitting(name: str) -> None:
    assert len(PAGES[name].splitlines()) <= LONGEST


@pytest.mark.parametrize("line", [line for line in shell_lines() if COMMAND.match(line)])
def test_command_parses(line: str) -> None:
    found = COMMAND.match(line)
    assert found
    name, *arguments = spread(shlex.split(found[1]))
    get_command(app).commands[name].make_context(name, arguments)  # type: ignore[attr-defined]  # a group has them


def test_every_line_to_type_is_of_a_known_tool() -> None:
    tools = {line.split()[0].removeprefix(".venv/bin/") for line in shell_lines()}
    assert tools == {"make", "jupyter", "papermill", "kompetanse"}


def test_commands_and_options_named_in_passing_exist() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]  # a group has them
    options = {option for each in commands.values() for parameter in each.params for option in parameter.opts}
    spans = written_in_code()
    assert {found[1].split()[0] for span in spans if (found := COMMAND.match(span))} <= set(commands)
    assert {word for span in spans for word in span.split() if word.startswith("--")} <= options


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert {
        word for text in PAGES.values() for word in re.findall(r"`?\bmake ([a-z]+)`?$", text, re.MULTILINE)
    } <= targets
    assert {span.split()[1] for span in written_in_code() if span.startswith("make ")} <= targets


def test_variables_are_those_that_are_read() -> None:
    named = {name for text in PAGES.values() for name in re.findall(r"\bKOMPETANSE_[A-Z_]+", text)}
    of_servers = {variable(path) for path in server_settings()}
    assert named <= {settings.HOME, settings.DATABASE, settings.PROGRAMME, settings.PASSPHRASE, *of_servers}


def test_files_that_are_named_are_there() -> None:
    of_ours = re.compile(r"(docs|kompetanse|workbooks|tests)/[\w./-]+")
    links = [f"docs/{link}" for text in PAGES.values() for link in re.findall(r"\]\(([\w./-]+)\)", text)]
    named = [span for span in written_in_code() if of_ours.fullmatch(span)]
    assert not [path for path in (*named, *links) if not (ROOT / path).exists()]


@pytest.mark.parametrize(
    ("heading", "columns"),
    [
        ("## `workbook.answer_frame()`", ANSWER_COLUMNS),
        ("## `workbook.level_frame()`", LEVEL_COLUMNS),
        ("## `workbook.material.protected.frame`", PROTECTED_COLUMNS),
        ("## `workbook.region().frame`", PROTECTED_REGION_COLUMNS),
    ],
)
def test_columns_of_a_frame_are_those_it_has(heading: str, columns: list[str]) -> None:
    assert first_cells(table(FRAMES.split(heading)[1], "column")) == columns


def test_columns_of_the_file_of_groups_are_those_it_may_have() -> None:
    assert sorted(first_cells(table(HANDBOOK, "kolonne"))) == sorted(member_rows.LAYOUT.columns)
    example = re.search(r"^municipality;.+$", HANDBOOK, re.MULTILINE)
    assert example
    assert set(example[0].split(";")) <= set(member_rows.LAYOUT.columns)


def test_parameters_are_those_of_the_notebooks() -> None:
    known = signature(nbformat.read(TEMPLATE, as_version=4))
    live = signature(nbformat.read(ROOT / "workbooks" / "analyse.ipynb", as_version=4))
    rows = table(ANALYST, "parameter")
    assert {row[0]: row[1].strip('"') for row in rows[1:]} == live
    of_all_groups = signature(nbformat.read(ROOT / "workbooks" / "fasilitator.ipynb", as_version=4))
    assert set(re.findall(r" -r (\w+)", ANALYST)) <= {*known, *of_all_groups}
    assert known.keys() - live.keys() == {"municipality", "edition"}


def test_sections_are_those_of_the_report() -> None:
    listed = re.search(r"Today there are (.+?)\.\n", ANALYST, re.DOTALL)
    assert listed
    assert re.findall(r"`([\w-]+)`", listed[1]) == list(SECTIONS)


def one_theme(people: int) -> pd.DataFrame:
    """The level frame of a group where everybody sees one theme differently, and agrees on 3."""
    common = {"group": "g", "axis": "a", "facet": "f", "dont_know": 0, "low": 1, "high": 5}
    rows = [
        {"participant": f"p{place}", "as_is": 1.0 + place % 5, "to_be": 5.0, "asked": 1, "importance": float(place % 2)}
        for place in range(people)
    ]
    agreed = {"participant": "", "as_is": 3.0, "to_be": 4.0, "asked": 0, "importance": float("nan")}
    return pd.DataFrame([{**common, **row} for row in (*rows, agreed)])


def test_what_each_size_sees_is_what_protect_shows() -> None:
    header, *rows = table(DISCLOSURE, "for each theme")
    assert header[1:] == ["3", "5", "8", "10"]
    for what, *said in rows:
        audience, column = what.split(":")[0], re.findall(r"\((\w+)\)", what)[-1]
        seen = [protect(one_theme(int(size)), Audience(audience)).rows()[0][column] for size in header[1:]]
        assert said == ["no" if value is None else "yes" for value in seen], what


def test_what_is_shown_of_each_number_of_municipalities_is_what_protect_region_shows() -> None:
    header, *rows = table(DISCLOSURE.split("whatever the size")[1], "for each theme")
    assert header[1:] == ["4", "5", "10", "15"]
    programme = load_programme()
    instrument = programme.instruments["digital-evne-og-modenhet"]
    theme = instrument.facets[0].id
    for what, *said in rows:
        audience, column = what.split(":")[0], re.findall(r"\((\w+)\)", what)[-1]
        seen = []
        for size in map(int, header[1:]):
            levels = pd.concat([one_theme(5).assign(group=f"g{group}", facet=theme) for group in range(size)])
            levels["participant"] = levels["group"].where(levels["participant"] != "", "") + levels["participant"]
            levels[["cluster", "not_relevant"]] = [None, 0]
            region = protect_region(levels, items=items_of(levels), instrument=instrument, places={})
            if audience == "public":
                region = protect_public(region, instrument, last_date=date(2026, 1, 1), today=date(2026, 1, 2))
            seen.append(next(row[column] for row in region.rows() if row["part"] == theme))
        assert said == ["no" if value is None else "yes" for value in seen], what


@pytest.mark.parametrize(
    ("heading", "policies", "audiences"),
    [
        ("policy", GROUP_POLICIES, (Audience.ROOM, Audience.REPORT)),
        ("policy of many", REGION_POLICIES, (Audience.REGION, Audience.PUBLIC)),
    ],
)
def test_policies_are_those_in_force(heading: str, policies: Any, audiences: tuple[Audience, Audience]) -> None:
    rows = table(DISCLOSURE, heading)
    for name, *said in rows[1:]:
        values = [
            value for audience in audiences for value in (getattr(policies[audience], name), FLOORS[audience][name])
        ]
        assert said == ["never" if value is None else str(value) for value in values], name
    assert set(first_cells(rows)) == set(FLOORS[audiences[0]]) == set(FLOORS[audiences[1]])


def test_who_may_open_what_is_what_the_server_asks() -> None:
    header, *rows = table(DISCLOSURE, "may open")
    assert set(header[1:]) == set(ROLES)
    said = {what: dict(zip(header[1:], cells, strict=True)) for what, *cells in rows}
    for role in ROLES:
        group = "g" if role in {"leader", "contact", "room"} else None
        session = Session(role=role, programme="p", group=group, participant="x", language="nb", expires=None)
        of_a_group = [name for name in WORKBOOKS if name != "fasilitator"]
        opens = {
            "the workbooks of a group": all(may_open(session, name) for name in of_a_group),
            "the workbook of all groups": may_open(session, "fasilitator"),
            "the group report": may_read_report(session, group="g", edition="group", approved=True),
            "the shared report, before approval": may_read_report(session, group="g", edition="shared", approved=False),
            "the shared report, approved": may_read_report(session, group="g", edition="shared", approved=True),
        }
        assert {what: cells[role] == "yes" for what, cells in said.items()} == opens, role


def test_rules_are_those_that_the_code_names() -> None:
    rows = table(DISCLOSURE, "rule")
    named = re.findall(r"^(S\d+) ", disclosure.__doc__ or "", re.MULTILINE)
    assert first_cells(rows) == named == [f"S{number}" for number in range(1, 12)]


@pytest.mark.parametrize("name", NAMES)
def test_words_in_quotation_marks_are_on_screen(name: str) -> None:
    shown = "\n".join(
        path.read_text("utf-8") for kind in ON_SCREEN for path in sorted((ROOT / "kompetanse").rglob(kind))
    )
    quoted = re.findall(r"«([^»]+)»", re.sub(r"\n\s*", " ", PAGES[name]))
    assert not [words for words in quoted if words not in {"anonym", ":"} and words not in shown]


def test_tests_that_the_threat_model_names_are_there() -> None:
    named = set(re.findall(r"`(test_\w+\.py)`", (ROOT / "SECURITY.md").read_text("utf-8")))
    assert len(named) > 10
    assert named <= {path.name for path in (ROOT / "tests").rglob("test_*.py")}


@pytest.fixture
def workbook(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> Workbook:
    """The workbook that an analyst opens first."""
    monkeypatch.setenv(settings.HOME, str(demo_home))
    return Workbook.open()


def test_figure_and_section_of_the_guide_run(workbook: Workbook, capsys: pytest.CaptureFixture[str]) -> None:
    figure, section, _ = fenced(ANALYST, "python")
    names: dict[str, object] = {"workbook": workbook}
    exec(figure, names)
    assert "A bar for each theme" in capsys.readouterr().out
    exec(section, names)
    made = names["seen_differently"](workbook.material)  # type: ignore[operator]  # it is the guide's function
    assert isinstance(made, tuple)


def test_cell_of_the_guide_stands_before_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / TEMPLATE.relative_to(ROOT)
    copy.parent.mkdir(parents=True)
    copy.write_bytes(TEMPLATE.read_bytes())
    monkeypatch.chdir(tmp_path)
    exec(fenced(ANALYST, "python")[2], {})
    assert nbformat.read(copy, as_version=4).cells[-2].id == "seen-differently"
    assert copy.read_text("utf-8") == nbformat.writes(nbformat.read(copy, as_version=4)) + "\n"
