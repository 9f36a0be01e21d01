"""For those who watch the server: whether it answers, whether it is ready, and figures for its operator alone.

None of these looks anyone up, so that they answer when the database does not. A stranger learns single words; the
figures are for whoever can read `keys/metrics.token` in the home. A token rather than a listener of its own: it is the
same behind a proxy, in a container and on the machine itself, it opens no second port, and other users of the machine,
who could reach a loopback address, cannot read the file.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import shutil
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

from prometheus_client import CONTENT_TYPE_LATEST
from tornado.web import RequestHandler

from kompetanse import sockets
from kompetanse.answers.service import AnswerService
from kompetanse.kernels.warm import ColdStart, WarmStarter
from kompetanse.redaction import said
from kompetanse.server import security
from kompetanse.server.kernels import OwnedKernels
from kompetanse.server.services import Services

_log = logging.getLogger(__name__)

#: A check that takes longer has failed.
PATIENCE_SECONDS = 2.0
#: What was found is told again for so long, so that nobody can make the server check all the time.
KEPT_SECONDS = 5.0


@dataclass
class Readiness:
    """Whether the server can do its work: each check by the one word that a stranger is told when it fails."""

    services: Services
    answers: AnswerService
    address: Path
    starter: WarmStarter
    #: "warm", "cold", or "" as long as it is not known: kernels start in both cases, but people wait for a cold one.
    forking: str = ""
    _found: list[str] = field(default_factory=list)
    _until: float = 0.0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _going_on: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def problems(self) -> list[str]:
        """The words of what is wrong; nothing when the server is ready."""
        if self.services.traffic.stopping:
            return ["stopping"]
        async with self._turn:
            if time.monotonic() >= self._until:
                checks = {"database": self.answers.check, "answers": self._answer_log, "disk": self._disk}
                good = await asyncio.gather(*map(self._is_good, checks, checks.values()))
                self._found = [name for name, is_good in zip(checks, good, strict=True) if not is_good]
                self._until = time.monotonic() + KEPT_SECONDS
            return [*self._found, *([] if self.forking else ["kernels"])]

    async def warm_up(self) -> None:
        """Starts the process that kernels are forked from, and learns whether it can fork."""
        try:
            running = await asyncio.to_thread(self.starter.running)
            self.forking = "warm" if await asyncio.to_thread(answers_requests, running.path) else "cold"
        except ColdStart:
            self.forking = "cold"

    async def _is_good(self, name: str, check: Callable[[], Awaitable[None]]) -> bool:
        # One that has not come to its end is not begun again: it may hold a thread.
        task = self._going_on.get(name)
        if task is None or task.done():
            task = self._going_on[name] = asyncio.ensure_future(_quietly(check))
        done, _ = await asyncio.wait([task], timeout=PATIENCE_SECONDS)
        if done and task.exception() is None:
            return True
        why = said(task.exception() or TimeoutError()) if done else f"not done after {PATIENCE_SECONDS:g} s"
        _log.warning("Not ready, because of %s: %s", name, why)
        return False

    async def _answer_log(self) -> None:
        _, writer = await asyncio.open_unix_connection(str(self.address))
        writer.close()

    async def _disk(self) -> None:
        if free_megabytes(self.services.home) < self.services.limits.free_megabytes:
            raise OSError("too little room")


async def _quietly(check: Callable[[], Awaitable[None]]) -> None:
    await check()


def free_megabytes(folder: Path) -> int:
    """How much room there is on a folder's disk."""
    return shutil.disk_usage(folder).free // 2**20


def answers_requests(fork_server: Path, *, seconds: float = 60.0) -> bool:
    """Whether a fork server has read everything and answers; it is asked for a kernel of other code, and refuses."""
    with suppress(OSError), sockets.connected(fork_server, seconds=seconds) as peer:
        sockets.send(peer, {"code": ""})
        return "refused" in sockets.receive(peer)
    return False


class Health(RequestHandler):
    """What the three share: plain text, no cookie, nobody looked up."""

    def set_default_headers(self) -> None:
        """The security headers."""
        security.set_headers(self, policy=security.NOTHING)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.set_header("Cache-Control", "no-store")

    def write_error(self, status_code: int, **_: Any) -> None:
        """The status alone."""
        self.finish(f"{status_code}\n")


class Healthz(Health):
    """Whether the process answers at all."""

    async def get(self) -> None:
        """One word."""
        self.finish("ok\n")

    head = get


class Readyz(Health):
    """Whether people can be sent here."""

    async def get(self) -> None:
        """One word; or 503, and a word for each thing that is wrong."""
        problems = await cast(Readiness, self.settings["readiness"]).problems()
        if problems:
            self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)
        self.finish(" ".join(problems or ["ok"]) + "\n")

    head = get


class MetricsPage(Health):
    """The figures of the server, for its operator; for everybody else there is no such page."""

    async def get(self) -> None:
        """The figures as Prometheus reads them."""
        services = cast(Services, self.settings["services"])
        given = self.request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, b"Bearer " + services.store.keys.metrics_token):
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        kernels = cast(OwnedKernels, self.settings["kernel_manager"])
        metrics = services.metrics
        metrics.kernel_places.set(services.limits.kernels)
        metrics.websockets.set(services.traffic.websockets)
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(await metrics.text(kernels.states(), kernels.processes(), self.settings["renderer"]))
