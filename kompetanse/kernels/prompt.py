"""Managers, clients and runs of kernels that wait no longer than they must; Jupyter's own wait a while at each end."""

from __future__ import annotations

import asyncio
import json
import time
from functools import cache
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.client import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode

from kompetanse.errors import RunLost

#: How often, in milliseconds, a socket looks whether its kernel listens by now.
_CONNECT_AGAIN = 10
#: How often, in seconds, it is looked whether a kernel that was killed is gone.
_LOOK_AGAIN = 0.005


@cache
def own_spec() -> KernelSpec:
    """The kernelspec `kompetanse` as this installation has it, whatever others of that name there are."""
    content = json.loads((Path(__file__).parent / "spec" / "kernel.json").read_text(encoding="utf-8"))
    return KernelSpec(**content)


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
    """Starts warm kernels, and waits no longer than it must for one to come or go."""

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.client_factory = PromptClient
        self.context.reconnect_ivl = _CONNECT_AGAIN

    @property
    def kernel_spec(self) -> KernelSpec:
        """Our own, whatever the name."""
        return own_spec()

    async def _async_wait(self, pollinterval: float = _LOOK_AGAIN) -> None:
        while await self._async_is_alive():
            await asyncio.sleep(_LOOK_AGAIN)


class PromptRun(NotebookClient):
    """Runs a notebook's cells, hears their kernel with less ado, and takes what a cell shows as it comes.

    nbclient waits for each message twice, and checks each thing shown against the format of files.
    """

    async def _async_poll_output_msg(self, parent_msg_id: str, cell: NotebookNode, cell_index: int) -> None:
        """Takes in what the kernel tells of a cell."""
        assert self.kc is not None
        socket, session = self.kc.iopub_channel.socket, self.kc.session
        while True:
            _, parts = session.feed_identities(await socket.recv_multipart())
            message = session.deserialize(parts)
            if message["parent_header"].get("msg_id") == parent_msg_id:
                try:
                    self.process_message(message, cell, cell_index)
                except CellExecutionComplete:
                    return

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> NotebookNode | None:
        """Takes in what a cell shows; whatever is out of the ordinary is left to nbclient."""
        hooked = self.output_hook_stack[msg["parent_header"].get("msg_id")]
        if msg["msg_type"] != "display_data" or hooked or display_id or self.clear_before_next_output:
            return super().output(outs, msg, display_id, cell_index)
        content = msg["content"]
        outs.append(NotebookNode(output_type="display_data", data=content["data"], metadata=content["metadata"]))
        return outs[-1]
