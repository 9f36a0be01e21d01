"""A live workbook: the page with all its texts at once, then each step's component as its cell is done.

The steps come from the notebook (a cell's id is a step's id), their titles from the programme. Cells that are no
step, such as the parameters, run and show nothing. The session decides whose answers it is about; it reaches the
kernel as a token in its environment, never through the address.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from nbformat import NotebookNode
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError
from voila.execute import CellExecutionError  # type: ignore[import-untyped]  # Voilà has no types

from kompetanse.answers.session import Session
from kompetanse.errors import RunLost
from kompetanse.figures.blocks import Heading, html
from kompetanse.language import translate
from kompetanse.programme.models import Step
from kompetanse.sections.all_groups import part_titles
from kompetanse.server import execution, security
from kompetanse.server.access import WORKBOOKS
from kompetanse.server.assets import VOILA
from kompetanse.server.calendar import phase_of
from kompetanse.server.embedding import EmbeddedModels, as_json
from kompetanse.server.execution import PageExecutor
from kompetanse.server.page import Page
from kompetanse.server.progress import phase_progress

WIDGET = "application/vnd.jupyter.widget-view+json"
CUT = "<!-- steps -->"
#: The cell that is no step: it says where the room is, above all of them.
ROOM = "rommet"

#: A cell that raised, one that took too long, and a kernel that died or never came up.
FAILURES = (CellExecutionError, TimeoutError, RuntimeError, RunLost)


@dataclass(frozen=True)
class WorkbookStep:
    """One step of the page: its id, title and text in the reader's language, and whether it is filled in."""

    id: str
    title: str
    text: str
    #: Whether there is more to come than the text.
    waits: bool
    done: bool


@dataclass(frozen=True)
class Output:
    """What a cell showed: finished markup, or a component that the front end brings to life from its data."""

    markup: str | None
    component: str | None


def outputs(cell: NotebookNode, models: EmbeddedModels | None = None) -> list[Output]:
    """What there is to show of a cell: components and HTML, never printed text or warnings.

    With `models`, a component comes with its state; without, as Voilà's front end wants it.
    """
    shown = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if WIDGET in data:
            name = data[WIDGET]["model_id"]
            voila = {"output_type": "display_data", "data": {WIDGET: data[WIDGET]}, "metadata": {}}
            shown.append(Output(None, as_json({"id": name, "states": models.needed_by(name)} if models else voila)))
        elif "text/html" in data:
            shown.append(Output(data["text/html"], None))
    return shown


