"""Reports made beside a server, by a process of its own that says after each how far it has come.

It is asked on its standard input, in one line of JSON (home, programme, groups, edition), and answers with a line for
each group. It takes one processor, and gives way to whoever has a page open. What it makes lies where the server finds
it, and nowhere else in the home.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TextIO, cast

from kompetanse.answers.release import Edition
from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.reports.jobs import report_jobs
from kompetanse.reports.ledger import Ledger
from kompetanse.reports.result import Result
from kompetanse.reports.runner import make_reports
from kompetanse.reports.workers import WorkerProcesses
from kompetanse.settings import Settings

#: As `nice` counts: whoever waits for a page comes first.
GIVES_WAY = 10
#: Beside what the server finds lies the notebook that it was made from; erased with it.
MADE = "made"


def make(asked: Mapping[str, Any], told: TextIO) -> None:
    """Makes what is asked for, and says of each group when it is done and what went wrong, if anything."""
    folder = Path(asked["programme"]) if asked["programme"] else None
    database = Settings.from_environment().database
    programme = load_programme(folder)
    with Store.open(Path(asked["home"]), database, must_exist=True) as store:
        # Practice groups, too, which no list of all groups has; one that has been taken away meanwhile is left out.
        found = report_jobs(
            filter(None, map(store.group, asked["groups"])),
            store=store,
            programme=programme,
            programme_folder=folder,
            database=database,
            out=store.home,
            edition=cast(Edition, asked["edition"]),
        )
        home = store.home

    def tell(result: Result) -> None:
        line = {"group": result.job.parameters["group"], "problem": result.problem}
        print(json.dumps(line), file=told, flush=True)

    jobs = [replace(job, folder=job.shelf / MADE) for job in found]
    workers = partial(WorkerProcesses, processes=1, programme=folder)
    with Ledger.of_home(home) as ledger:
        make_reports(jobs, workers=workers, at_once=2, ledger=ledger, on_result=tell)


if __name__ == "__main__":
    os.nice(GIVES_WAY)
    # Told to end, it takes along what it has started.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    make(json.loads(sys.stdin.readline()), sys.stdout)
