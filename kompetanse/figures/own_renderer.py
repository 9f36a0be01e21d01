"""A renderer of this process's own: started, started again when it dies, and ended."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from kompetanse.settings import inherited
from kompetanse.sockets import listening, private_folder

_log = logging.getLogger(__name__)

#: One that dies this often, each time within seconds, will not do any better.
_MOST_STARTS = 5
_SOON_SECONDS = 10


class Renderer:
    """A running renderer at `path`; with `stop`, or the end of this process in any way at all, it ends too.

    The socket belongs to this process, so whoever asks while the renderer is being started only waits a little.
    """

    def __init__(self, *, drawers: int = 1):
        self._folder = private_folder("kompetanse-draw-")
        self.path: Path = self._folder / "socket"
        self._drawers = drawers
        self._socket = listening(self.path)
        self._lock = threading.Lock()
        self._stopping = False
        self._process = self._start()
        self._keeper = threading.Thread(target=self._keep, name="renderer", daemon=True)
        self._keeper.start()

    def stop(self) -> None:
        """Ends the renderer; whoever asks from now on draws for themselves."""
        with self._lock:
            self._stopping = True
            self._process.kill()
        self._keeper.join()
        self._forget()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self) -> subprocess.Popen[bytes]:
        command = (sys.executable, "-m", "kompetanse.figures.renderer", str(self._socket.fileno()), str(self._drawers))
        # In a session of its own, so that Ctrl-C reaches this process first.
        return subprocess.Popen(
            command, pass_fds=[self._socket.fileno()], stdin=subprocess.PIPE, start_new_session=True, env=inherited()
        )  # fmt: skip

    def _keep(self) -> None:
        starts = 1
        while True:
            begun = time.monotonic()
            code = self._process.wait()
            with self._lock:
                if self._process.stdin:
                    self._process.stdin.close()
                if self._stopping:
                    return
                starts = starts + 1 if time.monotonic() - begun < _SOON_SECONDS else 1
                if starts > _MOST_STARTS:
                    _log.error("The renderer ended %d times in a row (%d); figures are drawn without it.", starts, code)
                    self._forget()
                    return
                _log.warning("The renderer ended (%d) and is started again.", code)
                self._process = self._start()

    def _forget(self) -> None:
        self._socket.close()
        shutil.rmtree(self._folder, ignore_errors=True)
