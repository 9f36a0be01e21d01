"""The only ways from a browser to a kernel, each for the kernel's owner alone."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado import web

from kompetanse.server import security
from kompetanse.server.kernels import ALLOWED_MESSAGES, OwnedKernels
from kompetanse.server.page import Page

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


def is_widget_traffic(message: str | bytes) -> bool:
    """Whether a message from a browser is of a kind that may reach a kernel."""
    return _type_of(message) in ALLOWED_MESSAGES


def _type_of(message: str | bytes | dict[str, Any]) -> str:
    """The type that a message's header says; "" where it has none."""
    if isinstance(message, dict):
        header = message.get("header")
    elif isinstance(message, bytes):
        header = json.loads(deserialize_msg_from_ws_v1(message)[1][0])
    else:
        header = json.loads(message).get("header")
    return str(header.get("msg_type", "")) if isinstance(header, dict) else ""


class OwnChannels(KernelWebsocketHandler):
    """The websocket between a page's components and its kernel."""

    async def open(self, kernel_id: str) -> None:
        """Begins to pass messages, and is closed when the kernel ends."""
        self._kernels.opened(kernel_id, self)
        await super().open(kernel_id)  # type: ignore[no-untyped-call]  # Jupyter's

    def on_message(self, ws_message: str | bytes) -> None:
        """Passes a message on; one that is no widget traffic, or cannot be read, is dropped without a word.

        Jupyter Server would write it into the log, and end the connection where it cannot be encoded.
        """
        try:
            if is_widget_traffic(ws_message):
                super().on_message(ws_message)  # type: ignore[no-untyped-call]  # Jupyter's
        except (UnicodeError, ValueError, RecursionError, TypeError, KeyError, IndexError):
            self.log.warning("A message from a page could not be read.")

    def write_message(self, message: str | bytes | dict[str, Any], binary: bool = False) -> Any:
        """Sends a message to the page, but nothing of a kernel's own troubles: its errors and its printed text."""
        if _type_of(message) in NOT_FOR_PAGES:
            return None
        return super().write_message(message, binary)

    def write_error(self, status_code: int, **_: Any) -> None:
        """The status alone."""
        self.finish()

    def log_exception(self, *_: Any) -> None:
        """Nothing: who was refused what belongs in no log."""

    def on_close(self) -> None:
        """Stops passing messages."""
        self._kernels.closed(self.kernel_id, self)
        super().on_close()  # type: ignore[no-untyped-call]  # Jupyter's

    @property
    def _kernels(self) -> OwnedKernels:
        return cast(OwnedKernels, self.kernel_manager)
