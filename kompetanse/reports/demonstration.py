"""The demonstration: made-up answers, the reports of those who have finished, and codes to try it all with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kompetanse.answers.demo import Demo, make_demo
from kompetanse.answers.store import Store
from kompetanse.programme.models import Programme
from kompetanse.reports.job import ReportJob
from kompetanse.reports.jobs import report_jobs, wanted_groups
from kompetanse.reports.result import Result
from kompetanse.reports.runner import make_reports


@dataclass(frozen=True)
class Demonstration:
    """What there is to try, and the reports that were made for it now."""

    demo: Demo
    group_name: str
    results: Sequence[Result]

    def directions(self, address: str, *, served: bool) -> str:
        """Where to go with which code; `served` says whether somebody answers there already."""
        codes = self.demo.codes
        rows = (
            (f"as a leader of {self.group_name}", codes.leader),
            (f"as the contact of {self.group_name}", codes.contact),
            ("as the facilitator", codes.facilitator),
        )
        width = max(len(role) for role, _ in rows)
        lines = [f"  {role:<{width}}   {address}/inn/{code}" for role, code in rows]
        opening = "Open one of these" if served else "Start `kompetanse serve`, then open one of these"
        return "\n".join([f"{opening}, each in a browser of its own:", *lines])


def demonstrate(store: Store, programme: Programme, *, out: Path) -> Demonstration:
    """Make what is missing: answers in the home, and reports."""
    demo = make_demo(store, programme)
    groups = {group.id: group for group in store.groups()}
    finished = wanted_groups(list(groups.values()), groups=demo.finished) if demo.finished else []
    jobs = report_jobs(finished, store=store, programme=programme, out=out, edition="shared")
    missing = [job for job in jobs if not _is_made(job)]
    results = make_reports(missing) if missing else []
    return Demonstration(demo=demo, group_name=groups[demo.group].name, results=results)


def _is_made(job: ReportJob) -> bool:
    files = [job.folder / job.template.name, *(job.shelf / f"{job.template.stem}.{format}" for format in job.formats)]
    return all(file.is_file() for file in files)
