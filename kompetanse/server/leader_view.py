"""What a leader's front page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kompetanse.answers.counting import Standing
from kompetanse.answers.session import Session
from kompetanse.language import Language, day, translate
from kompetanse.programme.models import LeadershipGroup, Phase, PhaseKind
from kompetanse.sections.standing import standing_words
from kompetanse.server.access import WORKBOOKS
from kompetanse.server.calendar import phase_dates, phase_of, stage
from kompetanse.server.feedback_view import ShownReply, newest_reply
from kompetanse.server.progress import PhaseProgress, phase_progress
from kompetanse.server.report_files import ReportLink, report_links
from kompetanse.server.services import Services

WORKBOOK_OF: dict[PhaseKind, str] = {phase: name for name, (phase, _) in WORKBOOKS.items() if phase}
#: Of the minutes that a leader takes, a deputy takes so many: about 6 of 15.
DEPUTYS_SHARE = 0.4

ORDER: tuple[PhaseKind, ...] = ("preparation", "gathering", "follow_up")


@dataclass(frozen=True)
class NextThing:
    """The one thing to do now: a title, a sentence, a button, and how far one has come in tenths."""

    phase: PhaseKind
    title: str
    words: str
    button: str
    href: str
    share: int | None


@dataclass(frozen=True)
class PhaseLine:
    """One phase on the way through the module; `state` is done, now or later."""

    title: str
    state: str
    dates: str
    href: str | None
    link: str


@dataclass(frozen=True)
class OwnDate:
    """The day one attends: in words, the others there are, the one that was chosen, and whether there is any at all."""

    words: str
    others: tuple[date, ...]
    chosen: date | None
    is_known: bool


@dataclass(frozen=True)
class LeaderView:
    """Everything on the page."""

    place: str
    module_title: str
    now: NextThing
    phases: tuple[PhaseLine, ...]
    picture: str | None
    reports: tuple[ReportLink, ...]
    code: str | None
    #: «Dette gjorde vi», where it has been written.
    reply: ShownReply | None
    notice: str
    own_date: OwnDate


def leader_view(services: Services, session: Session, *, code: str | None) -> LeaderView:
    """The page of one leader."""
    module, group, language = services.module, services.group_as_seen(session), session.language
    log = services.log_for(session)
    standing = log.standing(module.id)
    approved, revealed = log.is_approved(module.id), log.is_revealed(module.id)
    at = stage(module, group, today=services.today(), revealed=revealed, approved=approved)
    now = phase_of(module, at) or module.phases[0]
    answers = log.own(module.id)
    progress = {
        phase.kind: phase_progress(
            services.programme, asked_of(standing, phase), answers, {"leader"}, deputy=standing.deputy
        )
        for phase in module.phases
    }
    return LeaderView(
        place=services.place_of(group),
        module_title=module_title(services, language),
        now=_now(progress[now.kind], now, group, language, opened=_is_open(services, group, now)),
        phases=tuple(_line(phase, now.kind, progress[phase.kind], group, language) for phase in module.phases),
        picture="/arbeidsbok/samling#steg-gruppas-bilde" if revealed else None,
        reports=report_links(services.home, session, group.id, approved=approved),
        code=code,
        reply=newest_reply(services, language),
        notice=standing_words(standing, language),
        own_date=own_date(services, services.group_of(session), standing, language),
    )


def asked_of(standing: Standing, phase: Phase) -> Phase:
    """The phase as this leader is to go through it: before the gathering a deputy is asked for the mapping alone."""
    if not standing.deputy or phase.kind != "preparation":
        return phase
    mapping = [step for step in phase.steps if step.kind == "assessment"]
    shorter = (step.model_copy(update={"minutes": round(step.minutes * DEPUTYS_SHARE)}) for step in mapping)
    return phase.model_copy(update={"steps": tuple(shorter)})


def own_date(services: Services, group: LeadershipGroup, standing: Standing, language: Language) -> OwnDate:
    """The day that the leader attends, in words, and the days there are to choose from."""
    attended = standing.elsewhere or group.gathering_date
    words = translate("Datoen er ikke valgt ennå", language)
    if attended:
        words = translate("Samlingen er {day}.", language, day=day(attended, language))
    if standing.elsewhere:
        words = translate(
            "Du deltar {day}. Svarene dine teller i gruppa di som før, og på dagen følger du plenum der du er.",
            language,
            day=day(standing.elsewhere, language),
        )
    others = tuple(each for each in services.gathering_dates() if each != group.gathering_date)
    return OwnDate(words, others, standing.elsewhere, attended is not None)


def module_title(services: Services, language: Language) -> str:
    """«Modul 1: Organisasjonen og digital transformasjon»."""
    module = services.module
    return translate("Modul {number}: {title}", language, number=module.number, title=module.title.to(language))


def workbook_href(phase: PhaseKind, step: str | None = None) -> str:
    """The address of a phase's workbook, at one of its steps."""
    address = f"/arbeidsbok/{WORKBOOK_OF[phase]}"
    return f"{address}#steg-{step}" if step else address


