"""A home of made-up answers: groups, answers, releases, codes, and the truth beside them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from kompetanse.answers.demo.groups import group_answers
from kompetanse.answers.demo.persons import Given, Person, feedback, person_answers
from kompetanse.answers.demo.truth import FINISHED_SIZES, TO_TRY, GroupTruth, Truth, make_truth
from kompetanse.answers.drafts import Draft, read
from kompetanse.answers.intake import municipality_of
from kompetanse.answers.sharing import hash_of, of_persons
from kompetanse.answers.store import Answer, Store, Transaction
from kompetanse.answers.store.groups import participant_token
from kompetanse.errors import InputError
from kompetanse.programme.models import Instrument, LeadershipGroup, Module, Programme
from kompetanse.programme.municipality import Municipality, municipalities

TRUTH_FILE = "truth.json"
CODES_FILE = "demo-codes.json"
TEXTS = Path(__file__).with_name("texts.json")


@dataclass(frozen=True)
class Codes:
    """The codes to try: for a leader and the contact of one group, and for the facilitator."""

    leader: str
    contact: str
    facilitator: str


@dataclass(frozen=True)
class Demo:
    """A home of made-up answers. `group` is the one to fill in for; `finished` the groups to make reports of."""

    codes: Codes
    group: str
    finished: tuple[str, ...]
    truth: dict[str, Any]
    #: Whether it was made now, rather than found.
    made: bool


def make_demo(store: Store, programme: Programme, *, seed: int = 2026) -> Demo:
    """The demo in this home: made if it is not there, and else left as it is."""
    groups = store.groups()
    if any(not group.made_up for group in groups):
        raise InputError(f"The home {store.home} holds real groups; make the demo in another one with --home DIR.")
    module = programme.modules[0]
    instrument = programme.instrument_of_module(module)
    if instrument is None:
        raise InputError(f"Module {module.id!r} has no assessment, so there is nothing to make up answers to.")
    made = not groups
    if made:
        places = _places(programme)
        truth = make_truth(instrument, places, _ids(places), seed=seed)
        with store.writing() as here:
            _Making(here, programme, module, instrument, truth).everything()
        _write(store.home / TRUTH_FILE, truth.as_json())
    tried = _to_try(store)
    return Demo(
        codes=_codes(store, tried),
        group=tried,
        finished=_finished(store, module),
        truth=_stated(store, instrument, programme, seed),
        made=made,
    )


class _Making:
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

    def _date(self, truth: GroupTruth, number: int) -> Any:
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
        for _ in range(truth.answered):
            person = Person.drawn(self._truth, random, complete=complete)
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

    def _feedback(self, group: LeadershipGroup, answers: Sequence[Answer]) -> list[Answer]:
        random = Random(f"{self._truth.seed}:{group.id}:feedback")
        said: list[Answer] = []
        for participant in dict.fromkeys(answer.participant for answer in answers):
            if random.random() < 0.3:
                continue
            given = feedback(Person.drawn(self._truth, random, complete=True), self._module, self._texts)
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

    def _release(self, groups: Iterable[str], audience: Any, *, at: datetime) -> None:
        as_of = self._here.answers.latest()
        for group in groups:
            persons = of_persons(self._here, self._module, group)
            stated = self._here.answers.current(group=group, module=self._module.id, participant="")
            shown = persons if audience == "room" else [*persons, *stated]
            self._here.releases.add(group, self._module.id, audience, as_of=as_of, hash=hash_of(shown), time=at)


def _places(programme: Programme) -> list[Municipality]:
    return [
        place
        for place in municipalities().values()
        if not programme.counties or place.county_number in programme.counties
    ]


def _ids(places: Sequence[Municipality]) -> list[str]:
    """A group's id is its municipality's slug, with the number where two have the same."""
    slugs = [place.slug for place in places]
    return [place.slug if slugs.count(place.slug) == 1 else f"{place.slug}-{place.number}" for place in places]


def _to_try(store: Store) -> str:
    groups = store.groups()
    return next((group.id for group in groups if TO_TRY in group.municipalities), groups[0].id)


def _finished(store: Store, module: Module) -> tuple[str, ...]:
    """The groups to make reports of: those of 3, 5 and 8, else any three that have approved theirs."""
    wanted = [group.id for group in store.groups() if set(group.municipalities) & set(FINISHED_SIZES)]
    approved = [release.group for release in store.releases(module=module.id, audience="report")]
    return tuple(dict.fromkeys([*(group for group in wanted if group in approved), *approved]))[:3]


def _stated(store: Store, instrument: Instrument, programme: Programme, seed: int) -> dict[str, Any]:
    path = store.home / TRUTH_FILE
    if not path.is_file():
        # The process may have been killed between the commit and the file.
        places = _places(programme)
        _write(path, make_truth(instrument, places, _ids(places), seed=seed).as_json())
    stated: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return stated


def _codes(store: Store, group: str) -> Codes:
    """The codes of this home, kept in the open beside it: they only lead to made-up answers."""
    path = store.home / CODES_FILE
    if not path.is_file():
        _write(
            path,
            {
                "leader": store.create_code("leader", group),
                "contact": store.create_code("contact", group),
                "facilitator": store.create_code("facilitator"),
            },
        )
    return Codes(**json.loads(path.read_text(encoding="utf-8")))


def _write(path: Path, content: dict[str, Any]) -> None:
    own = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(own, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
    os.replace(own, path)
