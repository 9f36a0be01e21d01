"""How Jupyter gets a warm kernel: a provisioner that the kernelspec `kompetanse` names."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from kompetanse.kernels.fingerprint import recent_fingerprint
from kompetanse.kernels.warm import ColdStart, ForkedProcess, request, starter
from kompetanse.settings import Settings

KERNEL_NAME = "kompetanse"
KERNEL_MODULE = "kompetanse.kernels.kernel"

_log = logging.getLogger(__name__)


class WarmProvisioner(LocalProvisioner):
    """Forks kernels from a warm process, and starts them the ordinary way wherever that does not work.

    The kernel is the same one, with the same limits, in both cases; only the wait differs.
    """

    _forked: ForkedProcess | None = None

    @property
    def has_process(self) -> bool:
        """Whether there is a kernel, forked or cold, that has not been waited for."""
        return self._forked is not None or super().has_process

    @property
    def is_forked(self) -> bool:
        """Whether the kernel was forked, not started cold."""
        return self._forked is not None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """A forked kernel; a cold one, with a line in the log, if there can be none."""
        environment = kwargs.get("env") or dict(os.environ)
        cwd = str(kwargs.get("cwd") or os.getcwd())
        try:
            self._forked = await asyncio.to_thread(_fork, cmd, environment, cwd)
        except ColdStart as reason:
            _log.warning("A kernel starts cold: %s.", reason)
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self._forked.pid
        return self.connection_info

    async def poll(self) -> int | None:
        """None while the kernel runs."""
        return self._forked.poll() if self._forked else await super().poll()

    async def wait(self) -> int | None:
        """Waits for the kernel's end; told by the system, not by looking again and again."""
        if self._forked is None:
            return await super().wait()
        process, ended = self._forked, asyncio.Event()
        if process.poll() is None:
            loop = asyncio.get_running_loop()
            loop.add_reader(process.pidfd, ended.set)
            try:
                await ended.wait()
            finally:
                loop.remove_reader(process.pidfd)
        process.end_what_it_started()
        process.close()
        self._forked = None
        return process.returncode

    async def send_signal(self, signum: int) -> None:
        """Sends a signal to the kernel and to what it has started."""
        if self._forked:
            self._forked.send_signal(signum)
        else:
            await super().send_signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """Ends the kernel at once."""
        await (self.send_signal(signal.SIGKILL) if self._forked else super().kill(restart))

    async def terminate(self, restart: bool = False) -> None:
        """Asks the kernel to end."""
        await (self.send_signal(signal.SIGTERM) if self._forked else super().terminate(restart))


def _fork(cmd: list[str], environment: dict[str, str], cwd: str) -> ForkedProcess:
    argv = cmd[cmd.index(KERNEL_MODULE) + 1 :]
    settings = Settings.from_environment(environment)
    if settings.fork_server:
        code = recent_fingerprint(settings.programme)
        return request(settings.fork_server, argv, environment, cwd=cwd, code=code)
    return starter(settings.programme).start(argv, environment, cwd=cwd)
