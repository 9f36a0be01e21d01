"""Jobs for tests: reports of one small notebook that leaves a file wherever it has run."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from kompetanse.reports.job import ReportJob
from kompetanse.reports.ledger import Ledger
from kompetanse.reports.meta import ReportMeta
from kompetanse.reports.runner import make_reports

NOTEBOOKS = Path(__file__).parent / "notebooks"
META = ReportMeta(
    title="Here we are", name="Fauske", programme="Programme", module="Module 1", language="nb",
    date=date(2026, 12, 9), draft=True, made_up=True, author="Fauske",
)  # fmt: skip


def jobs(folder: Path, count: int, *, edition: str = "group", basis: str = "1") -> list[ReportJob]:
    """So many jobs with all that is theirs below `folder`."""
    names = [f"g-{number:03}" for number in range(count)]
    return [
        ReportJob(
            template=NOTEBOOKS / "counts-its-runs.ipynb",
            parameters={"group": str(folder / "runs" / name), "edition": edition},
            meta=replace(META, name=name),
            folder=folder / "out" / name,
            home=folder / "home",
            shelf=folder / "home" / "reports" / name / "group",
            basis=f"{basis} {edition}",
        )
        for name in names
    ]


def runs(job: ReportJob) -> int:
    """How often the job's notebook has run."""
    folder = Path(str(job.parameters["group"]))
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def is_whole(job: ReportJob) -> bool:
    """Whether a report is there with all its files, of the job's own edition, and nothing beside them."""
    name = job.template.stem
    files = {f"{name}.ipynb", f"{name}.html", f"{name}.pdf"}
    if {path.name for path in job.folder.iterdir()} != files:
        return False
    if {path.name for path in job.shelf.iterdir()} != files - {f"{name}.ipynb"}:
        return False
    notebook = json.loads((job.folder / f"{name}.ipynb").read_text("utf-8"))
    html = (job.folder / f"{name}.html").read_bytes()
    return (
        notebook["metadata"]["papermill"]["parameters"] == dict(job.parameters)
        and str(job.parameters["edition"]).encode() in html
        and html == (job.shelf / f"{name}.html").read_bytes()
        and (job.folder / f"{name}.pdf").read_bytes() == (job.shelf / f"{name}.pdf").read_bytes()
    )


def main(folder: Path, count: int, edition: str) -> None:
    """One run of the command's inner part, in a process that may be killed."""
    with Ledger.of_home(folder / "home") as ledger:
        make_reports(jobs(folder, count, edition=edition), ledger=ledger)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
