"""The only ways from a browser to a kernel, each for the kernel's owner alone."""

from __future__ import annotations

import asyncio
import json
import logging
from http import HTTPStatus
from typing import Any, cast

from jupyter_server.base.handlers import APIHandler
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado import web
from tornado.websocket import WebSocketClosedError

from kompetanse.redaction import Output
from kompetanse.server import messages, security
from kompetanse.server.kernels import OwnedKernels
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

    async def get(self, kernel_id: str) -> None:
        """The kernel's state; 404 for a dead one and for everybody else's."""
        if not await self.kernels.is_living(kernel_id):
            raise web.HTTPError(HTTPStatus.NOT_FOUND)
        model: dict[str, Any] = self.kernels.kernel_model(kernel_id)  # type: ignore[no-untyped-call]  # Jupyter's
        self.finish(model)


class EndKernel(KernelAnswer):
    """Where a page says that it is being left."""

    async def post(self, kernel_id: str) -> None:
        """Ends the kernel."""
        await self.kernels.end(kernel_id)
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()


#: What a kernel says to those who run it.
NOT_FOR_PAGES = frozenset({"error", "stream", "execute_input", "iopub_welcome"})

#: What a page may not say: (status, words), for the websocket that is closed for it.
TOO_MUCH = (1008, "too many messages")
TOO_MANY = (1008, "too many connections")
GOING_AWAY = (1001, "the server stops")

#: A kernel that has not been done with so many messages is not waited for any more.
_MOST_UNDER_WAY = 1000

_log = logging.getLogger(__name__)


def _look_at(sent: asyncio.Future[None]) -> None:
    """Takes notice that a message did not reach a page, which is no news; Jupyter never asks."""
    if not sent.cancelled():
        sent.exception()


class OwnChannels(KernelWebsocketHandler):
    """The websocket between a page's components and its kernel."""

    line: Line | None = None
    _has_complained = False

    def set_default_headers(self) -> None:
        """The security headers, for when there is no websocket."""
        super().set_default_headers()  # type: ignore[no-untyped-call]  # Jupyter's
        security.set_headers(self, policy=security.NOTHING)

    @property
    def services(self) -> Services:
        """What the server stands on."""
        return cast(Services, self.settings["services"])

    def check_origin(self, origin: str | None = None) -> bool:
        """Whether the page that asks is one of ours."""
        return security.is_from_own_page(self.request)

    async def pre_get(self) -> None:
        """Lets in whom the authority lets in, if it is a page that speaks as ours do."""
        is_authorized = self.authorizer.is_authorized(self, self.current_user, "execute", self.auth_resource)
        if not is_authorized or not self.check_origin():
            raise web.HTTPError(HTTPStatus.FORBIDDEN)
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        is_ours = messages.PROTOCOL in {each.strip() for each in offered}
        if not is_ours or not messages.is_name(self.get_query_argument("session_id", "")):
            raise web.HTTPError(HTTPStatus.BAD_REQUEST)
        await super().pre_get()  # type: ignore[no-untyped-call]  # Jupyter's

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
        # Otherwise «Lagret» waits until the page's machine has acknowledged what was sent before it: up to 40 ms.
        self.set_nodelay(True)
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
            message = messages.read(ws_message)
            may_open = self.services.front_end == "voila"
            if messages.is_widget_traffic(message, may_open=may_open) and self._may_pass(message, self.line):
                super().on_message(message.written())  # type: ignore[no-untyped-call]  # Jupyter's
        except messages.UNREADABLE:
            if not self._has_complained:
                # Once: whoever sends nonsense shall not fill the log with it.
                self.log.warning("A message from a page could not be read.")
            self._has_complained = True

    def _may_pass(self, message: messages.Message, line: Line) -> bool:
        comm = str(message.content.get("comm_id"))
        if message.kind == "comm_open" and not line.may_open(comm):
            self._cut_off("comms", TOO_MUCH)
            return False
        if message.kind == "comm_close":
            line.comms.discard(comm)
        if message.kind == "comm_msg" and len(line.under_way) < _MOST_UNDER_WAY:
            line.under_way.add(message.id)
        return True

    def write_message(self, message: str | bytes | dict[str, Any], binary: bool = False) -> Any:
        """Sends a message to the page, but nothing of a kernel's own troubles: they are for the log."""
        if not isinstance(message, bytes):
            return None
        heard = messages.Heard(message)
        if heard.kind in NOT_FOR_PAGES:
            self._log_troubles(heard)
            return None
        if heard.kind == "status" and self.line and heard.content().get("execution_state") == "idle":
            self.line.under_way.discard(str(heard.parent().get("msg_id")))
        try:
            sent = super().write_message(message, binary)
        except WebSocketClosedError:
            # The page has just been left, or cut off; what its kernel still says is for nobody.
            return None
        sent.add_done_callback(_look_at)
        return sent

    def _log_troubles(self, message: messages.Heard) -> None:
        content = message.content()
        if message.kind == "error":
            _log.error("A kernel failed with %s.", content.get("ename"))
        elif message.kind == "stream" and content.get("name") == "stderr":
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
