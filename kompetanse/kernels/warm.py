"""The owner's side of the fork server: it is started when the first kernel is wanted, and replaced when it is stale."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from select import poll

from kompetanse import sockets
from kompetanse.errors import KompetanseError
from kompetanse.kernels.fingerprint import recent_fingerprint
from kompetanse.settings import inherited

_log = logging.getLogger(__name__)

#: A fork server that warms up on a busy machine takes this long at most, in seconds.
PATIENCE_SECONDS = 60.0
#: After a failure kernels start cold for so long before a fork server is tried again, in seconds.
PAUSE_SECONDS = 30.0

#: One small page needs one thread; and a fork server with more than one cannot fork.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

_SOCKET = "fork.sock"


class ColdStart(KompetanseError):
    """Why a kernel cannot be forked, so that it is started the ordinary way."""


class ForkedProcess:
    """A kernel that was forked by another process: known by its pidfd, so never mistaken for a later process."""

    def __init__(self, pid: int, pidfd: int):
        self.pid = pid
        self.pidfd = pidfd
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """None while it runs. Only its parent learns how it ended; here that is always 0."""
        if self.returncode is None:
            watch = poll()
            watch.register(self.pidfd)
            if watch.poll(0):
                self.returncode = 0
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Sends a signal to the kernel and to what it has started."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def end_what_it_started(self) -> None:
        """Ends processes that a kernel which is gone has left behind: they are still of its group."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Lets go of the pidfd."""
        self.poll()
        if self.pidfd >= 0:
            os.close(self.pidfd)
            self.pidfd = -1


def can_fork() -> bool:
    """Whether this system has what forked kernels need: Linux, with pidfds."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


def request(path: Path, argv: Sequence[str], environment: Mapping[str, str], *, cwd: str, code: str) -> ForkedProcess:
    """Asks the fork server at `path` for a kernel; ColdStart says why there is none."""
    try:
        with sockets.connected(path, seconds=PATIENCE_SECONDS) as peer:
            sockets.send(peer, {"argv": list(argv), "env": dict(environment), "cwd": cwd, "code": code})
            answer, files, _, _ = socket.recv_fds(peer, 4096, 1)
    except OSError as error:
        raise ColdStart(f"the fork server does not answer ({error})") from error
    if not files:
        refused = sockets.unpacked(answer[4:])["refused"] if answer else "the fork server ended"
        raise ColdStart(str(refused))
    return ForkedProcess(sockets.unpacked(answer[4:])["pid"], files[0])


class WarmStarter:
    """Starts kernels by forking, with a fork server of this process that is made when it is first needed.

    pages: whether its kernels are for live pages, too, and not for reports alone.
    """

    def __init__(self, programme: Path | None = None, *, pages: bool = True):
        self.programme = programme
        self.pages = pages
        self._lock = threading.Lock()
        self._server: _Running | None = None
        self._retired: list[_Running] = []
        self._not_before = 0.0

    def start(self, argv: Sequence[str], environment: Mapping[str, str], *, cwd: str) -> ForkedProcess:
        """A new kernel; ColdStart where it cannot be forked, now or for a while."""
        if not can_fork():
            raise ColdStart("this system cannot fork kernels")
        running = self.running()
        try:
            return request(running.path, argv, environment, cwd=cwd, code=running.code)
        except ColdStart:
            self._failed(running)
            raise

    def running(self) -> _Running:
        """The fork server, started if there is none, and replaced if it ended or has read older code."""
        with self._lock:
            code = recent_fingerprint(self.programme)
            if self._server and (self._server.process.poll() is not None or self._server.code != code):
                self._retire()
            if self._server is None:
                if time.monotonic() < self._not_before:
                    raise ColdStart("the fork server failed a moment ago")
                self._server = _Running(self.programme, code, pages=self.pages)
            return self._server

    def close(self) -> None:
        """Ends the fork server and every kernel that was forked from it."""
        with self._lock:
            for each in [*self._retired, *([self._server] if self._server else [])]:
                each.close()
            self._server, self._retired = None, []

    def _retire(self) -> None:
        """Lets kernels that run go on, and forks no more from that server."""
        assert self._server is not None
        self._server.retire()
        self._retired = [each for each in self._retired if each.process.poll() is None] + [self._server]
        self._server = None

    def _failed(self, running: _Running) -> None:
        with self._lock:
            if self._server is running:
                self._not_before = time.monotonic() + PAUSE_SECONDS
                self._retire()


@cache
def starter(programme: Path | None, *, pages: bool = True) -> WarmStarter:
    """This process's own fork server for a programme, for whoever starts kernels in it; or for reports alone."""
    return WarmStarter(programme, pages=pages)


class _Running:
    """One fork server process, its socket and its lifeline."""

    def __init__(self, programme: Path | None, code: str, *, pages: bool):
        self.code = code
        self._folder = sockets.private_folder("kf-")
        self.path = self._folder / _SOCKET
        self._lifeline, theirs = socket.socketpair()
        listener = sockets.listening(self.path)
        # -P: what lies in the folder that the owner happens to be in is none of a kernel's business.
        command = [sys.executable, "-P", "-m", "kompetanse.kernels.fork_server"]
        options = ["--listener", str(listener.fileno()), "--lifeline", str(theirs.fileno()), "--code", code]
        with listener, theirs:
            self.process = subprocess.Popen(
                [
                    *command,
                    *options,
                    *(["--programme", str(programme)] if programme else []),
                    *([] if pages else ["--no-pages"]),
                ],
                stdin=subprocess.DEVNULL,
                # debugpy warns on stderr of what only its users need to know.
                # Nobody's own settings of IPython: a kernel whose owner has some reads them itself.
                env={
                    "IPYTHONDIR": str(self._folder / "ipython"),
                    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
                    **inherited(),
                    **ONE_THREAD,
                },
                pass_fds=(listener.fileno(), theirs.fileno()),
                start_new_session=True,
            )

    def retire(self) -> None:
        """No more kernels are forked from it."""
        with suppress(OSError):
            self._lifeline.send(b"r")
        shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        """Ends it, and with it its kernels."""
        self._lifeline.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=5)
        shutil.rmtree(self._folder, ignore_errors=True)
