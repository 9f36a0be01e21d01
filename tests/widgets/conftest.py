"""A browser's end of the line: what a component sends is kept, and what a browser would send can be sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import comm
import pytest
from comm.base_comm import BaseComm

from kompetanse.widgets.component import Component


@dataclass
class Line:
    """Everything sent to the browser, in order."""

    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def custom(self) -> list[dict[str, Any]]:
        """The components' own messages."""
        return [message["content"] for message in self.messages if message.get("method") == "custom"]

    def says(self, component: Component, content: object) -> None:
        """Send a message as the browser does."""
        self._receive(component, {"method": "custom", "content": content})

    def writes(self, component: Component, **state: object) -> None:
        """Write traits as a browser can."""
        self._receive(component, {"method": "update", "state": state, "buffer_paths": []})

    def _receive(self, component: Component, data: dict[str, Any]) -> None:
        component._handle_msg({"content": {"data": data}, "buffers": []})


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    line = Line()

    class RecordingComm(BaseComm):
        def publish_msg(self, msg_type: str, data: Any = None, **_: Any) -> None:
            if msg_type == "comm_msg":
                line.messages.append(data)

    monkeypatch.setattr(comm, "create_comm", RecordingComm)
    return line
