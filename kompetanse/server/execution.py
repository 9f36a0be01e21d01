"""Notebooks run for a page: read once from their files, and their outputs taken as they come."""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from voila.execute import VoilaExecutor  # type: ignore[import-untyped]  # Voilà has no types


def notebook(path: Path) -> nbformat.NotebookNode:
    """A notebook of one's own to run; its file is read and checked again only when it has changed."""
    return deepcopy(_read(path, path.stat().st_mtime_ns))


@lru_cache(maxsize=32)
def _read(path: Path, written: int) -> nbformat.NotebookNode:
    found: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    return found


class PageExecutor(VoilaExecutor):  # type: ignore[misc]  # Voilà has no types
    """Voilà's executor, but that what a cell shows is not checked against the format of files: it is never written."""

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Takes in what a cell shows; whatever is out of the ordinary is left to nbclient."""
        hooked = self.output_hook_stack[msg["parent_header"].get("msg_id")]
        if msg["msg_type"] != "display_data" or hooked or display_id or self.clear_before_next_output:
            return super().output(outs, msg, display_id, cell_index)
        content = msg["content"]
        shown = {"output_type": "display_data", "data": content["data"], "metadata": content["metadata"]}
        outs.append(nbformat.from_dict(shown))
        return outs[-1]
