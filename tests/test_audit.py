"""The audit: licences that are allowed, and a sentence where nobody can be asked for holes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def licences(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "deploy"))
    return import_module("licences")


@pytest.fixture
def audit(licences: ModuleType) -> ModuleType:
    return import_module("audit")


def test_every_licence_is_allowed_and_written_down(licences: ModuleType) -> None:
    assert list(licences.mistakes()) == []


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("BSD-3-Clause AND 0BSD AND MIT", True),
        ("LGPL-3.0-only", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("MIT AND GPL-2.0-or-later", False),
        ("(MIT OR GPL-2.0-only) AND ISC", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("unknown", False),
    ],
)
def test_gpl_is_not_allowed_however_it_is_written(licences: ModuleType, expression: str, allowed: bool) -> None:
    assert licences.is_allowed(expression) is allowed


def test_package_that_is_not_written_down_is_told(
    licences: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = licences.PAGE.read_text("utf-8").replace("| tornado | Apache-2.0 |\n", "")
    (tmp_path / "licences.md").write_text(page, "utf-8")
    monkeypatch.setattr(licences, "PAGE", tmp_path / "licences.md")
    monkeypatch.setattr(licences, "ROOT", tmp_path)
    assert [each.split()[0] for each in licences.mistakes()] == ["tornado"]


def answering(dependencies: list[dict[str, Any]]) -> tuple[str, ...]:
    """A command that answers as pip-audit does."""
    return (sys.executable, "-c", "import sys; print(sys.argv[1])", json.dumps({"dependencies": dependencies}))


GOOD = {"name": "typer", "version": "0.29.2", "vulns": []}
HOLE = {"id": "PYSEC-1", "fix_versions": ["2.0"], "aliases": ["CVE-1"], "description": ""}


@pytest.mark.parametrize(
    ("dependencies", "codes", "words"),
    [
        ([GOOD], (0, 0), "1 locked packages, none with a hole"),
        ([GOOD, {"name": "x", "version": "1.0", "vulns": [HOLE]}], (1, 1), "x 1.0: PYSEC-1; mended in 2.0. CVE-1"),
        ([GOOD, {"name": "y", "skip_reason": "not found"}], (0, 1), "NOT AUDITED: PyPI told nothing about 1 of 2"),
    ],
)
def test_what_pip_audit_passes_over_is_told(
    audit: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    dependencies: list[dict[str, Any]],
    codes: tuple[int, int],
    words: str,
) -> None:
    monkeypatch.setattr(audit, "COMMAND", answering(dependencies))
    assert (audit.audit(strict=False), audit.audit(strict=True)) == codes
    told = capsys.readouterr()
    assert words in told.out + told.err


@pytest.mark.parametrize(("arguments", "code"), [((), 0), (("--strict",), 1)])
def test_pypi_that_cannot_be_reached_is_one_sentence(arguments: tuple[str, ...], code: int) -> None:
    nowhere = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "ALL_PROXY"), "http://127.0.0.1:9")
    surroundings = {**os.environ, **nowhere, "NO_PROXY": "", "no_proxy": ""}
    command = [sys.executable, "deploy/audit.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == code
    (said,) = done.stderr.splitlines()
    assert said.startswith("NOT AUDITED: PyPI cannot be reached from here")
    assert said.endswith("run `make audit` where pypi.org can be asked.")
