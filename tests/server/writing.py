"""A page that somebody writes in, as its front end does it: over the websocket, in Jupyter's own words."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import websocket

from kompetanse.server import messages
from tests.server.running import Visitor, message

COMPONENT = re.compile(r'component\+json">\{"id": ?"([0-9a-f]{32})"')


class WritingPage:
    """One open workbook with one field in it (tests/server/notebooks/forarbeid.ipynb)."""

    def __init__(self, visitor: Visitor):
        self.visitor = visitor
        text = visitor.get("/arbeidsbok/forarbeid").text
        kernel, component = re.search(r'"kernelId": ?"([0-9a-f-]{36})"', text), COMPONENT.search(text)
        assert kernel, text[-2000:]
        assert component, text[-2000:]
        self.kernel, self._component = kernel[1], component[1]
        self._channels: websocket.WebSocket | None = None
        #: The status that the websocket was closed with; None where it simply broke off.
        self.closed_by: int | None = None

    @contextmanager
    def connected(self) -> Iterator[WritingPage]:
        """As long as its websocket is open."""
        with self.visitor.channels(self.kernel) as channels:
            self._channels = channels
            yield self

    def write(self, text: str, **more: Any) -> str:
        """Sends one answer; the id that it is known by."""
        name = uuid.uuid4().hex
        self.say("comm_msg", {"data": {"method": "custom", "content": {"id": name, "text": text, **more}}})
        return name

    def say(self, kind: str, content: dict[str, Any]) -> None:
        """Sends any message to the kernel, about the field unless the content says otherwise."""
        assert self._channels
        self._channels.send_binary(message(kind, {"comm_id": self._component, **content}))

    def saved(self, *, seconds: float = 60.0) -> str | None:
        """The id of the next answer that is acknowledged; None once the websocket has been closed."""
        assert self._channels
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._channels.settimeout(max(0.05, until - time.monotonic()))
            try:
                # With the server's pings, which would begin the wait anew each time.
                code, data = self._channels.recv_data(control_frame=True)
            except websocket.WebSocketTimeoutException:
                break
            except (websocket.WebSocketException, OSError):
                return None
            if code == websocket.ABNF.OPCODE_CLOSE:
                self.closed_by = int.from_bytes(data[:2], "big")
                return None
            if code != websocket.ABNF.OPCODE_BINARY:
                continue
            heard = messages.read(data)
            content = heard.content.get("data", {}).get("content", {})
            if heard.kind == "comm_msg" and content.get("state") == "saved":
                return str(content["id"])
        raise AssertionError(f"Nothing was acknowledged, and nothing closed, in {seconds} seconds.")
