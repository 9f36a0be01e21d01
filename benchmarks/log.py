"""330 people who each save one answer within a second: through the server's log, and as each would do it alone.

Alone means what one would do without the server: every kernel opens the database itself and waits for its turn.
Both have as many clients in as many processes, and both save with full sync.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import platform
import random
import signal
import sqlite3
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import sqlalchemy

import kompetanse
from kompetanse import sockets
from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.remote import RemoteLog
from kompetanse.answers.service import AnswerService
from kompetanse.answers.session import Session, SessionSigner
from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import LeadershipGroup

CLIENTS, PROCESSES, PER_GROUP = 330, 3, 8
#: What the clients are, as the service is told.
KERNEL = "benchmark"


@dataclass(frozen=True)
class Row:
    """One way of saving: milliseconds until acknowledged, what was lost or there twice, and the server's work."""

    way: str
    spread: float
    p50: float
    p95: float
    longest: float
    lost: int
    twice: int
    failed: int
    #: Milliseconds of a core that one answer costs the server, from the first connection on; 0 without one.
    work: float = 0.0


def person(number: int, programme: str) -> Session:
    """One of the clients; eight of them are a group."""
    return Session(
        role="leader",
        programme=programme,
        group=f"gruppe-{number // PER_GROUP}",
        participant=f"p-{number:020d}",
        language="nb",
        expires=None,
    )


def serve(home: Path, address: Path, ready: Any, work: Any) -> None:
    """The server's part of it, until it is told to stop."""

    async def run() -> None:
        with Store.open(home) as store:
            signer = SessionSigner(store.keys.session_key)
            service = AnswerService(store, load_programme(), signer.public_key_pem, lambda _: KERNEL)
            await service.start(address)
            stopped = asyncio.Event()
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
            begun = time.process_time()
            ready.set()
            await stopped.wait()
            work.value = time.process_time() - begun
            await service.stop()

    asyncio.run(run())