class WorkbookPage(Page):
    """The page of one live workbook."""

    auth_resource = "workbooks"
    kernel_id: str | None = None

    @property
    def content_security_policy(self) -> str:
        # Asked before anything can be refused; what names no host is refused by `get`.
        return security.workbook(self.host, voila=self._is_voila) if self.names_a_host else security.PAGE

    async def get(self, name: str) -> None:
        """The workbook, for those whose role is in the table."""
        session, host = self.own_session, self.host
        if "prefetch" in self.request.headers.get("Sec-Purpose", ""):
            # A browser that only guesses where its reader will go gets no kernel.
            raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE)
        notebook = self._notebook(session, name)
        if execution.has_own_widgets(notebook):
            policy = security.workbook(host, own_widgets=True, voila=self._is_voila)
            self.set_header("Content-Security-Policy", policy)
        steps = self._steps(session, notebook)
        self.kernel_id = await self.kernels.reserve(session)
        try:
            has_room = any(cell.id == ROOM for cell in notebook.cells)
            before, after = self._shell(session, name, steps, has_room=has_room).split(CUT)
            await self._send(before)
            async for piece in self._render(notebook, steps):
                await self._send(piece)
            self.finish(after)
        except StreamClosedError:
            await self.kernels.end(self.kernel_id)
        except BaseException:
            await self.kernels.end(self.kernel_id)
            raise

    def _notebook(self, session: Session, name: str) -> NotebookNode:
        """The workbook to run; a facilitator's for the date in the address, where one is chosen: 400 for no date."""
        found, text = execution.notebook(self._file(name)), self.get_query_argument("dato", "")
        if session.group is not None or not text:
            return found
        dates = {*self.services.gathering_dates(), *(each.gathering_date for each in self.services.store.groups())}
        chosen = next((each for each in dates if each and each.isoformat() == text), None)
        if chosen is None:
            raise HTTPError(HTTPStatus.BAD_REQUEST)
        return execution.with_date(found, chosen)

    def _file(self, name: str) -> Path:
        """The workbook's notebook: the module's own where it has one, in a folder of the module's name."""
        own = self.services.workbooks / self.services.module.id / f"{name}.ipynb"
        return own if own.is_file() else self.services.workbooks / f"{name}.ipynb"

    def on_connection_close(self) -> None:
        """Whoever leaves while the page is being made leaves no kernel behind."""
        if self.kernel_id is not None:
            asyncio.get_running_loop().create_task(self.kernels.end(self.kernel_id))
        super().on_connection_close()

    async def _send(self, piece: str) -> None:
        self.write(piece)
        await self.flush()

    def _steps(self, session: Session, notebook: NotebookNode) -> list[WorkbookStep]:
        cells = [cell.id for cell in notebook.cells if cell.cell_type == "code"]
        if session.group is None:
            # What is no step of the programme: the parts of the facilitator's workbook.
            titles = part_titles(self.language)
            return [self._part(each, titles[each]) for each in cells if each in titles]
        module = self.services.module
        log = self.services.log_for(session)
        answers = [*log.own(module.id), *log.of_group(module.id)]
        who, deputy = {"leader", "group", "contact"}, log.standing(module.id).deputy
        done = {
            each.step.id
            for phase in module.phases
            for each in phase_progress(self.services.programme, phase, answers, who, deputy=deputy).steps
            if each.done
        }
        found = map(module.step, cells)
        return [self._step(step, done=step.id in done) for step in found if step]

    def _part(self, name: str, title: str) -> WorkbookStep:
        heading = html((Heading(level=2, text=title),), self.language)
        return WorkbookStep(name, title, heading, waits=True, done=False)

    def _step(self, step: Step, *, done: bool) -> WorkbookStep:
        text = self.services.text_of(step, self.language)
        return WorkbookStep(step.id, step.title.to(self.language), text, waits=step.kind != "text", done=done)

    def _shell(self, session: Session, name: str, steps: list[WorkbookStep], *, has_room: bool) -> str:
        module, kind = self.services.module, WORKBOOKS[name][0]
        phase = phase_of(module, kind) if kind else None
        title = phase.title.to(self.language) if phase else module.title.to(self.language)
        group = self.services.group_of(session) if session.group else None
        place = self.services.place_of(group) if group else translate("Alle gruppene", self.language)
        words = translate("Modul {number}", self.language, number=module.number)
        self.xsrf_token  # noqa: B018 - asking for it sets the cookie, without which the page cannot end its kernel
        self.set_header("Content-Type", "text/html; charset=utf-8")
        return self.render_page(
            "workbook.html.j2",
            title=f"{title}: {place}",
            place=f"{words} · {title} · {place}",
            made_up=self.services.is_made_up(session),
            workbook=name,
            scope=f"{session.group or session.role}/{session.participant or ''}",
            steps=steps,
            front_end=self.services.front_end,
            scripts=[f"{VOILA}voila.js"] if self._is_voila else self.services.assets.front_end,
            code=[] if self._is_voila else self.services.code_of.get(name, []),
            room=has_room,
            cut=CUT,
        )

    async def _render(self, notebook: NotebookNode, steps: list[WorkbookStep]) -> AsyncIterator[str]:
        """The page's settings for the front end, then what belongs into each step's section."""
        by_id = {step.id: step for step in steps}
        try:
            with self.services.metrics.starting() as started:
                executor = await self._start(notebook)
                started(self.kernels.get_kernel(str(self.kernel_id)).provisioner)
        except FAILURES:
            self.log.exception("The kernel of %s did not start.", self.request.path)
            yield await self._failed()
            return
        models = None
        if not self._is_voila:
            models = EmbeddedModels(executor.widget_state, executor.widget_buffers, self.services.assets)
        yield self._settings()
        try:
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type != "code":
                    continue
                failed = not await self._run(executor, cell, index)
                if cell.id in by_id:
                    yield self._arrival(by_id[cell.id], [] if failed else outputs(cell, models), failed=failed)
                elif cell.id == ROOM and not failed:
                    yield self._placed(ROOM, outputs(cell, models))
                elif failed:
                    yield await self._failed()
                    return
            if models:
                last = as_json({"changed": models.changed(), "states": models.rest()})
                yield f'<script id="modeller" type="application/json">{last}</script>'
                self.services.code_of[self.path_kwargs["name"]] = list(models.named)
                if models.has_others_code and not execution.has_own_widgets(notebook):
                    self.log.warning("A widget is not drawn: the notebook does not say that it has `own_widgets`.")
        finally:
            assert executor.kc is not None
            executor.kc.stop_channels()

    async def _failed(self) -> str:
        assert self.kernel_id is not None
        await self.kernels.end(self.kernel_id)
        return self.render_part("workbook_failed.html.j2")

    async def _start(self, notebook: NotebookNode) -> PageExecutor:
        assert self.kernel_id is not None
        await self.kernels.start(self.kernel_id)
        limits = self.services.limits
        executor = PageExecutor(
            notebook,
            km=self.kernels.get_kernel(self.kernel_id),
            timeout=limits.cell_seconds,
            startup_timeout=limits.kernel_start_seconds,
        )
        executor.kc = await executor.async_start_new_kernel_client()
        return executor

    async def _run(self, executor: PageExecutor, cell: NotebookNode, index: int) -> bool:
        """Whether the cell ran to its end; why not stands in the server's log only."""
        try:
            await executor.async_execute_cell(cell, index, store_history=False)
        except FAILURES as error:
            # Not what the error says: it may repeat what somebody has written.
            reason = getattr(error, "ename", type(error).__name__)
            self.log.error("Cell %r of %s failed: %s", cell.id, self.request.path, reason)
            return False
        return True

    def _settings(self) -> str:
        config = {**(self.settings["voila_config"] if self._is_voila else {}), "kernelId": self.kernel_id}
        return f'<script id="jupyter-config-data" type="application/json">{as_json(config)}</script>'

    def _arrival(self, step: WorkbookStep, shown: list[Output], *, failed: bool) -> str:
        # The text is on the page since the beginning; where the cell says the same, it is not sent again.
        kept = failed or bool(shown and shown[0].markup == step.text)
        rest = shown[1:] if kept and shown else shown
        return self._placed(f"steg-{step.id}", rest, kept=kept, failed=failed)

    def _placed(self, place: str, shown: list[Output], *, kept: bool = True, failed: bool = False) -> str:
        return self.render_part(
            "arrival.html.j2",
            place=place,
            kept=kept,
            outputs=shown,
            failed=failed,
            type="vnd.voila.cell-output" if self._is_voila else "vnd.kompetanse.component",
        )

    @property
    def _is_voila(self) -> bool:
        return self.services.front_end == "voila"
