"""Notebooks are running orders: parameters, one import, one call for each step."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from kompetanse.programme.content import load_programme
from kompetanse.sections.report import SECTIONS

ROOT = Path(__file__).parents[1]
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
    assert {argument for call, argument in calls(notebook) if call in {"step", "picture"}} <= known


def test_section_exists_in_the_report(notebook: NotebookNode) -> None:
    assert {argument for call, argument in calls(notebook) if call == "section"} <= SECTIONS.keys()


def test_cell_is_named_after_the_step_it_shows(notebook: NotebookNode) -> None:
    shown = [(cell.id, argument) for cell in code(notebook) for call, argument in calls(NotebookNode(cells=[cell]))
             if call in {"step", "picture", "section"}]  # fmt: skip
    assert not [pair for pair in shown if pair[0] != pair[1]]
