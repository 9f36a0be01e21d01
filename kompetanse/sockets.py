"""Messages between the processes of one person on one machine: JSON over Unix sockets in a folder of their own.

A message is four bytes that say how long it is, and then JSON. Who may speak is decided by the folder's mode and by
the kernel's word for whose process is at the other end; nothing here goes over a network.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

#: More in one message is a mistake or a trick, not a page at work.
MOST_BYTES = 32 * 2**20

_LENGTH = struct.Struct("!I")
_PEER = struct.Struct("3i")
_TIME = struct.Struct("@ll")

#: A socket's path may have 107 characters, and a name of ours is added to the folder's.
_LONGEST_FOLDER = 40


class Broken(ConnectionError):
    """The other end is gone, or sends what is no message."""


class Gone(Broken):
    """The other end is gone."""


def private_folder(prefix: str) -> Path:
    """A new folder for sockets that only its owner may enter, with a path short enough for them."""
    usual = tempfile.gettempdir()
    return Path(tempfile.mkdtemp(prefix=prefix, dir=usual if len(usual) < _LONGEST_FOLDER else "/tmp"))


def listening(path: Path, *, backlog: int = 512) -> socket.socket:
    """A socket that waits for others at `path`, in a private folder."""
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    opened.bind(str(path))
    opened.listen(backlog)
    return opened


def connected(path: Path, *, seconds: float) -> socket.socket:
    """A socket to whoever listens at `path`; OSError if nobody does. Each answer is waited for so long."""
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        # Without a time limit of Python's: with one, a queue that is full for a moment would be refused at once.
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _TIME.pack(int(seconds), int(seconds % 1 * 1e6)))
        opened.connect(str(path))
        opened.settimeout(seconds)
    except BaseException:
        opened.close()
        raise
    return opened


def is_own_process(peer: socket.socket) -> bool:
    """Whether the process at the other end belongs to the same user as this one."""
    return process_of(peer) is not None


def process_of(peer: socket.socket) -> int | None:
    """The process at the other end, as the system knows it and whatever it says; None for another user's."""
    process, user, _ = _PEER.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return int(process) if user == os.getuid() else None


def send(peer: socket.socket, message: Any) -> None:
    """Sends one message; waits while the other end's buffer is full."""
    peer.sendall(packed(message))


def receive(peer: socket.socket) -> Any:
    """The next message; Broken at the end of the connection."""
    (length,) = _LENGTH.unpack(_exactly(peer, _LENGTH.size))
    return unpacked(_exactly(peer, _checked(length)))


async def read(stream: asyncio.StreamReader, *, most: int = MOST_BYTES, seconds: float | None = None) -> Any:
    """The next message of a stream; Broken at its end.

    most: bytes that one message may have. seconds: how long the rest of a message is waited for once it has begun.
    """
    try:
        (length,) = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))
        async with asyncio.timeout(seconds):
            content = await stream.readexactly(_checked(length, most))
    except TimeoutError as error:
        raise Broken(f"a message has not come to its end after {seconds} seconds") from error
    except (asyncio.IncompleteReadError, OSError) as error:
        # What _checked finds is a ConnectionError, too, but of those at the other end.
        raise error if isinstance(error, Broken) else Gone("the other end is gone") from error
    return unpacked(content)


def packed(message: Any) -> bytes:
    """A message as it travels."""
    content = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return _LENGTH.pack(_checked(len(content))) + content


def unpacked(content: bytes) -> Any:
    """What stands in a message; Broken if it is no JSON."""
    try:
        return json.loads(content.decode("utf-8", "surrogatepass"))
    except (UnicodeError, ValueError, RecursionError) as error:
        raise Broken("a message cannot be read") from error


def remove(path: Path) -> None:
    """Takes a socket away from its folder."""
    with suppress(FileNotFoundError):
        path.unlink()


def _checked(length: int, most: int = MOST_BYTES) -> int:
    if length > most:
        raise Broken(f"a message of {length} bytes is too long")
    return length


def _exactly(peer: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        try:
            some = peer.recv(count - len(parts))
        except TimeoutError:
            raise
        except OSError as error:
            raise Gone("the other end is gone") from error
        if not some:
            raise Gone("the other end is gone")
        parts += some
    return bytes(parts)
