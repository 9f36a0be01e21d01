"""Notebooks run for a page: read once from their files, and their outputs taken as they come."""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode
from voila.execute import VoilaExecutor  # type: ignore[import-untyped]  # Voilà has no types


def notebook(path: Path) -> nbformat.NotebookNode:
    """A notebook of one's own to run; its file is read and checked again only when it has changed."""
    return deepcopy(_read(path, path.stat().st_mtime_ns))


@lru_cache(maxsize=32)
def _read(path: Path, written: int) -> nbformat.NotebookNode:
    found: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    return found


class PageExecutor(VoilaExecutor):  # type: ignore[misc]  # Voilà has no types
    """Voilà's executor, that hears its kernel with less ado, and keeps what a cell shows as it came.

    What is shown is not checked against the format of files: it is never written.
    """

    async def _async_poll_output_msg(self, parent_msg_id: str, cell: NotebookNode, cell_index: int) -> None:
        """Takes in what the kernel tells of a cell; nbclient waits for each message twice."""
        socket, session = self.kc.iopub_channel.socket, self.kc.session
        while True:
            _, parts = session.feed_identities(await socket.recv_multipart())
            message = session.deserialize(parts)
            if message["parent_header"].get("msg_id") == parent_msg_id:
                try:
                    self.process_message(message, cell, cell_index)
                except CellExecutionComplete:
                    return

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Takes in what a cell shows; whatever is out of the ordinary is left to nbclient."""
        hooked = self.output_hook_stack[msg["parent_header"].get("msg_id")]
        if msg["msg_type"] != "display_data" or hooked or display_id or self.clear_before_next_output:
            return super().output(outs, msg, display_id, cell_index)
        outs.append({"output_type": "display_data", "data": msg["content"]["data"]})
        return outs[-1]
