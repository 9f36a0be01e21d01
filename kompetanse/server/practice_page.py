"""`/oving`: practice groups, which a facilitator makes and takes away, and what whoever practises in one does next."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib import import_module

from tornado.web import HTTPError

from kompetanse.answers import practising
from kompetanse.answers.counting import participation
from kompetanse.answers.session import Role, Session
from kompetanse.errors import AccessDenied
from kompetanse.invitations.invitation import Invitation, link_of
from kompetanse.invitations.qr_code import qr_image
from kompetanse.language import Language, day, translate
from kompetanse.programme.models import LeadershipGroup
from kompetanse.server.codes_page import CodesPage
from kompetanse.server.contact_view import answered_words
from kompetanse.server.page import Page
from kompetanse.server.report_files import ReportLink, report_links
from kompetanse.server.services import Services

#: Whoever practises gets a code for each of these.
ROLES: tuple[Role, ...] = ("contact", "leader", "room")


@dataclass(frozen=True)
class PracticeCode:
    """A code that was just made: whom it is for, its link, and its picture for the camera."""

    title: str
    code: str
    link: str
    qr: str
    qr_words: str


@dataclass(frozen=True)
class PracticeRow:
    """One practice group: its name, and how far it has come."""

    id: str
    name: str
    answered: str
    so_far: str
    removed_on: str


class PracticeGroups(CodesPage):
    """All practice groups, for the facilitator."""

    auth_resource = "practice groups"

    async def get(self) -> None:
        """The groups there are, and the button that makes one."""
        self._show()

    async def post(self) -> None:
        """Makes a group, and shows its codes this once; begins one again; takes one away."""
        session, deed = self.own_session, self.get_body_argument("gjor", "")
        if deed == "ny":
            self._show(codes=self._begin(session))
            return
        group = self._group()
        # Aside: emptying the database's files may have to wait for others.
        if deed == "igjen":
            await asyncio.to_thread(begin_again, self.services, group, by=session.role)
            told = translate("{name} begynner på nytt. Kodene er de samme.", self.language, name=group.name)
        elif deed == "fjern":
            await asyncio.to_thread(remove, self.services, group, by=session.role)
            told = translate("{name} er fjernet, med alt som ble svart.", self.language, name=group.name)
        else:
            raise HTTPError(400)
        self._show(told=told)

    def _begin(self, session: Session) -> tuple[PracticeCode, ...]:
        services, language = self.services, self.language
        check_can_practise(services, language)
        with self.issuing(session) as issuing:
            made = practising.begin(
                issuing.here, services.module, today=services.today(), by=session.role, language=language
            )
            group = practising.practice_group(issuing.here, made)
            issued = issuing.codes([group], ROLES, last_day=None, anew=True)
        return tuple(_code(each, self.address, language) for each in issued.invitations)

    def _group(self) -> LeadershipGroup:
        with self.services.store.reading() as here:
            return practising.practice_group(here, self.get_body_argument("gruppe", ""))

    def _show(self, *, codes: tuple[PracticeCode, ...] = (), told: str | None = None) -> None:
        services, session = self.services, self.own_session
        with services.store.reading() as here:
            groups = sorted(here.groups.practising(), key=lambda group: (len(group.name), group.name))
        rows = tuple(_row(services, session, group) for group in groups)
        self.show(
            "practice_groups.html.j2",
            title=translate("Øv på samlingen", self.language),
            rows=rows,
            codes=codes,
            told=told,
            refused=why_not(services, self.language),
            module=services.module,
            days=practising.UNUSED.days,
            practice=True,
        )


class OwnPractice(Page):
    """One's own practice group, for whoever practises as its contact."""

    auth_resource = "own practice"

    async def get(self) -> None:
        """What there is to practise, in order, and how far the group has come."""
        done = self.get_query_argument("gjort", "")
        told = {
            "igjen": translate("Øvingen begynner på nytt.", self.language),
            "rapport": translate("Rapporten er laget.", self.language),
            "mislyktes": translate("Rapporten kunne ikke lages nå. Prøv igjen om litt.", self.language),
        }.get(done)
        view = practice_view(self.services, self.own_session)
        self.show(
            "practice.html.j2",
            title=translate("Slik øver du", self.language),
            view=view,
            told=told,
            refused=why_not(self.services, self.language),
            days=practising.UNUSED.days,
            place=view.name,
        )

    async def post(self) -> None:
        """Begins again, or makes the report as everything stands now."""
        session, deed = self.own_session, self.get_body_argument("gjor", "")
        group = self.services.group_of(session)
        if deed == "igjen":
            await asyncio.to_thread(begin_again, self.services, group, by=session.role)
            self.go("/oving/gruppe?gjort=igjen")
        elif deed == "rapport":
            made = await self.services.practice.make_report(group.id, group.name)
            self.go(f"/oving/gruppe?gjort={'rapport' if made else 'mislyktes'}#rapport")
        else:
            raise HTTPError(400)


@dataclass(frozen=True)
class PracticeStep:
    """One thing to practise; `state` is done, now or later."""

    id: str
    title: str
    words: str
    state: str
    href: str | None
    link: str


@dataclass(frozen=True)
class PracticeView:
    """Everything on the page of whoever practises."""

    name: str
    steps: tuple[PracticeStep, ...]
    reports: tuple[ReportLink, ...]
    may_make_report: bool
    may_approve: bool


