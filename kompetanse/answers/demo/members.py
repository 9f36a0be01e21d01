"""The invented members of a practice group: what each of them says, and how long after what.

All of it follows from the group, the time its practice began and what the group has done since. So nothing about them
is kept anywhere: whoever asks again, also after a restart, is told the same.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from statistics import median
from typing import Any

from kompetanse.answers.demo.making import TEXTS
from kompetanse.answers.demo.persons import Given, Person, feedback, person_answers
from kompetanse.answers.demo.polling import Texts, made_up_answer, made_up_points
from kompetanse.answers.demo.truth import Truth, make_truth
from kompetanse.answers.drafts import Draft
from kompetanse.answers.poll_run import PollRun
from kompetanse.answers.practising import MEMBERS
from kompetanse.answers.store.groups import participant_token
from kompetanse.errors import InputError
from kompetanse.language import Language
from kompetanse.programme.models import Instrument, LeadershipGroup, Module, Programme
from kompetanse.programme.municipality import municipalities

#: Seconds from one member's first answer to about that of the next, and from one answer to the next.
APART, EACH = 18.0, 1.5
#: Seconds after a theme was talked about, and after the report was approved, that the first of them says something.
SECOND_THOUGHT, AFTERWARDS = 8.0, 15.0
#: Seconds after a poll was put to the room, or after somebody gave the first points, that the first of them answers,
#: and between two of them: all have answered within half a minute.
ASKED, NEXT = 3.0, 4.0
#: The one of them who writes the programme's other Norwegian, as somebody does in most groups.
OTHER_LANGUAGE = 3


@dataclass(frozen=True)
class Saying:
    """What a member says, and when."""

    at: datetime
    participant: str
    draft: Draft


@dataclass(frozen=True)
class Done:
    """What the group has done so far that its members answer to.

    discussed: by theme, when it was marked as talked about. approved: when the report was. pointed: when one of those
    who practise gave points away, and `comparable` what points can be given to.
    """

    discussed: Mapping[str, datetime]
    approved: datetime | None = None
    pointed: datetime | None = None
    comparable: Collection[str] = ()


@dataclass(frozen=True)
class Vote:
    """What a member answers to a poll that was put to the room, and when: by a device, as anybody does."""

    at: datetime
    run: PollRun
    round: int
    device: str
    id: str
    value: object


@dataclass(frozen=True)
class Members:
    """The invented members of one practice, in one module."""

    group: LeadershipGroup
    programme: Programme
    module: Module

    def sayings(self, done: Done) -> Iterator[Saying]:
        """Everything that the members say in answer to what the group has done, each at its time."""
        yield from self._first_round
        for theme, when in done.discussed.items():
            yield from self._again(theme, when)
        if done.pointed is not None and done.comparable:
            yield from self._points(done.pointed, sorted(done.comparable))
        if done.approved is not None:
            yield from self._afterwards(done.approved)

    def votes(self, run: PollRun, round: int, asked: datetime) -> Iterator[Vote]:
        """What the members answer to a poll of their group, one after the other from when it was `asked`."""
        room = f"{self._seed} {run.id} {round}"
        order = Random(f"{room} order").sample(range(MEMBERS), MEMBERS)
        for place, number in enumerate(order):
            own = Random(f"{room} {number}")
            at = asked + timedelta(seconds=ASKED + NEXT * place + own.uniform(0, 2))
            device, id = _token(f"{self._seed} device {number}"), _token(f"{room} form {number}")
            value = made_up_answer(run.content, self._spoken(number, run), room=room, own=own, place=number)
            if value is not None:
                yield Vote(at, run, round, device, id, value)

    @property
    def began(self) -> datetime:
        """When the practice began."""
        if self.group.practice is None:
            raise InputError(f"The group {self.group.id!r:.80} is no practice group.")
        return self.group.practice

    @cached_property
    def _instrument(self) -> Instrument:
        found = self.programme.instrument_of_module(self.module)
        if found is None:
            raise InputError(f"Module {self.module.id!r} has no assessment, so there is nothing to practise on.")
        return found

    @cached_property
    def _truth(self) -> Truth:
        number = int.from_bytes(hashlib.sha256(self._seed.encode()).digest()[:6])
        return make_truth(self._instrument, [next(iter(municipalities().values()))], [self.group.id], seed=number)

    @cached_property
    def _texts(self) -> Mapping[str, Any]:
        texts: Mapping[str, Any] = json.loads(TEXTS.read_text(encoding="utf-8"))
        return texts

    def _texts_of(self, number: int) -> Mapping[str, Any]:
        """What a member writes, in the first language of the programme; one of them in its other Norwegian."""
        norwegian: list[Language] = [each for each in self.programme.languages if each in {"nb", "nn"}]
        writes = norwegian[1] if number == OTHER_LANGUAGE and len(norwegian) > 1 else next(iter(norwegian), "nb")
        return {**self._texts, **self._texts["nn"]} if writes == "nn" else self._texts

    def _spoken(self, number: int, run: PollRun) -> Texts:
        texts = self._texts_of(number)
        room = texts["room"]
        # What a module asks for in words, it has asked for before; what a contact asks, nobody knows.
        return Texts(texts["words"] if run.step else room["words"], room["open"])

    @property
    def _seed(self) -> str:
        return f"{self.group.id} {self.began.isoformat()}"

    @cached_property
    def participants(self) -> tuple[str, ...]:
        """Their tokens."""
        return tuple(participant_token(self._random(f"token {number}").randbytes(13)) for number in range(MEMBERS))

    @cached_property
    def _first_round(self) -> tuple[Saying, ...]:
        said: set[str] = set()
        made: list[Saying] = []
        for number, participant in enumerate(self.participants):
            random = self._random(f"person {number}")
            person = Person.drawn(self._truth, random, complete=True, said=said)
            starts = self.began + timedelta(seconds=APART * number + random.uniform(3, 12))
            given = person_answers(
                person,
                self.module,
                self._instrument,
                truth=self._truth,
                group=self.group.id,
                texts=self._texts_of(number),
            )
            made.extend(self._at(starts, participant, given))
        return tuple(made)

    def _again(self, theme: str, when: datetime) -> Iterator[Saying]:
        """The second round on a theme: most have come nearer to the middle of what they said first."""
        facet, scale = self._instrument.facet(theme), self._instrument.scale
        if facet is None:
            return
        before = {
            (each.participant, each.draft.subject): each.draft.value
            for each in self._first_round
            if each.draft.aspect == "as-is" and isinstance(each.draft.value, int)
        }
        for number, participant in enumerate(self.participants):
            random = self._random(f"again {number} {theme}")
            starts = when + timedelta(seconds=SECOND_THOUGHT + 3 * number + random.uniform(0, 3))
            given: list[Given] = []
            for item in self._instrument.short_items(facet):
                own = before.get((participant, item.id))
                if own is None:
                    continue
                middle = median(value for (_, subject), value in before.items() if subject == item.id)
                nearer = 0.4 * own + 0.6 * middle
                value = min(max(round(random.gauss(nearer, 0.3)), scale.low), scale.high)
                step = next(
                    each
                    for each in self.module.steps
                    if each.kind == "assessment" and each.content.axis in {None, facet.axis}
                )
                given.append((step, item.id, "as-is", value))
            yield from self._at(starts, participant, given, round=2)

    def _points(self, when: datetime, options: list[str]) -> Iterator[Saying]:
        """Each one's own 100 points; where there is something else to compare since, they give them anew."""
        step = next((each for each in self.module.steps if each.kind == "priorities"), None)
        if step is None:
            return
        over = " ".join(options)
        for number, participant in enumerate(self.participants):
            own = self._random(f"points {number} {over}")
            value = made_up_points(options, room=f"{self._seed} points {over}", own=own)
            starts = when + timedelta(seconds=ASKED + NEXT * number + own.uniform(0, 2))
            yield from self._at(starts, participant, [(step, step.id, "points", value)], about=over)

    def _afterwards(self, when: datetime) -> Iterator[Saying]:
        for number, participant in enumerate(self.participants):
            random = self._random(f"feedback {number}")
            starts = when + timedelta(seconds=AFTERWARDS + 4 * number)
            yield from self._at(starts, participant, feedback(random, self.module, self._texts_of(number)))

    def _at(
        self, starts: datetime, participant: str, given: Iterable[Given], *, round: int = 1, about: str = ""
    ) -> Iterator[Saying]:
        for place, (step, subject, aspect, value) in enumerate(given):
            named = f"{self._seed} {participant} {step.id} {subject} {aspect} {round}{about}"
            draft = Draft(
                # The same again is known by its id, so that nothing is ever said twice.
                id=f"ovelse-{hashlib.sha256(named.encode()).hexdigest()[:32]}",
                module=self.module.id,
                step=step.id,
                subject=subject,
                aspect=aspect,
                value=value,
                round=round,
            )
            yield Saying(starts + timedelta(seconds=EACH * place), participant, draft)

    def _random(self, what: str) -> Random:
        return Random(f"{self._seed} {what}")


def _token(named: str) -> str:
    """A token as a phone or a form has one."""
    return urlsafe_b64encode(hashlib.sha256(named.encode()).digest()[:16]).decode()[:22]
