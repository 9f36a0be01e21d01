"""Notebooks are running orders: parameters, one import, one call for each step."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from kompetanse.programme.content import load_programme
from kompetanse.sections.report import SECTIONS

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "workbooks" / "templates" / "kommunerapport.ipynb"
NOTEBOOKS = sorted((ROOT / "workbooks").rglob("*.ipynb"))
MADE_BY_A_MACHINE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-?[0-9a-f]{12})?")


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def path(request: pytest.FixtureRequest) -> Path:
    """Each notebook in turn."""
    return request.param


@pytest.fixture
def notebook(path: Path) -> NotebookNode:
    """What the notebook says."""
    return nbformat.read(path, as_version=4)


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def calls(notebook: NotebookNode) -> list[tuple[str, str]]:
    """Method calls with a literal first argument, such as ("step", "velkommen")."""
    return [
        (node.func.attr, node.args[0].value)
        for cell in code(notebook)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    ]


def test_notebook_is_valid_and_canonical(path: Path, notebook: NotebookNode) -> None:
    nbformat.validate(notebook)
    assert path.read_text("utf-8") == nbformat.writes(notebook) + "\n"


def test_notebook_has_no_outputs(notebook: NotebookNode) -> None:
    assert not [cell.id for cell in code(notebook) if cell.outputs or cell.execution_count is not None]


def test_cell_has_a_name_of_its_own(notebook: NotebookNode) -> None:
    names = [cell.id for cell in notebook.cells]
    assert not [name for name, count in Counter(names).items() if count > 1]
    assert not [name for name in names if MADE_BY_A_MACHINE.fullmatch(name)]


def test_parameters_are_one_cell_that_explains_itself(notebook: NotebookNode) -> None:
    cells = [cell for cell in code(notebook) if "parameters" in cell.metadata.get("tags", [])]
    assert len(cells) == 1
    assert not [line for line in cells[0].source.splitlines() if not re.fullmatch(r"\w+(: [^=]+)? = .+  # \S.*", line)]


def test_nothing_is_defined(notebook: NotebookNode) -> None:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
    assert not [
        cell.id for cell in code(notebook) if any(isinstance(n, kinds) for n in ast.walk(ast.parse(cell.source)))
    ]


def test_step_exists_in_the_programme(notebook: NotebookNode) -> None:
    known = {step.id for module in load_programme().modules for step in module.steps}
    assert {argument for call, argument in calls(notebook) if call in {"step", "picture", "words"}} <= known


def test_section_exists_in_the_report(notebook: NotebookNode) -> None:
    assert {argument for call, argument in calls(notebook) if call == "section"} <= SECTIONS.keys()


def test_cell_is_named_after_the_step_it_shows(notebook: NotebookNode) -> None:
    shown = [(cell.id, argument) for cell in code(notebook) for call, argument in calls(NotebookNode(cells=[cell]))
             if call in {"step", "picture", "words", "section"}]  # fmt: skip
    assert not [pair for pair in shown if pair[0] != pair[1]]


def papermill(path: Path, out: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The stock papermill, as an analyst would run it."""
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", str(path), str(out), *arguments]
    surroundings = {**os.environ, "KOMPETANSE_HOME": str(home)}
    return subprocess.run(command, cwd=out.parent, env=surroundings, capture_output=True, text=True, check=False)


def test_notebook_runs_as_it_lies_on_the_demo(path: Path, demo_home: Path, tmp_path: Path) -> None:
    done = papermill(path, tmp_path / path.name, demo_home)
    assert done.returncode == 0, done.stderr
    shown = [cell for cell in code(nbformat.read(tmp_path / path.name, as_version=4)) if cell.outputs]
    assert shown


def test_report_template_takes_a_municipality(demo_home: Path, tmp_path: Path) -> None:
    done = papermill(REPORT, tmp_path / "out.ipynb", demo_home, "-r", "municipality", "1820")
    assert done.returncode == 0, done.stderr
    assert "Alstahaug" in (tmp_path / "out.ipynb").read_text("utf-8")


def test_number_that_should_be_a_string_is_one_sentence(demo_home: Path, tmp_path: Path) -> None:
    done = papermill(REPORT, tmp_path / "out.ipynb", demo_home, "-p", "municipality", "1820")
    assert done.returncode == 1
    assert "InputError: " in done.stderr
    assert "papermill -r municipality 1820" in done.stderr
