"""The log as one session may use it: read, append, show, approve, erase.

The store is imported by who opens it: a page's kernel knows what can be asked of the log, but asks the server.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kompetanse.answers.answer import Answer, Which
from kompetanse.answers.counting import Participation, Standing, participation, standing
from kompetanse.answers.drafts import Draft, Receipt
from kompetanse.answers.erasure import erase_participant
from kompetanse.answers.exchange_log import ExchangeLog
from kompetanse.answers.facilitating import Facilitating
from kompetanse.answers.intake import Intake
from kompetanse.answers.leading import check_lead, lead_group, now_in
from kompetanse.answers.moment import Lead, Moment
from kompetanse.answers.release import RegionAudience, RegionRelease, Release, WordRelease
from kompetanse.answers.reply import Reply
from kompetanse.answers.rights import Rights
from kompetanse.answers.session import Session
from kompetanse.answers.sharing import assessments_of, hash_of, of_persons, shared_answers, words_shared
from kompetanse.answers.showing import PointsGiven, points_of, show_answers, show_points
from kompetanse.errors import AccessDenied, InputError, StoreError
from kompetanse.language import translate
from kompetanse.programme.models import LeadershipGroup, Programme
from kompetanse.settings import Settings

if TYPE_CHECKING:
    from kompetanse.answers.store import Store

__all__ = ["AnswerLog", "Draft", "Participation", "Receipt"]

#: Seconds between two looks at the store for what others have written.
LOOK_EVERY = 1.5

_log = logging.getLogger(__name__)


class AnswerLog(ExchangeLog, Facilitating):
    """Everything a session may do with answers; what it may not is AccessDenied."""

    def __init__(
        self,
        session: Session,
        store: Store,
        programme: Programme,
        *,
        today: Callable[[], date] = date.today,
        present_in: Callable[[str], int] = lambda _: 0,
    ):
        if session.programme not in {"", programme.id}:
            raise AccessDenied(translate("Denne innloggingen gjelder et annet program.", session.language))
        self.session = session
        self._rights = Rights(session)
        self._store = store
        self._programme = programme
        self._today = today
        self._present_in = present_in

    @classmethod
    def open(cls, session: Session, settings: Settings, programme: Programme) -> AnswerLog:
        """The log of the home that the settings name."""
        store: Store = import_module("kompetanse.answers.store").Store.open(settings.home, settings.database)
        return cls(session, store, programme)

    def groups(self) -> list[LeadershipGroup]:
        """The groups this session may know of: its own, or all."""
        own = self._rights.groups()
        return self._store.groups() if own is None else [self.group(own)]

    def group(self, group_id: str) -> LeadershipGroup:
        """The group with this id; AccessDenied where the session belongs to another one."""
        if self._rights.groups() not in {None, group_id}:
            raise AccessDenied(translate("Dette er en annen gruppe enn din.", self.session.language))
        found = self._store.group(group_id)
        if found is None:
            raise InputError(f"There is no group {group_id!r:.80} in this home; see the groups in its members file.")
        return found

    def append(self, drafts: Iterable[Draft]) -> Receipt:
        """Saves drafts, all or none, and returns after the commit; a draft sent again is reported as saved.

        Who answers, and for which group, is the session's and never the draft's. Where a draft says what it was
        written on top of, and others have written since, both are kept.
        """
        self._rights.participant()
        drafts = list(drafts)
        now = datetime.now(UTC)
        group = self.group(self._rights.own_group())
        intake = Intake(session=self.session, group=group, programme=self._programme, today=self._today())
        answers = [intake.answer(draft, now) for draft in drafts]
        with self._store.writing() as here:
            bases = {draft.id: draft.base for draft in drafts if draft.base is not None}
            standing = intake.save(here, answers, bases, going_on={draft.id for draft in drafts if draft.goes_on})
        merged = {sent.id: one.value for one, sent in zip(standing, answers, strict=True) if one.value != sent.value}
        return Receipt(ids=tuple(answer.id for answer in answers), time=now, merged=merged)

    def own(self, module: str) -> list[Answer]:
        """The participant's own current answers; nothing for a session that does not answer."""
        participant = self.session.participant
        if not participant:
            return []
        return self._store.current(group=self._rights.own_group(), participant=participant, module=module)

    def own_export(self) -> list[dict[str, Any]]:
        """Everything the participant has written and not erased, as plain rows: their own copy."""
        fields = ("module", "step", "round", "subject", "aspect", "value")
        return [
            {"time": row.time.isoformat(), **{field: getattr(row, field) for field in fields}}
            for row in self._store.changed_since(0, participant=self._rights.participant())
        ]

    def own_erase(self) -> int:
        """«Slett svarene mine»: deletes every answer of this participant; how many there were.

        The participant stays a member and their code goes on working, so that the same person is not counted twice
        if they answer again. What the group itself stated is not this person's, and stays.

        Answers that have been shown are erased all the same, and the group's picture has a dot less from then on.
        The releases that rested on them are marked as no longer frozen. Reports already handed out do not change.
        """
        return erase_participant(self._store, self._rights.participant(), role=self.session.role)

    def return_code(self) -> str:
        """A new personal code for another device; earlier ones go on working."""
        participant = self._rights.participant()
        return self._store.create_return_code(self._rights.own_group(), participant, role=self.session.role)

    def of_group(self, module: str, group: str | None = None) -> list[Answer]:
        """The group's own current statements."""
        return self._store.current(group=self._rights.content_of(group), participant="", module=module)

    def participation(self, module: str, group: str | None = None, *, as_of: int | None = None) -> Participation:
        """How many have at least one statement answered; those who keep their answers out have answered, too.

        At once, so it is for the group itself and the operator; a facilitator's `overview` is as it was last night.
        """
        chosen = self._rights.content_of(group)
        with self._store.reading() as here:
            return participation(here, module=module, group=chosen, as_of=as_of)

    def standing(self, module: str) -> Standing:
        """How the participant takes part: as a deputy, late, on another date than the group."""
        participant, group = self._rights.participant(), self._rights.own_group()
        with self._store.reading() as here:
            return standing(here, module=module, group=group, participant=participant)

    def revealed(self, module: str, round: int = 1, group: str | None = None) -> list[Answer] | None:
        """What everyone in the group has answered in the assessments, as it was when it was shown; None before that.

        Without those who keep their answers out, and with the comments that their writers share now.
        """
        chosen = self._rights.content_of(group)
        with self._store.reading() as here:
            shown = here.releases.newest(chosen, module, "room", round=round)
            if shown is None:
                return None
            return of_persons(here, self._module(module), chosen, as_of=shown.as_of, round=round)

    def is_revealed(self, module: str, round: int = 1, group: str | None = None) -> bool:
        """Whether the group has shown itself its answers."""
        chosen = self._rights.status_of(group)
        with self._store.reading() as here:
            return here.releases.newest(chosen, module, "room", round=round) is not None

    def reveal(self, module: str, round: int = 1) -> Release:
        """«Vis gruppas svar»: shows the group its answers and locks them; once done, again is the same."""
        group, language = self._rights.contact_group(), self.session.language
        with self._store.writing() as here:
            of = self._module(module)
            return show_answers(here, self._programme, of, group=group, round=round, language=language)

    def show_points(self, module: str) -> Release:
        """«Vis poengene»: shows the group what its members' points come to, and locks them; again is the same."""
        group, language = self._rights.contact_group(), self.session.language
        with self._store.writing() as here:
            return show_points(here, self._programme, self._module(module), group=group, language=language)

    def points(self, module: str) -> PointsGiven:
        """How many of the own group have given points away, and what they gave once it is shown, without who."""
        group = self._rights.content_of(None)
        with self._store.reading() as here:
            return points_of(here, module=module, group=group)

    def reply(self, module: str) -> Reply | None:
        """«Dette gjorde vi»: what was done with the module's feedback; for any role, as it is for everybody."""
        with self._store.reading() as here:
            return here.replies.of(self._programme.id, module)

    def moment(self, module: str, group: str | None = None) -> Moment:
        """Where the group's room is, as its contact leads it, or the facilitator where it follows."""
        chosen = self._rights.status_of(group)
        with self._store.reading() as here:
            return now_in(here, module=module, group=chosen, participant=self.session.participant)

    def lead(self, module: str, lead: Lead) -> Moment:
        """Leads the own group's room to a moment: the contact's alone."""
        group, language = self._rights.contact_group(), self.session.language
        check_lead(lead, self._programme, self._module(module))
        with self._store.writing() as here:
            return lead_group(here, lead, module=module, group=group, language=language)

    def present(self) -> int:
        """How many of the own group have a page open now: a number, kept nowhere, and 0 where no server knows."""
        return self._present_in(self._rights.own_group())

    def approval(self, module: str, group: str | None = None) -> Release | None:
        """The newest approval of the group's report: what stood at its `as_of` is what was approved."""
        chosen = self._rights.status_of(group)
        with self._store.reading() as here:
            return here.releases.newest(chosen, module, "report")

    def approval_in_force(self, module: str, group: str | None = None) -> Release | None:
        """The approval, as long as the group has written nothing since; what it covers is what the group says now."""
        return self._store.approval_in_force(self._rights.status_of(group), module)

    def erased_since_approval(self, module: str, group: str | None = None) -> bool:
        """Whether an answer that an approved report rests on has been erased since."""
        chosen = self._rights.status_of(group)
        with self._store.reading() as here:
            return any(not each.frozen for each in here.releases.all(group=chosen, module=module, audience="report"))

    def is_approved(self, module: str, group: str | None = None) -> bool:
        """Whether the group has approved its report."""
        return self.approval(module, group) is not None

    def approve(self, module: str) -> Release:
        """«Godkjenn rapporten»: as everything stands now; where nothing has changed since the last time, that one."""
        group = self._rights.contact_group()
        with self._store.writing() as here:
            if here.releases.newest(group, module, "room") is None:
                language = self.session.language
                words = translate("Gruppa må ha sett svarene sine sammen før rapporten kan godkjennes.", language)
                raise AccessDenied(words)
            as_of = here.answers.latest()
            persons = of_persons(here, self._module(module), group)
            content = hash_of([*persons, *here.answers.current(group=group, module=module, participant="")])
            before = here.releases.newest(group, module, "report")
            if before is not None and before.hash == content:
                return before
            detail = f"report of module {module}"
            here.audit.add("approval", "contact", detail, group=group, programme=self._programme.id)
            return here.releases.add(group, module, "report", as_of=as_of, hash=content)

    def everything(self, module: str, group: str | None = None, as_of: int | None = None) -> list[Answer]:
        """All that may leave its writers, of one group or of all: the operator's, for reports and analysis.

        Without those who keep their answers out, without private notes and without comments that are not shared.
        """
        self._rights.operate()
        assessments = assessments_of(self._module(module))
        with self._store.reading() as here:
            which: Which = {"module": module, "group": group or [each.id for each in here.groups.all()]}
            statements: Which = {**which, "participant": ""}
            persons = shared_answers(here, which, assessments=assessments, as_of=as_of)
            return [*persons, *here.answers.current(as_of, **statements)]

    def shown_in_rooms(self, module: str, round: int = 1) -> list[Answer]:
        """What the members of every group that has shown itself its answers have answered: the operator's, for regions.

        As it was when each group showed it, without what has been erased since.
        """
        self._rights.operate()
        with self._store.reading() as here:
            taking_part = {each.id for each in here.groups.all()}
            releases = [each for each in here.releases.all(module=module, audience="room") if each.round == round]
            shown = {each.group: each for each in releases if each.group in taking_part}
            return [
                answer
                for group, each in shown.items()
                for answer in of_persons(here, self._module(module), group, as_of=each.as_of, round=round)
            ]

    def release_region(
        self,
        module: str,
        audience: RegionAudience,
        *,
        units: int,
        people: int,
        figures: Sequence[Mapping[str, Any]],
        basis: Mapping[str, Mapping[str, str]],
        hidden: Mapping[str, int] | None = None,
    ) -> RegionRelease:
        """Freezes protected figures of many groups as they are shown to this audience from now on.

        The operator's and the facilitator's. hidden: by rule, how many figures it kept back, for the audit log.
        """
        self._rights.release()
        with self._store.writing() as here:
            detail = f"module {module}, to the {audience}: {units} municipalities, {people} people"
            here.audit.add("release", self.session.role, detail, programme=self._programme.id)
            if hidden:
                detail = f"module {module}, to the {audience}: {_counts(hidden)}"
                here.audit.add("hidden_figure", self.session.role, detail, programme=self._programme.id)
            return here.releases.add_of_region(
                module, audience, units=units, people=people, figures=figures, basis=basis
            )

    def note_hidden(self, module: str, group: str, hidden: Mapping[str, int]) -> None:
        """Writes into the audit log how many figures each rule kept out of a group's shared report: the operator's.

        Making the same report again adds nothing.
        """
        self._rights.operate()
        detail = f"module {module}, in the shared report: {_counts(hidden)}"
        with self._store.writing() as here:
            newest = here.audit.newest("hidden_figure", group=group)
            if hidden and (newest is None or newest.detail != detail):
                here.audit.add("hidden_figure", self.session.role, detail, group=group, programme=self._programme.id)

    def region_releases(self, module: str, audience: RegionAudience) -> list[RegionRelease]:
        """What this audience has been shown of the region, oldest first; for any role, as it holds no answers.

        What it rests on, which also says who is in it, is for the operator alone.
        """
        with self._store.reading() as here:
            found = here.releases.of_region(module, audience)
        return found if self.session.role == "operator" else [replace(each, basis={}) for each in found]

    def shared_words(self, module: str, step: str, group: str | None = None) -> list[list[str]]:
        """What those members wrote in a poll who share it with the group: a list for each, in the alphabet's order."""
        chosen = self._rights.content_of(group)
        given = self._store.current(group=chosen, module=module, step=step, aspect=("answer", "shared"))
        return words_shared(given)

    def release_words(
        self, module: str, step: str, *, as_of: int, words: Sequence[Mapping[str, Any]], hidden: int
    ) -> None:
        """Freezes protected words of many groups as everybody sees them from now on; the operator or facilitator."""
        self._rights.release()
        with self._store.writing() as here:
            detail = f"module {module}, words of step {step}: {len(words)} shown, S9 {hidden}"
            here.audit.add("release", self.session.role, detail, programme=self._programme.id)
            here.releases.add_of_words(module, step, as_of=as_of, words=words)

    def released_words(self, module: str, step: str) -> WordRelease | None:
        """The words of many groups as they were released last; for any role, as they are nobody's own."""
        with self._store.reading() as here:
            return here.releases.of_words(module, step)

    def latest(self) -> int:
        """A number that rises with every answer, release and erasure: look again when it has changed."""
        return self._store.revision()

    async def changes(self) -> AsyncIterator[None]:
        """Whenever it is time to look again at what others have written; never ends by itself."""
        seen = self.latest()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                latest = self.latest()
            except StoreError:
                # A store that is busy or away for a moment must not end the watch: the next look may succeed.
                _log.exception("Could not look for new answers")
                continue
            if latest != seen:
                seen = latest
                yield

    @contextmanager
    def one_look(self) -> Iterator[None]:
        """Within it, what is asked twice may be answered once: for looking again at a whole page at one moment."""
        yield


def _counts(hidden: Mapping[str, int]) -> str:
    return ", ".join(f"{rule} {count}" for rule, count in sorted(hidden.items()))
