"""The kernel that one report notebook runs in: its own process, its own sockets, its own surroundings."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kompetanse.kernels.prompt import PromptManager
from kompetanse.kernels.warm import ONE_THREAD
from kompetanse.sockets import private_folder


@contextmanager
def report_kernel(surroundings: Mapping[str, str], *, cwd: Path) -> Iterator[type[PromptManager]]:
    """A class of kernels with `surroundings` added to this process's own, whose sockets are gone afterwards.

    Sockets are files in a private folder: free TCP ports are raced for when several kernels start at once
    (https://github.com/nteract/papermill/issues/511), and others on the machine could talk to them.
    """
    private = private_folder("k-")
    try:

        class ReportKernel(PromptManager):
            """A warm kernel with sockets of its own."""

            def __init__(self, **kwargs: Any):
                # The default name of the sockets is relative, and so shared by all kernels of a folder.
                super().__init__(transport="ipc", connection_file=f"{private}/kernel.json", **kwargs)

            async def start_kernel(self, **kwargs: Any) -> None:  # type: ignore[override]  # as AsyncKernelManager's own
                environment = {**os.environ, **ONE_THREAD, **surroundings}
                await self._async_start_kernel(env=environment, cwd=str(cwd), **kwargs)

        yield ReportKernel
    finally:
        shutil.rmtree(private, ignore_errors=True)
