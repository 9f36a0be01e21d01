"""Leaders in real workbooks, each with a kernel of their own, all answer within one second.

From the message that a click sends over the page's websocket until «Lagret» comes back over it: websocket, server,
kernel, the answer log's socket, the commit, and the whole way back. Afterwards the home is looked through for answers
that are not there, or there twice.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from dataclasses import dataclass
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from benchmarks.measured import Measured, options, percentile
from benchmarks.servers import Home, Served, home, ours
from benchmarks.visitors import PATIENCE, PROTOCOL, Jar, heard, message, signed_in
from kompetanse.answers.store import Store

#: So many pages are opened at once, before the answering begins.
AT_ONCE = 4
STEP = "evne"
_COMPONENT = re.compile(r'<script type="application/vnd\.kompetanse\.component\+json">(.*?)</script>', re.S)


@dataclass
class Leader:
    """One open page: its websocket, what has come over it, and the component that takes the answers."""

    page: WebSocketClientConnection
    #: Taken off the websocket as it comes, as a browser does: who leaves it lying does not answer pings either.
    said: asyncio.Queue[str | bytes | None]
    component: str
    subject: str
    draft: str = ""

    async def answer(self, after: float) -> float:
        """Answers one question after so many seconds; the milliseconds until it is saved."""
        self.draft = f"bench-{uuid.uuid4().hex}"
        draft = {"id": self.draft, "subject": self.subject, "aspect": "as-is", "value": 3}
        content = {"comm_id": self.component, "data": custom({"type": "answers", "drafts": [draft]})}
        # Made before anybody answers, and only what is about the answer is looked into: phones do neither on our cores.
        sent, sign = message("comm_msg", content), self.draft.encode()
        await asyncio.sleep(after)
        begun = time.perf_counter()
        await self.page.write_message(sent, binary=True)
        while True:
            said = await self.said.get()
            assert isinstance(said, bytes), "the websocket was closed"
            if sign not in said:
                continue
            took = (time.perf_counter() - begun) * 1000
            _, _, _, content = heard(said)
            assert content["data"]["content"]["type"] == "saved", content
            return took


def custom(content: dict[str, Any]) -> dict[str, Any]:
    """What a component is sent, as the widgets' messages have it."""
    return {"method": "custom", "content": content}


@dataclass
class OpenPage:
    """A page of a workbook: its websocket, what has come over it, and its components by their ids with their states."""

    socket: WebSocketClientConnection
    said: asyncio.Queue[str | bytes | None]
    components: dict[str, dict[str, Any]]


async def opened_page(served: Served, jar: Jar, page: str) -> OpenPage:
    """The page at this address, once its websocket is connected."""
    address = HTTPRequest(served.address + page, headers=jar.headers(), request_timeout=PATIENCE)
    text = (await AsyncHTTPClient().fetch(address)).body.decode()
    kernel = re.search(r'"kernelId":"([0-9a-f-]{36})"', text)
    assert kernel, text[-1000:]
    socket = f"ws://127.0.0.1:{served.port}/api/kernels/{kernel[1]}/channels?session_id={uuid.uuid4().hex}"
    request = HTTPRequest(socket, headers=jar.headers(), request_timeout=PATIENCE)
    said: asyncio.Queue[str | bytes | None] = asyncio.Queue()
    connected = await websocket_connect(request, subprotocols=[PROTOCOL], on_message_callback=said.put_nowait)
    components = [json.loads(found[1]) for found in _COMPONENT.finditer(text)]
    return OpenPage(connected, said, {each["id"]: each["states"][each["id"]]["state"] for each in components})


async def opened(served: Served, jar: Jar) -> Leader:
    """A leader whose page is open."""
    page = await opened_page(served, jar, served.page)
    for component, state in page.components.items():
        if state.get("step") == STEP:
            return Leader(page.socket, page.said, component, state["content"]["themes"][0]["items"][0]["id"])
    raise AssertionError(f"no component of the step {STEP}")


def codes_of(found: Home) -> list[str]:
    """A code for each group that has not shown itself its answers yet: there leaders may still answer."""
    with Store.open(found.folder) as store:
        shown = {release.group for release in store.releases(audience="room")}
        return [store.create_code("leader", group.id) for group in store.groups() if group.id not in shown]


async def answering(served: Served, codes: list[str], leaders: int) -> tuple[list[Leader], list[float]]:
    """All of them open their pages, and then answer, evenly spread over one second."""
    AsyncHTTPClient.configure("tornado.simple_httpclient.SimpleAsyncHTTPClient", max_clients=1000)
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> Leader:
        async with turns:
            return await opened(served, await signed_in(served, codes[number % len(codes)]))

    pages = await asyncio.gather(*(one(number) for number in range(leaders)))
    await asyncio.sleep(3)
    taken = await asyncio.gather(*(leader.answer(place / leaders) for place, leader in enumerate(pages)))
    return list(pages), list(taken)


def kept(found: Home, leaders: list[Leader]) -> tuple[int, int]:
    """How many of these answers are not in the home, and how many are there twice."""
    with Store.open(found.folder) as store:
        ids = [answer.id for answer in store.changed_since(0)]
    wanted = [leader.draft for leader in leaders]
    return sum(each not in ids for each in wanted), sum(ids.count(each) > 1 for each in wanted)


def main() -> None:
    """Measures with so many leaders as are asked for."""
    parser = options(__doc__)
    parser.add_argument("--leaders", type=int, nargs="*", default=[40, 80, 160, 330])
    given = parser.parse_args()
    measured = Measured("answering")
    for leaders in given.leaders:
        with home() as found, ours(found) as served:
            begun = time.perf_counter()
            pages, taken = asyncio.run(answering(served, codes_of(found), leaders))
            measured.notes[f"{leaders} pages opened and answered in"] = time.perf_counter() - begun
            lost, twice = kept(found, pages)
            what = f"{leaders} leaders with real kernels answer within a second"
            measured.add(f"{what}: median until «Lagret»", "ms", percentile(taken, 0.5))
            measured.add(f"{what}: 95th percentile", "ms", percentile(taken, 0.95), must="under 150")
            measured.add(f"{what}: lost, twice", "", float(lost + twice), must="none")
    measured.write(given.json)


if __name__ == "__main__":
    main()
