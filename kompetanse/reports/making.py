"""One report made, in whatever process: its notebook run, its files written, and what went wrong as a sentence."""

from __future__ import annotations

import atexit
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from kompetanse.errors import KompetanseError, RunLost
from kompetanse.figures.blocks import Block
from kompetanse.figures.own_renderer import Renderer
from kompetanse.reports.files import Seal, made_aside, put_in_place
from kompetanse.reports.html import html_report
from kompetanse.reports.job import Format, ReportJob
from kompetanse.reports.meta import ReportMeta
from kompetanse.reports.notebook import run_notebook, shown_blocks
from kompetanse.reports.pdf import pdf
from kompetanse.reports.result import Result
from kompetanse.settings import Settings

WRITERS: Mapping[Format, Callable[[Sequence[Block], ReportMeta], bytes]] = {
    "html": lambda blocks, meta: html_report(blocks, meta).encode(),
    "pdf": pdf,
}


def make_report(job: ReportJob) -> Result:
    """Make one report; its files replace the previous ones only when all of them are done."""
    started = time.monotonic()
    problem, details, lost = None, "", False
    files: dict[str, Seal] = {}
    try:
        files = _made(job)
    except KompetanseError as error:
        problem = str(error)
        details = traceback.format_exc() if error.__cause__ else ""
        lost = isinstance(error, RunLost)
    except OSError as error:
        problem = f"{error.filename or job.folder} cannot be used: {error.strerror or error}."
    except Exception as error:
        problem = f"an error that nobody foresaw: {type(error).__name__}: {error}"
        details = traceback.format_exc()
    return Result(job, time.monotonic() - started, problem, details, files=files, lost=lost)


def _made(job: ReportJob) -> dict[str, Seal]:
    with made_aside(job.folder) as making:
        output = making / job.template.name
        notebook = run_notebook(job, output, _renderer())
        blocks = shown_blocks(notebook)
        printed = [output.with_suffix(f".{format}") for format in job.formats]
        for format, path in zip(job.formats, printed, strict=True):
            path.write_bytes(WRITERS[format](blocks, job.meta))
        return put_in_place([output, *printed], printed, job.folder, job.shelf)


@cache
def _renderer() -> Path:
    """The renderer for the kernels of this process: the one it was told of, or else its own until it ends."""
    told = Settings.from_environment().renderer
    if told is not None:
        return told
    own = Renderer()
    atexit.register(own.stop)
    return own.path
