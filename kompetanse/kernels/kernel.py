"""One kernel, from its first line to its end: the same whether it was forked or started cold."""

from __future__ import annotations

import resource
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ipykernel import ipkernel
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from traitlets import Type

from kompetanse.imports import leave_out_unused
from kompetanse.settings import KernelLimits

#: Added to a kernel's share of blame when memory runs out: kernels go before the server that would start new ones.
_BLAME = "500"


class WidgetKernel(IPythonKernel):
    """An IPython kernel that does not list every module for its debugger.

    Looking at each of two thousand modules writes to the memory it lies in, and so copies 8 MB that forked kernels
    would otherwise share.
    """

    def __init__(self, **kwargs: Any):
        vars(ipkernel)["sys"] = SimpleNamespace(modules={})
        try:
            super().__init__(**kwargs)  # type: ignore[no-untyped-call]  # ipykernel's
        finally:
            vars(ipkernel)["sys"] = sys


class KernelApp(IPKernelApp):
    """An IPython kernel without what nobody reads: no history, no file of how to connect to it, no parent's watch.

    A forked kernel ends with the process that it was forked from; a cold one is watched by ipykernel as usual.
    """

    kernel_class = Type(WidgetKernel, klass=IPythonKernel)

    def log_connection_info(self) -> None:
        """Nothing: whoever started it knows."""
        self._ports = {
            "shell": self.shell_port,
            "iopub": self.iopub_port,
            "stdin": self.stdin_port,
            "hb": self.hb_port,
            "control": self.control_port,
        }


def run(argv: Sequence[str]) -> None:
    """Runs a kernel in this process until it is shut down; `argv` as for ipykernel."""
    leave_out_unused()
    keep_to_limits(KernelLimits.from_environment())
    KernelApp.launch_instance(list(argv))


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
