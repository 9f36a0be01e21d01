"""What a browser may say to its kernel: widget traffic, in the one form in which it is passed on.

A message is read once, looked at, and written anew from what was read, so that the kernel cannot read it otherwise than
we did. Nothing that runs code is among what is passed on, nor anything on another channel than the one for widgets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1

#: How messages are written on the websocket; Jupyter's older way is not spoken here.
PROTOCOL = "v1.kernel.websocket.jupyter.org"

#: The kinds of messages that may reach a kernel.
ALLOWED_MESSAGES = ("comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request")
#: What may be said to a widget.
METHODS = frozenset({"update", "custom", "request_state", "request_states"})
CHANNEL = "shell"
#: With Voilà's front end a page may ask for the states of all widgets of its own kernel. Nothing else is ever opened by
#: a browser: our pages bring their widgets with them.
CONTROL = "jupyter.widget.control"
MOST_BUFFERS = 64
#: Places that a message without buffers names: of the channel, of its four parts, and of its end.
_PARTS = 6

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")

#: What a message that is none may raise while it is read.
UNREADABLE = (UnicodeError, ValueError, RecursionError, TypeError, KeyError, IndexError, OverflowError, MemoryError)


@dataclass(frozen=True)
class Message:
    """One message as it was read."""

    channel: str
    header: Mapping[str, Any]
    parent: Mapping[str, Any]
    metadata: Mapping[str, Any]
    content: Mapping[str, Any]
    buffers: tuple[bytes, ...]

    @property
    def kind(self) -> str:
        """What it wants, such as "comm_msg"."""
        return str(self.header.get("msg_type"))

    @property
    def id(self) -> str:
        """Its own id."""
        return str(self.header.get("msg_id"))

    def written(self) -> bytes:
        """The message as it travels."""
        parts = [json.dumps(part).encode() for part in (self.header, self.parent, self.metadata, self.content)]
        return bytes(serialize_msg_to_ws_v1([*parts, *self.buffers], self.channel))


def read(sent: str | bytes) -> Message:
    """The message that a browser sent; one of `UNREADABLE` if it is none."""
    # Jupyter's reader believes the count that a message begins with: a large one would keep it busy for ever.
    if isinstance(sent, str) or not _PARTS <= int.from_bytes(sent[:8], "little") <= _PARTS + MOST_BUFFERS:
        raise ValueError("that is no message")
    channel, (header, parent, metadata, content, *buffers) = deserialize_msg_from_ws_v1(sent)
    header, parent, metadata, content = (_object(part) for part in (header, parent, metadata, content))
    return Message(channel, header, parent, metadata, content, tuple(buffers))


class Heard:
    """A kernel's message, of which only that is read which is asked for: there are many, and few are looked into."""

    def __init__(self, message: bytes):
        self._parts = deserialize_msg_from_ws_v1(message)[1]
        self.kind = str(_object(self._parts[0]).get("msg_type"))

    def parent(self) -> Mapping[str, Any]:
        """What it answers to."""
        return _object(self._parts[1])

    def content(self) -> Mapping[str, Any]:
        """What it says."""
        return _object(self._parts[3])


def is_widget_traffic(message: Message, *, may_open: bool) -> bool:
    """Whether the message may reach the kernel.

    may_open: with Voilà's front end, which asks for the states of all widgets at once.
    """
    if message.channel != CHANNEL:
        return False
    if not all(is_name(message.header.get(part)) for part in ("msg_id", "session")):
        return False
    content = message.content
    match message.kind:
        case "comm_open":
            return may_open and is_name(content.get("comm_id")) and content.get("target_name") == CONTROL
        case "comm_close":
            return is_name(content.get("comm_id"))
        case "comm_msg":
            return is_name(content.get("comm_id")) and _is_said_to_a_widget(content.get("data"))
        case "comm_info_request" | "kernel_info_request":
            return True
    return False


def is_name(value: object) -> bool:
    """Whether this may be the id of a message, a widget or a page's connection: it goes into logs and addresses."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _is_said_to_a_widget(data: object) -> bool:
    return isinstance(data, dict) and data.get("method") in METHODS


def _object(part: bytes) -> dict[str, Any]:
    found = json.loads(part)
    if not isinstance(found, dict):
        raise ValueError("a part of a message is no object")
    return found
