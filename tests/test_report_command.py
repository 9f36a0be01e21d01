"""`kompetanse report`: what lands, and one sentence where something is in the way."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest


def report(home: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kompetanse", "report", "--home", str(home), *arguments]
    surroundings = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "LANG": "C.UTF-8"}
    return subprocess.run(command, cwd=cwd, env=surroundings, capture_output=True, text=True, check=False)


def test_report_lands_by_number_and_name(demo_home: Path, tmp_path: Path) -> None:
    done = report(demo_home, tmp_path, "--municipality", "1820", "1841", "--format", "pdf")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "2 of 2 reports made."
    landed = {path.relative_to(tmp_path / "reports").as_posix() for path in tmp_path.glob("reports/*/*")}
    assert landed == {
        f"{folder}/kommunerapport.{format}"
        for folder in ("1820-alstahaug", "1841-fauske")
        for format in ("ipynb", "pdf")
    }


def test_shared_edition_waits_for_approval_and_the_others_go_on(demo_home: Path, tmp_path: Path) -> None:
    done = report(demo_home, tmp_path, "--group", "alstahaug", "fauske", "--edition", "shared", "--out", "out")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "1 of 2 reports made."
    assert re.search(r"^1841-fauske .* NOT MADE: Fauske.* has not approved its report.*$", done.stdout, re.MULTILINE)
    assert "Traceback" not in done.stdout + done.stderr
    assert [path.parent.name for path in (tmp_path / "out").glob("*/*.pdf")] == ["1820-alstahaug"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Say which groups are meant: .*"),
        (("--municipality", "1842"), "There is no municipality '1842'; .*"),
        (("--municipality", "0301"), "This home has no group of municipality '0301'; .*"),
        (("--group", "narnia"), "This home has no group of id 'narnia'; .*"),
    ],
)
def test_group_that_is_not_there_is_one_sentence(
    arguments: tuple[str, ...], sentence: str, demo_home: Path, tmp_path: Path
) -> None:
    done = report(demo_home, tmp_path, *arguments)
    assert re.fullmatch(rf"kompetanse: {sentence}\n", done.stderr), done.stderr
    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_second_run_makes_nothing_until_it_is_told_to(demo_home: Path, tmp_path: Path) -> None:
    asked = ("--municipality", "1820", "--format", "html", "--jobs", "1")
    last = [report(demo_home, tmp_path, *asked, *more).stdout.splitlines()[-1] for more in ((), (), ("--again",))]
    assert last == [
        "1 of 1 reports made.",
        "0 of 1 reports made, 1 unchanged since the last time.",
        "1 of 1 reports made.",
    ]


def test_jobs_are_not_for_a_cluster(demo_home: Path, tmp_path: Path) -> None:
    done = report(demo_home, tmp_path, "--all", "--jobs", "2", "--dask", "tcp://127.0.0.1:9")
    assert (done.returncode, done.stderr.partition(":")[0]) == (2, "kompetanse")
    assert "Say either --jobs or --dask" in done.stderr


def test_folder_that_cannot_be_written_to_is_one_sentence(demo_home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = report(demo_home, tmp_path, "--municipality", "1820", "--out", "file")
    assert done.returncode == 1
    assert f"NOT MADE: {tmp_path}/file/1820-alstahaug cannot be used: Not a directory." in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
