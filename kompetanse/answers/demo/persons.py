"""What one made-up person answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from kompetanse.answers.demo.truth import FacetTruth, Truth
from kompetanse.programme.models import DONT_KNOW, NOT_RELEVANT, Facet, Instrument, Module, Step

#: Step, subject, aspect and value.
Given = tuple[Step, str, str, Any]


@dataclass(frozen=True)
class Person:
    """One person of a group, with their own eye for levels and their own chance."""

    random: Random
    bias: float
    long_form: bool
    #: How much of the module the person has done so far; 1 is all of it.
    done: float
    #: What somebody in the group has commented already, so that no two say it in the same words.
    said: set[str]

    @classmethod
    def drawn(cls, truth: Truth, random: Random, *, complete: bool, said: set[str]) -> Person:
        """A person; in a group that is still answering, some have only begun."""
        done = 1.0 if complete or random.random() < 1 - truth.persons.begun else random.uniform(0.2, 0.9)
        long_form = random.random() < truth.long_form
        return cls(random=random, bias=random.gauss(0, truth.persons.bias), long_form=long_form, done=done, said=said)


def person_answers(
    person: Person, module: Module, instrument: Instrument, *, truth: Truth, group: str, texts: Mapping[str, Any]
) -> Iterator[Given]:
    """Everything the person has answered before the gathering, in the order of the steps."""
    for step in module.steps:
        if step.kind == "assessment":
            answers = list(_assessment(person, step, instrument, truth=truth, group=group, texts=texts))
            yield from answers[: max(1, round(person.done * len(answers)))]
        # Other forms are answered on the phone, once somebody puts them to the room.
        elif step.kind == "poll" and step.content.form == "words" and person.done == 1:
            yield from _poll(person, step, texts)


def _assessment(
    person: Person, step: Step, instrument: Instrument, *, truth: Truth, group: str, texts: Mapping[str, Any]
) -> Iterator[Given]:
    random = person.random
    if person.long_form:
        yield step, step.id, "form", "long"
    for facet in instrument.facets_of(step.content.axis):
        about = truth.facets[facet.id]
        level = truth.groups[group].as_is[facet.id] + person.bias * about.spread
        centre = random.gauss(level, truth.persons.centre * about.spread)
        yield from _theme(person, step, facet, centre=centre, about=about, truth=truth, instrument=instrument)
        comment = random.choice(texts["facets"].get(facet.id, texts["any"])["comments"])
        if random.random() < 0.05 and comment not in person.said:
            person.said.add(comment)
            yield step, facet.id, "comment", comment
            if random.random() < 0.7:
                yield step, facet.id, "comment-shared", True
    if step.content.importance:
        for facet_id in _most_important(instrument, truth, random):
            yield step, facet_id, "importance", True


def _theme(
    person: Person,
    step: Step,
    facet: Facet,
    *,
    centre: float,
    about: FacetTruth,
    truth: Truth,
    instrument: Instrument,
) -> Iterator[Given]:
    random = person.random
    levels = [instrument.scale.low]
    for item in facet.items if person.long_form else instrument.short_items(facet):
        if random.random() < truth.missing:
            continue
        value = _item(random, centre, about, truth, instrument)
        if isinstance(value, int):
            levels.append(value)
        yield step, item.id, "as-is", value
    if random.random() >= truth.missing:
        ahead = random.gauss(centre + about.to_be - about.as_is, truth.persons.ahead * about.spread)
        # Nobody aims lower than they say it is today.
        yield step, facet.id, "to-be", max(_level(ahead, instrument), *levels)


def _item(random: Random, centre: float, about: FacetTruth, truth: Truth, instrument: Instrument) -> int | str:
    chance = random.random()
    if chance < about.dont_know:
        return DONT_KNOW
    if chance < about.dont_know + about.not_relevant:
        reasons = [reason.id for reason in instrument.special.reasons]
        return f"{NOT_RELEVANT}:{random.choice(reasons)}" if reasons else NOT_RELEVANT
    return _level(random.gauss(centre, truth.persons.item * about.spread), instrument)


def _level(value: float, instrument: Instrument) -> int:
    return min(max(round(value), instrument.scale.low), instrument.scale.high)


def _most_important(instrument: Instrument, truth: Truth, random: Random) -> list[str]:
    """Up to as many themes as may be chosen, the likely ones more often."""
    wanted = instrument.most_important if random.random() < 0.7 else random.randint(1, instrument.most_important)
    drawn = {facet.id: random.random() ** (1 / truth.facets[facet.id].chosen) for facet in instrument.facets}
    chosen = sorted(drawn, key=lambda facet: -drawn[facet])[:wanted]
    return [facet.id for facet in instrument.facets if facet.id in chosen]


def _poll(person: Person, step: Step, texts: Mapping[str, Any]) -> Iterator[Given]:
    random = person.random
    if random.random() < 0.15:
        return
    known = [word for word in texts["words"] if len(word.split()) <= step.content.words]
    words = random.sample(known, k=min(step.content.answers, random.randint(2, 3)))
    yield step, step.id, "answer", words
    if random.random() < 0.6:
        yield step, step.id, "shared", True
    for note in step.content.notes:
        if random.random() < 0.3 and note.id in texts["notes"]:
            yield step, note.id, "note", random.choice(texts["notes"][note.id])


def feedback(random: Random, module: Module, texts: Mapping[str, Any]) -> Iterator[Given]:
    """What one person says of the module when it is over."""
    for step in module.steps:
        if step.kind != "feedback":
            continue
        for question in step.content.questions:
            if question.levels:
                yield step, question.id, "answer", _fairly_content(random, list(question.levels))
            elif random.random() < 0.25:
                yield step, question.id, "answer", random.choice(texts["feedback"])
                yield step, question.id, "shared", True


def _fairly_content(random: Random, levels: list[int]) -> int:
    place = round(random.gauss(0.65 * (len(levels) - 1), 0.8))
    return sorted(levels)[min(max(place, 0), len(levels) - 1)]
