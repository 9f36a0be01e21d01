"""Kernels of the kernelspec `kompetanse`, started and asked as Jupyter does."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager

from kompetanse.kernels.provisioner import KERNEL_NAME
from kompetanse.kernels.warm import starter


class Kernel:
    """One running kernel and a client of it."""

    def __init__(self, manager: AsyncKernelManager, client: AsyncKernelClient):
        self.manager = manager
        self.client = client

    @property
    def pid(self) -> int:
        """Its process."""
        found = self.manager.provisioner.pid
        assert found
        return int(found)

    async def says(self, code: str, *, seconds: float = 30) -> str:
        """What some code prints, or the name of the error that it raises."""
        printed: list[str] = []

        def hear(message: dict[str, dict[str, str]]) -> None:
            content = message["content"]
            printed.append(content.get("text") or content.get("ename") or "")

        await self.client.execute_interactive(code, output_hook=hear, timeout=seconds)
        return "".join(printed).strip()


@asynccontextmanager
async def running(folder: Path, environment: Mapping[str, str] | None = None) -> AsyncIterator[Kernel]:
    """A kernel, as long as it is wanted; its sockets lie in `folder`."""
    number = len(list(folder.iterdir()))
    manager = AsyncKernelManager(
        kernel_name=KERNEL_NAME, transport="ipc", connection_file=str(folder / f"{number}.json"), shutdown_wait_time=1
    )
    await manager.start_kernel(env={**os.environ, **(environment or {})}, cwd=str(folder))
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a path short enough for sockets."""
    made = Path(tempfile.mkdtemp(prefix="kt-", dir="/tmp"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _one_fork_server() -> Iterator[None]:
    """The fork server of this process, ended when all tests are."""
    yield
    starter(None).close()


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    """Runs coroutines of one test in one loop."""
    with asyncio.Runner() as runner:
        yield runner
