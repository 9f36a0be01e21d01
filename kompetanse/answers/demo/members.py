"""The invented members of a practice group: what each of them says, and how long after what.

All of it follows from the group, the time its practice began and what the group has done since. So nothing about them
is kept anywhere: whoever asks again, also after a restart, is told the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from statistics import median
from typing import Any

from kompetanse.answers.demo.making import TEXTS
from kompetanse.answers.demo.persons import Given, Person, feedback, person_answers
from kompetanse.answers.demo.truth import Truth, make_truth
from kompetanse.answers.drafts import Draft
from kompetanse.answers.practising import MEMBERS
from kompetanse.answers.store.groups import participant_token
from kompetanse.errors import InputError
from kompetanse.programme.models import Instrument, LeadershipGroup, Module, Programme
from kompetanse.programme.municipality import municipalities

#: Seconds from one member's first answer to about that of the next, and from one answer to the next.
APART, EACH = 18.0, 1.5
#: Seconds after a theme was talked about, and after the report was approved, that the first of them says something.
SECOND_THOUGHT, AFTERWARDS = 8.0, 15.0


@dataclass(frozen=True)
class Saying:
    """What a member says, and when."""

    at: datetime
    participant: str
    draft: Draft


@dataclass(frozen=True)
class Done:
    """What the group has done so far that its members answer to.

    discussed: by theme, when it was marked as talked about. approved: when the report was.
    """

    discussed: Mapping[str, datetime]
    approved: datetime | None = None


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
        if done.approved is not None:
            yield from self._afterwards(done.approved)

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
                person, self.module, self._instrument, truth=self._truth, group=self.group.id, texts=self._texts
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

    def _afterwards(self, when: datetime) -> Iterator[Saying]:
        for number, participant in enumerate(self.participants):
            random = self._random(f"feedback {number}")
            starts = when + timedelta(seconds=AFTERWARDS + 4 * number)
            yield from self._at(starts, participant, feedback(random, self.module, self._texts))

    def _at(self, starts: datetime, participant: str, given: Iterable[Given], *, round: int = 1) -> Iterator[Saying]:
        for place, (step, subject, aspect, value) in enumerate(given):
            named = f"{self._seed} {participant} {step.id} {subject} {aspect} {round}"
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
