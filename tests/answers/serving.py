"""An answer service in a thread of the tests, or in a process of its own: `python serving.py HOME SOCKET [URL]`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from kompetanse import sockets
from kompetanse.answers.remote import RemoteLog
from kompetanse.answers.service import AnswerService
from kompetanse.answers.session import Session, SessionSigner, new_session_key
from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import Programme

#: What the processes of these tests are, as the service knows them.
KERNEL = "d1b0ad21-0000-4000-8000-000000000000"


@dataclass
class Serving:
    """A service on a store, until it is stopped; it may be started again. The tests' own process is its one kernel."""

    store: Store
    programme: Programme
    address: Path
    logs: list[RemoteLog] = field(default_factory=list)
    signer: SessionSigner = field(default_factory=lambda: SessionSigner(new_session_key()))
    kernels: dict[int, str] = field(default_factory=lambda: {os.getpid(): KERNEL})

    def start(self) -> None:
        """Starts it, and waits until it listens."""
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.service = AnswerService(self.store, self.programme, self.signer.public_key_pem, self.kernels.get)
        self.do(self.service.start(self.address))

    def stop(self) -> None:
        """Ends it; its socket stays behind, as that of a killed one would."""
        self.do(self.service.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def do(self, work: Any) -> Any:
        """Does something in the service's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def token(self, session: Session, *, minutes: float = 5, kernel: str = KERNEL) -> str:
        """A token for this session."""
        return self.signer.sign(session, timedelta(minutes=minutes), kernel=kernel)

    def log(self, session: Session, token: str = "", *, opens: bool = False) -> RemoteLog:
        """The log of a page's kernel."""
        made = RemoteLog(session, self.address, token or self.token(session), opens=opens)
        self.logs.append(made)
        return made

    @contextmanager
    def connection(self, token: str = "", purpose: str = "answers") -> Iterator[socket.socket]:
        """A bare connection; with a token, one that has been welcomed or refused."""
        with contextlib.closing(sockets.connected(self.address, seconds=10)) as peer:
            if token:
                sockets.send(peer, {"token": token, "for": purpose})
            yield peer


async def serve(home: Path, address: Path, url: str | None) -> None:
    """Serves a home with its own keys until somebody kills it."""
    with Store.open(home, url) as store:
        signer = SessionSigner(store.keys.session_key)
        await AnswerService(store, load_programme(), signer.public_key_pem, lambda _: KERNEL).start(address)
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None))
