"""`/p/CODE/resultat`: the results on the screen of a room. They come within a second, over one request that waits."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from tornado.web import HTTPError

from kompetanse.answers.poll_run import PollRun
from kompetanse.invitations.qr_code import qr_code
from kompetanse.server.access import may_lead_poll
from kompetanse.server.page import Page
from kompetanse.server.poll_view import result_view

#: A screen that is told nothing for so long asks again.
WAIT_SECONDS = 20.0
#: How often somebody who waits looks whether the server is being stopped.
LOOK_SECONDS = 1.0


class PollResult(Page):
    """The results of one poll, for those whose screen it is."""

    auth_resource = "poll results"

    async def get(self, code: str) -> None:
        """The join address with its picture for the camera, and the results as they are now."""
        run = self._run(code)
        part, version = await self._part(run)
        address = f"{self.address}/p/{run.code}"
        self.show(
            "poll_result.html.j2",
            title=run.content.prompt.to(self.language),
            run=run,
            part=part,
            version=version,
            door=f"{self.address}/p".partition("://")[2],
            qr=f"data:image/svg+xml,{quote(qr_code(address))}",
            leads=may_lead_poll(self.session, run.group),
        )

    def _run(self, code: str) -> PollRun:
        found = self.services.polls.find(code)
        if found is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return found[0]

    async def _part(self, run: PollRun) -> tuple[str, str]:
        """The results as a piece of the page, drawn once for all screens, and the version that they are of."""
        state, board = await self.services.polls.board(run)
        if self.language not in board.parts:
            view = result_view(run, state, board.results, self.language)
            board.parts[self.language] = self.render_part("poll_result_part.html.j2", view=view, state=state)
        return board.parts[self.language], board.version


class PollNews(PollResult):
    """`/p/CODE/resultat/nytt`: the results once they are others than the screen has; nothing after a while."""

    async def get(self, code: str) -> None:
        """The piece of the page that is new."""
        seen, run = self.get_query_argument("siden", ""), self._run(code)
        part, version = await self._part(run)
        waited = 0.0
        while version == seen and waited < WAIT_SECONDS and not self.services.traffic.stopping:
            waited += LOOK_SECONDS
            if await self.services.polls.news(run, LOOK_SECONDS):
                part, version = await self._part(run)
        if version == seen:
            self.set_status(HTTPStatus.NO_CONTENT)
            self.finish()
            return
        self.set_header("X-Versjon", version)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(part)
