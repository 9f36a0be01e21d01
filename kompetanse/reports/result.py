"""How a report came out, and all of them as a table for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kompetanse.reports.files import Seal
from kompetanse.reports.job import ReportJob


@dataclass(frozen=True)
class Result:
    """How one job ended; `problem` is the sentence for people, `details` the traceback behind it, if any.

    files: seals of what was put in place, by path. lost: the machine's doing, trying again may help. unchanged: the
    report was there already, and nothing was made.
    """

    job: ReportJob
    seconds: float = 0.0
    problem: str | None = None
    details: str = ""
    files: Mapping[str, Seal] = field(default_factory=dict)
    lost: bool = False
    unchanged: bool = False


def summary(results: Sequence[Result]) -> str:
    """A table of what was made and what was not, and why; what was there already is only counted."""
    width = max(len(result.job.folder.name) for result in results)
    lines = [
        f"{result.job.folder.name:<{width}}  {result.seconds:6.1f} s  {_outcome(result)}"
        for result in results
        if not result.unchanged
    ]
    unchanged = sum(result.unchanged for result in results)
    made = sum(result.problem is None for result in results) - unchanged
    there = f", {unchanged} unchanged since the last time" if unchanged else ""
    return "\n".join([*lines, f"{made} of {len(results)} reports made{there}."])


def _outcome(result: Result) -> str:
    if result.problem is None:
        printed = "".join(f", .{format}" for format in result.job.formats)
        return f"{result.job.folder / result.job.template.name}{printed}"
    return f"NOT MADE: {result.problem}"
