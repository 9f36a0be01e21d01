"""What the page of a group's contact shows: four steps, and how many have answered, never what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kompetanse.answers.log import Participation
from kompetanse.answers.session import Role, Session
from kompetanse.answers.store import IssuedCode
from kompetanse.invitations.invitation import Invitation, last_day_of, link_of
from kompetanse.invitations.issuing import has_code
from kompetanse.invitations.qr_code import qr_image
from kompetanse.language import Language, day, translate
from kompetanse.programme.models import LeadershipGroup, Phase, PhaseKind
from kompetanse.server.calendar import gathering_day, phase_dates, stage
from kompetanse.server.feedback_view import ShownReply, newest_reply
from kompetanse.server.leader_view import ORDER, module_title
from kompetanse.server.report_files import ReportLink, report_links
from kompetanse.server.services import Services

#: The address each phase's step has on the page.
STEP_IDS: dict[PhaseKind, str] = {"preparation": "forarbeid", "gathering": "samling", "follow_up": "etterarbeid"}


@dataclass(frozen=True)
class ContactStep:
    """One of the four steps; `state` is done, now or later."""

    id: str
    title: str
    state: str
    dates: str


@dataclass(frozen=True)
class NewInvitation:
    """A code that was just made, as picture too, and a text that brings it to whom it is for."""

    role: Role
    code: str
    text: str
    qr: str
    qr_words: str


@dataclass(frozen=True)
class GroupCodes:
    """Which codes there are, in words: the shared one of the leaders, slips that are not used, and the room's."""

    leader: str
    leader_open: bool
    slips: str
    room: str
    room_open: bool


@dataclass(frozen=True)
class ContactView:
    """Everything on the page."""

    group: LeadershipGroup
    place: str
    module_title: str
    steps: tuple[ContactStep, ...]
    primary: str
    told: str | None
    gathered_words: str
    dates: tuple[date, ...]
    invitation: NewInvitation | None
    codes: GroupCodes
    answered_words: str
    answered_share: int | None
    reminder: str
    gathering_words: str
    report_words: str
    reports: tuple[ReportLink, ...]
    may_approve: bool
    code: str | None
    #: «Dette gjorde vi», where it has been written.
    reply: ShownReply | None


def contact_view(
    services: Services, session: Session, *, code: str | None, done: str, invitation: Invitation | None, address: str
) -> ContactView:
    """The page of one contact; `address` is where this server is reached, for texts to send."""
    module, group, language = services.module, services.group_of(session), session.language
    log = services.log_for(session)
    counted = log.participation(module.id)
    revealed, approved = log.is_revealed(module.id), log.is_approved(module.id)
    at = stage(module, group, today=services.today(), revealed=revealed, approved=approved)
    steps = _steps(module.phases, group, at, language, counted=counted, approved=approved)
    return ContactView(
        group=group,
        place=services.place_of(group),
        module_title=module_title(services, language),
        steps=steps,
        primary=next((step.id for step in steps if step.state == "now"), "etterarbeid"),
        told=_told(done, language),
        gathered_words=_gathered(group, language, elsewhere=_elsewhere(services, group)),
        dates=tuple(
            dict.fromkeys([*services.gathering_dates(), *([group.gathering_date] if group.gathering_date else [])])
        ),
        invitation=_new(services, invitation, address, language) if invitation else None,
        codes=group_codes(services, group, language),
        answered_words=answered_in_full(counted, language),
        answered_share=min(10, round(10 * counted.answered / counted.invited)) if counted.invited else None,
        reminder=_reminder(services, group, counted, address, language),
        gathering_words=_gathering(language, revealed=revealed),
        report_words=_report(language, approved=approved),
        reports=report_links(services.home, session, group.id, approved=approved),
        may_approve=revealed and log.approval_in_force(module.id) is None,
        code=code,
        reply=newest_reply(services, language),
    )


def answered_in_full(counted: Participation, language: Language) -> str:
    """«6 av 8 har svart», and in sentences of their own how many of them are deputies and how many came late."""
    more = (
        (counted.deputies, translate("Av dem er {count} vikar.", language, count=counted.deputies)),
        (counted.late, translate("{count} har svart etter at gruppa så svarene.", language, count=counted.late)),
    )
    words = [answered_words(counted, language), *(sentence for count, sentence in more if count)]
    return words[0] if len(words) == 1 else ". ".join([words[0], " ".join(words[1:])])


def answered_words(counted: Participation, language: Language) -> str:
    """«6 av 8 har svart»; without a size only how many."""
    if counted.invited is None:
        return translate("{answered} har svart", language, answered=counted.answered)
    return translate("{answered} av {total} har svart", language, answered=counted.answered, total=counted.invited)


