"""Somebody tries codes by the thousand: nobody else notices, and who has a right code is let in at once."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kompetanse.answers.store import Store
from kompetanse.answers.store.codes import LETTERS
from kompetanse.errors import StoreError
from kompetanse.server import guessing
from kompetanse.server.guessing import Guesses
from tests.server.conftest import Codes, own_server
from tests.server.running import Server, Visitor, wait_until

TRIES = 10_000 if os.environ.get("KOMPETANSE_SOAK") else 2_000
CONNECTIONS = 120


class Clock:
    """A clock that is put forward by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def guesses(clock: Clock) -> Guesses:
    return Guesses(lambda tries: None, clock)


def test_same_wrong_code_waits_longer_each_time_but_not_for_ever(guesses: Guesses) -> None:
    waits = [guesses.seconds_for("ABCD-EFGH-JKLM") for _ in range(8)]
    assert waits[:4] == [0.25, 0.5, 1.0, 2.0]
    assert waits[-1] == guessing.LONGEST_SECONDS


def test_code_is_the_same_however_it_is_typed(guesses: Guesses) -> None:
    guesses.seconds_for("ABCD-EFGH-JKLM")
    assert guesses.seconds_for(" abcd efgh jklm") == 0.5


def test_somebody_elses_slip_of_the_finger_waits_little_even_then(guesses: Guesses) -> None:
    for number in range(5000):
        guesses.seconds_for(f"WRONG{number}")
    assert guesses.seconds_for("ANOTHER") == guessing.LONGEST_FOR_ALL


def test_waits_are_forgotten(guesses: Guesses, clock: Clock) -> None:
    for _ in range(8):
        guesses.seconds_for("ABCD-EFGH-JKLM")
    clock.now += 3600
    assert guesses.seconds_for("ABCD-EFGH-JKLM") == pytest.approx(0.25)


def test_what_is_remembered_has_a_bound(guesses: Guesses) -> None:
    for number in range(3 * guessing.MOST_REMEMBERED):
        guesses.seconds_for(f"WRONG{number}")
    assert len(guesses._of_code) == guessing.MOST_REMEMBERED


def test_more_than_may_wait_are_answered_at_once(guesses: Guesses) -> None:
    async def many() -> float:
        waiting = [asyncio.create_task(guesses.wrong("SAME")) for _ in range(guessing.MOST_WAITING + 20)]
        await asyncio.sleep(0.1)
        assert sum(not each.done() for each in waiting) == guessing.MOST_WAITING
        started = time.monotonic()
        await guesses.wrong("ONE MORE")
        took = time.monotonic() - started
        for each in waiting:
            each.cancel()
        return took

    assert asyncio.run(many()) < 0.1


def test_wrong_codes_are_written_down_together_and_none_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "TELL_EVERY", 0.05)
    told: list[int] = []

    def write_down(tries: int) -> None:
        if len(told) == 1:
            told.append(0)
            raise StoreError("busy")
        told.append(tries)

    async def many() -> None:
        guesses = Guesses(write_down)
        await asyncio.gather(*(guesses.wrong(f"WRONG{number}") for number in range(30)))
        await asyncio.sleep(0.4)

    asyncio.run(many())
    assert sum(told) == 30
    assert len(told) < 6


#: Its audit log is counted.
home, codes, server = own_server("guessing")


def wrong_codes(home: Path) -> int:
    """How many wrong codes the audit log tells of."""
    with Store.open(home) as store:
        return sum(int(entry.detail) for entry in store.audit_log(kinds=["wrong_codes"]))


def memory(server: Server) -> int:
    """What the server holds, in bytes."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{server.process.pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


@dataclass
class Attack:
    """Tries by one attacker over many connections, as fast as the server answers."""

    port: int
    token: str
    left: int
    refused: int = 0
    others: list[int] = field(default_factory=list)

    async def run(self) -> None:
        """All tries."""
        await asyncio.gather(*(self._connection() for _ in range(CONNECTIONS)))

    async def _connection(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        while self.left > 0:
            self.left -= 1
            writer.write(self._request())
            status = int((await reader.readline()).split()[1])
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            length = re.search(r"Content-Length: (\d+)", head)
            assert length, head
            await reader.readexactly(int(length[1]))
            if status == 403:
                self.refused += 1
            else:
                self.others.append(status)
        writer.close()

    def _request(self) -> bytes:
        code = "".join(secrets.choice(LETTERS) for _ in range(12))
        body = urlencode({"_xsrf": self.token, "kode": code}).encode()
        # An attacker may say to come from anywhere.
        head = (
            f"POST /inn HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: _xsrf={self.token}\r\nContent-Length: {len(body)}\r\n"
            f"X-Forwarded-For: 10.0.{secrets.randbelow(250)}.{secrets.randbelow(250)}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        return head.encode() + body


def seconds(of: object) -> float:
    """How long a call takes."""
    assert callable(of)
    started = time.monotonic()
    of()
    return time.monotonic() - started


def test_right_person_gets_in_at_once_while_thousands_of_codes_are_tried(
    server: Server, codes: Codes, home: Path
) -> None:
    nobody = Visitor(server)
    attack = Attack(server.port, nobody._token(), TRIES)
    before, held = wrong_codes(home), memory(server)

    async def meanwhile() -> tuple[float, list[float]]:
        started = time.monotonic()
        tries = asyncio.create_task(attack.run())
        await asyncio.sleep(0.5)
        waits = []
        while not tries.done():
            waits.append(await asyncio.to_thread(seconds, lambda: Visitor(server).sign_in(codes.other_leader)))
            await asyncio.sleep(0.2)
        await tries
        return time.monotonic() - started, waits

    took, waits = asyncio.run(meanwhile())
    print(
        f"\n{TRIES} wrong codes in {took:.1f} s; right ones let in after {max(waits):.2f} s at most, {len(waits)} times"
    )
    assert (attack.refused, attack.others) == (TRIES, [])
    assert waits
    # A sign-in is three requests in the queue of one server that answers an attacker's hundred.
    assert max(waits) < 5
    # Nothing and nobody is locked afterwards, whoever they are and wherever they come from.
    for code in (codes.leader, codes.contact, codes.facilitator, codes.room):
        assert seconds(lambda code=code: Visitor(server).sign_in(code)) < 5
    assert wait_until(lambda: wrong_codes(home) - before == TRIES, seconds=15)
    assert memory(server) - held < 64 * 2**20
    assert "Traceback" not in server.log


def test_audit_log_holds_no_code_that_was_tried(server: Server, home: Path) -> None:
    before = wrong_codes(home)
    Visitor(server).post("/inn", {"kode": "ABCD-EFGH-JKLM"})
    assert wait_until(lambda: wrong_codes(home) == before + 1, seconds=15)
    with Store.open(home) as store:
        entries = store.audit_log(kinds=["wrong_codes"])
    assert {entry.role for entry in entries} == {"nobody"}
    assert "ABCD" not in repr(entries)
    assert "ABCD" not in server.log
