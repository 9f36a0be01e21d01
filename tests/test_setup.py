"""Setting up: the same packages everywhere, and one clear sentence where it cannot be done."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
#: What a bare Debian has before anything is installed.
PLAIN_COMMANDS = ("sh", "cat", "cksum", "dirname", "env", "grep", "mktemp", "rm", "touch", "mkdir", "chmod", "cp")


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def requirements() -> list[str]:
    found = project()
    return [*found["project"]["dependencies"], *found["dependency-groups"]["dev"]]


def locked() -> dict[str, set[str]]:
    """The locked versions of each package; some differ by Python."""
    versions: dict[str, set[str]] = {}
    for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines():
        if match := re.match(r"([\w.-]+)(?:\[[\w,-]+\])?==([^ ;]+)", line):
            versions.setdefault(canonicalize_name(match[1]), set()).add(match[2])
    return versions


def test_conda_users_get_the_same_set() -> None:
    lines = (ROOT / "environment.yml").read_text("utf-8").splitlines()
    packages = [line.strip().removeprefix("- ") for line in lines if line.startswith("      - ")]
    assert sorted(packages) == sorted(["-e .", *requirements()])
    assert f"  - python{project()['project']['requires-python']}" in lines


def test_lock_fits_the_ranges() -> None:
    versions = locked()
    for requirement in map(Requirement, requirements()):
        found = versions.get(canonicalize_name(requirement.name), set())
        assert found, f"{requirement.name} is not locked: make lock"
        assert all(requirement.specifier.contains(version) for version in found), requirement


@pytest.mark.parametrize(
    "name", ["requirements.lock", "pyproject.toml", "environment.yml", "Makefile", "deploy/bootstrap.sh"]
)
def test_no_package_index_is_named(name: str) -> None:
    assert not re.search(r"https?://(?!127\.0\.0\.1)|--index-url|--find-links", (ROOT / name).read_text("utf-8"))


def test_build_server_runs_the_tests_and_the_audit() -> None:
    script = ROOT / ".ci" / "run"
    commands = [line for line in script.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert commands == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make test", "make audit"]
    assert script.stat().st_mode & stat.S_IXUSR


def test_readme_names_only_make_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = re.findall(r"\bmake ([a-z]+)\b", (ROOT / "README.md").read_text("utf-8"))
    assert {"demo", "test"} <= set(named) & targets


class Machine:
    """A machine with only plain commands on it, and the project in a folder of its own."""

    def __init__(self, folder: Path):
        self.commands = folder / "bin"
        self.project = folder / "project"
        self.home = folder / "home"
        self.log = folder / "log"
        for made in (self.commands, self.project / "deploy", self.home):
            made.mkdir(parents=True)
        for name in ("pyproject.toml", "requirements.lock", "deploy/bootstrap.sh", "deploy/test-machine.sh"):
            shutil.copy(ROOT / name, self.project / name)
        for name in PLAIN_COMMANDS:
            (self.commands / name).symlink_to(str(shutil.which(name)))
        self.log.touch()

    def add(self, name: str, script: str) -> None:
        """Put a command on this machine."""
        path = self.commands / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a script of the project as this machine would."""
        surroundings = {"PATH": str(self.commands), "HOME": str(self.home), "LOG": str(self.log), **environment}
        return subprocess.run(
            ["sh", *arguments], cwd=self.project, env=surroundings, capture_output=True, text=True, check=False
        )  # fmt: skip

    def did(self) -> list[str]:
        """What the machine's Python was told to do since the last time it was asked."""
        lines = self.log.read_text().splitlines()
        self.log.write_text("")
        return lines


#: Writes down what it is told, and makes an environment whose Python does so too.
WORKING_PYTHON = """
case "$*" in
  "-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  "-m pip install"*) echo "$*" >> "$LOG" ;;
esac
"""
PYTHON_WITHOUT_VENV = 'case "$1" in -c|--version) exit 0 ;; esac; mkdir -p .venv/half; exit 1'


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with a Python and an ordinary user."""
    found = Machine(tmp_path)
    found.add("id", "echo 1000")
    found.add("python3", WORKING_PYTHON)
    return found


def test_environment_takes_the_locked_versions(machine: Machine) -> None:
    assert machine.run("deploy/bootstrap.sh").returncode == 0
    assert machine.did()[-1] == "-m pip install -qq -c requirements.lock -e ."


def test_test_tools_come_with_the_tests(machine: Machine) -> None:
    assert machine.run("deploy/bootstrap.sh", "--tests").returncode == 0
    assert machine.did()[-1] == "-m pip install -qq -c requirements.lock -e . --group dev"


def test_second_run_does_nothing(machine: Machine) -> None:
    machine.run("deploy/bootstrap.sh", "--tests")
    machine.did()
    for wanted in ((), ("--tests",)):
        assert machine.run("deploy/bootstrap.sh", *wanted).returncode == 0
        assert machine.did() == []


def test_changed_lock_is_installed(machine: Machine) -> None:
    machine.run("deploy/bootstrap.sh")
    machine.did()
    (machine.project / "requirements.lock").write_text("typer==0.30.0\n")
    assert machine.run("deploy/bootstrap.sh").returncode == 0
    assert machine.did()


def test_moved_folder_is_installed_again(machine: Machine) -> None:
    machine.run("deploy/bootstrap.sh")
    machine.did()
    machine.project = machine.project.rename(machine.project.with_name("elsewhere"))
    assert machine.run("deploy/bootstrap.sh").returncode == 0
    assert machine.did()


def test_index_that_only_pip_knows_is_used_by_pip(machine: Machine) -> None:
    machine.add("uv", 'echo "uv $*" >> "$LOG"; exit 1')
    assert machine.run("deploy/bootstrap.sh", PIP_INDEX_URL="file:///srv/packages").returncode == 0
    assert not [line for line in machine.did() if line.startswith("uv")]


def test_no_way_to_make_an_environment_is_one_sentence(machine: Machine) -> None:
    machine.add("python3", PYTHON_WITHOUT_VENV)
    done = machine.run("deploy/bootstrap.sh")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "Kompetanse cannot make its Python environment here: install uv, or Python's venv "
        "(Debian: apt install python3-venv), and try again."
    )
    assert not (machine.project / ".venv").exists()


def test_missing_browser_is_one_sentence(machine: Machine) -> None:
    done = machine.run("deploy/test-machine.sh")
    assert done.returncode == 1
    assert re.fullmatch(
        r"The tests need chromium .*: install them \(Debian: .*\) and run make test again\.\n", done.stderr
    )


def test_browser_without_windows_is_taken_where_it_is_to_be_had(machine: Machine) -> None:
    for name in ("pdftoppm", "initdb", "Rscript", "chromium"):
        machine.add(name, "")
    assert machine.run("deploy/test-machine.sh").stderr == ""
    machine.add("id", "echo 0")
    machine.add("apt-get", 'echo "$*" >> "$LOG"; case "$*" in *headless*) exit 100 ;; esac')
    assert machine.run("deploy/test-machine.sh").returncode == 0
    (machine.commands / "chromium").unlink()
    assert machine.run("deploy/test-machine.sh").returncode == 0
    asked = [line.partition("--no-install-recommends ")[2] for line in machine.did() if line.startswith("install")]
    assert asked == ["chromium-headless-shell", "chromium chromium-headless-shell", "chromium"]
