"""A report notebook run to its end, and the blocks it showed."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill import PapermillExecutionError, execute_notebook
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.execute import raise_for_execution_errors

from kompetanse import errors
from kompetanse.errors import KompetanseError, ReportError, RunLost
from kompetanse.figures.blocks import MIME_TYPE, Block, from_json
from kompetanse.kernels.prompt import PromptManager, PromptRun
from kompetanse.reports.job import ReportJob
from kompetanse.reports.kernel import report_kernel
from kompetanse.reports.parameters import check_parameters
from kompetanse.settings import DATABASE, HOME, PROGRAMME, RENDERER

#: Seconds; a report takes one to five of them, also on a busy machine far from these.
START_TIMEOUT = 180
CELL_TIMEOUT = 600

BLOCKS_VERSION = 1

_ENGINE = "kompetanse"


class ReportEngine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """Papermill's own engine, for a notebook that is written once and tells nothing about this machine."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: NotebookExecutionManager, kernel_name: str, **kwargs: Any) -> None:
        """Runs the cells."""
        _Run(nb_man, kernel_name=kernel_name, **kwargs).execute()
        # Nobody can use the state of widgets any more.
        nb_man.nb.metadata.pop("widgets", None)


class _Run(PromptRun, PapermillNotebookClient):  # type: ignore[misc]  # papermill has no types
    """Papermill's client, as prompt as it gets."""


def run_notebook(job: ReportJob, output: Path, renderer: Path | None = None) -> NotebookNode:
    """The job's template, executed and written to `output`; ReportError or the notebook's own sentence if it failed.

    renderer: who draws its charts; RunLost: nothing is wrong with the notebook, and trying again may help.
    """
    check_parameters(nbformat.read(job.template, as_version=4), job.parameters)
    papermill_engines.register(_ENGINE, ReportEngine)
    # What it would log is in the error that it raises.
    logging.getLogger("papermill").setLevel(logging.CRITICAL + 1)
    optional = {PROGRAMME: job.programme, DATABASE: job.database, RENDERER: renderer}
    surroundings = {HOME: str(job.home)} | {name: str(value) for name, value in optional.items() if value}
    failed: list[NotebookNode] = []
    with report_kernel(surroundings, cwd=job.template.parent) as kernel:
        try:
            notebook = _executed(job, kernel, failed)
        except DeadKernelError as error:
            raise RunLost(
                "the process that ran the notebook ended in mid-run (often for want of memory); try again, "
                "with fewer reports at a time."
            ) from error
        except CellTimeoutError as error:
            raise ReportError(f"a cell of the notebook took more than {CELL_TIMEOUT} seconds.") from error
        except PapermillExecutionError as error:
            raise _as_sentence(error, failed) from error
    _refuse_unfinished(notebook)
    # Without line breaks: Python takes a hundred times as long to set them.
    output.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")
    return notebook


def _executed(job: ReportJob, kernel: type[PromptManager], failed: list[NotebookNode]) -> NotebookNode:
    """The template with its parameters, run to its end or to a cell that fails."""
    template = str(job.template).replace("{", "{{").replace("}", "}}")  # papermill fills parameters into paths
    notebook = execute_notebook(template, None, dict(job.parameters), prepare_only=True)
    notebook.metadata.papermill.update(input_path=job.template.name, output_path=job.template.name)
    run: NotebookNode = papermill_engines.execute_notebook_with_engine(
        _ENGINE,
        notebook,
        kernel_name="python3",
        kernel_manager_class=kernel,
        shutdown_kernel="immediate",
        progress_bar=False,
        autosave_cell_every=0,
        store_widget_state=False,
        startup_timeout=START_TIMEOUT,
        timeout=CELL_TIMEOUT,
        on_cell_error=lambda cell, **_: failed.append(cell),
    )
    raise_for_execution_errors(run, None)
    return run


def shown_blocks(notebook: NotebookNode) -> tuple[Block, ...]:
    """All blocks that the notebook showed, in order."""
    blocks = tuple(block for bundle in _bundles(notebook) for block in from_json(bundle["blocks"]))
    if not blocks:
        raise ReportError("the notebook showed nothing that can be printed; call workbook.section().")
    return blocks


def _bundles(notebook: NotebookNode) -> Iterator[dict[str, Any]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            bundle = output.get("data", {}).get(MIME_TYPE)
            if bundle is None:
                continue
            if bundle["version"] != BLOCKS_VERSION:
                raise ReportError(f"cell {cell.id!r} shows blocks of another version than {BLOCKS_VERSION}.")
            yield bundle


def _refuse_unfinished(notebook: NotebookNode) -> None:
    """Papermill's own metadata says "completed" also of cells that never ran, so they are looked at one by one."""
    for cell in notebook.cells:
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        if _has_failed(cell) or cell.execution_count is None:
            raise ReportError(f"cell {cell.id!r} of the notebook was not run to its end.")


def _as_sentence(error: PapermillExecutionError, failed: list[NotebookNode]) -> KompetanseError:
    """The sentence that the notebook refused with; for any other error, which cell failed and how."""
    kind = getattr(errors, error.ename, None)
    if isinstance(kind, type) and issubclass(kind, KompetanseError):
        return ReportError(error.evalue)
    cell = repr(failed[0].id) if failed else error.exec_count
    return ReportError(f"cell {cell} of the notebook failed with {error.ename}: {error.evalue}")


def _has_failed(cell: NotebookNode) -> bool:
    return any(output.output_type == "error" for output in cell.get("outputs", []))
