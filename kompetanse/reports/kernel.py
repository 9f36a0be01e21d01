"""The kernel that one report notebook runs in: its own process, its own sockets, its own surroundings."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from kompetanse.errors import RunLost

#: One report is one small job; threads per kernel only slow the others down.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

#: How often, in milliseconds, a socket looks whether its kernel listens by now.
_CONNECT_AGAIN = 10
#: How often, in seconds, it is looked whether a kernel that was killed is gone.
_LOOK_AGAIN = 0.005


class PromptClient(AsyncKernelClient):
    """Talks to a kernel as soon as it answers.

    Jupyter's own then waits 0.2 s for what else may come; nobody mistakes that for an answer to something else.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Until the kernel has answered on both channels; RunLost if it ends before, or after `timeout` seconds."""
        end = time.monotonic() + (float("inf") if timeout is None else timeout)
        while not await self._has_answered():
            if not await self._async_is_alive():
                raise RunLost("the process that runs the notebook ended before it was ready; try again.")
            if time.monotonic() > end:
                raise RunLost(f"the process that runs the notebook was not ready after {timeout} seconds; try again.")

    async def _has_answered(self) -> bool:
        self.kernel_info()
        try:
            answer = await self.shell_channel.get_msg(timeout=1)
            # What a kernel tells everybody reaches only those whose subscription it knows of.
            await self.iopub_channel.get_msg(timeout=0.2)
        except Empty:
            return False
        if answer["msg_type"] != "kernel_info_reply":
            return False
        self._handle_kernel_info_reply(answer)
        return True


class PromptManager(AsyncKernelManager):
    """Waits no longer than it must for a kernel to come or go."""

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.client_factory = PromptClient
        self.context.reconnect_ivl = _CONNECT_AGAIN

    async def _async_wait(self, pollinterval: float = _LOOK_AGAIN) -> None:
        while await self._async_is_alive():
            await asyncio.sleep(_LOOK_AGAIN)


@contextmanager
def report_kernel(surroundings: Mapping[str, str], *, cwd: Path) -> Iterator[type[AsyncKernelManager]]:
    """A class of kernels with `surroundings` added to this process's own, whose sockets are gone afterwards.

    Sockets are files in a private folder: free TCP ports are raced for when several kernels start at once
    (https://github.com/nteract/papermill/issues/511), and others on the machine could talk to them.
    """
    with tempfile.TemporaryDirectory(prefix="k-") as private:

        class ReportKernel(PromptManager):
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
