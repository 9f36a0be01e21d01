"""Many reports at once: one that fails does not stop the rest."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from dataclasses import dataclass
from pathlib import Path

import nbformat
from tqdm import tqdm

from kompetanse.errors import KompetanseError
from kompetanse.figures.blocks import Block
from kompetanse.reports.html import html_report
from kompetanse.reports.jobs import Format, ReportJob
from kompetanse.reports.meta import ReportMeta
from kompetanse.reports.notebook import run_notebook, shown_blocks
from kompetanse.reports.pdf import pdf
from kompetanse.reports.workers import WorkerProcesses

#: Where reports are made: told how many, it opens an executor; a cluster's will do as well as processes here.
Workers = Callable[[int], Executor]

WRITERS: Mapping[Format, Callable[[Sequence[Block], ReportMeta], bytes]] = {
    "html": lambda blocks, meta: html_report(blocks, meta).encode(),
    "pdf": pdf,
}

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
    # A draft is the group's own until it shares it, also on a machine with other users.
    job.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=_MAKING, dir=job.folder) as making:
        output = Path(making) / job.template.name
        notebook = run_notebook(job, output)
        blocks = shown_blocks(notebook)
        nbformat.write(notebook, output)
        printed = [output.with_suffix(f".{format}") for format in job.formats]
        for format, path in zip(job.formats, printed, strict=True):
            path.write_bytes(WRITERS[format](blocks, job.meta))
        _put_on_the_shelf(printed, job.shelf)
        for path in (output, *printed):
            os.replace(path, job.folder / path.name)


def _put_on_the_shelf(printed: Sequence[Path], shelf: Path) -> None:
    """Copies for the server; it may be reading the previous ones while they are replaced."""
    shelf.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in printed:
        fresh = shelf / f"{_MAKING}{path.name}"
        shutil.copyfile(path, fresh)
        os.replace(fresh, shelf / path.name)


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
        printed = "".join(f", .{format}" for format in result.job.formats)
        return f"{result.job.folder / result.job.template.name}{printed}"
    return f"NOT MADE: {result.problem}"
