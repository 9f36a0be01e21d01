"""What a hostile browser has: the page's widgets by name, and a websocket on which it says whatever it likes."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import websocket

from kompetanse.server import messages
from tests.server.running import Visitor, message

_COMPONENTS = re.compile(r'<script type="application/vnd\.kompetanse\.component\+json">(.*?)</script>', re.DOTALL)
_KERNEL = re.compile(r'"kernelId": ?"([0-9a-f-]{36})"')


@dataclass(frozen=True)
class OpenPage:
    """A workbook that somebody has opened: its kernel, and the states that its widgets were sent with, by their ids."""

    visitor: Visitor
    kernel: str
    states: Mapping[str, Mapping[str, Any]]
    text: str

    @classmethod
    def of(cls, visitor: Visitor, workbook: str) -> OpenPage:
        """Opens the workbook and waits until all of it is there."""
        text = visitor.get(f"/arbeidsbok/{workbook}").text
        kernel = _KERNEL.search(text)
        assert kernel, text[-2000:]
        states: dict[str, Any] = {}
        for found in _COMPONENTS.findall(text):
            states |= json.loads(found)["states"]
        return cls(visitor, kernel[1], {name: each["state"] for name, each in states.items()}, text)

    def widget(self, **traits: Any) -> str:
        """The id of the widget with these traits."""
        (found,) = [name for name, state in self.states.items() if all(state.get(k) == v for k, v in traits.items())]
        return found

    @contextmanager
    def line(self) -> Iterator[Line]:
        """The websocket of this page."""
        with self.visitor.channels(self.kernel) as socket:
            yield Line(socket)


@dataclass(frozen=True)
class Line:
    """A websocket to a kernel."""

    socket: websocket.WebSocket

    def say(self, kind: str, content: Mapping[str, Any], **how: Any) -> str:
        """Sends a message; its id."""
        sent = message(kind, content, **how)
        self.socket.send_bytes(sent)
        return messages.read(sent).id

    def tell(self, widget: str, data: Mapping[str, Any], **how: Any) -> str:
        """Sends a message to a widget; its id."""
        return self.say("comm_msg", {"comm_id": widget, "data": data}, **how)

    def hear(self, wanted: Callable[[messages.Message], bool], *, seconds: float = 60) -> messages.Message:
        """The next message that is wanted."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            heard = messages.read(self.socket.recv())
            if wanted(heard):
                return heard
        raise AssertionError("Nothing of the kind was heard.")

    def all_heard(self) -> list[messages.Message]:
        """Everything that is heard until the kernel has answered to a question asked now."""
        self.say("comm_info_request", {})
        heard: list[messages.Message] = []
        self.hear(lambda each: heard.append(each) or each.kind == "comm_info_reply")  # type: ignore[func-returns-value]  # it is None on purpose
        return heard

    def state_of(self, widget: str) -> dict[str, Any]:
        """What the kernel says that one of our components holds."""
        asked = self.tell(widget, {"method": "custom", "content": {"type": "state"}})
        heard = self.hear(lambda each: each.parent.get("msg_id") == asked and each.kind == "comm_msg")
        found: dict[str, Any] = heard.content["data"]["state"]
        return found

    def widgets(self) -> set[str]:
        """The widgets that the kernel has."""
        return set(self.all_heard()[-1].content["comms"])