def _steps(
    phases: tuple[Phase, ...],
    group: LeadershipGroup,
    at: PhaseKind,
    language: Language,
    *,
    counted: Participation,
    approved: bool,
) -> tuple[ContactStep, ...]:
    gathered = group.invited is not None and group.gathering_date is not None
    states = {
        kind: "done" if ORDER.index(kind) < ORDER.index(at) else "now" if kind == at else "later" for kind in ORDER
    }
    if states["preparation"] == "now" and counted.invited and counted.answered >= counted.invited:
        # Nobody is waited for any more, so what comes next is the gathering.
        states |= {"preparation": "done", "gathering": "now"}
    if approved:
        states["follow_up"] = "done"
    if not gathered:
        states = {kind: "later" if state == "now" else state for kind, state in states.items()}
    first = ContactStep("samle", translate("Samle gruppa", language), "done" if gathered else "now", "")
    return (
        first,
        *(
            ContactStep(
                STEP_IDS[phase.kind], phase.title.to(language), states[phase.kind], phase_dates(phase, group, language)
            )
            for phase in phases
        ),
    )


def _told(done: str, language: Language) -> str | None:
    if done == "gruppe":
        return translate("Størrelse og dato er lagret.", language)
    if done == "stengt":
        return translate("Koden er stengt.", language)
    if done == "godkjent":
        return translate("Rapporten er godkjent. Takk!", language)
    return None


def _elsewhere(services: Services, group: LeadershipGroup) -> int:
    """How many members attend another date: a number, and nobody's name."""
    with services.store.reading() as here:
        guests = here.gatherings.guests(services.module.id)
    return sum(count for (of_group, _), count in guests.items() if of_group == group.id)


def _gathered(group: LeadershipGroup, language: Language, *, elsewhere: int) -> str:
    if group.invited is None:
        return translate("Si hvor mange dere er, og velg dato. Da vet alle hvor mange svar dere venter på.", language)
    if group.gathering_date is None:
        return translate("{count} er invitert. Velg dato for samlingen.", language, count=group.invited)
    when = day(group.gathering_date, language)
    words = translate("{count} er invitert. Samlingen er {day}.", language, count=group.invited, day=when)
    if not elsewhere:
        return words
    return f"{words} {translate('{count} deltar en annen dato.', language, count=elsewhere)}"


def _gathering(language: Language, *, revealed: bool) -> str:
    if revealed:
        return translate("Svarene er vist og låst. Nå blir dere enige om et nivå for hvert tema.", language)
    return translate(
        "Når alle er samlet, viser du gruppas svar i arbeidsboka. Fram til da ser hver leder bare sine egne.", language
    )


def _report(language: Language, *, approved: bool) -> str:
    if approved:
        return translate("Ledergruppa har godkjent rapporten. Prosesslederen kan lese den utgaven som deles.", language)
    return translate("Rapporten er et utkast til ledergruppa har lest den, og du godkjenner den for gruppa.", language)


def group_codes(services: Services, group: LeadershipGroup, language: Language) -> GroupCodes:
    """The group's codes as they are now."""
    with services.store.reading() as here:
        there = here.codes.all(group=group.id)
    leader, room = has_code(there, "leader"), has_code(there, "room")
    unused = [code for code in there if code.role == "leader" and code.kind == "once" and code.state == "open"]
    slips = sum(not code.deputy for code in unused)
    return GroupCodes(
        leader=until_words(leader, language),
        leader_open=leader is not None,
        slips=translate("Lapper som ikke er brukt ennå: {count}.", language, count=slips) if slips else "",
        room=until_words(room, language),
        room_open=room is not None,
    )


def until_words(code: IssuedCode | None, language: Language) -> str:
    """Whether there is a code, and until when."""
    if code is None:
        return translate("Det er ingen kode som virker nå.", language)
    if code.expires is None:
        return translate("Det er en kode som virker.", language)
    last = day(last_day_of(code.expires), language)
    return translate("Det er en kode som virker til og med {day}.", language, day=last)


def _new(services: Services, invitation: Invitation, address: str, language: Language) -> NewInvitation:
    link = link_of(invitation, address)
    qr = qr_image(link)
    return NewInvitation(
        role=invitation.role,
        code=invitation.code,
        text=_text(services, invitation, address, language),
        qr=qr,
        qr_words=translate("QR-kode som åpner {link}", language, link=link),
    )


def _text(services: Services, invitation: Invitation, address: str, language: Language) -> str:
    if invitation.group is None or invitation.role != "leader":
        return ""
    return translate(
        "Hei! Ledergruppa i {group} er med i {programme}.\n\n"
        "Gå til {address}/inn/{code} og logg inn. Koden er {code}, og den gjelder til og med {day}. "
        "Første gang får du din egen kode. Ta vare på den.\n\n"
        "Det tar omtrent 25 minutter. Du kan stoppe når du vil og fortsette der du slapp. "
        "Svarene vises uten navn. I en liten gruppe kan noen likevel gjette.",
        language,
        group=services.place_of(invitation.group),
        programme=services.programme.title.to(language),
        address=address,
        code=invitation.code,
        day=day(invitation.last_day, language),
    )


def _reminder(
    services: Services, group: LeadershipGroup, counted: Participation, address: str, language: Language
) -> str:
    gathering = gathering_day(services.module, group)
    when = translate("Samlingen er {day}.", language, day=day(gathering, language)) + " " if gathering else ""
    return translate(
        "Hei alle sammen! {answered} til nå. Har du ikke svart, så gå til {address} og fortsett der du slapp. "
        "Det tar omtrent 25 minutter, og du kan dele det opp. {when}Takk til dere som er ferdige!",
        language,
        answered=answered_words(counted, language),
        address=address,
        when=when,
    )
