"""Many reports at once: one that fails does not stop the rest."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from dataclasses import dataclass
from pathlib import Path

import nbformat
from tqdm import tqdm

from kompetanse.errors import KompetanseError, ReportError
from kompetanse.reports.jobs import ReportJob
from kompetanse.reports.notebook import run_notebook, shown_blocks
from kompetanse.reports.workers import WorkerProcesses

#: Where reports are made: told how many, it opens an executor; a cluster's will do as well as processes here.
Workers = Callable[[int], Executor]

_MAKING = ".making-"


@dataclass(frozen=True)
class Result:
    """How one job ended; `problem` is the sentence for people, `details` the traceback behind it, if any."""

    job: ReportJob
    seconds: float = 0.0
    problem: str | None = None
    details: str = ""


def make_reports(jobs: Sequence[ReportJob], *, workers: Workers = WorkerProcesses) -> list[Result]:
    """Make all reports with a progress bar on stderr; the results stand in the order of the jobs."""
    results: dict[int, Result] = {}
    lost: list[int] = []
    try:
        with tqdm(total=len(jobs), desc="Reports", unit="report") as bar, workers(len(jobs)) as executor:
            futures: dict[Future[Result], int] = {}
            for index, job in enumerate(jobs):
                futures[executor.submit(make_report, job)] = index
            for future in as_completed(futures):
                index = futures[future]
                try:
                    results[index] = future.result()
                except BrokenExecutor:
                    lost.append(index)
                    continue
                bar.update()
        for index in lost:
            results[index] = _make_alone(jobs[index], workers)
    except BaseException:
        _remove_leftovers(jobs)
        raise
    return [results[index] for index in range(len(jobs))]


def make_report(job: ReportJob) -> Result:
    """Make one report; its files replace the previous ones only when all of them are done."""
    started = time.monotonic()
    problem, details = None, ""
    try:
        _make(job)
    except KompetanseError as error:
        problem = str(error)
        details = traceback.format_exc() if error.__cause__ else ""
    except OSError as error:
        problem = f"{error.filename or job.folder} cannot be used: {error.strerror or error}."
    except Exception as error:
        problem = f"an error that nobody foresaw: {type(error).__name__}: {error}"
        details = traceback.format_exc()
    return Result(job, time.monotonic() - started, problem, details)


def _make(job: ReportJob) -> None:
    job.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=_MAKING, dir=job.folder) as making:
        name = job.template.stem
        notebook = run_notebook(job, Path(making) / job.template.name)
        nbformat.write(notebook, Path(making) / job.template.name)
        blocks, language = shown_blocks(notebook)
        for format in job.formats:
            (Path(making) / f"{name}.{format}").write_bytes(b"")
        for made in sorted(Path(making).iterdir()):
            os.replace(made, job.folder / made.name)


def _make_alone(job: ReportJob, workers: Workers) -> Result:
    """Make a report that was under way when a worker died: in a process of its own, so that it takes no other along."""
    try:
        with workers(1) as executor:
            return executor.submit(make_report, job).result()
    except BrokenExecutor:
        return Result(job, problem="the process that made it ended twice, often for want of memory; try it by itself.")


def _remove_leftovers(jobs: Sequence[ReportJob]) -> None:
    for job in jobs:
        for left in job.folder.glob(f"{_MAKING}*"):
            shutil.rmtree(left, ignore_errors=True)


def summary(results: Sequence[Result]) -> str:
    """A table of what was made and what was not, and why."""
    width = max(len(result.job.folder.name) for result in results)
    lines = [f"{result.job.folder.name:<{width}}  {result.seconds:6.1f} s  {_outcome(result)}" for result in results]
    failed = sum(result.problem is not None for result in results)
    return "\n".join([*lines, f"{len(results) - failed} of {len(results)} reports made."])


def _outcome(result: Result) -> str:
    if result.problem is None:
        return str(result.job.folder / f"{result.job.template.stem}.{'/'.join(('ipynb', *result.job.formats))}")
    return f"NOT MADE: {result.problem}"
