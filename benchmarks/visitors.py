"""40 and 80 people open the same workbook within ten seconds: ours against plain `voila`.

A visitor is done when the page is complete and the kernel has answered over the page's own websocket, from when they
asked for it. Two of them are real browsers, and done when the first question of the assessment can be answered. They
run on the server's own cores, and need as much of them as ten others, so it is measured without them, too.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from itertools import product
from typing import Any
from urllib.parse import urlencode

from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from playwright.async_api import Browser, Page, Playwright, async_playwright
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from benchmarks.measured import Measured, options, percentile
from benchmarks.servers import Home, Served, descendants, home, memory_of, ours, processor_seconds, stock

#: What front ends of today speak, ours and Voilà's.
PROTOCOL = "v1.kernel.websocket.jupyter.org"

WITHIN = 10.0
SETTLES = 3.0
PATIENCE = 600.0
QUESTION = "input[type=radio]"


@dataclass(frozen=True)
class Visited:
    """How it went: seconds until each visitor was done, how many never were, and what it cost the server."""

    seconds: list[float]
    browsers: list[float]
    failed: int
    processor: float
    uss: float
    pss: float


class Jar:
    """The cookies of one visitor."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def headers(self) -> dict[str, str]:
        """The cookies as a browser sends them."""
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}

    def keep(self, headers: Mapping[str, str]) -> None:
        """Takes in the cookies of an answer."""
        for line in getattr(headers, "get_list", lambda _: [])("Set-Cookie"):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}


async def signed_in(served: Served, code: str) -> Jar:
    """A new leader of our server, with a cookie of their own."""
    jar, client = Jar(), AsyncHTTPClient()
    jar.keep((await client.fetch(f"{served.address}/inn")).headers)
    body = urlencode({"kode": code, "_xsrf": jar.cookies["_xsrf"]})
    request = HTTPRequest(
        f"{served.address}/inn", method="POST", body=body, headers=jar.headers(), follow_redirects=False
    )
    jar.keep((await client.fetch(request, raise_error=False)).headers)
    return jar


async def visit(served: Served, jar: Jar, open_pages: list[WebSocketClientConnection]) -> float:
    """Opens the page and its websocket; the seconds until the kernel has answered over it."""
    begun = time.perf_counter()
    answer = await AsyncHTTPClient().fetch(
        HTTPRequest(served.address + served.page, headers=jar.headers(), request_timeout=PATIENCE)
    )
    found = re.search(r'"?kernelId"?: ?"([0-9a-f-]{36})"', answer.body.decode())
    assert found, answer.body[-2000:]
    address = f"ws://127.0.0.1:{served.port}/api/kernels/{found[1]}/channels?session_id={uuid.uuid4().hex}"
    request = HTTPRequest(address, headers=jar.headers(), request_timeout=PATIENCE)
    page = await websocket_connect(request, subprotocols=[PROTOCOL])
    open_pages.append(page)
    name = uuid.uuid4().hex
    await page.write_message(message("kernel_info_request", {}, name=name), binary=True)
    while True:
        said = await page.read_message()
        assert said is not None, "the websocket was closed"
        header, parent, *_ = heard(said)
        if header["msg_type"] == "kernel_info_reply" and parent.get("msg_id") == name:
            return time.perf_counter() - begun


def message(kind: str, content: dict[str, Any], *, name: str | None = None) -> bytes:
    """A message to a kernel, as a front end sends it."""
    header = {"msg_id": name or uuid.uuid4().hex, "msg_type": kind, "username": "", "session": "s", "version": "5.3"}
    parts = [json.dumps(part).encode() for part in (header, {}, {}, content)]
    return serialize_msg_to_ws_v1(parts, "shell")


def heard(said: str | bytes) -> list[dict[str, Any]]:
    """The four parts of a kernel's message."""
    assert isinstance(said, bytes)
    return [json.loads(part) for part in deserialize_msg_from_ws_v1(said)[1][:4]]


async def tab(browser: Browser, served: Served, jar: Jar) -> Page:
    """An empty tab of somebody's browser, with an empty cache."""
    context = await browser.new_context()
    await context.add_cookies(
        [{"name": name, "value": value, "url": served.address} for name, value in jar.cookies.items()]
    )
    return await context.new_page()


