"""1,000 phones that answer a word cloud within 20 seconds through `/p/CODE`, and a room screen that waits for them.

Each phone opens the page over a connection of its own, sends its words and is sent on. The screen asks for what is new,
as its script does. What is measured: how long a phone waits until its answer is saved, how long after that the screen
has it, what the results page takes meanwhile, what was lost, and what the server's memory grew by.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode

from benchmarks.measured import Measured, options, percentile
from benchmarks.servers import home, memory_of, ours
from kompetanse.answers.store import Store

PHONES, SECONDS = 1000, 20.0

WORDS = (
    "mot", "Mot", "motet", "samarbeid", "samarbeide", "å lytte", "lyttende", "tillit", "tålmodighet", "tydelig", "ro",
    "nysgjerrig", "nysgjerrighet", "trygghet", "raushet", "åpen", "retning", "humor", "ærlighet", "utholdenhet",
)  # fmt: skip


@dataclass
class Client:
    """One browser: a connection that stays open, and its cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, address: str, body: str = "") -> tuple[int, dict[str, str], str]:
        """The status, the headers and the text that come back."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self._reader is not None
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = [f"{method} {address} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Content-Length: {len(body)}"]
        head += [f"Cookie: {cookie}"] if cookie else []
        head += ["Content-Type: application/x-www-form-urlencoded"] if body else []
        self._writer.write("\r\n".join([*head, "", body]).encode())
        lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        content = await self._reader.readexactly(int(headers.get("content-length", 0)))
        return int(lines[0].split()[1]), headers, content.decode()

    async def close(self) -> None:
        """Hangs up."""
        if self._writer is not None:
            self._writer.close()
            with suppress(ConnectionError):
                await self._writer.wait_closed()


@dataclass
class Hall:
    """What came of it: seconds each, and how many were saved."""

    opened: list[float] = field(default_factory=list)
    saved: list[float] = field(default_factory=list)
    #: When each answer was saved, and by when the screen had so many.
    saved_at: list[float] = field(default_factory=list)
    seen_at: list[tuple[float, int]] = field(default_factory=list)
    results: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def until_seen(self) -> list[float]:
        """For each answer, how long after it was saved the screen had it."""
        delays = []
        for number, at in enumerate(sorted(self.saved_at), start=1):
            seen = next((time for time, count in self.seen_at if count >= number), float("inf"))
            delays.append(max(0.0, seen - at))
        return delays


async def phone(port: int, code: str, wait: float, hall: Hall, chance: random.Random) -> None:
    """Opens the poll, answers, and is sent on to the page that says so."""
    await asyncio.sleep(wait)
    client = Client(port)
    try:
        begun = time.monotonic()
        _, _, page = await client.ask("GET", f"/p/{code}")
        hall.opened.append(time.monotonic() - begun)
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', page.split("<footer")[0]))
        words = chance.sample(WORDS, 3)
        begun = time.monotonic()
        status, headers, text = await client.ask(
            "POST", f"/p/{code}", urlencode({**hidden, "svar": words, "id": secrets.token_urlsafe(16)}, doseq=True)
        )
        if status != 303:
            hall.refused.append(f"{status} {text[:80]}")
            return
        hall.saved.append(time.monotonic() - begun)
        hall.saved_at.append(time.monotonic())
        await client.ask("GET", headers["location"])
    finally:
        await client.close()


async def screen(client: Client, code: str, people: int, hall: Hall) -> None:
    """What the screen's script does, until it has them all."""
    seen, version = 0, ""
    while seen < people:
        status, headers, text = await client.ask("GET", f"/p/{code}/resultat/nytt?siden={version}")
        if status != 200:
            continue
        version = headers["x-versjon"]
        found = re.search(r"(\d+) har svart", text)
        seen = int(found[1]) if found else seen
        hall.seen_at.append((time.monotonic(), seen))


async def another(client: Client, code: str, hall: Hall) -> None:
    """A second screen that loads its page again and again."""
    while True:
        begun = time.monotonic()
        await client.ask("GET", f"/p/{code}/resultat")
        hall.results.append(time.monotonic() - begun)
        await asyncio.sleep(0.25)


async def signed_in(port: int, code: str) -> Client:
    """A browser that has signed in with this code."""
    client = Client(port)
    await client.ask("GET", "/inn")
    status, *_ = await client.ask("POST", "/inn", urlencode({"kode": code, "_xsrf": client.cookies["_xsrf"]}))
    assert status == 303, status
    return client


async def answered(port: int, facilitator: str, *, phones: int, seconds: float) -> tuple[Hall, str]:
    """A poll that so many phones answer within so many seconds, and its code."""
    leading = await signed_in(port, facilitator)
    xsrf = leading.cookies["_xsrf"]
    quick = {"sporsmal": "Hva tar du med deg?", "form": "words", "_xsrf": xsrf}
    _, headers, _ = await leading.ask("POST", "/avstemning", urlencode(quick))
    code = headers["location"].rpartition("/")[2]
    await leading.ask("POST", f"/avstemning/{code}", urlencode({"gjor": "vis", "_xsrf": xsrf}))
    hall, chance = Hall(), random.Random(1)
    looking = asyncio.create_task(screen(leading, code, phones, hall))
    other = await signed_in(port, facilitator)
    loading = asyncio.create_task(another(other, code, hall))
    await asyncio.gather(*(phone(port, code, chance.uniform(0, seconds), hall, chance) for _ in range(phones)))
    if len(hall.saved) == phones:
        await asyncio.wait_for(looking, 30)
    for task in (looking, loading):
        task.cancel()
    await asyncio.gather(looking, loading, return_exceptions=True)
    for client in (leading, other):
        await client.close()
    return hall, code


def main() -> None:
    """Prints the figures, and writes them down with --json FILE."""
    parser: argparse.ArgumentParser = options(__doc__)
    parser.add_argument("--phones", type=int, default=PHONES)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    chosen = parser.parse_args()
    measured = Measured("polls")
    with home() as found:
        with Store.open(found.folder) as store:
            facilitator = store.create_code("facilitator")
        with ours(found) as served:
            # The first hall warms the server up, so that what the second adds is what halls cost.
            memory = []
            for _ in range(3):
                hall, code = asyncio.run(
                    answered(served.port, facilitator, phones=chosen.phones, seconds=chosen.seconds)
                )
                memory.append(memory_of(served.process.pid)[0])
        with Store.open(found.folder) as store, store.reading() as here:
            run = here.polls.find(code)
            kept = here.polls.devices(run, 1) if run else 0
    measured.notes = {"phones": chosen.phones, "seconds": chosen.seconds, "refused": hall.refused[:5]}
    measured.add("answers lost", "", chosen.phones - kept, must="0")
    for what, values, must in (
        ("a phone's page, p95", hall.opened, ""),
        ("until an answer is saved, p95", hall.saved, ""),
        ("until the screen has it after that, p95", hall.until_seen, "< 1 s"),
        ("the results page meanwhile, p95", hall.results, "< 1 s"),
    ):
        measured.add(what, "s", percentile(values, 0.95), must=must)
    for number, megabytes in enumerate(memory, start=1):
        measured.add(f"the server's own memory after hall {number}", "MB", megabytes)
    measured.write(chosen.json)


if __name__ == "__main__":
    main()
