"""Reports on a real Dask cluster of processes, one of which is killed on the way."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import LocalCluster

from kompetanse.errors import InputError
from kompetanse.reports import cluster as of_cluster
from kompetanse.reports.cluster import Cluster
from kompetanse.reports.ledger import Ledger
from kompetanse.reports.runner import make_reports
from tests.reports.making_jobs import is_whole, jobs, runs

COUNT = 357 if os.environ.get("KOMPETANSE_SOAK") else 15
WORKERS = 3


@pytest.fixture(scope="module")
def dask() -> Iterator[LocalCluster]:
    """A scheduler and three workers, each a process of its own with a nanny that starts another in its place."""
    with LocalCluster(
        n_workers=WORKERS, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=":0"
    ) as found:
        yield found


def test_a_killed_worker_costs_no_report(tmp_path: Path, dask: LocalCluster) -> None:
    (tmp_path / "home").mkdir()
    wanted = jobs(tmp_path, COUNT)
    victim = dask.workers[0].pid
    killing = threading.Thread(target=_kill_when, args=(victim, tmp_path / "runs", COUNT // 3), daemon=True)
    killing.start()
    with Cluster(dask.scheduler_address) as cluster, Ledger.of_home(tmp_path / "home") as ledger:
        results = make_reports(wanted, workers=cluster, at_once=cluster.at_once, ledger=ledger)
        killing.join(1)
        assert not killing.is_alive(), "nobody was killed"
        assert [result.problem for result in results] == [None] * COUNT
        assert all(map(is_whole, wanted))
        assert all(map(ledger.stands, wanted))
        assert len(list(ledger.places())) == COUNT
        # What the killed worker was at, and what it had made and not yet told of, is made once more.
        assert sum(map(runs, wanted)) <= COUNT + 2
        assert all(result.unchanged for result in make_reports(wanted, workers=cluster, ledger=ledger))


def test_address_without_a_scheduler_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_cluster, "_PATIENCE_SECONDS", 1)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{nobody.getsockname()[1]}"
    with pytest.raises(InputError, match=f"No Dask scheduler answers at {address}"):
        Cluster(address)


def test_scheduler_without_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_cluster, "_PATIENCE_SECONDS", 1)
    with (
        LocalCluster(n_workers=0, processes=True, host="127.0.0.1", dashboard_address=":0") as empty,
        pytest.raises(InputError, match="has no workers"),
    ):
        Cluster(empty.scheduler_address)


def _kill_when(pid: int, folder: Path, many: int) -> None:
    """Kills the process as soon as so many reports have begun."""
    while len(list(folder.glob("*"))) < many:
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
