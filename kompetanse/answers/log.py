"""The log as one session may use it: read, append, show, approve, erase."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from kompetanse.answers.drafts import Content, Draft, choices, read, too_many
from kompetanse.answers.session import ANSWERING, Role, Session
from kompetanse.answers.store import Answer, Release, Store, Transaction
from kompetanse.answers.store.answer import to_json
from kompetanse.answers.store.answers import Which
from kompetanse.errors import AccessDenied, InputError, InvalidAnswer
from kompetanse.language import day, translate
from kompetanse.programme.models import LeadershipGroup, Module, Programme
from kompetanse.settings import Settings

__all__ = ["AnswerLog", "Draft", "Participation", "Receipt"]

#: Fewer than this, and a figure would show one person to another.
FEWEST_SHOWN = 3

#: What a person can no longer change once the group has seen it. Comments are not locked: see `revealed`.
LOCKED = frozenset({"as-is", "to-be", "importance", "withheld"})

#: Said about a person's own answers, not answers: nobody else needs them.
_PRIVATE = frozenset({"note", "comment-shared", "withheld"})

_SEES_ALL_COUNTS: frozenset[Role] = frozenset({"facilitator", "operator"})


@dataclass(frozen=True)
class Receipt:
    """What has been saved: these ids, until this seq, at this time. Given only after the commit."""

    ids: tuple[str, ...]
    seq: int
    time: datetime


@dataclass(frozen=True)
class Participation:
    """How many have answered of how many who are invited."""

    answered: int
    invited: int | None


@dataclass(frozen=True)
class Erased:
    """How much was erased."""

    answers: int


class AnswerLog:
    """Everything a session may do with answers; what it may not is AccessDenied."""

    def __init__(self, session: Session, store: Store, programme: Programme, *, today: Callable[[], date] = date.today):
        if session.programme not in {"", programme.id}:
            raise AccessDenied(f"This sign-in is for another programme than {programme.id}; sign in again.")
        self.session = session
        self._store = store
        self._programme = programme
        self._today = today

    @classmethod
    def open(cls, session: Session, settings: Settings, programme: Programme) -> AnswerLog:
        """The log of the home that the settings name."""
        return cls(session, Store.open(settings.home, settings.database), programme)

    # What a session sees of groups

    def groups(self) -> list[LeadershipGroup]:
        """The groups this session may know of: its own, or all."""
        if self.session.group is not None:
            return [self.group(self.session.group)]
        if self.session.role in ANSWERING or self.session.role == "room":
            return []
        return self._store.groups()

    def group(self, group_id: str) -> LeadershipGroup:
        """The group with this id; AccessDenied where the session belongs to another one."""
        self._own_group(group_id)
        found = self._store.group(group_id)
        if found is None:
            raise InputError(f"There is no group {group_id!r:.80} in this home.")
        return found

    # Answering

    def append(self, drafts: Iterable[Draft]) -> Receipt:
        """Saves drafts, all or none, and returns after the commit; a draft sent again is reported as saved.

        Who answers, and for which group, is the session's and never the draft's.
        """
        if self.session.role not in ANSWERING or self.session.participant is None:
            raise AccessDenied(translate("Bare ledergruppa selv kan svare", self.session.language))
        group = self.group(self._required_group())
        now = datetime.now(UTC)
        answers = [self._answer(draft, read(draft, self._programme), group, now) for draft in drafts]
        with self._store.writing() as here:
            new = self._new(here, answers)
            for answer in new:
                self._may_change(here, answer, group)
            self._check_choices(here, new)
            here.answers.append(new)
            seq = here.answers.latest()
        return Receipt(ids=tuple(answer.id for answer in answers), seq=seq, time=now)

    def own(self, module: str) -> list[Answer]:
        """The participant's own current answers."""
        if self.session.participant is None:
            return []
        return self._store.current(group=self._required_group(), participant=self.session.participant, module=module)

    def own_export(self) -> list[dict[str, Any]]:
        """Everything the participant has written and not erased, as plain rows: their own copy."""
        if self.session.participant is None:
            return []
        with self._store.reading() as here:
            rows = here.answers.changed_since(0, participant=self.session.participant)
        return [
            {
                "time": answer.time.isoformat(),
                "module": answer.module,
                "step": answer.step,
                "round": answer.round,
                "subject": answer.subject,
                "aspect": answer.aspect,
                "value": answer.value,
            }
            for answer in rows
        ]

    def own_erase(self) -> Erased:
        """«Slett svarene mine»: deletes every answer of this participant and leaves a tombstone with counts only.

        The participant stays a member and their code goes on working, so that the same person is not counted twice
        if they answer again. What the group itself stated stays; it is not this person's.

        After the answers have been shown they are erased all the same. The group's picture is then drawn without
        them, and the releases that rested on them are marked as no longer frozen: their hash cannot be found again.
        Reports that were already made and handed out do not change.
        """
        participant = self.session.participant
        if participant is None:
            raise AccessDenied(translate("Bare ledergruppa selv kan svare", self.session.language))
        with self._store.writing() as here:
            rows = here.answers.changed_since(0, participant=participant)
            if not rows:
                return Erased(answers=0)
            here.ledger.bury(as_of=here.answers.latest(), participants=1, answers=len(rows))
            here.answers.erase(participant)
            for group in {answer.group for answer in rows}:
                here.releases.thaw(group, since=min(a.seq or 0 for a in rows if a.group == group))
            here.ledger.write("erase", self.session.role, counts={"answers": len(rows)})
        self._store.forget_erased()
        return Erased(answers=len(rows))

    def return_code(self) -> str:
        """A new personal code for another device; earlier ones go on working."""
        if self.session.role not in ANSWERING or self.session.participant is None:
            raise AccessDenied(translate("Bare ledergruppa selv kan svare", self.session.language))
        return self._store.create_return_code(self._required_group(), self.session.participant, role=self.session.role)

    # What the group sees

    def of_group(self, module: str, group: str | None = None) -> list[Answer]:
        """The group's own current statements."""
        return self._store.current(group=self._group_of(group), participant="", module=module)

    def participation(self, module: str, group: str | None = None) -> Participation:
        """How many have at least one statement answered; those who keep their answers out have answered, too."""
        chosen = self._group_of(group) if self.session.role not in _SEES_ALL_COUNTS else self._required(group)
        found = self._store.group(chosen)
        with self._store.reading() as here:
            answered = here.answers.participants(group=chosen, module=module, aspect="as-is")
        return Participation(answered=len(answered), invited=found.invited if found else None)

    def revealed(self, module: str, round: int = 1, group: str | None = None) -> list[Answer] | None:
        """What everyone in the group has answered, as it was when it was shown; None before that.

        Without those who keep their answers out. Comments are taken as they are now, and only what their writer
        shares now: what somebody takes back is gone.
        """
        chosen = self._group_of(group)
        with self._store.reading() as here:
            shown = self._release(here, module, chosen, "room", round)
            if shown is None:
                return None
            return self._shared(here, chosen, module, as_of=shown.as_of, round=round)

    def is_revealed(self, module: str, round: int = 1, group: str | None = None) -> bool:
        """Whether the group has shown itself its answers."""
        chosen = self._group_of(group)
        with self._store.reading() as here:
            return self._release(here, module, chosen, "room", round) is not None

    def reveal(self, module: str, round: int = 1) -> Release:
        """«Vis gruppas svar»: shows the group its answers and locks them: the contact's button."""
        group = self._contact_group()
        language = self.session.language
        with self._store.writing() as here:
            shown = self._release(here, module, group, "room", round)
            if shown is not None:
                return shown
            answered = here.answers.participants(group=group, module=module, aspect="as-is", round=round)
            if len(answered) < FEWEST_SHOWN:
                raise AccessDenied(
                    translate("Minst {fewest} må ha svart før svarene kan vises", language, fewest=FEWEST_SHOWN)
                )
            as_of = here.answers.latest()
            answers = here.answers.current(as_of, group=group, module=module, round=round)
            here.ledger.write("reveal", "contact", group=group, module=module, counts={"answered": len(answered)})
            return here.releases.add(group, module, "room", as_of=as_of, hash=hash_of(answers), round=round)

    # What leaves the group

    def approval(self, module: str, group: str | None = None) -> Release | None:
        """The newest approval of the group's report: what stood at its `as_of` is what was approved."""
        chosen = self._group_of(group) if self.session.role not in _SEES_ALL_COUNTS else self._required(group)
        with self._store.reading() as here:
            return self._release(here, module, chosen, "report")

    def is_approved(self, module: str, group: str | None = None) -> bool:
        """Whether the group has approved its report."""
        return self.approval(module, group) is not None

    def approve(self, module: str) -> Release:
        """«Godkjenn rapporten»: approves it as the group's statements stand now: the contact's button."""
        group = self._contact_group()
        with self._store.writing() as here:
            as_of = here.answers.latest()
            content = hash_of(here.answers.current(as_of, group=group, module=module))
            before = self._release(here, module, group, "report")
            if before is not None and before.hash == content:
                return before
            here.ledger.write("approve", "contact", group=group, module=module)
            return here.releases.add(group, module, "report", as_of=as_of, hash=content)

    def everything(self, module: str, group: str | None = None, as_of: int | None = None) -> list[Answer]:
        """All that may leave its writers, of one group or of all: the operator's, for reports and analysis.

        Without those who keep their answers out, without private notes and without comments that are not shared.
        """
        if self.session.role != "operator":
            raise AccessDenied(translate("Bare den som drifter løsningen, kan gjøre dette", self.session.language))
        with self._store.reading() as here:
            groups = [each.id for each in here.groups.all()] if group is None else [group]
            return [
                answer
                for each in groups
                for answer in (
                    *self._shared(here, each, module, as_of=as_of),
                    *here.answers.current(as_of, group=each, module=module, participant=""),
                )
            ]

    def latest(self) -> int:
        """A number that rises with every answer, release and erasure: look again when it has changed."""
        return self._store.revision()

    # Inside

    def _answer(self, draft: Draft, content: Content, group: LeadershipGroup, now: datetime) -> Answer:
        if content.step.who == "contact" and self.session.role != "contact":
            raise AccessDenied(translate("Bare gruppekontakten kan gjøre dette", self.session.language))
        self._is_open(content.module, content.step.id, group)
        return Answer(
            id=draft.id,
            time=now,
            programme=self._programme.id,
            version=self._programme.version,
            module=content.module.id,
            step=content.step.id,
            round=draft.round,
            subject=content.subject,
            aspect=draft.aspect,
            group=group.id,
            municipality=group.municipalities[0] if len(group.municipalities) == 1 else None,
            participant="" if content.of_the_group else self.session.participant or "",
            value=content.value,
            made_up=group.made_up,
        )

    def _is_open(self, module: Module, step: str, group: LeadershipGroup) -> None:
        """A phase takes no answers before it opens. After it has closed it still does: late answers are useful,
        and what must not change any more is locked when it is shown. A group that is made up knows no calendar."""
        phase = next(phase for phase in module.phases if any(each.id == step for each in phase.steps))
        if group.made_up or self._today() >= phase.opens:
            return
        language = self.session.language
        raise AccessDenied(
            translate("{phase} åpner {day}", language, phase=phase.title.to(language), day=day(phase.opens, language))
        )

    def _new(self, here: Transaction, answers: Sequence[Answer]) -> list[Answer]:
        """Those that are not saved yet; an id that is taken by something else is refused."""
        there = here.answers.known([answer.id for answer in answers])
        new: dict[str, Answer] = {}
        for answer in answers:
            found = there.get(answer.id) or new.get(answer.id)
            if found is None:
                new[answer.id] = answer
            elif not answer.says_the_same(found):
                raise InvalidAnswer(f"The id {answer.id!r} belongs to another answer; send this one with a new id.")
        return list(new.values())

    def _may_change(self, here: Transaction, answer: Answer, group: LeadershipGroup) -> None:
        if answer.aspect in LOCKED and self._release(here, answer.module, group.id, "room", answer.round) is not None:
            raise AccessDenied(translate("Svarene er låst, så alle ser det samme bildet", self.session.language))

    def _check_choices(self, here: Transaction, new: Sequence[Answer]) -> None:
        for module_id in {answer.module for answer in new if answer.value is True}:
            module = self._programme.module(module_id)
            if module is None:
                continue
            limits = list(choices(self._programme, module))
            current = here.answers.current(
                group=self._required_group(),
                participant=["", self.session.participant or ""],
                module=module_id,
                aspect=[limit.aspect for limit in limits],
            )
            if found := too_many(current, [answer for answer in new if answer.module == module_id], limits):
                raise InvalidAnswer(found)

    def _shared(
        self, here: Transaction, group: str, module: str, *, as_of: int | None, round: int | None = None
    ) -> list[Answer]:
        """What members of a group have answered and let out of their hands."""
        steps = self._assessments(module)
        which: Which = {"group": group, "module": module, "step": steps}
        if round is not None:
            which["round"] = round
        then = here.answers.current(as_of, **which)
        which["aspect"] = ["comment", "comment-shared"]
        now = here.answers.current(**which)
        out = {a.participant for a in then if a.aspect == "withheld" and a.value}
        shared = {(a.participant, a.step, a.round, a.subject) for a in now if a.aspect == "comment-shared" and a.value}
        comments = [a for a in now if a.aspect == "comment" and (a.participant, a.step, a.round, a.subject) in shared]
        kept = [a for a in then if a.aspect not in _PRIVATE | {"comment"}]
        return [answer for answer in (*kept, *comments) if answer.participant and answer.participant not in out]

    def _assessments(self, module: str) -> list[str]:
        found = self._programme.module(module)
        if found is None:
            known = ", ".join(each.id for each in self._programme.modules)
            raise InputError(f"There is no module {module!r:.80} in this programme; it has {known}.")
        return [step.id for step in found.steps if step.kind == "assessment"]

    @staticmethod
    def _release(here: Transaction, module: str, group: str, audience: Any, round: int | None = None) -> Release | None:
        found = here.releases.all(group=group, module=module, audience=audience)
        return next((each for each in reversed(found) if round is None or each.round == round), None)

    def _own_group(self, group_id: str) -> None:
        restricted = self.session.group is not None or self.session.role in ANSWERING or self.session.role == "room"
        if restricted and self.session.group != group_id:
            raise AccessDenied(translate("Dette er en annen gruppe enn din", self.session.language))

    def _group_of(self, group: str | None) -> str:
        """The session's own group; another one only for the operator."""
        if self.session.role != "operator" and self.session.group is None:
            raise AccessDenied(translate("Dette er bare for gruppa selv", self.session.language))
        chosen = self._required(group)
        self._own_group(chosen)
        return chosen

    def _required(self, group: str | None) -> str:
        chosen = group or self.session.group
        if chosen is None:
            raise InputError("Name the group; this session belongs to none.")
        return chosen

    def _required_group(self) -> str:
        return self._required(None)

    def _contact_group(self) -> str:
        if self.session.role != "contact":
            raise AccessDenied(translate("Bare gruppekontakten kan gjøre dette", self.session.language))
        return self._required_group()


def hash_of(answers: Iterable[Answer]) -> str:
    """A hash of what the answers say, whoever asks and in whatever order they are."""
    lines = sorted(to_json([*answer.key, answer.value]) for answer in answers)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
