"""The only ways from a browser to a kernel, each for the kernel's owner alone."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado import web

from kompetanse.redaction import Output
from kompetanse.server import security
from kompetanse.server.kernels import ALLOWED_MESSAGES, OwnedKernels
from kompetanse.server.page import Page
from kompetanse.server.services import Services
from kompetanse.server.traffic import Line

KERNEL_ID = r"(?P<kernel_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"


class KernelAnswer(Page, APIHandler):
    """What the kernel routes share: short answers instead of pages, and the owner only."""

    auth_resource = "kernels"

    @property
    def content_security_policy(self) -> str:
        return security.NOTHING

    def get_login_url(self) -> str:
        """None: a script is told 403 rather than sent to a page."""
        raise web.HTTPError(HTTPStatus.FORBIDDEN)

    def write_error(self, status_code: int, **_: Any) -> None:
        """The status as JSON, and nothing else."""
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps({"status": status_code}))


class OwnKernel(KernelAnswer):
    """Whether the page's kernel still runs."""

    @web.authenticated
    @authorized
    async def get(self, kernel_id: str) -> None:
        """The kernel's state; 404 for a dead one and for everybody else's."""
        if not await self.kernels.is_living(kernel_id):
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        model: dict[str, Any] = self.kernels.kernel_model(kernel_id)  # type: ignore[no-untyped-call]  # Jupyter's
        self.finish(model)


class EndKernel(KernelAnswer):
    """Where a page says that it is being left."""

    @web.authenticated
    @authorized
    async def post(self, kernel_id: str) -> None:
        """Ends the kernel."""
        await self.kernels.end(kernel_id)
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()


#: What a kernel says to those who run it.
NOT_FOR_PAGES = frozenset({"error", "stream", "execute_input"})

#: Where a page may speak to its kernel; Jupyter would write a message for anywhere else into the log.
CHANNELS = frozenset({"shell", "control"})

#: What a page may not say: (status, words), for the websocket that is closed for it.
TOO_MUCH = (1008, "too many messages")
TOO_MANY = (1008, "too many connections")
GOING_AWAY = (1001, "the server stops")

#: A kernel that has not been done with so many messages is not waited for any more.
_MOST_UNDER_WAY = 1000

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    """What must be known of a message to pass it on; the parts that few need are read when they are asked for."""

    channel: str
    type: str
    id: str
    parent: Callable[[], Mapping[str, Any]]
    content: Callable[[], Mapping[str, Any]]

    @classmethod
    def read(cls, message: str | bytes | dict[str, Any]) -> Message:
        """The message in either of Jupyter's forms; one of UNREADABLE where it is none."""
        if isinstance(message, bytes):
            channel, parts = deserialize_msg_from_ws_v1(message)
            header, parent, content = (partial(json.loads, parts[place]) for place in (0, 1, 3))
        else:
            plain = message if isinstance(message, dict) else json.loads(message)
            channel = plain.get("channel")
            header, parent, content = (partial(plain.get, name) for name in ("header", "parent_header", "content"))
        head = _mapping(header())
        return cls(
            channel=str(channel),
            type=str(head.get("msg_type", "")),
            id=str(head.get("msg_id", "")),
            parent=lambda: _mapping(parent()),
            content=lambda: _mapping(content()),
        )


def _mapping(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


#: What reading a message from a browser may come to.
UNREADABLE = (UnicodeError, ValueError, RecursionError, TypeError, KeyError, IndexError, AttributeError)


class OwnChannels(KernelWebsocketHandler):
    """The websocket between a page's components and its kernel."""

    line: Line | None = None

    def set_default_headers(self) -> None:
        """The security headers, for when there is no websocket."""
        super().set_default_headers()  # type: ignore[no-untyped-call]  # Jupyter's
        security.set_headers(self, policy=security.NOTHING)

    @property
    def services(self) -> Services:
        """What the server stands on."""
        return cast(Services, self.settings["services"])

    async def open(self, kernel_id: str) -> None:
        """Begins to pass messages, and is closed when the kernel ends."""
        line = self.services.traffic.line(kernel_id)
        if self.services.traffic.stopping:
            self.connection._open_sessions.pop(self.connection.session_key, None)
            self.close(*GOING_AWAY)
            return
        if line.sockets >= self.services.limits.sockets_per_kernel:
            self.connection._open_sessions.pop(self.connection.session_key, None)
            self._cut_off("sockets", TOO_MANY)
            return
        self.line = line
        line.sockets += 1
        self._kernels.opened(kernel_id, self)
        await super().open(kernel_id)  # type: ignore[no-untyped-call]  # Jupyter's

    def on_message(self, ws_message: str | bytes) -> None:
        """Passes a message on; one that is no widget traffic, or cannot be read, is dropped without a word.

        Jupyter Server would write it into the log, and end the connection where it cannot be encoded. A server that is
        being stopped passes nothing on: the page keeps what is not acknowledged, and sends it to the next one.
        """
        if self.line is None or self.services.traffic.stopping:
            return
        if not self.line.has_room():
            self._cut_off("messages", TOO_MUCH)
            return
        try:
            message = Message.read(ws_message)
            if message.type in ALLOWED_MESSAGES and message.channel in CHANNELS and self._may_pass(message, self.line):
                super().on_message(ws_message)  # type: ignore[no-untyped-call]  # Jupyter's
        except UNREADABLE:
            self.log.warning("A message from a page could not be read.")

    def _may_pass(self, message: Message, line: Line) -> bool:
        if message.type == "comm_open" and not line.may_open(str(message.content().get("comm_id"))):
            self._cut_off("comms", TOO_MUCH)
            return False
        if message.type == "comm_close":
            line.comms.discard(str(message.content().get("comm_id")))
        if message.type == "comm_msg" and len(line.under_way) < _MOST_UNDER_WAY:
            line.under_way.add(message.id)
        return True

    def write_message(self, message: str | bytes | dict[str, Any], binary: bool = False) -> Any:
        """Sends a message to the page, but nothing of a kernel's own troubles: they are for the log."""
        found = Message.read(message)
        if found.type in NOT_FOR_PAGES:
            self._log_troubles(found)
            return None
        if found.type == "status" and self.line and found.content().get("execution_state") == "idle":
            self.line.under_way.discard(str(found.parent().get("msg_id")))
        return super().write_message(message, binary)

    def _log_troubles(self, message: Message) -> None:
        content = message.content()
        if message.type == "error":
            _log.error("A kernel failed with %s.", content.get("ename"))
        elif message.type == "stream" and content.get("name") == "stderr":
            output = Output()
            shown = [line for each in str(content.get("text")).splitlines() if (line := output.line(each))]
            if shown:
                _log.warning("A kernel said: %s", " | ".join(shown))

    def _cut_off(self, limit: str, why: tuple[int, str]) -> None:
        self.services.metrics.cut_off.labels(limit).inc()
        _log.warning("A page was cut off from its kernel: %s.", why[1])
        self.close(*why)

    def write_error(self, status_code: int, **_: Any) -> None:
        """The status alone."""
        self.finish()

    def log_exception(self, *_: Any) -> None:
        """Nothing: who was refused what belongs in no log."""

    def on_close(self) -> None:
        """Stops passing messages."""
        if self.line is None:
            return
        self.line.sockets -= 1
        self._kernels.closed(self.kernel_id, self)
        super().on_close()  # type: ignore[no-untyped-call]  # Jupyter's

    @property
    def _kernels(self) -> OwnedKernels:
        return cast(OwnedKernels, self.kernel_manager)
