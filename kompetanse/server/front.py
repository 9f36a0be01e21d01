"""The front page: one primary button for each role."""

from __future__ import annotations

from kompetanse.answers.session import Session
from kompetanse.invitations.invitation import Invitation
from kompetanse.language import translate
from kompetanse.server.contact_view import contact_view
from kompetanse.server.facilitator_view import facilitator_view
from kompetanse.server.leader_view import leader_view
from kompetanse.server.page import Page


class FrontPage(Page):
    """What each role does next."""

    auth_resource = "own page"

    async def get(self) -> None:
        """The visitor's own front page."""
        session = self.own_session
        if session.role == "leader":
            self._show_leader(session)
        elif session.role == "contact":
            show_contact(self, session, done=self.get_query_argument("lagret", ""))
        elif session.role == "facilitator":
            view = facilitator_view(self.services, session)
            self.show(
                "front_facilitator.html.j2", title=translate("Gruppene", self.language), view=view, made_up=view.made_up
            )
        elif session.role == "room":
            self.go("/rom")
        else:
            self._show_other(session)

    def _show_leader(self, session: Session) -> None:
        view = leader_view(self.services, session, code=self.current_user.return_code)
        self.show("front_leader.html.j2", title=view.place, view=view)

    def _show_other(self, session: Session) -> None:
        services = self.services
        groups = services.store.groups()
        facts = (
            (translate("Program", self.language), services.programme.title.to(session.language)),
            (translate("Grupper", self.language), len(groups)),
        )
        self.show(
            "front_other.html.j2",
            title=translate("Oversikt", self.language),
            words=ROLE_WORDS[session.role](session),
            facts=facts,
            made_up=any(group.made_up for group in groups),
        )


def show_contact(page: Page, session: Session, *, done: str = "", invitation: Invitation | None = None) -> None:
    """Answers with the contact's front page; `done` says what was just saved, the invitation is shown this once."""
    view = contact_view(
        page.services,
        session,
        code=page.current_user.return_code,
        done=done,
        invitation=invitation,
        address=page.address,
    )
    page.show("front_contact.html.j2", title=view.place, view=view)


ROLE_WORDS = {
    "analyst": lambda session: translate(
        "Du er logget inn som analytiker. Tallene for grupper arbeider du med i JupyterLab.", session.language
    ),
    "operator": lambda session: translate(
        "Du drifter løsningen og har derfor teknisk tilgang til svarene. Det du gjør, gjør du på kommandolinja.",
        session.language,
    ),
}
