"""The wheel is whole: everything that is not code lies in it, and its demo runs in a bare environment."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import kompetanse

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as it is published."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_wheel_has_everything_that_is_not_code(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    kinds = {".py", ".pyc"}
    wanted = {
        path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT / "kompetanse") else
        f"kompetanse/{path.relative_to(ROOT).as_posix()}"
        for path in tracked() if path.suffix not in kinds
        if path.is_relative_to(ROOT / "kompetanse") or path.is_relative_to(ROOT / "workbooks")
    }  # fmt: skip
    assert wanted
    assert wanted <= names


def test_wheel_carries_its_licences(wheel: Path) -> None:
    names = {Path(name).name for name in zipfile.ZipFile(wheel).namelist() if "/licenses/" in name}
    assert names == {"LICENSE", "LICENSE-content", "Inter-LICENSE.txt", "NotoEmoji-LICENSE.txt"}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines()]


def needed_by(name: str, extras: frozenset[str] = frozenset()) -> Iterator[Distribution]:
    """The distributions that this one says it needs here, with all that they need."""
    pending, seen = [(name, extras)], set()
    while pending:
        wanted = pending.pop()
        if wanted in seen:
            continue
        seen.add(wanted)
        found = distribution(wanted[0])
        yield found
        for requirement in map(Requirement, found.requires or ()):
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *wanted[1])):
                pending.append((canonicalize_name(requirement.name), frozenset(requirement.extras)))


def licences(found: Distribution) -> list[str]:
    """What a distribution says about its licence, in the old way and the new."""
    classifiers = [each for each in found.metadata.get_all("Classifier", []) if each.startswith("License")]
    return [str(found.metadata.get("License-Expression", "")), found.metadata.get("License", "")[:200], *classifiers]


def test_everything_that_is_needed_may_be_reused_freely() -> None:
    gpl = re.compile(r"(?<!L)GPL|(?<!Lesser )General Public License")
    assert not {each.name for each in needed_by("kompetanse") if gpl.search(" ".join(licences(each)))}


@pytest.fixture(scope="module")
def bare_environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of the wheel and what the wheel says it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("bare") / "environment"
    venv.create(folder, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    for found in needed_by("kompetanse"):
        if found.metadata["Name"] == "kompetanse":
            continue
        for file in found.files or ():
            target = Path(os.path.normpath(packages / file))
            if (
                target.is_relative_to(folder)
                and "bin" not in target.relative_to(folder).parts[:1]
                and file.locate().exists()
            ):
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.exists():
                    target.symlink_to(file.locate())
    zipfile.ZipFile(wheel).extractall(packages)
    return folder


def test_demo_runs_from_the_wheel_in_a_bare_environment(bare_environment: Path, tmp_path: Path) -> None:
    demo = [str(bare_environment / "bin" / "python"), "-m", "kompetanse", "demo", "--no-serve"]
    surroundings = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(demo, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "reports").glob("*/kommunerapport.pdf"))) == 3


def test_version_is_told_once() -> None:
    assert distribution("kompetanse").version == kompetanse.__version__
