"""Processes that make reports side by side, and are gone as soon as they are not wanted."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from multiprocessing.context import BaseContext
from pathlib import Path
from types import FrameType, TracebackType
from typing import ParamSpec, TypeVar

from kompetanse.figures.own_renderer import Renderer
from kompetanse.imports import leave_out_unused
from kompetanse.kernels.warm import ColdStart, starter
from kompetanse.settings import FORK_SERVER, RENDERER

P = ParamSpec("P")
T = TypeVar("T")


#: One more than there are processors: while one waits for its kernel, another has something to do.
PROCESSES = (os.cpu_count() or 1) + 1
#: A few more than there are processes, so that none of them ever waits for this one.
AT_ONCE = PROCESSES + 2
#: Of a report that takes a second a tenth is drawing: one who draws keeps up with so many, and costs a second to start.
WORKERS_A_DRAWER = 4


#: Imported before workers are forked, where the system can fork.
PRELOAD = "kompetanse.reports.preload"


class WorkerProcesses(ProcessPoolExecutor):
    """Processes, never more than there are jobs.

    All have their kernels forked from one warm process, and their charts drawn by one renderer.

    An interruption ends all of them, their kernels and their temporary files at once: the standard pool would first
    finish what it has begun, and go on alone if this process is killed.
    """

    def __init__(self, jobs: int, *, processes: int = PROCESSES, programme: Path | None = None):
        workers = max(1, min(jobs, processes))
        self._renderer = Renderer(drawers=1 + (workers - 1) // WORKERS_A_DRAWER)
        surroundings = {RENDERER: str(self._renderer.path), **_warm_process(programme)}
        super().__init__(workers, mp_context=_context(), initializer=_obey_the_parent, initargs=(surroundings,))

    def submit(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """As any executor's."""
        return super().submit(partial(_until_ended, call), *args, **kwargs)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        with self._renderer:
            if kind is None:
                return super().__exit__(kind, error, trace)
            self.shutdown(wait=False, cancel_futures=True)
            for child in multiprocessing.active_children():
                child.terminate()
                child.join()
            return None


def _until_ended(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return call(*args, **kwargs)
    except SystemExit:
        # Only the end of this process raises it here; the pool would take it for the result of one job and go on.
        os._exit(1)


def _context() -> BaseContext:
    """Workers forked from a process that has imported what they need, which costs each of them a second otherwise."""
    if "forkserver" not in multiprocessing.get_all_start_methods() or sys.platform == "darwin":
        # Apple's own libraries do not bear being forked.
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOAD])
    return context


def _warm_process(programme: Path | None) -> dict[str, str]:
    """Where all workers have their kernels forked: warming up one process costs as much as ten reports."""
    try:
        return {FORK_SERVER: str(starter(programme, pages=False).running().path)}
    except ColdStart:
        return {}


def _obey_the_parent(surroundings: Mapping[str, str]) -> None:
    """Leave Ctrl-C to the parent, clean up when it says so, and end with it."""
    leave_out_unused()
    os.environ.update(surroundings)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end(number: int, frame: FrameType | None) -> None:
    sys.exit(1)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
