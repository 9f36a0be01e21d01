"""What every page of the server stands on, made once at the start."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from importlib import import_module
from pathlib import Path

from kompetanse.answers.gathering_dates import known_dates
from kompetanse.answers.log import AnswerLog
from kompetanse.answers.service import AnswerService, KernelOf
from kompetanse.answers.session import Session, SessionSigner
from kompetanse.answers.store import Entry, Store
from kompetanse.errors import AccessDenied
from kompetanse.figures.blocks import html
from kompetanse.language import Language
from kompetanse.programme.models import LeadershipGroup, Module, Programme, Step
from kompetanse.programme.municipality import place_title
from kompetanse.sections.step_text import step_text
from kompetanse.server.assets import Assets
from kompetanse.server.devices import SignedInDevices
from kompetanse.server.guessing import Guesses
from kompetanse.server.limits import Limits
from kompetanse.server.metrics import Metrics
from kompetanse.server.openid_provider import OpenIdProvider
from kompetanse.server.openid_settings import OpenIdSettings
from kompetanse.server.poll_desk import PollDesk
from kompetanse.server.practice_desk import PracticeDesk
from kompetanse.server.report_desk import ReportDesk
from kompetanse.server.room_desk import RoomDesk
from kompetanse.server.sent_twice import SentTwice
from kompetanse.server.settings import FrontEnd
from kompetanse.server.traffic import Traffic
from kompetanse.server.word_desk import WordDesk
from kompetanse.settings import workbooks_folder


@dataclass(frozen=True)
class Services:
    """The store, the programme and the keys of one running server."""

    store: Store
    programme: Programme
    signer: SessionSigner
    cookie_secret: bytes
    guesses: Guesses
    devices: SignedInDevices
    sent_twice: SentTwice = field(default_factory=SentTwice)
    programme_folder: Path | None = None
    limits: Limits = field(default_factory=Limits)
    assets: Assets = field(default_factory=Assets.collected)
    workbooks: Path = field(default_factory=workbooks_folder)
    today: Callable[[], date] = date.today
    front_end: FrontEnd = "slim"
    #: Where browsers reach the server, if the operator has said so.
    address: str | None = None
    metrics: Metrics = field(default_factory=Metrics)
    #: Who knows the job accounts; None where nobody signs in with one.
    openid: OpenIdProvider | None = None
    #: The code that the components of a workbook needed when it was last opened, so that the next reader gets it early.
    code_of: dict[str, list[str]] = field(default_factory=dict)
    _answering: list[AnswerService] = field(default_factory=list)
    _texts: dict[tuple[str, str, Language], str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        store: Store,
        programme: Programme,
        *,
        programme_folder: Path | None = None,
        limits: Limits | None = None,
        workbooks: Path | None = None,
        front_end: FrontEnd = "slim",
        address: str | None = None,
    ) -> Services:
        """The services for an open store, with the keys of its home; InputError for mistakes in its `oidc.toml`."""
        openid = OpenIdSettings.of_home(store.home, programme.id, address)
        limits = limits or Limits()
        return cls(
            store=store,
            programme=programme,
            signer=SessionSigner(store.keys.session_key),
            cookie_secret=store.keys.cookie_secret,
            guesses=Guesses(lambda tries: store.audit("wrong_codes", "nobody", f"{tries}", programme=programme.id)),
            devices=SignedInDevices(store, programme.id, timedelta(days=limits.signed_in_days)),
            programme_folder=programme_folder.resolve() if programme_folder else None,
            limits=limits,
            workbooks=workbooks or workbooks_folder(),
            front_end=front_end,
            address=address,
            openid=OpenIdProvider(openid, programme.id) if openid else None,
        )

    @property
    def home(self) -> Path:
        """The home folder."""
        return self.store.home

    @property
    def module(self) -> Module:
        """The module that is under way: the last one that has opened, else the first."""
        today = self.today()
        opened = [module for module in self.programme.modules if any(phase.opens <= today for phase in module.phases)]
        return opened[-1] if opened else self.programme.modules[0]

    @cached_property
    def mark(self) -> str:
        """What tells this home from another that is served on the same host; it gives nothing of its keys away."""
        return self.store.keys.hashed("mark of the home").hex()[:8]

    @cached_property
    def polls(self) -> PollDesk:
        """The polls that are put to rooms."""
        return PollDesk(self.store)

    @cached_property
    def rooms(self) -> RoomDesk:
        """What the screens in rooms show of answers."""
        return RoomDesk(self.store)

    @cached_property
    def words(self) -> WordDesk:
        """The words of all groups, counted."""
        return WordDesk()

    @cached_property
    def practice(self) -> PracticeDesk:
        """The practice groups, whose other members answer by themselves."""
        return PracticeDesk(self.store, self.programme, self.reports, self.polls)

    @cached_property
    def reports(self) -> ReportDesk:
        """The reports that are being made."""
        return ReportDesk(self.home, self.programme_folder)

    @cached_property
    def traffic(self) -> Traffic:
        """What is under way."""
        return Traffic(self.limits)

    def answer_service(self, kernel_of: KernelOf) -> AnswerService:
        """What the kernels ask for answers instead of the store."""
        made = AnswerService(
            self.store,
            self.programme,
            self.signer.public_key_pem,
            kernel_of,
            today=self.today,
            is_open=self.traffic.is_open,
            on_gone=lambda groups: import_module("kompetanse.reports.removal").remove_reports(self.home, groups),
            on_write=lambda answers, seconds, saved: self.metrics.written(answers, seconds, saved=saved),
        )
        self._answering.append(made)
        return made

    def present(self, group: str) -> int:
        """How many of a group have a page open now."""
        return self._answering[-1].present(group) if self._answering else 0

    def news_of(self, session: Session) -> int:
        """A number that rises whenever there is something new for the session's group."""
        return self._answering[-1].news_of(session.group or "") if self._answering else 0

    async def wait_for_news(self, session: Session, known: int, seconds: float) -> None:
        """Returns once there is something new for the session's group, and at the latest after so many seconds."""
        if self._answering:
            await self._answering[-1].wait_for_news(session.group or "", known, seconds)
        else:
            await asyncio.sleep(seconds)

    def is_signed_in(self, session: Session) -> bool:
        """Whether the device of this session is still signed in."""
        return session.device is not None and self.devices.get(session.device) is not None

    def log_for(self, session: Session) -> AnswerLog:
        """The log as this session may use it."""
        return AnswerLog(session, self.store, self.programme, today=self.today, present_in=self.present)

    def enter(self, code: str) -> Entry | None:
        """Whom a code lets in, written into the audit log; None for one that lets nobody in."""
        with self.store.writing() as here:
            entry = here.codes.enter(code)
            if entry is not None:
                here.audit.add(
                    "sign_in",
                    entry.role,
                    "new" if entry.return_code else "",
                    group=entry.group,
                    programme=self.programme.id,
                    participant=entry.participant,
                )
        return entry

    def group_of(self, session: Session) -> LeadershipGroup:
        """The session's own group."""
        group = self.store.group(session.group) if session.group else None
        if group is None:
            raise AccessDenied("This sign-in belongs to no group; sign in again with your code.")
        return group

    def group_as_seen(self, session: Session) -> LeadershipGroup:
        """The session's own group, with the date that this very member attends."""
        group = self.group_of(session)
        with self.store.reading() as here:
            elsewhere = here.gatherings.attending(session.participant or "", self.module.id)
        return group.model_copy(update={"gathering_date": elsewhere}) if elsewhere else group

    def gathering_dates(self) -> tuple[date, ...]:
        """The dates of the module that is under way."""
        with self.store.reading() as here:
            return known_dates(here, self.programme, self.module)

    def is_practice(self, group: str | None) -> bool:
        """Whether this is a practice group, whose other members are made up."""
        found = self.store.group(group) if group else None
        return found is not None and found.practice is not None

    def is_made_up(self, session: Session) -> bool:
        """Whether what somebody sees is made up: the own group; for a facilitator, any group."""
        if session.role == "facilitator":
            return any(group.made_up for group in self.store.groups())
        group = self.store.group(session.group) if session.group else None
        return group is not None and group.made_up

    def text_of(self, step: Step, language: Language) -> str:
        """What a step says, as HTML: made once, because a whole county may open the same page in the same minute."""
        key = (self.module.id, step.id, language)
        if key not in self._texts:
            self._texts[key] = html(step_text(step, language), language)
        return self._texts[key]

    @staticmethod
    def place_of(group: LeadershipGroup) -> str:
        """The group's municipality with its Sámi form; the group's own name where it has none or several."""
        return place_title(group.municipalities, otherwise=group.name)

    def is_approved(self, group: str) -> bool:
        """Whether the group has approved its report of the module that is under way."""
        return bool(self.store.releases(group, self.module.id, "report"))
