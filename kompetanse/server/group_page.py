"""What a group's contact does from the front page: size and date, and the approval of the report."""

from __future__ import annotations

from datetime import date

from tornado.web import HTTPError

from kompetanse.answers.gathering_dates import change_date
from kompetanse.language import translate
from kompetanse.programme.models import LeadershipGroup
from kompetanse.server.page import Page

MOST_INVITED = 60


class GroupForm(Page):
    """Size and date of the group."""

    auth_resource = "own group"

    async def post(self) -> None:
        """Keeps both; what does not fit is refused with the words for it."""
        session = self.own_session
        services, invited = self.services, self._invited()
        group = services.group_of(session)
        chosen = self._date(group)
        with services.store.writing() as here:
            sized = group.model_copy(update={"invited": invited})
            here.groups.put(sized)
            change_date(here, sized, chosen, programme=services.programme, module=services.module, by=session.role)
        self.go("/?lagret=gruppe")

    def _invited(self) -> int:
        text = self.get_body_argument("antall", "")
        if not text.isdecimal() or not 1 <= int(text) <= MOST_INVITED:
            raise HTTPError(400)
        return int(text)

    def _date(self, group: LeadershipGroup) -> date | None:
        text = self.get_body_argument("dato", "")
        if not text:
            return None
        # What the group has already may stay, also where it is no date of the module any more.
        allowed = {each.isoformat(): each for each in (*self.services.gathering_dates(), group.gathering_date) if each}
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
