"""The reports that a facilitator has asked for: made beside the server, one run at a time, while pages go on."""

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
    _process: asyncio.subprocess.Process | None = None
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

    async def close(self) -> None:
        """Ends what is under way; what is made already stays."""
        if self._task is not None:
            # First, so that the next run does not begin when this one ends.
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), GOODBYE_SECONDS)

    async def _make_all(self) -> None:
        while waiting := [run for run in self._runs if run.is_running]:
            await self._make(waiting[0])

    async def _make(self, making: Making) -> None:
        try:
            pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
            self._process = await asyncio.create_subprocess_exec(*COMMAND, stdin=pipe, stdout=pipe, stderr=nowhere)
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(self._asked(making))
            self._process.stdin.close()
            async for line in self._process.stdout:
                told = json.loads(line)
                making.done[told["group"]] = told["problem"] is None
            if await self._process.wait():
                _log.error("The process that makes reports ended with %s.", self._process.returncode)
        except (OSError, ValueError):
            _log.exception("Reports could not be made.")
        finally:
            making.is_running = False

    def _asked(self, making: Making) -> bytes:
        asked = {"home": str(self.home), "programme": str(self.programme_folder or ""), "edition": making.edition}
        return json.dumps({**asked, "groups": list(making.names)}).encode() + b"\n"
