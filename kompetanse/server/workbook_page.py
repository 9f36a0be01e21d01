"""A live workbook: the page at once, then each step as its cell is done.

The steps come from the notebook (a cell's id is a step's id), their titles from the programme. Cells that are no
step, such as the parameters, run and show nothing. The session decides whose answers it is about; it reaches the
kernel as a token in its environment, never through the address.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import nbformat
from jupyter_core.utils import ensure_async
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError
from voila.execute import CellExecutionError, VoilaExecutor  # type: ignore[import-untyped]  # Voilà has no types

from kompetanse.answers.session import Session
from kompetanse.errors import RunLost
from kompetanse.language import translate
from kompetanse.server import security
from kompetanse.server.access import WORKBOOKS, may_open
from kompetanse.server.assets import VOILA
from kompetanse.server.calendar import phase_of
from kompetanse.server.page import Page
from kompetanse.server.progress import phase_progress

WIDGET = "application/vnd.jupyter.widget-view+json"
CUT = "<!-- steps -->"

#: A cell that raised, one that took too long, and a kernel that died or never came up.
FAILURES = (CellExecutionError, TimeoutError, RuntimeError, RunLost)


@dataclass(frozen=True)
class WorkbookStep:
    """One step of the page: its id, its title in the reader's language, and whether it is filled in."""

    id: str
    title: str
    done: bool


@dataclass(frozen=True)
class Output:
    """What a cell showed: finished markup, or a component that the front end brings to life."""

    markup: str | None
    model: str | None


def outputs(cell: nbformat.NotebookNode) -> list[Output]:
    """What there is to show of a cell: components and HTML, never printed text or warnings."""
    shown = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if WIDGET in data:
            view = {"output_type": "display_data", "data": {WIDGET: data[WIDGET]}, "metadata": {}}
            shown.append(Output(None, _as_json(view)))
        elif "text/html" in data:
            shown.append(Output(data["text/html"], None))
    return shown


def _as_json(value: Any) -> str:
    """JSON that may stand in a `<script>` element: nothing in it can end the element."""
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


class WorkbookPage(Page):
    """The page of one live workbook."""

    kernel_id: str | None = None

    @property
    def content_security_policy(self) -> str:
        return security.workbook(self.host)

    async def get(self, name: str) -> None:
        """The workbook, for those whose role is in the table."""
        if name not in WORKBOOKS:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        session = self.session
        if session is None or not may_open(session, name):
            raise HTTPError(HTTPStatus.FORBIDDEN)
        if "prefetch" in self.request.headers.get("Sec-Purpose", ""):
            # A browser that only guesses where its reader will go gets no kernel.
            raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE)
        notebook = nbformat.read(self.services.workbooks / f"{name}.ipynb", as_version=4)
        steps = self._steps(session, name, notebook)
        self.kernel_id = await self.kernels.reserve(session)
        try:
            before, after = self._shell(session, name, steps).split(CUT)
            await self._send(before)
            async for piece in self._render(notebook, steps):
                await self._send(piece)
            self.finish(after)
        except StreamClosedError:
            await self.kernels.end(self.kernel_id)
        except BaseException:
            await self.kernels.end(self.kernel_id)
            raise

    def on_connection_close(self) -> None:
        """Whoever leaves while the page is being made leaves no kernel behind."""
        if self.kernel_id is not None:
            asyncio.get_running_loop().create_task(self.kernels.end(self.kernel_id))
        super().on_connection_close()

    async def _send(self, piece: str) -> None:
        self.write(piece)
        await self.flush()

    def _steps(self, session: Session, name: str, notebook: nbformat.NotebookNode) -> list[WorkbookStep]:
        module = self.services.module
        log = self.services.log_for(session)
        answers = [*log.own(module.id), *log.of_group(module.id)]
        done = {
            each.step.id
            for phase in module.phases
            for each in phase_progress(self.services.programme, phase, answers, {"leader", "group", "contact"}).steps
            if each.done
        }
        found = [module.step(cell.id) for cell in notebook.cells if cell.cell_type == "code"]
        return [WorkbookStep(step.id, step.title.to(self.language), step.id in done) for step in found if step]

    def _shell(self, session: Session, name: str, steps: list[WorkbookStep]) -> str:
        module = self.services.module
        phase = phase_of(module, WORKBOOKS[name][0])
        title = phase.title.to(self.language) if phase else module.title.to(self.language)
        group = self.services.group_of(session)
        place = self.services.place_of(group)
        words = translate("Modul {number}", self.language, number=module.number)
        self.xsrf_token  # noqa: B018 - asking for it sets the cookie, without which the page cannot end its kernel
        self.set_header("Content-Type", "text/html; charset=utf-8")
        return self.render_page(
            "workbook.html.j2",
            title=f"{title}: {place}",
            place=f"{words} · {title} · {place}",
            workbook=name,
            scope=f"{group.id}/{session.participant or ''}",
            steps=steps,
            front_end=f"{VOILA}voila.js",
            cut=CUT,
        )

    async def _render(self, notebook: nbformat.NotebookNode, steps: list[WorkbookStep]) -> AsyncIterator[str]:
        """The page's settings for the front end, then one section for each step."""
        by_id = {step.id: place for place, step in enumerate(steps)}
        try:
            executor = await self._start(notebook)
        except FAILURES:
            self.log.exception("The kernel of %s did not start.", self.request.path)
            yield await self._failed()
            return
        yield self._settings()
        try:
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type != "code":
                    continue
                failed = not await self._run(executor, cell, index)
                if cell.id in by_id:
                    yield self._section(steps, by_id[cell.id], cell, failed=failed)
                elif failed:
                    yield await self._failed()
                    return
        finally:
            await ensure_async(executor.kc.stop_channels())

    async def _failed(self) -> str:
        assert self.kernel_id is not None
        await self.kernels.end(self.kernel_id)
        return self.render_part("workbook_failed.html.j2")

    async def _start(self, notebook: nbformat.NotebookNode) -> VoilaExecutor:
        assert self.kernel_id is not None
        await self.kernels.start(self.kernel_id)
        limits = self.services.limits
        executor = VoilaExecutor(
            notebook,
            km=self.kernels.get_kernel(self.kernel_id),
            timeout=limits.cell_seconds,
            startup_timeout=limits.kernel_start_seconds,
        )
        executor.kc = await executor.async_start_new_kernel_client()
        return executor

    async def _run(self, executor: VoilaExecutor, cell: nbformat.NotebookNode, index: int) -> bool:
        """Whether the cell ran to its end; why not stands in the server's log only."""
        try:
            await executor.async_execute_cell(cell, index, store_history=False)
        except FAILURES as error:
            reason = f"{getattr(error, 'ename', type(error).__name__)}: {getattr(error, 'evalue', '')}"
            self.log.error("Cell %r of %s failed: %s", cell.id, self.request.path, reason)
            return False
        return True

    def _settings(self) -> str:
        config = {**self.settings["front_end"], "kernelId": self.kernel_id}
        return f'<script id="jupyter-config-data" type="application/json">{_as_json(config)}</script>'

    def _section(self, steps: list[WorkbookStep], place: int, cell: nbformat.NotebookNode, *, failed: bool) -> str:
        return self.render_part(
            "step.html.j2",
            step=steps[place],
            before=steps[place - 1] if place else None,
            after=steps[place + 1] if place + 1 < len(steps) else None,
            first=place == 0,
            outputs=[] if failed else outputs(cell),
            failed=failed,
        )
