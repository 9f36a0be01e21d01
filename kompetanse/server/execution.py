"""Notebooks run for a page, each read once from its file."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from functools import lru_cache
from pathlib import Path

import nbformat
from voila.execute import VoilaExecutor  # type: ignore[import-untyped]  # Voilà has no types

from kompetanse.kernels.prompt import PromptRun


def notebook(path: Path) -> nbformat.NotebookNode:
    """A notebook of one's own to run; its file is read and checked again only when it has changed."""
    return deepcopy(_read(path, path.stat().st_mtime_ns))


def with_date(notebook: nbformat.NotebookNode, day: date) -> nbformat.NotebookNode:
    """The notebook with a `date` of its parameters set, as papermill sets one."""
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", ()):
            cell.source += f'\ndate = "{day.isoformat()}"'
    return notebook


def has_own_widgets(notebook: nbformat.NotebookNode) -> bool:
    """Whether a notebook says in its metadata that it shows widgets with code of their own."""
    said = notebook.metadata.get("kompetanse")
    return isinstance(said, dict) and said.get("own_widgets") is True


@lru_cache(maxsize=32)
def _read(path: Path, written: int) -> nbformat.NotebookNode:
    found: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    return found


class PageExecutor(PromptRun, VoilaExecutor):  # type: ignore[misc]  # Voilà has no types
    """Voilà's executor, as prompt as it gets."""
