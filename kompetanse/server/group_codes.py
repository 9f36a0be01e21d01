"""The codes that a group's contact makes from the front page: for the leaders, on slips, and for the room."""

from __future__ import annotations

from tornado.web import HTTPError

from kompetanse.answers.session import Role
from kompetanse.invitations.invitation import Invitation, last_day_of, link_of
from kompetanse.invitations.issuing import MOST_SLIPS
from kompetanse.invitations.qr_code import qr_image
from kompetanse.language import translate
from kompetanse.server.codes_page import CodesPage
from kompetanse.server.front import show_contact

#: Whom a contact makes codes for; their own comes from the facilitator.
OF_CONTACT: tuple[Role, ...] = ("leader", "room")


class GroupCode(CodesPage):
    """The group's code for its leaders or its room: made, made anew, or ended."""

    auth_resource = "own group"

    async def post(self) -> None:
        """Makes a code, which ends the one before, and shows it this once on the contact's page."""
        session = self.own_session
        role = self.wanted_role()
        with self.issuing(session) as issuing:
            made = issuing.codes([self.services.group_of(session)], [role], last_day=None, anew=True)
        show_contact(self, session, invitation=made.invitations[0])

    def wanted_role(self) -> Role:
        """The role that the form is about."""
        wanted = self.get_argument("rolle", "")
        found = next((role for role in OF_CONTACT if role == wanted), None)
        if found is None:
            raise HTTPError(400)
        return found


class EndGroupCode(GroupCode):
    """«Steng koden»: asked once more, then nobody new gets in with it."""

    async def get(self) -> None:
        """What it means."""
        role = self.wanted_role()
        self.show(
            "confirm.html.j2",
            title=translate("Steng koden", self.language),
            paragraphs=[
                translate("Ingen nye kommer inn med koden. Lapper som ikke er brukt, slutter å virke.", self.language),
                translate("De som er logget inn, merker ingenting. Personlige koder virker som før.", self.language),
            ]
            if role == "leader"
            else [translate("Skjermer som er logget inn med koden, blir logget ut.", self.language)],
            action=f"/gruppe/steng?rolle={role}",
            button=translate("Ja, steng koden", self.language),
            grave=True,
        )

    async def post(self) -> None:
        """Ends it."""
        session = self.own_session
        with self.issuing(session) as issuing:
            issuing.end([self.services.group_of(session)], [self.wanted_role()])
        self.go("/?lagret=stengt")


class GroupSheet(GroupCode):
    """The sheet of a code that was just made, to print; the code comes from the page that shows it."""

    async def post(self) -> None:
        """The sheet, if the code is the group's own."""
        session = self.own_session
        typed = self.get_body_argument("kode", "")[:64]
        known = self.services.store.find_code(typed)
        if known is None:
            await self.services.guesses.wrong(typed)
            raise HTTPError(400)
        if known.group != session.group or known.kind != "shared" or known.state != "open" or not known.expires:
            raise HTTPError(400)
        invitation = Invitation(known.role, self.services.group_of(session), typed, last_day_of(known.expires))
        await self.print_out([invitation], self.wanted_format(), name=f"invitasjon-{session.group}")


class DeputyCode(CodesPage):
    """A code for a deputy, to be given to one person."""

    auth_resource = "own group"

    async def post(self) -> None:
        """Makes the code, and shows it this once with a text that brings it to whom it is for."""
        session, language = self.own_session, self.language
        with self.issuing(session) as issuing:
            made = issuing.deputy(self.services.group_of(session), last_day=None)
        (invitation,) = made.invitations
        link = link_of(invitation, self.address)
        text = translate(
            "Hei! Du er vikar i ledergruppa. Gå til {link} og logg inn, eller skriv koden {code}. "
            "Du svarer bare på hvordan det er i dag. Det tar omtrent 6 minutter.",
            language,
            link=link,
            code=invitation.code,
        )
        self.show(
            "deputy_code.html.j2",
            title=translate("Kode til en vikar", language),
            code=invitation.code,
            text=text,
            qr=qr_image(link),
            qr_words=translate("QR-kode som åpner {link}", language, link=link),
        )


class GroupSlips(CodesPage):
    """Personal codes on slips of paper, to cut out."""

    auth_resource = "own group"

    async def post(self) -> None:
        """Makes so many codes, and the pages with them."""
        session = self.own_session
        text = self.get_body_argument("antall", "")
        if not text.isdecimal() or not 1 <= int(text) <= MOST_SLIPS:
            raise HTTPError(400)
        with self.issuing(session) as issuing:
            made = issuing.slips(self.services.group_of(session), int(text), last_day=None)
        await self.print_out(made.invitations, self.wanted_format(), name=f"lapper-{session.group}")
