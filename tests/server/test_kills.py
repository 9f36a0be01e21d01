"""Random kills of the server, of kernels and of what they are forked from, while people write: nothing is lost."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.error import URLError

import pytest
import websocket

from kompetanse.answers.store import Store
from tests.server.conftest import fill
from tests.server.running import Server, Visitor, children, kernels_of
from tests.server.writing import WritingPage

#: All of them in the soak, a twentieth on every change.
KILLS = int(os.environ.get("KOMPETANSE_SOAK_FAULTS", "10"))
WRITERS = 2
WHAT = ("server", "kernel", "fork server")


class Writer(threading.Thread):
    """Writes as fast as it can until its page is cut off; what was sent, and what was acknowledged."""

    def __init__(self, page: WritingPage):
        super().__init__(daemon=True)
        self.page = page
        self.sent: list[str] = []
        self.acknowledged: list[str] = []
        self.begun = threading.Event()
        self.problem: Exception | None = None

    def run(self) -> None:
        try:
            with self.page.connected():
                while True:
                    # Two are on their way at any time; a kernel takes a few a second on a busy machine.
                    self.sent.append(self.page.write("bra"))
                    if len(self.sent) - len(self.acknowledged) > 1:
                        name = self.page.saved()
                        if name is None:
                            return
                        self.acknowledged.append(name)
                        self.begun.set()
                        time.sleep(0.03)
        except (websocket.WebSocketException, OSError) as error:
            self.problem = error
        finally:
            self.begun.set()


def kill(server: Server, what: str, chance: random.Random) -> None:
    """Ends one of the server's processes as the system would, out of memory."""
    pid = server.process.pid
    if what == "server":
        server.stop(signal.SIGKILL)
        return
    found = sorted(kernels_of(pid)) if what == "kernel" else [each for each in children(pid) if children(each)]
    os.kill(chance.choice(found), signal.SIGKILL)


def opened(visitor: Visitor) -> WritingPage:
    """A page, as soon as the server has one to give."""
    until = time.monotonic() + 90
    while True:
        try:
            return WritingPage(visitor)
        except (AssertionError, URLError, ConnectionError):
            # A kernel that died on its way is told in words, and the page is loaded again.
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def test_no_acknowledged_answer_is_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(2026)
    codes = fill(tmp_path / "home")
    server = Server(tmp_path / "home", kernels=64)
    visitors = [Visitor(server).sign_in(codes.leader) for _ in range(WRITERS)]
    sent, acknowledged, kills = set[str](), set[str](), Counter[str]()
    begun = time.monotonic()
    try:
        for number in range(KILLS):
            what = WHAT[number % len(WHAT)] if number < len(WHAT) else chance.choice(WHAT)
            writers = [Writer(opened(visitor)) for visitor in visitors]
            for writer in writers:
                writer.start()
            assert all(writer.begun.wait(60) for writer in writers)
            time.sleep(chance.uniform(0, 0.3))
            kill(server, what, chance)
            kills[what] += 1
            if what == "kernel":
                # The other page goes on, until its reader leaves.
                for visitor in visitors:
                    visitor.post("/ut")
                visitors = [Visitor(server).sign_in(codes.leader) for _ in range(WRITERS)]
            for writer in writers:
                writer.join(60)
                assert not writer.is_alive()
                assert writer.acknowledged, writer.problem
                sent.update(writer.sent)
                acknowledged.update(writer.acknowledged)
            if what == "server":
                server.start()
        with Store.open(tmp_path / "home") as store:
            stored = Counter(answer.id for answer in store.changed_since(0))
    finally:
        if server.process.poll() is None:
            assert server.stop() == 0
    lost, twice = acknowledged - set(stored), [name for name, count in stored.items() if count > 1]
    with capsys.disabled():
        figures = ", ".join(f"{kills[what]} of a {what}" for what in WHAT)
        print(
            f"\n{KILLS} kills ({figures}) in {time.monotonic() - begun:.0f} s: {len(sent)} answers sent, "
            f"{len(acknowledged)} acknowledged, {len(lost)} of these lost, {len(twice)} saved twice"
        )
    assert not lost
    assert not twice
    assert set(stored) <= sent
    assert len(acknowledged) > 2 * KILLS