def practice_view(services: Services, session: Session) -> PracticeView:
    """How far the group has come, and what is next."""
    module, group, language = services.module, services.group_of(session), session.language
    log = services.log_for(session)
    counted, revealed = log.participation(module.id), log.is_revealed(module.id)
    approved = log.approval_in_force(module.id) is not None
    stated = {each.aspect for each in log.of_group(module.id) if each.value}
    reports = report_links(services.home, session, group.id, approved=log.is_approved(module.id))
    enough = counted.answered >= practising.MEMBERS
    done = {
        "svar": enough or revealed,
        "vis": revealed,
        "snakk": revealed and "agreed" in stated,
        "tiltak": revealed and "action" in stated,
        "rapport": bool(reports) and approved,
    }
    now = next((name for name, is_done in done.items() if not is_done), "rapport")
    return PracticeView(
        name=group.name,
        steps=tuple(
            PracticeStep(name, title, words, "done" if done[name] else "now" if name == now else "later", href, link)
            for name, title, words, href, link in _steps(answered_words(counted, language), language)
        ),
        reports=reports,
        may_make_report=revealed,
        may_approve=revealed and not approved,
    )


def _steps(answered: str, language: Language) -> tuple[tuple[str, str, str, str | None, str], ...]:
    picture, agree = "/arbeidsbok/samling#steg-gruppas-bilde", "/arbeidsbok/samling#steg-felles-vurdering"
    return (
        (
            "svar",
            translate("Svarene kommer inn", language),
            translate(
                "{answered}. De oppdiktede svarer av seg selv, én etter én, på omtrent tre minutter. Svar gjerne selv.",
                language,
                answered=answered,
            ),
            "/arbeidsbok/forarbeid",
            translate("Åpne forarbeidet", language),
        ),
        (
            "vis",
            translate("Vis gruppas svar", language),
            translate("Minst tre må ha svart. Bare kontakten kan vise svarene, og bare én gang.", language),
            picture,
            translate("Start rommet", language),
        ),
        (
            "snakk",
            translate("Snakk sammen og bli enige", language),
            translate(
                "Merk temaer som drøftet og sett felles vurdering. De oppdiktede svarer en gang til på det dere "
                "drøfter.",
                language,
            ),
            agree,
            translate("Til felles vurdering", language),
        ),
        (
            "tiltak",
            translate("Velg tre og skriv tiltak", language),
            translate(
                "Gå videre i den samme arbeidsboka: først tre temaer, så minst ett tiltak. Gir du dine 100 poeng, gir "
                "de oppdiktede sine.",
                language,
            ),
            "/arbeidsbok/samling#steg-tiltak",
            translate("Til tiltakene", language),
        ),
        (
            "rapport",
            translate("Utkast, godkjenning og rapport", language),
            translate(
                "Lag et utkast og les det. Godkjenn det, og lag rapporten en gang til: Da får du også den som deles.",
                language,
            ),
            None,
            "",
        ),
    )


def why_not(services: Services, language: Language) -> str | None:
    """Why nobody can practise on the module that is under way, and which has something to practise on; None if one can.

    Everything that a group opens is about the module that is under way, so nobody can practise on another one.
    """
    programme, module = services.programme, services.module
    if programme.instrument_of_module(module) is not None:
        return None
    refused = translate("Modul {number} har ingen kartlegging å øve på.", language, number=module.number)
    others = [str(each.number) for each in programme.modules if programme.instrument_of_module(each) is not None]
    if not others:
        return refused
    when = translate(
        "Du kan øve når en modul med kartlegging er i gang: modul {numbers}.", language, numbers=", ".join(others)
    )
    return f"{refused} {when}"


def check_can_practise(services: Services, language: Language) -> None:
    """AccessDenied where the module that is under way has nothing to practise on."""
    if refused := why_not(services, language):
        raise AccessDenied(refused)


def begin_again(services: Services, group: LeadershipGroup, *, by: Role) -> None:
    """A practice from its beginning; the reports of the one before are gone, too."""
    with services.store.writing() as here:
        practising.begin_again(here, group.id, services.module, today=services.today(), by=by)
    services.store.forget_erased()
    _remove_reports(services, group)


def remove(services: Services, group: LeadershipGroup, *, by: Role) -> None:
    """A practice group with everything that belongs to it."""
    practising.remove(services.store, group.id, by=by)
    _remove_reports(services, group)


def _remove_reports(services: Services, group: LeadershipGroup) -> None:
    import_module("kompetanse.reports.removal").remove_reports(services.home, [group.id])


def _row(services: Services, session: Session, group: LeadershipGroup) -> PracticeRow:
    language, module = session.language, services.module.id
    log = services.log_for(session)
    so_far = translate("svarer hver for seg", language)
    if log.is_approved(module, group.id):
        so_far = translate("har godkjent rapporten", language)
    elif log.is_revealed(module, group=group.id):
        so_far = translate("har vist svarene", language)
    # Whoever answers there is made up or practises, so nobody is watched.
    with services.store.reading() as here:
        counted = participation(here, module=module, group=group.id)
        removed_on = day(practising.last_day(here, group), language)
    return PracticeRow(group.id, group.name, answered_words(counted, language), so_far, removed_on)


def _code(invitation: Invitation, address: str, language: Language) -> PracticeCode:
    titles: dict[Role, str] = {
        "contact": translate("Den som øver som gruppekontakt", language),
        "leader": translate("De som øver som leder", language),
        "room": translate("Skjermen i rommet", language),
    }
    link = link_of(invitation, address)
    return PracticeCode(
        title=titles[invitation.role],
        code=invitation.code,
        link=link,
        qr=qr_image(link),
        qr_words=translate("QR-kode som åpner {link}", language, link=link),
    )
