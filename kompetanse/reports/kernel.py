"""The kernel that one report notebook runs in: its own process, its own sockets, its own surroundings."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

#: One report is one small job; threads per kernel only slow the others down.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@contextmanager
def report_kernel(surroundings: Mapping[str, str], *, cwd: Path) -> Iterator[type[AsyncKernelManager]]:
    """A class of kernels with `surroundings` added to this process's own, whose sockets are gone afterwards.

    Sockets are files in a private folder: free TCP ports are raced for when several kernels start at once
    (https://github.com/nteract/papermill/issues/511), and others on the machine could talk to them.
    """
    with tempfile.TemporaryDirectory(prefix="k-") as private:

        class ReportKernel(AsyncKernelManager):
            """This very Python, whatever kernel of that name the user has installed; no history file."""

            def __init__(self, **kwargs: Any):
                # The default name of the sockets is relative, and so shared by all kernels of a folder.
                super().__init__(transport="ipc", connection_file=f"{private}/kernel.json", **kwargs)

            @property
            def kernel_spec(self) -> KernelSpec:
                command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
                quiet = ["--HistoryManager.enabled=False", "--colors=NoColor"]
                return KernelSpec(argv=[*command, *quiet], display_name="Python 3", language="python")

            async def start_kernel(self, **kwargs: Any) -> None:  # type: ignore[override]  # as AsyncKernelManager's own
                environment = {**os.environ, **ONE_THREAD, **surroundings}
                await self._async_start_kernel(env=environment, cwd=str(cwd), **kwargs)

        yield ReportKernel