async def tabs_for(jars: list[Jar], browsers: int, playwright: Playwright, served: Served) -> dict[int, Page]:
    """A tab each for so many of the visitors, evenly spread; by the visitor's place in the row."""
    if not browsers:
        return {}
    browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    apart = max(len(jars) // browsers, 1)
    tabs = {place: await tab(browser, served, jars[place]) for place in range(1, len(jars), apart)}
    # An empty tab takes twice as much of the processor as our page; people have theirs before they come.
    await asyncio.sleep(SETTLES)
    return tabs


async def browse(page: Page, served: Served) -> float:
    """A real browser opens the page; the seconds until the first question can be answered."""
    begun = time.perf_counter()
    await page.goto(f"{served.address}{served.page}#steg-evne", wait_until="commit", timeout=PATIENCE * 1000)
    await page.locator(QUESTION).first.wait_for(state="attached", timeout=PATIENCE * 1000)
    await page.wait_for_function(f"!document.querySelector('{QUESTION}').disabled", timeout=PATIENCE * 1000)
    return time.perf_counter() - begun


async def crowd(served: Served, jars: list[Jar], *, browsers: int) -> Visited:
    """All of them within ten seconds, evenly spread; they stay until the last one is done."""
    AsyncHTTPClient.configure("tornado.simple_httpclient.SimpleAsyncHTTPClient", max_clients=1000)
    before = set(descendants(served.process.pid))
    used = sum(processor_seconds(each) for each in [served.process.pid, *before])
    open_pages: list[WebSocketClientConnection] = []
    async with async_playwright() as playwright:
        tabs = await tabs_for(jars, browsers, playwright, served)

        async def one(number: int, jar: Jar) -> float:
            await asyncio.sleep(WITHIN * number / len(jars))
            if number in tabs:
                return -await browse(tabs[number], served)
            return await visit(served, jar, open_pages)

        done = await asyncio.gather(*(one(number, jar) for number, jar in enumerate(jars)), return_exceptions=True)
        kernels = [pid for pid in descendants(served.process.pid) if pid not in before]
        sizes = sorted(memory_of(pid) for pid in kernels)
        now = sum(processor_seconds(each) for each in [served.process.pid, *descendants(served.process.pid)])
        for page in open_pages:
            page.close()
        for each in tabs.values():
            await each.context.close()
    found = [each for each in done if isinstance(each, float)]
    for error in done:
        if isinstance(error, BaseException):
            print(f"  failed: {type(error).__name__}: {str(error)[:200]}")
    middle = sizes[len(sizes) // 2] if sizes else (0.0, 0.0)
    return Visited(
        seconds=[each for each in found if each >= 0],
        browsers=[-each for each in found if each < 0],
        failed=len(done) - len(found),
        processor=(now - used) / len(jars),
        uss=middle[0],
        pss=middle[1],
    )


def of_ours(found: Home, visitors: int, browsers: int) -> Visited:
    """Our server, newly started, with that many leaders."""
    with ours(found) as served:

        async def run() -> Visited:
            jars = [await signed_in(served, found.leader) for _ in range(visitors)]
            return await crowd(served, jars, browsers=browsers)

        return asyncio.run(run())


def of_stock(found: Home, visitors: int, browsers: int) -> Visited:
    """Plain voila, newly started, with that many visitors."""
    with stock(found) as served:
        return asyncio.run(crowd(served, [Jar() for _ in range(visitors)], browsers=browsers))


def main() -> None:
    """Measures both, and prints the ratios."""
    parser = options(__doc__)
    parser.add_argument("--visitors", type=int, nargs="*", default=[40, 80])
    parser.add_argument("--only-ours", action="store_true", help="leave plain voila out: it takes ten minutes")
    parser.add_argument("--browsers", type=int, nargs="*", default=[2, 0], help="so many of the visitors are browsers")
    given = parser.parse_args()
    measured = Measured("visitors")
    with home() as found:
        for visitors, browsers in product(given.visitors, given.browsers):
            mine = of_ours(found, visitors, browsers)
            other = None if given.only_ours else of_stock(found, visitors, browsers)
            must = {40: "at least 50 times", 80: "at least 20 times"}.get(visitors, "")
            rows = [
                ("median until interactive", "s", lambda v: percentile(v.seconds, 0.5), ""),
                ("95th percentile", "s", lambda v: percentile(v.seconds, 0.95), must),
                ("failed", "", lambda v: float(v.failed), "none"),
                ("processor time a visitor", "s", lambda v: v.processor, ""),
                ("memory of a visitor's kernel of its own (USS)", "MB", lambda v: v.uss, "at least 3 times"),
                ("memory of a visitor's kernel, its share (PSS)", "MB", lambda v: v.pss, "at least 3 times"),
            ]
            if browsers:
                rows.append(
                    ("slowest browser until its first question", "s", lambda v: max(v.browsers, default=0.0), "")
                )
            who = (
                f"{visitors} visitors, {browsers} of them browsers" if browsers else f"{visitors} visitors, no browser"
            )
            for what, unit, of, needed in rows:
                measured.add(f"{who}: {what}", unit, of(mine), None if other is None else of(other), needed)
    measured.write(given.json)


if __name__ == "__main__":
    main()
