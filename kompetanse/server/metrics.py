"""What an operator may watch: counts, times and sizes of the whole server, and never a name of a group or a person."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

from kompetanse.figures.rendering import waiting_pictures

#: Upper ends of the histograms, in seconds: a warm kernel takes a third of a second, a save a few thousandths.
_START_SECONDS = (0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 4, 8, 15, 45)
_SAVE_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

#: The states that a kernel may be in.
KERNEL_STATES = ("starting", "open", "alone")

#: Reading what processes hold takes 1 ms for each, so it is not done more often than this, in seconds.
_LOOK_AT_MEMORY_EVERY = 10.0
_PATIENCE_SECONDS = 1.0


class Metrics:
    """The figures of one server, in a registry of its own: nothing that a library counts is among them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        gauge = partial(Gauge, namespace="kompetanse", registry=self.registry)
        counter = partial(Counter, namespace="kompetanse", registry=self.registry)
        histogram = partial(Histogram, namespace="kompetanse", registry=self.registry)
        self.kernels = gauge("kernels", "Kernels by state.", ["state"])
        self.kernel_places = gauge("kernel_places", "How many kernels this server may have.")
        self.kernel_memory = gauge("kernel_memory_bytes", "Memory that all kernels hold of their own.")
        self.starts = counter("kernel_starts", "Kernels that were started, by way: warm, cold, failed.", ["way"])
        self.start_seconds = histogram(
            "kernel_start_seconds", "From wanting a kernel until it answers.", buckets=_START_SECONDS
        )
        self.saved = counter("answers_saved", "Answers that were saved and acknowledged.")
        self.saves_failed = counter("saves_failed", "Writes to the answer log that were not saved.")
        self.save_seconds = histogram(
            "save_seconds", "From a kernel's question until the commit.", buckets=_SAVE_SECONDS
        )
        self.sign_ins = counter("sign_ins", "Codes that were tried, by outcome: right, wrong.", ["outcome"])
        self.full = counter("pages_full", "Workbooks that could not be opened because there was no place.")
        self.requests = counter("requests", "Requests that were answered, by class of status.", ["status"])
        self.websockets = gauge("websockets", "Open connections between pages and kernels.")
        self.cut_off = counter("cut_off", "Connections that were ended because of a limit, by limit.", ["limit"])
        self.connections = gauge("connections", "Open connections of any kind.")
        self.errors = counter("errors", "Errors in the log, by library.", ["logger"])
        self.renderer_queue = gauge("renderer_queue", "Pictures that are waited for; -1: no renderer.")
        for way in ("warm", "cold", "failed"):
            self.starts.labels(way)
        for outcome in ("right", "wrong"):
            self.sign_ins.labels(outcome)
        self._looked = 0.0

    @contextmanager
    def starting(self) -> Iterator[Callable[[object], None]]:
        """Times the start of a kernel; what it yields is given the kernel's provisioner once the kernel answers."""
        begun, ways = time.monotonic(), list[str]()
        try:
            yield lambda provisioner: ways.append("warm" if getattr(provisioner, "is_forked", False) else "cold")
        finally:
            way = ways[0] if ways else "failed"
            self.starts.labels(way).inc()
            if way != "failed":
                self.start_seconds.observe(time.monotonic() - begun)

    def written(self, answers: int, seconds: float, *, saved: bool) -> None:
        """Counts one write to the answer log."""
        if saved:
            self.saved.inc(answers)
            self.save_seconds.observe(seconds)
        else:
            self.saves_failed.inc()

    def answered(self, page: str, method: str, status: int) -> None:
        """Counts an answered request by the class of its handler: never by its address."""
        self.requests.labels(f"{status // 100}xx").inc()
        if page == "SignIn" and method == "POST" and status < 500:
            self.sign_ins.labels("right" if status < 400 else "wrong").inc()

    def erred(self, logger: str) -> None:
        """Counts an error in the log by the library it came from."""
        self.errors.labels(logger.split(".")[0]).inc()

    async def text(self, kernels: Mapping[str, int], processes: list[int], renderer: Path | None) -> bytes:
        """All figures as Prometheus reads them; kernels: how many are in each state."""
        for state in KERNEL_STATES:
            self.kernels.labels(state).set(kernels.get(state, 0))
        if time.monotonic() - self._looked > _LOOK_AT_MEMORY_EVERY:
            self._looked = time.monotonic()
            self.kernel_memory.set(await asyncio.to_thread(own_memory, processes))
        self.renderer_queue.set(await _waiting(renderer))
        return generate_latest(self.registry)


async def _waiting(renderer: Path | None) -> int:
    if renderer is None:
        return -1
    with suppress(OSError):
        return await asyncio.to_thread(waiting_pictures, renderer, seconds=_PATIENCE_SECONDS)
    return -1


def own_memory(processes: list[int]) -> int:
    """How many bytes these processes hold that no other process shares; those that are gone hold none."""
    total = 0
    for pid in processes:
        with suppress(OSError, ValueError, IndexError):
            rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
            sizes = {row.split(":")[0]: int(row.split()[1]) for row in rows}
            total += (sizes["Private_Clean"] + sizes["Private_Dirty"]) * 1024
    return total
