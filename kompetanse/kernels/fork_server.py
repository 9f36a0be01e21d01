"""The warm process that kernels are forked from: it has read and tried everything once, and then only waits.

`python -m kompetanse.kernels.fork_server --listener FD --lifeline FD --code CODE [--programme FOLDER]`. Its owner opens
the socket that it listens on, so that requests may wait while it warms up, and holds the other end of the lifeline:
when that end closes, however the owner ended, the fork server ends its kernels and itself. A kernel in its turn is
ended by the system as soon as the fork server is gone.

It has one thread and no connections, because a fork copies one thread only, and whatever others were doing stays
undone for ever. It counts its threads before each fork, and refuses rather than hope.
"""

from __future__ import annotations

import argparse
import ctypes
import logging
import os
import random
import select
import signal
import socket
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from kompetanse import sockets
from kompetanse.imports import leave_out_unused, made_to_stay
from kompetanse.kernels.app import KernelApp
from kompetanse.kernels.kernel import run

_log = logging.getLogger(__name__)

#: How often children that have ended are looked for, in milliseconds.
_LOOK_EVERY = 1000
#: How long a client may take to say what it wants.
_PATIENCE_SECONDS = 5.0
#: A warm process has a handful of files open; a copy closes all up to this number.
_MOST_FILES = 1024

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


class ForkServer:
    """Forks a kernel for each request, until its owner ends, or it is retired and its last kernel has ended.

    code: the fingerprint of what it has read, as its owner saw it just before.
    """

    def __init__(self, listener: socket.socket, lifeline: socket.socket, *, code: str):
        self._listener = listener
        self._lifeline = lifeline
        self._code = code
        self._owner = os.getppid()
        self._children: set[int] = set()

    def serve(self) -> None:
        """Answers requests as long as it is wanted; ends all kernels when the owner is gone."""
        poll = select.poll()
        poll.register(self._lifeline, select.POLLIN)
        poll.register(self._listener, select.POLLIN)
        retired = False
        while self._children or not retired:
            ready = {number for number, _ in poll.poll(_LOOK_EVERY)}
            self._reap()
            if self._lifeline.fileno() in ready:
                if not self._hears_of_retirement():
                    break
                retired = True
                poll.unregister(self._listener)
                self._listener.close()
            elif self._listener.fileno() in ready:
                self._answer()
        self._end_children()

    def _hears_of_retirement(self) -> bool:
        """Whether the owner only said that no more kernels are wanted; else it is gone."""
        try:
            return bool(self._lifeline.recv(1))
        except OSError:
            return False

    def _answer(self) -> None:
        peer, _ = self._listener.accept()
        with peer:
            peer.settimeout(_PATIENCE_SECONDS)
            try:
                if not self._comes_from_the_owner(peer):
                    return
                request = sockets.receive(peer)
                refusal = self._refusal(request)
                if refusal:
                    sockets.send(peer, {"refused": refusal})
                    return
                self._fork(peer, request)
            except (OSError, KeyError, TypeError) as error:
                _log.warning("A request for a kernel failed: %s", error)

    def _comes_from_the_owner(self, peer: socket.socket) -> bool:
        """Whether the owner asks, or a process that comes from it: not a kernel, which would get one less confined."""
        process = sockets.process_of(peer)
        while process and process not in {self._owner, os.getpid()}:
            process = _parent_of(process)
        return process == self._owner

    def _refusal(self, request: dict[str, Any]) -> str:
        if request["code"] != self._code:
            return "the code has changed since the fork server read it"
        threads = len(os.listdir("/proc/self/task"))
        if threads != 1:
            return f"the fork server has {threads} threads"
        return ""

    def _fork(self, peer: socket.socket, request: dict[str, Any]) -> None:
        own = os.getpid()
        pid = os.fork()
        if pid == 0:
            _become_kernel(own, request)
        self._children.add(pid)
        process = os.pidfd_open(pid)
        try:
            socket.send_fds(peer, [sockets.packed({"pid": pid})], [process])
        finally:
            os.close(process)

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while True:
                pid, _ = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                self._children.discard(pid)

    def _end_children(self) -> None:
        self._reap()
        for pid in self._children:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)


def _parent_of(process: int) -> int:
    """The process that has started another, or taken it over."""
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def _become_kernel(parent: int, request: dict[str, Any]) -> NoReturn:
    """In the copy: becomes a process of its own and runs a kernel until it is shut down."""
    code = 1
    try:
        _settle(parent, request["env"], request["cwd"])
        run(request["argv"])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        logging.getLogger(__name__).exception("A kernel ended by an error.")
    finally:
        # Not through the interpreter's own end: what the warm process has registered for it is not this one's.
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _settle(parent: int, environment: dict[str, str], cwd: str) -> None:
    """Lets go of everything inherited: files, signals, surroundings, and the state of random numbers."""
    os.setsid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    os.closerange(3, _MOST_FILES)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(cwd)
    # Everything that is drawn by chance was drawn the same in every copy.
    random.seed()
    np.random.seed()
    tempfile.tempdir = None
    tempfile._name_sequence = None  # type: ignore[attr-defined]  # the names of temporary files are drawn by chance, too


def main(argv: Sequence[str] | None = None) -> None:
    """Warms up, and then forks kernels."""
    parser = argparse.ArgumentParser(prog="python -m kompetanse.kernels.fork_server")
    parser.add_argument("--listener", type=int, required=True)
    parser.add_argument("--lifeline", type=int, required=True)
    parser.add_argument("--code", required=True)
    parser.add_argument("--programme", type=Path)
    parser.add_argument("--no-pages", dest="pages", action="store_false", help="its kernels make reports only")
    given = parser.parse_args(argv)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Its end is the lifeline's end and nothing else, such as a Ctrl-C that is meant for its owner.
        signal.signal(number, signal.SIG_IGN)
    # What kernels start and leave behind comes to this process and to no other, least of all to the owner.
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    listener, lifeline = (socket.socket(fileno=number) for number in (given.listener, given.lifeline))
    leave_out_unused()
    with made_to_stay():
        import_module("kompetanse.kernels.exercise").exercise(given.programme, pages=given.pages)
        with warnings.catch_warnings():
            # Of a folder for settings that is gone because the owner ended meanwhile; this process will be next.
            warnings.simplefilter("ignore")
            KernelApp.instance().prepare()
    ForkServer(listener, lifeline, code=given.code).serve()


if __name__ == "__main__":
    main()
