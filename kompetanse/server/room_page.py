"""The screen in a group's room: a page without a kernel that is told within a second when something has changed.

It is signed in by a code of its own and only reads: it has no form, and nothing that it sends changes anything.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from kompetanse.server.page import Page
from kompetanse.server.room_view import RoomView, room_view

#: So long a screen waits for news before it asks again, and so often it is looked whether the server is being stopped.
WAIT_SECONDS = 20.0
LOOK_SECONDS = 1.0


class RoomScreen(Page):
    """The page."""

    auth_resource = "room screen"

    async def get(self) -> None:
        """The room as it is now; the page's script asks for what comes."""
        view = await asyncio.to_thread(room_view, self.services, self.own_session)
        self.show("room.html.j2", title=view.place, view=view)


class RoomNow(Page):
    """What the page's script asks for: the screen once it looks different from the one it has."""

    auth_resource = "room screen"
    _is_gone = False

    def on_connection_close(self) -> None:
        """Nobody waits any more."""
        self._is_gone = True
        super().on_connection_close()

    async def get(self) -> None:
        """The screen's content as JSON, at once where it has changed, else when it changes or after a while."""
        services, session, traffic = self.services, self.own_session, self.services.traffic
        # Who waits for news holds up no server that stops.
        traffic.ended(self)
        has, until, known = self.get_query_argument("sett", ""), time.monotonic() + WAIT_SECONDS, -1
        view: RoomView | None = None
        while not self._is_gone:
            news = services.news_of(session)
            if view is None or news != known:
                known, view = news, await asyncio.to_thread(room_view, services, session)
            if view.mark != has or traffic.stopping or time.monotonic() >= until:
                self._answer(view)
                return
            await services.wait_for_news(session, known, LOOK_SECONDS)

    def _answer(self, view: RoomView) -> None:
        told: dict[str, Any] = {"mark": view.mark, "html": self.render_part("room_now.html.j2", view=view)}
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(told, ensure_ascii=False))
