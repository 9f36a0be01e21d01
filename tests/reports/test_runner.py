"""Reports are made side by side, whole or not at all, and one that fails does not stop the rest."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kompetanse.reports.job import ReportJob
from kompetanse.reports.making import make_report
from kompetanse.reports.meta import ReportMeta
from kompetanse.reports.result import Result, summary
from kompetanse.reports.runner import make_reports
from kompetanse.reports.workers import WorkerProcesses

NOTEBOOKS = Path(__file__).parent / "notebooks"


@pytest.fixture
def job(tmp_path: Path) -> ReportJob:
    """A report of one page, in a folder whose name papermill would fill parameters into."""
    meta = ReportMeta(
        title="Here we are", name="Fauske", programme="Programme", module="Module 1", language="nb",
        date=date(2026, 12, 9), draft=True, made_up=True, author="Fauske",
    )  # fmt: skip
    return ReportJob(
        template=NOTEBOOKS / "shows-a-page.ipynb",
        parameters={"group": "fauske"},
        meta=meta,
        folder=tmp_path / "out {group}" / "1841-fauske",
        home=tmp_path / "home",
        shelf=tmp_path / "home" / "reports" / "fauske" / "group",
    )


def running(job: ReportJob, notebook: str) -> ReportJob:
    """The job with another notebook, in a folder named after it."""
    return replace(job, template=NOTEBOOKS / f"{notebook}.ipynb", folder=job.folder.with_name(notebook))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_report_lands_as_notebook_html_and_pdf(job: ReportJob) -> None:
    assert make_report(job).problem is None
    assert names(job.folder) == {"shows-a-page.ipynb", "shows-a-page.html", "shows-a-page.pdf"}
    assert (job.folder / "shows-a-page.pdf").read_bytes().startswith(b"%PDF-")
    assert "Some words." in (job.folder / "shows-a-page.html").read_text("utf-8")


def test_server_finds_what_is_printed_on_its_shelf(job: ReportJob) -> None:
    make_report(job)
    assert names(job.shelf) == {"shows-a-page.html", "shows-a-page.pdf"}


def test_only_wanted_formats_are_made(job: ReportJob) -> None:
    assert make_report(replace(job, formats=("pdf",))).problem is None
    assert names(job.folder) == {"shows-a-page.ipynb", "shows-a-page.pdf"}


def test_executed_notebook_tells_nothing_about_this_machine(job: ReportJob) -> None:
    make_report(job)
    notebook = json.loads((job.folder / "shows-a-page.ipynb").read_text("utf-8"))
    assert str(job.folder.parents[1]) not in json.dumps(notebook)
    assert str(NOTEBOOKS) not in json.dumps(notebook)


def test_notebook_runs_in_this_very_python_with_the_home_it_was_given(job: ReportJob, tmp_path: Path) -> None:
    job = replace(running(job, "tells-its-surroundings"), programme=tmp_path / "programme")
    assert make_report(job).problem == f"{sys.executable} {tmp_path / 'home'} {tmp_path / 'programme'}"


@pytest.mark.parametrize(
    ("notebook", "problem"),
    [
        ("shows-nothing", "the notebook showed nothing that can be printed; call workbook.section()."),
        ("fails", "cell 'fails' of the notebook failed with ZeroDivisionError: division by zero"),
        ("is-refused", "The group has not approved its report."),
        ("loses-its-kernel", "the process that ran the notebook ended in mid-run"),
    ],
)
def test_failure_is_a_sentence_and_leaves_nothing(job: ReportJob, notebook: str, problem: str) -> None:
    job = running(job, notebook)
    result = make_report(job)
    assert (result.problem or "").startswith(problem)
    assert "\n" not in (result.problem or "")
    assert names(job.folder) == set()


def test_failure_keeps_the_previous_report(job: ReportJob) -> None:
    make_report(job)
    before = {name: (job.folder / name).read_bytes() for name in names(job.folder)}
    assert make_report(replace(job, parameters={"group": 1841})).problem
    assert {name: (job.folder / name).read_bytes() for name in names(job.folder)} == before


def test_cell_that_failed_is_in_the_details(job: ReportJob) -> None:
    assert "1 / 0" in make_report(running(job, "fails")).details


def test_folder_that_cannot_be_made_is_a_sentence(job: ReportJob, tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    result = make_report(replace(job, folder=tmp_path / "a file" / "1841-fauske"))
    assert result.problem == f"{tmp_path / 'a file' / '1841-fauske'} cannot be used: Not a directory."


def test_one_failed_report_does_not_stop_the_rest(job: ReportJob, capsys: pytest.CaptureFixture[str]) -> None:
    jobs = [running(job, "loses-its-kernel"), running(job, "fails"), job]
    results = make_reports(jobs)
    assert [result.job for result in results] == jobs
    assert [result.problem is None for result in results] == [False, False, True]
    assert "3/3" in capsys.readouterr().err


class Breaking(Executor):
    """An executor whose processes are killed by one kind of job, as a machine out of memory does."""

    def __init__(self, jobs: int):
        self.alone = jobs == 1

    def submit(self, call, /, job):  # type: ignore[no-untyped-def,override]  # as an executor's, for one argument
        future: Future[Result] = Future()
        if not self.alone or "fails" in job.template.name:
            future.set_exception(BrokenProcessPool())
        else:
            future.set_result(Result(job))
        return future


def test_killed_process_takes_no_other_report_along(job: ReportJob) -> None:
    results = make_reports([running(job, "fails"), job], workers=Breaking)
    assert [result.problem is None for result in results] == [False, True]


def test_summary_tells_what_was_made_and_what_was_not(job: ReportJob) -> None:
    failed = running(job, "fails")
    text = summary([Result(job, 4.26), Result(failed, 1.0, "The group has not approved its report.")])
    assert text.splitlines() == [
        f"1841-fauske     4.3 s  {job.folder}/shows-a-page.ipynb, .html, .pdf",
        "fails           1.0 s  NOT MADE: The group has not approved its report.",
        "1 of 2 reports made.",
    ]


Living = Callable[[int], list[str]]

SLOW = """
import sys, time
from kompetanse.reports.workers import WorkerProcesses
if __name__ == "__main__":
    with WorkerProcesses(2) as executor:
        print("started", flush=True)
        [future.result() for future in [executor.submit(time.sleep, 60) for _ in range(4)]]
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_workers_end_with_their_parent(tmp_path: Path, number: signal.Signals, living: Living) -> None:
    script = tmp_path / "slow.py"
    script.write_text(SLOW)
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    assert process.stdout is not None
    with process, process.stdout:
        process.stdout.readline()
        time.sleep(1.5)
        os.kill(process.pid, number)
        process.wait(10)
    end = time.monotonic() + 10
    while living(process.pid) and time.monotonic() < end:
        time.sleep(0.1)
    assert living(process.pid) == []


def test_there_are_never_more_processes_than_reports() -> None:
    with WorkerProcesses(1) as executor:
        assert executor.submit(os.getpid).result() == executor.submit(os.getpid).result() != os.getpid()
