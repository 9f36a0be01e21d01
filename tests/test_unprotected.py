"""No figure leaves without protection: read in the source, and tried.

Only `sections/gathered.py` and `sections/regional.py` turn answers into something that is shown, and both give it to
`disclosure` in the same breath. What draws, writes and serves takes what that has made, and nothing else.
"""

from __future__ import annotations

import ast
import copy
import inspect
import pickle
import typing
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from kompetanse.analysis import disclosure
from kompetanse.analysis.disclosure import GROUP_POLICIES, Audience, Protected, Shown, protect
from kompetanse.analysis.disclosure.protected import ProtectedRegion
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import Programme

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kompetanse"

#: Whatever shows something to somebody.
SHOWING = ("figures", "sections", "widgets", "steps", "reports", "server", "workbook.py", "cli.py")
#: The one door from answers to figures, and the one notebook method for made-up answers.
DOORS = {"sections/gathered.py", "sections/regional.py"}
RAW = ("kompetanse.analysis.frames", "kompetanse.analysis.statistics")
#: Words and rules that are no figures.
HARMLESS = {"kompetanse.analysis.frames.talk"}


def showing() -> list[Path]:
    return sorted(
        path
        for name in SHOWING
        for path in ([PACKAGE / name] if name.endswith(".py") else (PACKAGE / name).rglob("*.py"))
    )


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield module
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.Call(func=ast.Name(id="import_module"), args=[ast.Constant(value=str(name))]):
                yield name


@pytest.mark.parametrize("path", showing(), ids=place)
def test_what_shows_figures_cannot_make_them(path: Path) -> None:
    if place(path) in DOORS:
        return
    raw = {name for name in imported(path) if name.startswith(RAW) and not name.startswith(tuple(HARMLESS))}
    if place(path) == "workbook.py":
        # `level_frame` and `answer_frame`, which open only where the answers are made up.
        assert raw == {"kompetanse.analysis.frames"}
    else:
        assert not raw


@pytest.mark.parametrize("path", sorted((PACKAGE / "analysis").rglob("*.py")) + showing(), ids=place)
def test_only_disclosure_holds_the_mark_that_makes_protected_figures(path: Path) -> None:
    if not place(path).startswith("analysis/disclosure/"):
        names = {node.id for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Name)}
        assert "ENGINE" not in names | set(imported(path))
        assert "made_by" not in path.read_text("utf-8")


@pytest.mark.parametrize("name", sorted(DOORS))
def test_the_door_hands_every_frame_to_disclosure_at_once(name: str) -> None:
    """A frame of answers has no name there: it is made inside the call that protects it."""
    tree = ast.parse((PACKAGE / name).read_text("utf-8"))
    framers = {"level_frame", "item_frame", "group_frame"}
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in framers
    ]
    given = [
        argument
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.startswith("protect")
        for argument in (*node.args, *(keyword.value for keyword in node.keywords))
    ]
    assert calls
    assert all(call in given for call in calls)


@pytest.mark.parametrize("path", [path for path in showing() if place(path).startswith("figures/")], ids=place)
def test_figures_know_nothing_of_answers(path: Path) -> None:
    assert not {name for name in imported(path) if name.startswith("kompetanse.answers")}


@cache
def programme() -> Programme:
    return load_programme()


def levels() -> pd.DataFrame:
    facet = programme().instruments["digital-evne-og-modenhet"].facets[0]
    common = {"group": "g", "axis": facet.axis, "cluster": None, "facet": facet.id, "asked": 1, "dont_know": 0}
    rows = [
        common
        | {"participant": f"p{person}", "as_is": 1.0 + person, "to_be": 5.0, "importance": 1.0, "low": 1, "high": 5}
        for person in range(4)
    ]
    return pd.DataFrame(rows)


def test_nobody_else_can_make_protected_figures() -> None:
    policy = GROUP_POLICIES[Audience.REPORT]
    for mark in (None, object(), disclosure.protected.Made()):
        with pytest.raises(TypeError):
            Protected(levels(), policy, 4, (), made_by=mark)
        with pytest.raises(TypeError):
            Shown(Audience.PUBLIC, (), made_by=mark)
        with pytest.raises(TypeError):
            ProtectedRegion(levels(), policy, (), units=41, people=300, basis={}, made_by=mark)  # type: ignore[arg-type]  # tried


def test_protected_figures_cannot_be_changed_into_others() -> None:
    protected = protect(levels(), Audience.REPORT)
    before = protected.rows()
    for name in ("audience", "policy", "answered", "hidden", "frame"):
        with pytest.raises(AttributeError):
            setattr(protected, name, None)
    copied = protected.frame
    copied["as_is"] = 3.0
    protected.rows()[0]["as_is"] = 3.0
    assert protected.rows() == before
    assert copy.deepcopy(protected).rows() == before
    assert pickle.loads(pickle.dumps(protected)).rows() == before


def takers() -> Iterator[tuple[str, Any]]:
    """Every public function of what shows figures that takes protected ones."""
    for path in showing():
        name = ".".join(("kompetanse", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        module = import_module(name)
        for attribute, value in vars(module).items():
            if attribute.startswith("_") or not inspect.isfunction(value) or value.__module__ != name:
                continue
            hints = typing.get_type_hints(value, vars(module) | typing.__dict__).values()
            if Protected in hints and "protected" in inspect.signature(value).parameters:
                yield f"{name}.{attribute}", value


def test_charts_take_only_what_disclosure_has_made() -> None:
    tried = dict(takers())
    assert {"kompetanse.figures.charts.distance_chart", "kompetanse.figures.charts.importance_chart"} <= tried.keys()
    instrument = programme().instruments["digital-evne-og-modenhet"]
    fakes = (
        levels(),
        levels().to_dict("records"),
        SimpleNamespace(rows=lambda: levels().to_dict("records"), audience=Audience.ROOM, policy=None),
    )
    given = {"instrument": instrument, "language": "nb", "axis": None, "scale": instrument.scale}
    for function in tried.values():
        wanted = {key: value for key, value in given.items() if key in inspect.signature(function).parameters}
        for fake in fakes:
            with pytest.raises((TypeError, AttributeError)):
                function(fake, **wanted)


def test_no_list_sort_or_export_by_level_across_municipalities_exists() -> None:
    """A frame with a row for each municipality is raw, and nothing that shows anything can reach it."""
    assert not [
        place(path)
        for path in showing()
        if {"unit_frame", "region_frame", "group_frame", "talk_frame"} & set(path.read_text("utf-8").split("("))
    ]
    columns = set(disclosure.PROTECTED_REGION_COLUMNS) | set(disclosure.PROTECTED_COLUMNS)
    assert not columns & {"group", "unit", "municipality", "rank"}