def _is_open(services: Services, group: LeadershipGroup, phase: Phase) -> bool:
    return group.made_up or services.today() >= phase.opens


def _now(
    progress: PhaseProgress, phase: Phase, group: LeadershipGroup, language: Language, *, opened: bool
) -> NextThing:
    title = phase.title.to(language)
    next_step = progress.next_step
    href = workbook_href(phase.kind, next_step.step.id if next_step and progress.begun else None)
    minutes = progress.minutes_left
    share = round(10 * _part(progress)) if progress.begun else None
    if phase.kind == "gathering":
        return NextThing(
            phase=phase.kind,
            title=title,
            words=translate("Dere ser på gruppas bilde sammen og blir enige om hva dere gjør først.", language),
            button=translate("Til samlingen", language),
            href=workbook_href(phase.kind),
            share=None,
        )
    if not opened:
        words = translate("Åpner {day}. Du kan se på det allerede nå.", language, day=day(phase.opens, language))
        return NextThing(phase.kind, title, words, translate("Se på det", language), href, None)
    if progress.begun and progress.done:
        words = _done_words(phase, group, language)
        return NextThing(phase.kind, title, words, translate("Se over svarene mine", language), href, 10)
    if progress.begun:
        button = translate("Fortsett der du slapp (ca. {minutes} min igjen)", language, minutes=minutes)
        at = next_step.step.title.to(language) if next_step else ""
        return NextThing(
            phase.kind, title, translate("Neste del er «{title}».", language, title=at), button, href, share
        )
    words = translate("Svar for den delen av kommunen du kjenner. «Vet ikke» er også et nyttig svar.", language)
    if phase.kind == "follow_up":
        words = translate("To korte ledermøter og fire spørsmål om hvordan det var.", language)
    return NextThing(
        phase.kind, title, words, translate("Begynn (ca. {minutes} min)", language, minutes=minutes), href, None
    )


def _done_words(phase: Phase, group: LeadershipGroup, language: Language) -> str:
    if phase.kind == "preparation" and group.gathering_date is not None:
        when = day(group.gathering_date, language)
        return translate("Du har svart på alt. Takk! Neste er samlingen {day}.", language, day=when)
    return translate("Du har svart på alt. Takk!", language)


def _part(progress: PhaseProgress) -> float:
    parts = [each.part or 0.0 for each in progress.to_fill_in]
    return sum(parts) / len(parts) if parts else 0.0


def _line(
    phase: Phase, at: PhaseKind, progress: PhaseProgress, group: LeadershipGroup, language: Language
) -> PhaseLine:
    title = phase.title.to(language)
    passed = ORDER.index(phase.kind) < ORDER.index(at)
    state = "now" if phase.kind == at else "done" if passed else "later"
    if state == "done" and phase.kind == "preparation" and not progress.done:
        # Late answers are useful, and nothing is ticked off that is not there.
        state = "later"
    return PhaseLine(
        title=title,
        state=state,
        dates=phase_dates(phase, group, language),
        href=None if phase.kind == at else workbook_href(phase.kind),
        link=_opening(phase.kind, language),
    )


def _opening(phase: PhaseKind, language: Language) -> str:
    words: dict[PhaseKind, str] = {
        "preparation": translate("Åpne forarbeidet", language),
        "gathering": translate("Åpne samlingen", language),
        "follow_up": translate("Åpne etterarbeidet", language),
    }
    return words[phase]
