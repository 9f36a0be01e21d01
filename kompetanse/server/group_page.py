"""What a group's contact does from the front page: size and date, and the approval of the report."""

from __future__ import annotations

from datetime import date

from tornado.web import HTTPError

from kompetanse.language import translate
from kompetanse.server.page import Page

MOST_INVITED = 60


class GroupForm(Page):
    """Size and date of the group."""

    auth_resource = "own group"

    async def post(self) -> None:
        """Keeps both; what does not fit is refused with the words for it."""
        session = self.own_session
        group = self.services.group_of(session)
        invited = self._invited()
        chosen = self._date()
        self.services.store.put_group(group.model_copy(update={"invited": invited, "gathering_date": chosen}))
        self.go("/?lagret=gruppe")

    def _invited(self) -> int:
        text = self.get_body_argument("antall", "")
        if not text.isdecimal() or not 1 <= int(text) <= MOST_INVITED:
            raise HTTPError(400)
        return int(text)

    def _date(self) -> date | None:
        text = self.get_body_argument("dato", "")
        if not text:
            return None
        allowed = {each.isoformat(): each for each in self.services.module.gathering_dates}
        if text not in allowed:
            raise HTTPError(400)
        return allowed[text]


class Approve(Page):
    """«Godkjenn rapporten»: asked once more, then the shared edition may be read by the facilitator."""

    auth_resource = "own group"

    async def get(self) -> None:
        """What approving means."""
        self.show(
            "confirm.html.j2",
            title=translate("Godkjenn rapporten", self.language),
            paragraphs=[
                translate(
                    "Når du godkjenner, sier du at ledergruppa har lest rapporten og står for den.", self.language
                ),
                translate(
                    "Da kan prosesslederen lese den utgaven som deles. Den kan også bli offentlig.", self.language
                ),
            ],
            action="/godkjenn",
            button=translate("Ja, ledergruppa har godkjent den", self.language),
            grave=False,
        )

    async def post(self) -> None:
        """Approves."""
        session = self.own_session
        self.services.log_for(session).approve(self.services.module.id)
        self.go("/?lagret=godkjent")
