"""The renderer: one process that has charts drawn for others, `python -m kompetanse.figures.renderer FD DRAWERS`.

It listens on the socket FD, keeps the newest pictures, and leaves the drawing to at most DRAWERS processes of its own,
so that a picture which crashes the engine, or never gets done, costs nobody else more than a wait. It ends when its
standard input does, which is when its owner ends.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import socket
import sys
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any

from kompetanse.language import LANGUAGES
from kompetanse.sockets import Broken, is_own_process, packed, read, remove

#: A picture takes 30 ms, and a few seconds on a machine that is very busy.
SLOWEST_SECONDS = 20
#: Of pictures that are kept: some thousands of them.
MOST_KEPT_BYTES = 64 * 2**20
#: How long a drawer that nobody is connected to any more may take to end by itself.
_DYING_SECONDS = 2
#: How long a client may take to say what it wants.
_PATIENCE_SECONDS = 30

TOO_SLOW = f"A figure could not be drawn: it took more than {SLOWEST_SECONDS} seconds. Show less in it."

Answer = dict[str, Any]

#: The engine is not to be had: whoever asked draws in its own process.
UNAVAILABLE: Answer = {"unavailable": True}


class Drawer:
    """A process that draws one picture at a time; a new one follows when it has died of a picture."""

    def __init__(self, seconds: int = SLOWEST_SECONDS) -> None:
        self._seconds = seconds
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def draw(self, order: Answer) -> Answer:
        """What the drawing process answers."""
        try:
            if self._process is None:
                await self._start()
            self._writer.write(packed(order))
            await self._writer.drain()
            answer: Answer = await read(self._reader)
        except OSError:
            return {"problem": TOO_SLOW} if await self._ended() == -signal.SIGALRM else UNAVAILABLE
        return answer

    async def _start(self) -> None:
        ours, its = socket.socketpair()
        with its:
            command = (sys.executable, "-m", "kompetanse.figures.drawer", str(its.fileno()), str(self._seconds))
            self._reader, self._writer = await asyncio.open_unix_connection(sock=ours)
            self._process = await asyncio.create_subprocess_exec(
                *command, pass_fds=[its.fileno()], stdin=asyncio.subprocess.DEVNULL
            )
        await read(self._reader)

    async def _ended(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        self._writer.close()
        try:
            # One that has died of the alarm keeps that cause: a signal would reap it, and nobody learn how it ended.
            return await asyncio.wait_for(process.wait(), _DYING_SECONDS)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            return await process.wait()


class Pictures:
    """The newest pictures, and those on their way: each is drawn once, however many ask for it."""

    def __init__(self, drawers: int, *, most_bytes: int = MOST_KEPT_BYTES, seconds: int = SLOWEST_SECONDS) -> None:
        # Last in, first out: the second process is started only when the first one is busy.
        self._free: asyncio.LifoQueue[Drawer] = asyncio.LifoQueue()
        for _ in range(drawers):
            self._free.put_nowait(Drawer(seconds))
        self._most = most_bytes
        self._kept: OrderedDict[bytes, Answer] = OrderedDict()
        self._bytes = 0
        self._coming: dict[bytes, asyncio.Task[Answer]] = {}

    async def get(self, order: Any) -> Answer:
        """The picture of an order, or why there is none; Broken for what is no order."""
        match order:
            case {"waiting": True}:
                return {"waiting": len(self._coming)}
            case {"spec": str(spec), "language": str(language)} if language in LANGUAGES:
                key = hashlib.sha256(f"{language} {spec}".encode("utf-8", "surrogatepass")).digest()
            case _:
                raise Broken("this is no order for a picture")
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._coming:
            self._coming[key] = asyncio.create_task(self._draw(key, {"spec": spec, "language": language}))
        # Others may wait for the same picture when one of them goes away.
        return await asyncio.shield(self._coming[key])

    async def _draw(self, key: bytes, order: Answer) -> Answer:
        drawer = await self._free.get()
        try:
            answer = await drawer.draw(order)
        finally:
            self._free.put_nowait(drawer)
            del self._coming[key]
        if "svg" in answer:
            self._kept[key] = answer
            self._bytes += len(answer["svg"])
            while self._bytes > self._most:
                self._bytes -= len(self._kept.popitem(last=False)[1]["svg"])
        return answer


async def serve(listener: socket.socket, pictures: Pictures) -> None:
    """Gives pictures to processes of the same user until the standard input ends."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if is_own_process(writer.get_extra_info("socket")):
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    order = await read(reader)
                writer.write(packed(await pictures.get(order)))
                await writer.drain()
        except (OSError, TimeoutError):
            pass  # Whoever sends no order, or waits no more, gets no answer.
        finally:
            writer.close()

    owner_has_ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(0, owner_has_ended.set)
    async with await asyncio.start_unix_server(answer, sock=listener):
        await owner_has_ended.wait()
        _leave(Path(listener.getsockname()))


def _leave(path: Path) -> None:
    """Ends at once, and takes away what an owner that was killed could not."""
    remove(path)
    with suppress(OSError):
        path.parent.rmdir()
    os._exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1])), Pictures(int(sys.argv[2]))))
