"""A real server in a process of its own, and a visitor with a cookie jar."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener
from uuid import uuid4

import websocket

from kompetanse.server.messages import PROTOCOL, Message

SERVING = Path(__file__).with_name("started.py")
NOTEBOOKS = Path(__file__).with_name("notebooks")


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def children(pid: int) -> set[int]:
    """The processes that a process has started and that still run, but for the one that draws charts for the others."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rsplit(")", 1)[1].split()[:2]
            if b"kompetanse.figures.renderer" in path.with_name("cmdline").read_bytes():
                continue
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == pid and state != "Z":
            found.add(int(path.parent.name))
    return found


def kernels_of(pid: int) -> set[int]:
    """The kernels that run for a server: forked from the warm process that it has started."""
    return {kernel for child in children(pid) for kernel in children(child)}


def is_running(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextmanager
def paused(pid: int) -> Iterator[None]:
    """A process that does nothing for a while."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def wait_until(is_so: Any, *, seconds: float = 15.0) -> bool:
    """Whether it became so in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.1)
    return False


class Server:
    """One server process on one home."""

    def __init__(
        self,
        home: Path,
        *,
        port: int | None = None,
        idle_minutes: float = 10.0,
        kernels: int = 12,
        notebooks: Path = NOTEBOOKS,
        front_end: str = "slim",
    ):
        self.home = home
        self.notebooks = notebooks
        self.front_end = front_end
        self.port = port or free_port()
        self.idle_minutes = idle_minutes
        self.kernels = kernels
        self.start()

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What it has said."""
        return (self.home.parent / f"{self.port}.log").read_text("utf-8")

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        command = [
            sys.executable,
            str(SERVING),
            str(self.home),
            str(self.port),
            str(self.idle_minutes),
            str(self.kernels),
            str(self.notebooks),
            self.front_end,
        ]
        environment = {**os.environ, "SECRET_OF_THE_SERVER": "hemmelig", "PYTHONDONTWRITEBYTECODE": "1"}
        with (self.home.parent / f"{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        assert wait_until(lambda: self.process.poll() is not None or self._answers(), seconds=180)
        assert self.process.poll() is None, self.log

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ends it; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=60)

    def _answers(self) -> bool:
        try:
            return Visitor(self).get("/healthz").status == 200
        except (URLError, ConnectionError):
            return False


def message(kind: str, content: Mapping[str, Any], *, channel: str = "shell", buffers: tuple[bytes, ...] = ()) -> bytes:
    """A message as a page sends it to its kernel."""
    header = {"msg_id": uuid4().hex, "msg_type": kind, "session": "x", "username": "", "version": "5.3", "date": ""}
    return Message(channel, header, {}, {}, content, buffers).written()


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode("utf-8")


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """None: a redirect is an answer like any other here."""
        return


@dataclass
class Visitor:
    """Somebody with a browser: cookies are kept, redirects are seen."""

    server: Server
    cookies: CookieJar = field(default_factory=CookieJar)

    def get(self, address: str, *, method: str = "GET", headers: Mapping[str, str] | None = None) -> Answer:
        """Asks for a page."""
        return self._ask(Request(self.server.address + address, method=method, headers=dict(headers or {})))

    def post(
        self,
        address: str,
        values: Mapping[str, str] | None = None,
        *,
        xsrf: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Sends a form, as the browser would after having seen a page of ours."""
        token = {"_xsrf": self._token()} if xsrf else {}
        data = urlencode({**token, **(values or {})}).encode()
        return self._ask(Request(self.server.address + address, data=data, method="POST", headers=dict(headers or {})))

    def sign_in(self, code: str) -> Visitor:
        """Signs in with a code."""
        answer = self.post("/inn", {"kode": code})
        assert answer.status == 303, answer.text
        return self

    def open_workbook(self, name: str = "forarbeid") -> str:
        """Opens a workbook, waits until all of it is there, and returns its kernel's id."""
        answer = self.get(f"/arbeidsbok/{name}")
        found = re.search(r'"kernelId": ?"([0-9a-f-]{36})"', answer.text)
        assert found, answer.text
        return found[1]

    def own_code(self) -> str:
        """The personal code as the front page shows it."""
        found = re.search(r'<p class="code">([A-Z0-9-]+)</p>', self.get("/").text)
        assert found
        return found[1]

    @property
    def cookie(self) -> str:
        """What the browser sends as its cookies."""
        return "; ".join(f"{each.name}={each.value}" for each in self.cookies)

    @contextmanager
    def channels(
        self, kernel: str, *, origin: str | None = None, session_id: str | None = None, protocol: str = PROTOCOL
    ) -> Iterator[websocket.WebSocket]:
        """The websocket to a kernel, as long as the page is open."""
        query = urlencode({"session_id": uuid4().hex if session_id is None else session_id})
        address = f"ws://127.0.0.1:{self.server.port}/api/kernels/{kernel}/channels?{query}"
        opened = websocket.create_connection(
            address,
            cookie=self.cookie or None,
            origin=origin,
            timeout=10,
            subprotocols=[protocol] if protocol else None,
        )
        try:
            yield opened
        finally:
            # Its own `close` leaves the socket open where the server was first.
            opened.shutdown()

    def _token(self) -> str:
        found = next((cookie.value for cookie in self.cookies if cookie.name == "_xsrf"), None)
        if found is None:
            self.get("/inn")
            return self._token()
        return found

    def _ask(self, request: Request) -> Answer:
        opener = build_opener(HTTPCookieProcessor(self.cookies), _Stay())
        try:
            with opener.open(request, timeout=60) as response:
                return Answer(response.status, response.headers, response.read())
        except HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())
