"""One making of the demo: groups, answers, releases, in the order in which they would have come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

from kompetanse.answers.answer import Answer
from kompetanse.answers.crossing import Share
from kompetanse.answers.demo.groups import group_answers
from kompetanse.answers.demo.persons import Given, Person, feedback, person_answers
from kompetanse.answers.demo.truth import TO_TRY, GroupTruth, Truth
from kompetanse.answers.drafts import Draft, read
from kompetanse.answers.intake import municipality_of
from kompetanse.answers.release import Audience
from kompetanse.answers.sharing import hash_of, of_persons
from kompetanse.answers.store import Transaction
from kompetanse.answers.store.groups import participant_token
from kompetanse.programme.models import Instrument, LeadershipGroup, Module, Programme
from kompetanse.programme.municipality import municipalities

TEXTS = Path(__file__).with_name("texts.json")


class Making:
    """One making of a demo, inside one transaction: a half-made one never exists."""

    def __init__(self, here: Transaction, programme: Programme, module: Module, instrument: Instrument, truth: Truth):
        self._here = here
        self._programme = programme
        self._module = module
        self._instrument = instrument
        self._truth = truth
        self._texts = json.loads(TEXTS.read_text(encoding="utf-8"))
        self._ids = Random(f"{truth.seed}:ids")

    def everything(self) -> None:
        """Groups, persons' answers, what was shown, what groups stated, what they approved, in that order."""
        groups = {id_: self._group(id_, number) for number, id_ in enumerate(self._truth.groups)}
        for group in groups.values():
            self._here.groups.put(group)
        of_members = {id_: self._persons(group) for id_, group in groups.items()}
        self._here.answers.append(answer for answers in of_members.values() for answer in answers)
        after_gathering = [id_ for id_, group in self._truth.groups.items() if group.stage in {"gathered", "finished"}]
        self._release(after_gathering, "room", at=self._gathered)
        for id_ in after_gathering:
            self._here.answers.append(self._statements(groups[id_], of_members[id_]))
        self._cards([groups[id_] for id_ in after_gathering])
        finished = [id_ for id_ in after_gathering if self._truth.groups[id_].stage == "finished"]
        self._release(finished, "report", at=self._gathered + timedelta(days=6))
        for id_ in finished:
            self._here.answers.append(self._feedback(groups[id_], of_members[id_]))

    @property
    def _begun(self) -> datetime:
        return datetime.combine(self._module.phase("preparation").opens, time(8), UTC)

    @property
    def _gathered(self) -> datetime:
        dates = self._module.gathering_dates or (self._module.phase("gathering").opens,)
        return datetime.combine(min(dates), time(13), UTC)

    def _group(self, id_: str, number: int) -> LeadershipGroup:
        truth = self._truth.groups[id_]
        place = municipalities()[truth.municipality]
        known = truth.stage != "invited" or number % 2 == 0
        return LeadershipGroup(
            id=id_,
            name=place.name_norwegian,
            invited=truth.invited if known else None,
            contact=self._texts["contacts"][number % len(self._texts["contacts"])] if known else None,
            gathering_date=self._date(truth, number) if known else None,
            municipalities=(truth.municipality,),
            made_up=True,
        )

    def _date(self, truth: GroupTruth, number: int) -> date | None:
        dates = sorted(self._module.gathering_dates)
        if not dates:
            return None
        # Those who have finished were first; the others are spread over the rest.
        return dates[0] if truth.stage in {"gathered", "finished"} else dates[number % len(dates)]

    def _persons(self, group: LeadershipGroup) -> list[Answer]:
        truth = self._truth.groups[group.id]
        random = Random(f"{self._truth.seed}:{group.id}:persons")
        complete = truth.stage != "answering" or truth.municipality == TO_TRY
        answers: list[Answer] = []
        said: set[str] = set()
        for _ in range(truth.answered):
            person = Person.drawn(self._truth, random, complete=complete, said=said)
            participant = participant_token(random.randbytes(13))
            given = person_answers(
                person, self._module, self._instrument, truth=self._truth, group=group.id, texts=self._texts
            )
            starts = self._begun + timedelta(days=random.randint(0, 18), minutes=random.randint(0, 540))
            answers.extend(self._answers(given, group, participant=participant, starts=starts))
        return answers

    def _statements(self, group: LeadershipGroup, answers: Sequence[Answer]) -> list[Answer]:
        random = Random(f"{self._truth.seed}:{group.id}:statements")
        given = group_answers(
            self._module,
            self._instrument,
            answers,
            truth=self._truth,
            group=group.id,
            random=random,
            texts=self._texts,
        )
        return self._answers(given, group, participant="", starts=self._gathered)

    def _cards(self, gathered: Sequence[LeadershipGroup]) -> None:
        """Every second group that has met shares a practice card with all, as long as there are any to share."""
        step = next((step for step in self._module.steps if step.kind == "practice"), None)
        if step is None:
            return
        instrument = self._programme.instruments[step.content.instrument]
        known = [card for card in self._texts["cards"] if instrument.facet(card["facet"])]
        at = self._gathered + timedelta(hours=1)
        for group, card in zip(gathered[::2], known, strict=False):
            self._here.answers.append(self._answers([(step, "1", "card", card)], group, participant="", starts=at))
            self._here.exchanges.add_share(
                Share(
                    programme=self._programme.id,
                    module=self._module.id,
                    step=step.id,
                    subject="1",
                    group=group.id,
                    to_group=None,
                    cross=None,
                    as_of=self._here.answers.latest(),
                    time=at,
                )
            )

    def _feedback(self, group: LeadershipGroup, answers: Sequence[Answer]) -> list[Answer]:
        random = Random(f"{self._truth.seed}:{group.id}:feedback")
        said: list[Answer] = []
        for participant in dict.fromkeys(answer.participant for answer in answers):
            if random.random() < 0.3:
                continue
            given = feedback(random, self._module, self._texts)
            starts = self._gathered + timedelta(days=random.randint(7, 20))
            said.extend(self._answers(given, group, participant=participant, starts=starts))
        return said

    def _answers(
        self, given: Iterable[Given], group: LeadershipGroup, *, participant: str, starts: datetime
    ) -> list[Answer]:
        return [
            self._answer(one, group, participant=participant, at=starts + timedelta(seconds=20 * place))
            for place, one in enumerate(given)
        ]

    def _answer(self, given: Given, group: LeadershipGroup, *, participant: str, at: datetime) -> Answer:
        step, subject, aspect, value = given
        draft = Draft(
            id=f"demo-{self._ids.randbytes(12).hex()}",
            module=self._module.id,
            step=step.id,
            subject=subject,
            aspect=aspect,
            value=value,
        )
        content = read(draft, self._programme)
        return Answer(
            id=draft.id,
            time=at,
            programme=self._programme.id,
            version=self._programme.version,
            module=self._module.id,
            step=step.id,
            round=1,
            subject=content.subject,
            aspect=aspect,
            group=group.id,
            municipality=municipality_of(group),
            participant=participant,
            value=content.value,
            made_up=True,
        )

    def _release(self, groups: Iterable[str], audience: Audience, *, at: datetime) -> None:
        as_of = self._here.answers.latest()
        for group in groups:
            persons = of_persons(self._here, self._module, group)
            stated = self._here.answers.current(group=group, module=self._module.id, participant="")
            shown = persons if audience == "room" else [*persons, *stated]
            self._here.releases.add(group, self._module.id, audience, as_of=as_of, hash=hash_of(shown), time=at)
