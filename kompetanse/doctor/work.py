"""The work itself, tried once: a kernel is forked, a chart is drawn, a PDF is set."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from kompetanse.doctor.finding import Finding, Patient
from kompetanse.errors import KompetanseError
from kompetanse.figures.blocks import Heading, paragraph
from kompetanse.figures.own_renderer import Renderer
from kompetanse.figures.rendering import svg, use_renderer
from kompetanse.kernels.provisioner import KERNEL_NAME
from kompetanse.kernels.warm import ColdStart, starter
from kompetanse.reports.kernel import report_kernel
from kompetanse.reports.meta import ReportMeta
from kompetanse.reports.pdf import pdf
from kompetanse.server.health import answers_requests
from kompetanse.server.limits import KERNEL_BYTES
from kompetanse.server.metrics import own_memory
from kompetanse.settings import PROGRAMME

_KERNEL_SECONDS = 60.0
_CHART = {"data": {"values": [{"a": 1}]}, "mark": "bar", "encoding": {"x": {"field": "a", "type": "quantitative"}}}
_TRY = "from pathlib import Path; from kompetanse.kernels.exercise import exercise; exercise({programme})"


def kernels(patient: Patient) -> Iterator[Finding]:
    """Whether kernels can be forked, how soon one answers, and what it holds."""
    warm = starter(patient.programme)
    begun = time.monotonic()
    try:
        running = warm.running()
        if not answers_requests(running.path, seconds=_KERNEL_SECONDS):
            raise ColdStart(_why(patient.programme))
        yield Finding("fork server", "ok", f"warm after {time.monotonic() - begun:.1f} s")
    except ColdStart as reason:
        yield Finding("fork server", "warn", f"kernels start cold: {reason}", "pages open in 4 s instead of 0.4 s")
    try:
        yield from asyncio.run(_one_kernel(patient))
    finally:
        warm.close()


def _why(programme: Path | None) -> str:
    """What the fork server failed of, by doing the same where it can be seen."""
    code = _TRY.format(programme=f"Path({str(programme)!r})" if programme else None)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    lines = done.stderr.strip().splitlines()
    return lines[-1] if done.returncode and lines else "the fork server does not answer"


async def _one_kernel(patient: Patient) -> list[Finding]:
    surroundings = {PROGRAMME: str(patient.programme)} if patient.programme else {}
    with report_kernel(surroundings, cwd=Path.cwd()) as kind:
        kernel = kind(kernel_name=KERNEL_NAME)
        begun = time.monotonic()
        try:
            await kernel.start_kernel()
            client = kernel.client()
            client.start_channels()
            try:
                await client.wait_for_ready(_KERNEL_SECONDS)
                seconds = time.monotonic() - begun
                held = own_memory([pid]) if (pid := getattr(kernel.provisioner, "pid", None)) else 0
            finally:
                client.stop_channels()
        except (KompetanseError, OSError) as error:
            return [Finding("kernel", "fail", f"none starts ({error})", "see `kompetanse doctor`'s other lines first")]
        finally:
            await kernel.shutdown_kernel(now=True)
    most = patient.settings.limits.kernel_megabytes
    told = f"answers after {seconds:.2f} s, holds {held // 2**20} MB of {most}"
    if held > KERNEL_BYTES:
        fewer = "fewer kernels fit than are counted on: lower limits.kernels"
        return [Finding("kernel", "warn", f"{told}, more than the {KERNEL_BYTES // 2**20} counted on", fewer)]
    return [Finding("kernel", "ok", told)]


def renderer(_: Patient) -> Iterator[Finding]:
    """Whether the process that draws charts draws one."""
    begun = time.monotonic()
    try:
        with Renderer() as running:
            use_renderer(running.path)
            drawn = svg(_CHART, language="nb")
    except (KompetanseError, OSError) as error:
        yield Finding("renderer", "fail", f"no chart is drawn ({error})", "install vl-convert-python again")
        return
    finally:
        use_renderer(None)
    yield Finding("renderer", "ok", f"a chart of {len(drawn)} characters after {time.monotonic() - begun:.1f} s")


def typst(_: Patient) -> Iterator[Finding]:
    """Whether a report becomes a PDF."""
    meta = ReportMeta(
        title="Prøve",
        name="Prøve",
        programme="Kompetanse",
        module="Prøve",
        language="nb",
        date=date(2026, 1, 1),
        draft=True,
        made_up=True,
        author="Kompetanse",
    )
    try:
        made = pdf([Heading(level=1, text="Prøve"), paragraph("Æ, ø og å.")], meta)
    except (KompetanseError, OSError) as error:
        yield Finding(
            "PDF", "fail", f"none is made ({error})", "install typst again: pip install --force-reinstall typst"
        )
        return
    yield Finding("PDF", "ok", f"{len(made)} bytes")
