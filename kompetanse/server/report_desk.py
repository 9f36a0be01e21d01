"""Reports made beside the server, while pages go on: a facilitator's one run at a time, others as they come."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kompetanse.answers.release import Edition

_log = logging.getLogger(__name__)

#: What makes them: a process of its own, so that a page never waits for a chart, and its memory goes with it.
COMMAND = (sys.executable, "-m", "kompetanse.reports.background")

#: How long the process may take to end when the server stops.
GOODBYE_SECONDS = 5.0


@dataclass
class Making:
    """One run: the groups by their ids, with names, and whether the report of each was made.

    Why one was not may hold what somebody wrote: `kompetanse report` says it to the operator.
    """

    edition: Edition
    names: Mapping[str, str]
    done: dict[str, bool] = field(default_factory=dict)
    is_running: bool = True

    @property
    def made(self) -> int:
        """How many are there."""
        return sum(self.done.values())

    @property
    def failed(self) -> list[str]:
        """The groups whose report was not made, by name; also those that the run never came to."""
        return sorted(name for group, name in self.names.items() if not self.done.get(group, self.is_running))


@dataclass
class ReportDesk:
    """Makes what was asked for, one run after the other, and knows how far each has come."""

    home: Path
    programme_folder: Path | None
    _runs: list[Making] = field(default_factory=list)
    _processes: set[asyncio.subprocess.Process] = field(default_factory=set)
    _task: asyncio.Task[None] | None = None

    @property
    def latest(self) -> list[Making]:
        """The last run of each edition, in the order in which they were asked for."""
        last = {run.edition: run for run in self._runs}
        return [run for run in self._runs if last[run.edition] is run]

    def start(self, names: Mapping[str, str], edition: Edition) -> bool:
        """Begins to make these groups' reports; false where this edition is being made already, which goes on."""
        if not names or any(run.is_running and run.edition == edition for run in self._runs):
            return False
        self._runs = [*self.latest, Making(edition, dict(names))]
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._make_all())
        return True

    async def make(self, names: Mapping[str, str], edition: Edition) -> Making:
        """Makes these groups' reports at once, whatever a facilitator has asked for, and waits until they are there."""
        making = Making(edition, dict(names))
        await self._make(making)
        return making

    async def close(self) -> None:
        """Ends what is under way; what is made already stays."""
        if self._task is not None:
            # First, so that the next run does not begin when this one ends.
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for process in list(self._processes):
            with suppress(ProcessLookupError):
                process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), GOODBYE_SECONDS)

    async def _make_all(self) -> None:
        while waiting := [run for run in self._runs if run.is_running]:
            await self._make(waiting[0])

    async def _make(self, making: Making) -> None:
        try:
            pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
            process = await asyncio.create_subprocess_exec(*COMMAND, stdin=pipe, stdout=pipe, stderr=nowhere)
            self._processes.add(process)
            try:
                await self._follow(process, making)
            finally:
                # Whoever waited may have been cancelled, and then it is still at work: `close` ends it.
                if process.returncode is not None:
                    self._processes.discard(process)
        except (OSError, ValueError):
            _log.exception("Reports could not be made.")
        finally:
            making.is_running = False

    async def _follow(self, process: asyncio.subprocess.Process, making: Making) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(self._asked(making))
        process.stdin.close()
        async for line in process.stdout:
            told = json.loads(line)
            making.done[told["group"]] = told["problem"] is None
        if await process.wait():
            _log.error("The process that makes reports ended with %s.", process.returncode)

    def _asked(self, making: Making) -> bytes:
        asked = {"home": str(self.home), "programme": str(self.programme_folder or ""), "edition": making.edition}
        return json.dumps({**asked, "groups": list(making.names)}).encode() + b"\n"
