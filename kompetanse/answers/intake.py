"""From a person's drafts to saved answers: who they are from, and what may not change any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kompetanse.answers.answer import Answer, Key
from kompetanse.answers.calendar import check_open
from kompetanse.answers.counting import LOCKED, is_late
from kompetanse.answers.deputies import check_deputy
from kompetanse.answers.drafts import Draft, choices, read, too_many
from kompetanse.answers.exchanging import take_back_emptied
from kompetanse.answers.leading import discussed
from kompetanse.answers.merging import merged
from kompetanse.answers.rights import Rights
from kompetanse.answers.session import Session
from kompetanse.errors import AccessDenied, InvalidAnswer
from kompetanse.language import translate
from kompetanse.programme.kinds import text_fields, validate
from kompetanse.programme.kinds.actions import ACTION, with_id
from kompetanse.programme.models import LeadershipGroup, Programme

if TYPE_CHECKING:
    from kompetanse.answers.store import Transaction


@dataclass(frozen=True)
class Intake:
    """The answers of one session for its own group."""

    session: Session
    group: LeadershipGroup
    programme: Programme
    today: date

    def answer(self, draft: Draft, time: datetime) -> Answer:
        """The draft as an answer from this session; InvalidAnswer or AccessDenied says why not."""
        participant = Rights(self.session).participant()
        content = read(draft, self.programme)
        language = self.session.language
        if content.step.who == "contact" and self.session.role != "contact":
            raise AccessDenied(translate("Bare gruppekontakten kan gjøre dette.", language))
        check_open(content.module, content.step, group=self.group, today=self.today, language=language)
        return Answer(
            id=draft.id,
            time=time,
            programme=self.programme.id,
            version=self.programme.version,
            module=content.module.id,
            step=content.step.id,
            round=draft.round,
            subject=content.subject,
            aspect=draft.aspect,
            group=self.group.id,
            municipality=municipality_of(self.group),
            participant="" if content.of_the_group else participant,
            value=content.value,
            made_up=self.group.made_up,
        )

    def save(
        self, here: Transaction, answers: Sequence[Answer], bases: Mapping[str, Any], *, going_on: Collection[str] = ()
    ) -> list[Answer]:
        """Adds what is not there yet, all or nothing, and returns all of it as it stands.

        What is there already is only confirmed: it was saved before anything was locked, and its sender never heard.
        bases: by id, what a value was written on top of. What others have written since is kept beside it.
        going_on: the ids of those that go on where their writer wrote last.
        """
        standing = self._standing(here, answers, bases, going_on)
        new = here.answers.not_there(standing)
        self._check_locks(here, new)
        self._check_choices(here, new)
        here.answers.append(new)
        take_back_emptied(here, new, role=self.session.role)
        if len(new) == len(standing):
            return standing
        # Others may have written on top of what was sent again.
        return [here.answers.newest(each.key) or each if each.id in bases else each for each in standing]

    def _standing(
        self, here: Transaction, answers: Sequence[Answer], bases: Mapping[str, Any], going_on: Collection[str]
    ) -> list[Answer]:
        """The answers with what others have written since; one that is there already as it was saved then."""
        touched = {answer.id for answer in answers if answer.id in bases or answer.aspect == ACTION}
        known, found = here.answers.known(touched), dict[Key, Answer]()
        standing = []
        for answer in answers:
            stands = answer
            if answer.id in touched:
                there = known.get(answer.id)
                if there is not None:
                    theirs = here.answers.newest(answer.key, before=there.seq)
                else:
                    theirs = found.get(answer.key) or here.answers.newest(answer.key)
                if answer.id in bases:
                    stands = self._merged(bases[answer.id], theirs, answer, goes_on=answer.id in going_on)
                if answer.aspect == ACTION:
                    before = there or theirs
                    stands = replace(stands, value=with_id(stands.value, before and before.value, answer=answer.id))
            found[answer.key] = stands
            standing.append(stands)
        return standing

    def _merged(self, base: Any, theirs: Answer | None, mine: Answer, *, goes_on: bool) -> Answer:
        module = self.programme.module(mine.module)
        step = module.step(mine.step) if module else None
        if step is None:
            return mine
        value = merged(base, theirs.value if theirs else None, mine.value, goes_on=goes_on, texts=text_fields(step))
        if value == mine.value:
            return mine
        # Two texts that fit may be too long as one.
        return replace(mine, value=validate(step, self.programme.instrument_of(step), mine.subject, mine.aspect, value))

    def _check_locks(self, here: Transaction, new: Sequence[Answer]) -> None:
        language = self.session.language
        for module in {answer.module for answer in new if not answer.participant and not self._comes_after(answer)}:
            if here.moments.of_group(self.group.id, module).locked:
                raise AccessDenied(
                    translate("Det dere er enige om, er låst. Gruppekontakten kan åpne igjen.", language)
                )
        self._check_second_round(here, new)
        participant = self.session.participant or ""
        check_deputy(here, new, group=self.group, participant=participant, language=language)
        for module, round in {(answer.module, answer.round) for answer in new if answer.aspect in LOCKED}:
            if here.releases.newest(self.group.id, module, "room", round=round) is None:
                continue
            # What comes late is kept, and is in nothing that the group has seen.
            if round > 1 or not is_late(here, module=module, group=self.group.id, participant=participant):
                raise AccessDenied(translate("Svarene er låst, så alle ser det samme bildet", language))
        for module in {answer.module for answer in new if answer.aspect == "points"}:
            if here.releases.newest(self.group.id, module, "points") is not None:
                raise AccessDenied(translate("Svarene er låst, så alle ser det samme bildet", language))

    def _check_second_round(self, here: Transaction, new: Sequence[Answer]) -> None:
        """Again one answers how it is today, on what the group has talked about since it saw the first answers."""
        again = [answer for answer in new if answer.round > 1 and answer.aspect in LOCKED]
        for module in {answer.module for answer in again}:
            themes = discussed(here, module=module, group=self.group.id)
            shown = here.releases.newest(self.group.id, module, "room", round=1)
            for answer in again:
                if shown is None or answer.aspect != "as-is" or self._theme_of(answer) not in themes:
                    words = translate("I andre runde svarer dere på temaene dere har drøftet.", self.session.language)
                    raise AccessDenied(words)

    def _comes_after(self, answer: Answer) -> bool:
        """Whether the answer is of the follow-up: what was agreed on in the room is locked, not what comes of it."""
        module = self.programme.module(answer.module)
        phases = module.phases if module else ()
        return any(step.id == answer.step for phase in phases if phase.kind == "follow_up" for step in phase.steps)

    def _theme_of(self, answer: Answer) -> str:
        module = self.programme.module(answer.module)
        step = module.step(answer.step) if module else None
        instrument = self.programme.instrument_of(step) if step else None
        facet = instrument.facet_of(answer.subject) if instrument else None
        return facet.id if facet else ""

    def _check_choices(self, here: Transaction, new: Sequence[Answer]) -> None:
        for module in self.programme.modules:
            limits = tuple(choices(self.programme, module))
            chosen = [a for a in new if a.module == module.id and a.aspect in {limit.aspect for limit in limits}]
            if not chosen:
                continue
            current = here.answers.current(
                group=self.group.id,
                participant={answer.participant for answer in chosen},
                module=module.id,
                aspect={answer.aspect for answer in chosen},
            )
            if broken := too_many(current, chosen, limits):
                language, most = self.session.language, broken.most
                raise InvalidAnswer(
                    translate("Velg inntil {most} temaer. Ta bort ett før du velger et nytt.", language, most=most)
                )


def municipality_of(group: LeadershipGroup) -> str | None:
    """The group's municipality; None where it has several or none."""
    return group.municipalities[0] if len(group.municipalities) == 1 else None
