"""The IPython kernel of our workbooks, started in two parts, and with less ado than IPython's own.

Most of a kernel's start does not depend on which kernel it is: its shell, its magics, its settings. `prepare` does that
once in a warm process, and every kernel that is forked from it goes on with `connect`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ipykernel import ipkernel
from ipykernel.compiler import XCachingCompiler
from ipykernel.iostream import OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from traitlets import Type
from traitlets.config import Config

_PACKAGES = frozenset({"site-packages", "dist-packages"})


class WidgetKernel(IPythonKernel):
    """An IPython kernel that does not list every module for its debugger, and takes the shell that there is.

    Looking at each of two thousand modules writes to the memory it lies in, and so copies 8 MB that forked kernels
    would otherwise share.
    """

    def __init__(self, **kwargs: Any):
        vars(ipkernel)["sys"] = SimpleNamespace(modules={})
        try:
            super().__init__(**kwargs)  # type: ignore[no-untyped-call]  # ipykernel's
        finally:
            vars(ipkernel)["sys"] = sys
        assert self.shell is not None
        self.shell.kernel = self


class PageKernel(WidgetKernel):
    """The kernel of a live page, which does not repeat to everybody what it was asked, nor that it has begun."""

    def _publish_execute_input(self, code: str, parent: Any, execution_count: int) -> None:
        """Nothing: what runs is the workbook, and whoever runs it knows."""

    def _publish_status(self, status: str, channel: str, parent: Any = None) -> None:
        if status != "busy":
            super()._publish_status(status, channel, parent)  # type: ignore[no-untyped-call]  # ipykernel's


class Output(OutStream):
    """What a cell prints. Where it has printed nothing, nobody waits until that is sent.

    ipykernel flushes both streams several times for each message, and each time waits for another thread.
    """

    def flush(self) -> None:
        """Sends what has been written."""
        if self._flush_pending or self._subprocess_flush_pending:
            super().flush()  # type: ignore[no-untyped-call]  # ipykernel's


class KernelApp(IPKernelApp):
    """An IPython kernel without what nobody reads: no history, no file of how to connect to it, no parent's watch.

    A forked kernel ends with the process that it was forked from; a cold one is watched by ipykernel as usual.
    """

    kernel_class = Type(WidgetKernel, klass=IPythonKernel)

    def __init__(self, **kwargs: Any):
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "NoColor"
        super().__init__(config=config, **kwargs)  # type: ignore[no-untyped-call]  # IPython's
        self.outstream_class = f"{Output.__module__}.{Output.__name__}"

    def prepare(self) -> None:
        """All that is the same for every kernel: settings and the shell, but no thread and no connection."""
        self._do("profile_dir", "config_files")
        self.load_config_file()  # type: ignore[no-untyped-call]  # IPython's
        # Otherwise ipykernel composes several lines for each message that its handler then throws away.
        self.log.setLevel(self.log_level)
        self._do("pdb")
        self.user_ns = {}
        self.shell = ZMQInteractiveShell.instance(
            parent=self, profile_dir=self.profile_dir, user_ns=self.user_ns, compiler_class=XCachingCompiler
        )
        self._do("gui_pylab", "extensions", "code")

    def connect(self, connection_file: str) -> None:
        """Listens where the file says."""
        self.connection_file = connection_file
        self._do("path", "blackhole", "connection_file", "poller", "sockets", "heartbeat")
        self.log_connection_info()
        self._do("io", "signal", "kernel", "shell")

    def _do(self, *parts: str) -> None:
        """These parts of ipykernel's own start, in this order."""
        for part in parts:
            getattr(self, f"init_{part}")()

    def init_path(self) -> None:
        """Lets a notebook import what lies beside it, after the standard library as in IPython.

        The warm process itself is kept from the folder it was started in, and IPython would keep its kernels from it.
        """
        if not self.ignore_cwd and "" not in sys.path:
            packages = (place for place, path in enumerate(sys.path) if Path(path).name in _PACKAGES)
            sys.path.insert(next(packages, 0), "")

    def init_control(self, context: Any) -> None:
        """The control channel; messages to the shell reach it without another thread's help."""
        super().init_control(context)  # type: ignore[no-untyped-call]  # ipykernel's
        self.shell_channel_thread = None

    def log_connection_info(self) -> None:
        """Nothing: whoever started it knows."""
        self._ports = {
            "shell": self.shell_port,
            "iopub": self.iopub_port,
            "stdin": self.stdin_port,
            "hb": self.hb_port,
            "control": self.control_port,
        }
