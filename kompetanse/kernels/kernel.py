"""One kernel, from its first line to its end: the same whether it was forked or started cold."""

from __future__ import annotations

import resource
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from ipykernel.iostream import IOPubThread
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.paths import get_ipython_dir

from kompetanse.confinement import confine
from kompetanse.imports import leave_out_unused
from kompetanse.kernels.app import KernelApp, PageKernel
from kompetanse.settings import KernelLimits, Settings

#: Added to a kernel's share of blame when memory runs out: kernels go before the server that would start new ones.
_BLAME = "500"

#: What an IPython profile may hold that changes a shell.
_OWN_SETTINGS = ("ipython_config.*", "ipython_kernel_config.*", "startup/*.py", "startup/*.ipy")


def run(argv: Sequence[str]) -> None:
    """Runs a kernel in this process until it is shut down; `argv` as for ipykernel: `-f FILE`."""
    leave_out_unused()
    keep_to_limits(KernelLimits.from_environment())
    keep_to_itself(argv, Settings.from_environment())
    if KernelApp.initialized() and _has_own_settings():
        KernelApp.clear_instance()
        ZMQInteractiveShell.clear_instance()
    if not KernelApp.initialized():
        KernelApp.instance().prepare()
    app = KernelApp.instance()
    if Settings.from_environment().under_voila:
        # A page's code is debugged elsewhere, and what C code prints goes to the server's log.
        vars(import_module("ipykernel.debugger"))["_is_debugpy_available"] = False
        app.capture_fd_output = False
        app.kernel_class = PageKernel
        # What a page's kernel starts prints nowhere; a port for that would be open to everybody on this machine.
        vars(import_module("ipykernel.kernelapp"))["IOPubThread"] = _heard_without_port
    app.connect(argv[argv.index("-f") + 1])
    app.start()  # type: ignore[no-untyped-call]  # ipykernel's


def _heard_without_port(socket: Any, *, pipe: bool, session: Any) -> IOPubThread:
    """What tells others of a kernel, without a port of the machine for what it starts."""
    return IOPubThread(socket, pipe=False, session=session)  # type: ignore[no-untyped-call]  # ipykernel's


def _has_own_settings() -> bool:
    """Whether whoever this kernel is for has an IPython profile with settings of their own."""
    profile = Path(get_ipython_dir(), "profile_default")
    return any(True for pattern in _OWN_SETTINGS for _ in profile.glob(pattern))


def keep_to_itself(argv: Sequence[str], settings: Settings) -> None:
    """Where a server keeps the answers, leaves this process its own folder and none of the server's files."""
    if settings.answer_log is not None:
        own = Path(argv[list(argv).index("-f") + 1]).parent
        confine(own, readable=[Path.cwd(), *([settings.programme] if settings.programme else [])])


def keep_to_limits(limits: KernelLimits) -> None:
    """Bounds this process's memory and processor time; what asks for more gets a MemoryError, or is ended."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_BLAME)
    for kind, bound in ((resource.RLIMIT_DATA, limits.memory_bytes), (resource.RLIMIT_CPU, limits.cpu_seconds)):
        _, most = resource.getrlimit(kind)
        if bound is not None and (most == resource.RLIM_INFINITY or bound < most):
            resource.setrlimit(kind, (bound, bound))


if __name__ == "__main__":
    run(sys.argv[1:])
