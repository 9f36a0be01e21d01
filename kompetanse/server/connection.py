"""The way from a page's websocket to its kernel, with less ado than Jupyter Server's own.

Jupyter Server knows nothing of a kernel that a browser wants to reach: it opens three connections more than it keeps,
and asks the kernel three times who it is. Ours has answered, and mostly shown its page, before its browser comes.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

#: What a kernel says to everybody, and what it is told: a page's messages are let through on no other channel.
_CHANNELS = ("iopub", "shell")


class PageConnection(ZMQChannelsWebsocketConnection):
    """One page's connection: open as soon as what the kernel says to everybody is sure to reach it."""

    _hears: asyncio.Future[None] | None = None

    def request_kernel_info(self) -> asyncio.Future[Any]:
        """Nothing is asked: all kernels are ours, and speak as this server does."""
        known = asyncio.get_running_loop().create_future()
        known.set_result({})
        return known

    def create_stream(self) -> None:
        """The two connections that pages use."""
        for channel in _CHANNELS:
            stream = getattr(self.kernel_manager, f"connect_{channel}")(identity=self.session.bsession)
            stream.channel = channel
            self.channels[channel] = stream

    def nudge(self) -> asyncio.Future[None]:
        """Done when the kernel has been heard once.

        A kernel welcomes whoever subscribes to something that nobody had subscribed to before, so this page does.
        """
        self._hears = asyncio.get_running_loop().create_future()
        self.channels["iopub"].on_recv(self._first_heard)
        self.channels["iopub"].socket.subscribe(uuid.uuid4().hex.encode())
        return asyncio.ensure_future(self._until_heard(self._hears))

    def disconnect(self) -> None:  # type: ignore[override]  # Jupyter's own does not wait for anything either
        """Ends the connection, and with it the wait for the kernel's first word."""
        super().disconnect()  # type: ignore[no-untyped-call]  # Jupyter's
        self.channels = {}
        self._stop_waiting()

    async def _until_heard(self, hears: asyncio.Future[None]) -> None:
        # A kernel may be too busy to say anything; the page is connected all the same.
        with suppress(TimeoutError):
            await asyncio.wait_for(hears, self.kernel_info_timeout)

    def _first_heard(self, message: Sequence[Any]) -> None:
        self.channels["iopub"].stop_on_recv()
        self._stop_waiting()
        # It need not be the welcome: whatever it is, `OwnChannels` decides whether the page is told.
        self.handle_outgoing_message("iopub", list(message))

    def _stop_waiting(self) -> None:
        if self._hears is not None and not self._hears.done():
            self._hears.set_result(None)
