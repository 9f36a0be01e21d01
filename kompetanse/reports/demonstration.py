"""The demonstration: made-up answers, three reports, and codes to try it all with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kompetanse.answers.demo import make_demo
from kompetanse.answers.store import Store
from kompetanse.programme.models import LeadershipGroup, Programme
from kompetanse.reports.jobs import ReportJob, report_jobs
from kompetanse.reports.runner import Result, make_reports

#: How many groups have their report.
REPORTS = 3


@dataclass(frozen=True)
class Demonstration:
    """What there is to try, and with which codes."""

    group: LeadershipGroup
    leader: str
    contact: str
    facilitator: str
    results: Sequence[Result]

    def directions(self, address: str) -> str:
        """Where to go with which code."""
        roles = {
            f"a leader of {self.group.name}": self.leader,
            f"the contact of {self.group.name}": self.contact,
            "the facilitator": self.facilitator,
        }
        width = max(map(len, roles))
        lines = (f"  {role:<{width}}  {address}/inn/{code}" for role, code in roles.items())
        return "\n".join(("Open one of these, each in a browser of its own:", *lines, "Ctrl-C stops it."))


def demonstrate(store: Store, programme: Programme, *, out: Path) -> Demonstration:
    """Make what is missing in the home, and new codes for it."""
    make_demo(store, programme)
    jobs = report_jobs(finished_groups(store, programme)[:REPORTS], store=store, programme=programme, out=out)
    missing = [job for job in jobs if not is_made(job)]
    group = store.groups()[0]
    return Demonstration(
        group=group,
        leader=store.create_code("leader", group.id),
        contact=store.create_code("contact", group.id),
        facilitator=store.create_code("facilitator"),
        results=make_reports(missing) if missing else (),
    )


def finished_groups(store: Store, programme: Programme) -> list[LeadershipGroup]:
    """The groups that have approved their report."""
    approved = {release.group for release in store.releases(module=programme.modules[0].id, audience="report")}
    return [group for group in store.groups() if group.id in approved]


def is_made(job: ReportJob) -> bool:
    """Whether the report lies where it should."""
    return all((job.folder / f"{job.template.stem}.{format}").is_file() for format in ("ipynb", *job.formats))
