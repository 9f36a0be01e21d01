"""What a facilitator does for many groups at once: remind them, and lock what those of a date have agreed on.

Each page says in one sentence what a press will do, and to whom. Pressed twice, it is done once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from tornado.web import HTTPError

from kompetanse.answers.overview import GroupStatus
from kompetanse.language import Language, day, translate
from kompetanse.sections.compass import Where, by_name, place_of
from kompetanse.server.facilitator_view import where_now
from kompetanse.server.page import Page
from kompetanse.server.services import Services

#: What one may be reminded of, as it stands in the address.
ANSWER, APPROVE = "svar", "godkjenning"


@dataclass(frozen=True)
class Reminded:
    """A reminder: whom it is for, group by group with the contact's role, and its text."""

    about: str
    title: str
    groups: tuple[str, ...]
    text: str
    mail: str


class Remind(Page):
    """«Påminn gruppene»: a text to send to the contacts, for whole groups and never for persons."""

    auth_resource = "all groups"

    async def get(self) -> None:
        """The texts; nothing is sent from here."""
        where = where_now(self.services, self.own_session)
        found = [_reminder(where, about, self.services, self.address) for about in (ANSWER, APPROVE)]
        self.show(
            "remind.html.j2", title=translate("Påminn gruppene", self.language), reminders=found,
            made_up=self.services.is_made_up(self.own_session),
        )  # fmt: skip


def _reminder(where: Where, about: str, services: Services, address: str) -> Reminded:
    language = where.language
    if about == ANSWER:
        groups = where.those(lambda each: _has_to_answer(each, where))
        title = translate("Om å svare", language)
        text = translate(
            "Hei! Vi nærmer oss samlingen i {programme}. Minn hele ledergruppa på forarbeidet: Gå til {address} og "
            "fortsett der du slapp. Det tar omtrent 25 minutter, og kan deles opp. Takk til dere som er ferdige!",
            language,
            programme=services.programme.title.to(language),
            address=address,
        )
    else:
        groups = where.those(lambda each: each.report == "with-group")
        title = translate("Om å godkjenne rapporten", language)
        text = translate(
            "Hei! Utkastet til rapport ligger på forsiden din: {address}. Les det sammen med ledergruppa, rett det "
            "dere vil, og trykk «Godkjenn rapporten» når dere står for den. Da kan den deles.",
            language,
            address=address,
        )
    subject = quote(services.programme.title.to(language), safe="")
    return Reminded(
        about=about,
        title=title,
        groups=tuple(_with_contact(each, language) for each in groups),
        text=text,
        mail=f"mailto:?subject={subject}&body={quote(text, safe='')}",
    )


def _has_to_answer(status: GroupStatus, where: Where) -> bool:
    """Whether somebody of the group has not answered, and still can."""
    invited = status.group.invited
    is_done = invited is not None and status.answered >= invited
    return not is_done and not status.is_revealed and not where.is_over(status)


def _with_contact(status: GroupStatus, language: Language) -> str:
    contact = status.group.contact or translate("ingen kontakt", language)
    return f"{place_of(status)} ({contact})"


@dataclass(frozen=True)
class DateRow:
    """A date, its groups by name, and how many of them are locked."""

    date: date
    groups: tuple[str, ...]
    locked: int

    @property
    def is_locked(self) -> bool:
        """Whether all are."""
        return self.locked == len(self.groups)


class LockDate(Page):
    """«Lås en dato»: what all groups of a date have agreed on cannot be changed, until it is opened again."""

    auth_resource = "all groups"

    async def get(self) -> None:
        """The dates and their groups."""
        where = where_now(self.services, self.own_session)
        dates = sorted({each.group.gathering_date for each in where.overview.groups if each.group.gathering_date})
        self.show(
            "lock_date.html.j2",
            title=translate("Lås en dato", self.language),
            dates=[_date_row(where, each) for each in dates],
            first=_to_lock(where, dates),
            told=self._told(dates),
            made_up=self.services.is_made_up(self.own_session),
        )

    async def post(self) -> None:
        """Locks or opens."""
        deed, text = self.get_body_argument("gjor", ""), self.get_body_argument("dato", "")
        known = {each.gathering_date for each in self.services.store.groups() if each.gathering_date}
        chosen = next((each for each in known if each.isoformat() == text), None)
        if chosen is None or deed not in {"las", "apne"}:
            raise HTTPError(400)
        log = self.services.log_for(self.own_session)
        log.lock_date(self.services.module.id, chosen, locked=deed == "las")
        self.go(f"/las?{deed}={text}")

    def _told(self, dates: list[date]) -> str:
        for each in dates:
            if self.get_query_argument("las", "") == each.isoformat():
                return translate("{day} er låst.", self.language, day=day(each, self.language))
            if self.get_query_argument("apne", "") == each.isoformat():
                return translate("{day} er åpnet igjen.", self.language, day=day(each, self.language))
        return ""


def _date_row(where: Where, when: date) -> DateRow:
    groups = by_name(where.overview.on(when))
    return DateRow(when, tuple(map(place_of, groups)), sum(each.is_locked for each in groups))


def _to_lock(where: Where, dates: list[date]) -> date | None:
    """The date that one most likely means: today's, else the last that has been, else the next."""
    today = where.today
    return max((each for each in dates if each <= today), default=min(dates, default=None))
