"""Many reports at once: only those that are not there yet, and one that fails does not stop the rest."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import ExitStack
from importlib import import_module

from tqdm import tqdm

from kompetanse.imports import leave_out_unused
from kompetanse.reports.files import remove_leftovers
from kompetanse.reports.job import ReportJob
from kompetanse.reports.ledger import Ledger
from kompetanse.reports.result import Result
from kompetanse.reports.workers import AT_ONCE, WorkerProcesses

#: Where reports are made: told how many, it opens an executor; a cluster's will do as well as processes here.
Workers = Callable[[int], Executor]

#: How often a report is tried that the machine, and not its notebook, is to blame for.
MOST_TRIES = 3

_ENDED = "the process that made it ended {times} times, often for want of memory; try it by itself."


def make_reports(
    jobs: Sequence[ReportJob],
    *,
    workers: Workers = WorkerProcesses,
    at_once: int = AT_ONCE,
    ledger: Ledger | None = None,
    again: bool = False,
    on_result: Callable[[Result], None] = lambda _: None,
) -> list[Result]:
    """Make reports with a progress bar on stderr; the results stand in the order of the jobs.

    at_once: so many are handed to the workers at any time. ledger: what stands there unchanged is not made, unless
    `again`; it is written by this process alone. on_result: told of each as soon as it is there.
    """
    results: dict[int, Result] = {}
    if ledger and not again:
        results = {index: Result(job, unchanged=True) for index, job in enumerate(jobs) if ledger.stands(job)}
        for result in results.values():
            on_result(result)
    wanted = [index for index in range(len(jobs)) if index not in results]
    if wanted:
        run = _Run(jobs, wanted, workers, at_once, ledger, on_result)
        try:
            results |= run.results()
        except BaseException:
            for index in wanted:
                remove_leftovers(jobs[index].folder)
            raise
    return [results[index] for index in range(len(jobs))]


def work(job: ReportJob) -> Result:
    """Makes a report in a worker; only there is imported what makes it."""
    leave_out_unused()
    made: Result = import_module("kompetanse.reports.making").make_report(job)
    return made


class _Run:
    """One run over the jobs that are wanted."""

    def __init__(
        self,
        jobs: Sequence[ReportJob],
        wanted: Sequence[int],
        workers: Workers,
        at_once: int,
        ledger: Ledger | None,
        on_result: Callable[[Result], None],
    ):
        self._jobs = jobs
        self._waiting = deque(wanted)
        self._workers = workers
        self._at_once = at_once
        self._ledger = ledger
        self._on_result = on_result
        self._results: dict[int, Result] = {}
        self._tries: Counter[int] = Counter()
        #: Under way when the executor broke: any of them may have broken it.
        self._suspects: list[int] = []
        self._bar = tqdm(total=len(wanted), desc="Reports", unit="report")

    def results(self) -> dict[int, Result]:
        """What has become of each job."""
        with self._bar:
            while self._waiting:
                with self._workers(len(self._waiting)) as executor:
                    self._together(executor)
                while self._suspects:
                    self._alone(self._suspects.pop())
        return self._results

    def _together(self, executor: Executor) -> None:
        """Works until nothing waits or the executor breaks."""
        running: dict[Future[Result], int] = {}
        while running or (self._waiting and not self._suspects):
            while self._waiting and not self._suspects and len(running) < self._at_once:
                index = self._waiting.popleft()
                try:
                    running[executor.submit(work, self._jobs[index])] = index
                except BrokenExecutor:
                    self._suspects.append(index)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                self._settle(running.pop(future), future)

    def _settle(self, index: int, future: Future[Result]) -> None:
        try:
            result = future.result()
        except BrokenExecutor:
            self._suspects.append(index)
        except Exception as error:
            self._end(index, Result(self._jobs[index], problem=f"its workers gave it up: {_first_line(error)}"))
        else:
            self._tries[index] += 1
            if result.lost and self._tries[index] < MOST_TRIES:
                self._waiting.append(index)
            else:
                self._end(index, result)

    def _alone(self, index: int) -> None:
        """Makes a report in a process of its own, so that it takes no other along."""
        job = self._jobs[index]
        result = Result(job, problem=_ENDED.format(times=MOST_TRIES))
        for _ in range(MOST_TRIES - 1):
            with ExitStack() as stack:
                try:
                    executor = stack.enter_context(self._workers(1))
                    result = executor.submit(work, job).result()
                except BrokenExecutor:
                    continue
            if not result.lost:
                break
        self._end(index, result)

    def _end(self, index: int, result: Result) -> None:
        if self._ledger and result.problem is None:
            self._ledger.write(result.job, result.files)
        self._results[index] = result
        self._on_result(result)
        self._bar.update()


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]