def clients(numbers: range, home: Path, address: Path | None, spread: float, start: Barrier, results: Any) -> None:
    """One process with many clients: a thread each, connected before they begin."""
    programme = load_programme()
    instrument = programme.instrument_of_module(programme.modules[0])
    assert instrument is not None
    items = [item.id for facet in instrument.facets if facet.axis == "evne" for item in facet.items]
    with Store.open(home) as store:
        signer = SessionSigner(store.keys.session_key)
    begins, rows = threading.Barrier(len(numbers) + 1), []

    def save(number: int) -> None:
        session, chance = person(number, programme.id), random.Random(number)
        wait = chance.uniform(0, spread)
        if address is None:
            log = AnswerLog(session, Store.open(home), programme)
        else:
            log = RemoteLog(session, address, signer.sign(session, timedelta(minutes=5), kernel=KERNEL))
        draft = Draft(
            id=f"answer-{number:08d}", module=programme.modules[0].id, step="evne", subject=chance.choice(items),
            aspect="as-is", value=chance.randint(1, 5),
        )  # fmt: skip
        log.own(draft.module)
        begins.wait()
        begins.wait()
        time.sleep(wait)
        begun = time.perf_counter()
        try:
            saved = log.append([draft]).ids == (draft.id,)
        except Exception:
            saved = False
        rows.append((draft.id, time.perf_counter() - begun, saved))

    threads = [threading.Thread(target=save, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    begins.wait()
    start.wait()
    begins.wait()
    for thread in threads:
        thread.join()
    results.put(rows)


@contextmanager
def served(home: Path, work: Any) -> Iterator[Path]:
    """A server in a process of its own; its work in seconds at the end."""
    address, context = sockets.private_folder("kompetanse-bench-") / "answers", multiprocessing.get_context("spawn")
    ready = context.Event()
    server = context.Process(target=serve, args=(home, address, ready, work))
    server.start()
    ready.wait()
    try:
        yield address
    finally:
        server.terminate()
        server.join()
        sockets.remove(address)
        address.parent.rmdir()


def measure(way: str, home: Path, address: Path | None, spread: float) -> Row:
    """All clients once."""
    context = multiprocessing.get_context("spawn")
    start, results = context.Barrier(PROCESSES), context.Queue()
    parts = [range(number, CLIENTS, PROCESSES) for number in range(PROCESSES)]
    processes = [context.Process(target=clients, args=(part, home, address, spread, start, results)) for part in parts]
    for process in processes:
        process.start()
    rows = [row for _ in processes for row in results.get()]
    for process in processes:
        process.join()
    times = sorted(1000 * seconds for _, seconds, _ in rows)
    with Store.open(home) as store:
        there = Counter(answer.id for answer in store.changed_since(0))
    acknowledged = {id for id, _, saved in rows if saved}
    return Row(
        way=way,
        spread=spread,
        p50=times[len(times) // 2],
        p95=times[int(len(times) * 0.95)],
        longest=times[-1],
        lost=len(acknowledged - there.keys()),
        twice=sum(count > 1 for count in there.values()),
        failed=len(rows) - len(acknowledged),
    )


async def tell(home: Path, address: Path) -> list[float]:
    """Every group's first writes a text, all within a second: milliseconds until each of its pages has been told."""
    programme = load_programme()
    with Store.open(home) as store:
        signer = SessionSigner(store.keys.session_key)
    logs = [
        RemoteLog(session, address, signer.sign(session, timedelta(minutes=5), kernel=KERNEL))
        for session in (person(number, programme.id) for number in range(CLIENTS))
    ]
    begun: dict[str | None, float] = {}
    times: list[float] = []
    listening = asyncio.Semaphore(0)

    async def watch(log: RemoteLog) -> None:
        changes = aiter(log.changes())
        await anext(changes)
        listening.release()
        await anext(changes)
        while log.session.group not in begun:
            # A line that was cut and mended tells its page to look again.
            await anext(changes)
        times.append(1000 * (time.perf_counter() - begun[log.session.group]))

    async def write(log: RemoteLog) -> None:
        await asyncio.sleep(random.random())
        draft = Draft(
            id=f"text-{log.session.participant}", module=programme.modules[0].id, step="hvorfor", subject="fordi",
            aspect="answer", value="Vi blir færre.",
        )  # fmt: skip
        begun[log.session.group] = time.perf_counter()
        await asyncio.to_thread(log.append, [draft])

    watchers = [asyncio.create_task(watch(log)) for log in logs]
    for _ in logs:
        await listening.acquire()
    # What is told at most a few times a second must be over before.
    await asyncio.sleep(1)
    await asyncio.gather(*(write(log) for log in logs[::PER_GROUP]))
    await asyncio.gather(*watchers)
    return sorted(times)


def new_home(folder: str) -> Path:
    """A home with all groups and no answers."""
    home = Path(folder, "home")
    with Store.open(home) as store:
        for number in range(-(-CLIENTS // PER_GROUP)):
            store.put_group(
                LeadershipGroup(id=f"gruppe-{number}", name=f"Gruppe {number}", invited=PER_GROUP, made_up=True)
            )
    return home


def run_told() -> Row:
    """How soon all of a group are told; nobody who is told has lost anything."""
    with tempfile.TemporaryDirectory() as folder:
        home, work = new_home(folder), multiprocessing.get_context("spawn").Value("d", 0.0)
        with served(home, work) as address:
            times = asyncio.run(tell(home, address))
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    lost = CLIENTS - len(times)
    return Row(way="told", spread=1.0, p50=p50, p95=p95, longest=times[-1], lost=lost, twice=0, failed=0)


def run(way: str, spread: float) -> Row:
    """One way on a new home."""
    with tempfile.TemporaryDirectory() as folder:
        home = new_home(folder)
        if way == "alone":
            return measure(way, home, None, spread)
        work = multiprocessing.get_context("spawn").Value("d", 0.0)
        with served(home, work) as address:
            row = measure(way, home, address, spread)
        return replace(row, work=1000 * work.value / CLIENTS)


def main() -> None:
    """Print both ways as a table, and write them down with --json FILE."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rounds", type=int, default=3, help="of which the one with the middle p95 is shown")
    parser.add_argument("--ways", nargs="+", default=["server", "alone"])
    chosen = parser.parse_args()
    rows = []
    print(f"{CLIENTS} clients in {PROCESSES} processes; milliseconds until saved, and of the server's work")
    print(f"{'':34}{'p50':>8}{'p95':>8}{'max':>8}{'lost':>6}{'twice':>6}{'failed':>7}{'work':>6}")
    for spread, words in ((1.0, "within a second"), (0.0, "all at once")):
        for way in chosen.ways:
            tried = sorted((run(way, spread) for _ in range(chosen.rounds)), key=lambda row: row.p95)
            row = tried[len(tried) // 2]
            rows.append(row)
            print(
                f"{words + ', ' + way:34}{row.p50:8.1f}{row.p95:8.1f}{row.longest:8.1f}"
                f"{row.lost:6}{row.twice:6}{row.failed:7}{row.work:6.1f}"
            )
        if len(chosen.ways) == 2:
            through, alone = rows[-2:]
            print(
                f"{'  alone is so many times slower':34}{alone.p50 / through.p50:8.1f}{alone.p95 / through.p95:8.1f}"
                f"{alone.longest / through.longest:8.1f}"
            )
    row = run_told()
    rows.append(row)
    print(f"{'until all of the group are told':34}{row.p50:8.1f}{row.p95:8.1f}{row.longest:8.1f}{row.lost:6}")
    if chosen.json:
        versions = {
            "kompetanse": kompetanse.__version__,
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "sqlalchemy": sqlalchemy.__version__,
        }
        machine = {"system": platform.platform(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}
        found = {"clients": CLIENTS, "processes": PROCESSES, "rows": [asdict(row) for row in rows]}
        chosen.json.write_text(json.dumps({**found, "machine": machine, "versions": versions}, indent=1) + "\n")


if __name__ == "__main__":
    main()
