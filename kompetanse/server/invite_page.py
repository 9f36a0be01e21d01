"""The facilitator invites groups: all that have no code at once, or one anew. Codes are on the sheets alone."""

from __future__ import annotations

from dataclasses import dataclass

from tornado.web import HTTPError

from kompetanse.answers.session import Role, Session
from kompetanse.answers.store import IssuedCode
from kompetanse.invitations.invitation import last_day_of
from kompetanse.invitations.issuing import Issued, has_code
from kompetanse.language import Language, day, translate
from kompetanse.programme.models import LeadershipGroup
from kompetanse.server.codes_page import CodesPage
from kompetanse.server.services import Services

#: The sheets that a group gets, and what may be made for one group.
SHEETS: tuple[Role, ...] = ("contact", "leader")
CHOICES: tuple[Role, ...] = (*SHEETS, "room")
#: A choice beside the roles: the contact is somebody else from now on.
ANOTHER_CONTACT = "another-contact"


@dataclass(frozen=True)
class InvitedRow:
    """One group: whether its contact and its leaders have a code, in words."""

    id: str
    name: str
    contact: str
    leader: str


@dataclass(frozen=True)
class InviteView:
    """Everything on the page."""

    rows: tuple[InvitedRow, ...]
    missing: int
    told: str | None
    made_up: bool


class Invite(CodesPage):
    """Invitations of all groups."""

    auth_resource = "invitations"

    async def get(self) -> None:
        """Which groups have codes, and the buttons that make them."""
        self._show(self.own_session, told=None)

    async def post(self) -> None:
        """Makes the sheets, or ends a group's code."""
        session = self.own_session
        deed, format = self.get_body_argument("gjor", ""), self.wanted_format()
        if deed == "mangler":
            issued = self._issue(session, self.services.store.groups(), SHEETS, anew=False)
        elif deed == "alle" and self.get_body_argument("sikker", "") == "ja":
            issued = self._issue(session, self.services.store.groups(), SHEETS, anew=True)
        elif deed == "ny" and self.get_body_argument("rolle", "") == ANOTHER_CONTACT:
            with self.issuing(session) as issuing:
                issued = issuing.another_contact([self._group()], last_day=None)
        elif deed == "ny":
            issued = self._issue(session, [self._group()], [self._role()], anew=True)
        elif deed == "steng":
            with self.issuing(session) as issuing:
                issuing.end([self._group()], [self._role()])
            self._show(session, told=translate("Koden er stengt.", self.language))
            return
        else:
            raise HTTPError(400)
        if not issued.invitations:
            self._show(session, told=translate("Alle gruppene har kode. Ingenting ble laget.", self.language))
            return
        await self.print_out(issued.invitations, format, name=f"invitasjoner-{self.services.today()}")

    def _issue(
        self, session: Session, groups: list[LeadershipGroup], roles: tuple[Role, ...] | list[Role], *, anew: bool
    ) -> Issued:
        by_name = sorted(groups, key=lambda group: self.services.place_of(group).casefold())
        with self.issuing(session) as issuing:
            return issuing.codes(by_name, roles, last_day=None, anew=anew)

    def _group(self) -> LeadershipGroup:
        group = self.services.store.group(self.get_body_argument("gruppe", ""))
        if group is None:
            raise HTTPError(400)
        return group

    def _role(self) -> Role:
        wanted = self.get_body_argument("rolle", "")
        found = next((role for role in CHOICES if role == wanted), None)
        if found is None:
            raise HTTPError(400)
        return found

    def _show(self, session: Session, *, told: str | None) -> None:
        view = invite_view(self.services, session.language, told=told)
        title = translate("Inviter gruppene", self.language)
        self.show("invite.html.j2", title=title, view=view, made_up=view.made_up)


def invite_view(services: Services, language: Language, *, told: str | None) -> InviteView:
    """The page: which groups have codes, by name."""
    with services.store.reading() as here:
        groups, codes = here.groups.all(), here.codes.all()
    of_group: dict[str | None, list[IssuedCode]] = {}
    for code in codes:
        of_group.setdefault(code.group, []).append(code)
    rows = []
    missing = 0
    for group in sorted(groups, key=lambda group: services.place_of(group).casefold()):
        contact, leader = (has_code(of_group.get(group.id, ()), role) for role in SHEETS)
        missing += contact is None or leader is None
        rows.append(
            InvitedRow(group.id, services.place_of(group), code_words(contact, language), code_words(leader, language))
        )
    return InviteView(tuple(rows), missing, told, made_up=any(group.made_up for group in groups))


def code_words(code: IssuedCode | None, language: Language) -> str:
    """Until when there is a code, in a table's few words."""
    if code is None:
        return translate("ingen kode", language)
    if code.kind == "personal":
        return translate("har logget inn", language)
    return day(last_day_of(code.expires), language) if code.expires else translate("virker", language)
