"""From what somebody sends to an answer that may be saved: known place, valid value, one name for each subject."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import Strict

from kompetanse.answers.answer import ANSWER_ID, Answer
from kompetanse.errors import InvalidAnswer
from kompetanse.programme.kinds import is_of_the_group, validate
from kompetanse.programme.kinds.priorities import SIDES, is_action
from kompetanse.programme.models import Module, Programme, Step
from kompetanse.programme.plain_text import LONGEST_TEXT

#: A subject becomes part of keys, files and pages.
_SUBJECT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")

#: What is said of a whole step, not of something in it.
_OF_THE_STEP: Mapping[str, frozenset[str]] = {
    "assessment": frozenset({"withheld", "form"}),
    "priorities": frozenset({"points"}),
}

MOST_ROUNDS = 20


@dataclass(frozen=True)
class Draft:
    """An answer on its way in: what it says, but not who says it, which only the session knows."""

    id: str
    module: str
    step: str
    subject: str
    aspect: str
    value: Any
    #: Strictly a whole number: what comes over a socket is else taken for one where it can be.
    round: Annotated[int, Strict()] = 1
    #: The text, or the fields, that the writer had before; then what others have changed meanwhile is kept beside it.
    base: Any = None
    #: Whether it goes on where its writer wrote last: then it stays together with that.
    goes_on: Annotated[bool, Strict()] = False


@dataclass(frozen=True)
class Receipt:
    """What is saved: these ids, at this time. Given only after the commit.

    merged: by id, what stands now where others had written meanwhile, so that it is not what was sent.
    """

    ids: tuple[str, ...]
    time: datetime
    merged: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Content:
    """What a valid draft says: the step it belongs to, the subject by its id, and the value as it is stored."""

    module: Module
    step: Step
    subject: str
    value: Any
    of_the_group: bool


def read(draft: Draft, programme: Programme) -> Content:
    """The draft's content; InvalidAnswer says what does not fit."""
    check_id(draft.id)
    check_base(draft.base)
    if isinstance(draft.round, bool) or not isinstance(draft.round, int) or not 1 <= draft.round <= MOST_ROUNDS:
        raise InvalidAnswer(f"{draft.round!r:.80} is not a round; use a whole number from 1 to {MOST_ROUNDS}.")
    module = programme.module(draft.module)
    if module is None:
        known = ", ".join(each.id for each in programme.modules)
        raise InvalidAnswer(f"There is no module {draft.module!r:.80} in this programme; it has {known}.")
    step = module.step(draft.step)
    if step is None:
        raise InvalidAnswer(f"There is no step {draft.step!r:.80} in module {module.id}.")
    value = validate(step, programme.instrument_of(step), draft.subject, draft.aspect, draft.value)
    return Content(
        module=module,
        step=step,
        subject=subject_id(programme, step, subject=draft.subject, aspect=draft.aspect),
        value=value,
        of_the_group=is_of_the_group(step, draft.aspect),
    )


def check_id(id: str) -> None:
    """InvalidAnswer for what no page gives an answer as its id."""
    if not ANSWER_ID.fullmatch(id):
        raise InvalidAnswer(f"{id!r:.80} is not an answer's id; use 8 to 64 of A-Z, a-z, 0-9, _ and -.")


def check_base(base: Any) -> None:
    """InvalidAnswer for what nobody can have written on top of."""
    texts = base.values() if isinstance(base, Mapping) else [] if base is None else [base]
    if not all(isinstance(each, str | bool | None) and len(str(each)) <= LONGEST_TEXT for each in texts):
        raise InvalidAnswer("What an answer is based on must be a text, or fields with a text each.")


def subject_id(programme: Programme, step: Step, *, subject: str, aspect: str) -> str:
    """The one name of what an answer is about: an item or theme by its id also when its code was given.

    An answer about the step itself, such as «Hold mine svar utenfor», has the step's own id.
    """
    instrument = programme.instrument_of(step)
    if aspect in _OF_THE_STEP.get(step.kind, ()):
        if subject not in {"", step.id}:
            raise InvalidAnswer(f"{aspect!r} is said of the whole step, so its subject is {step.id!r} or empty.")
        return step.id
    if step.kind == "priorities" and aspect in SIDES and is_action(subject):
        return subject
    if instrument is not None and step.kind in {"assessment", "consensus", "priorities"}:
        # A withdrawal carries no value, so its subject has not been checked yet.
        found = instrument.item(subject) if aspect == "as-is" else instrument.facet(subject)
        if found is None:
            raise InvalidAnswer(f"There is no {'statement' if aspect == 'as-is' else 'theme'} {subject!r:.80}.")
        return found.id
    if subject == "":
        return step.id
    if not _SUBJECT.fullmatch(subject):
        raise InvalidAnswer(f"{subject!r:.80} is nothing an answer can be about; use an id of letters, digits and -.")
    return subject


@dataclass(frozen=True)
class Choice:
    """A step's limit on how many themes may be chosen at once."""

    aspect: str
    most: int


def choices(programme: Programme, module: Module) -> Iterator[Choice]:
    """The limits that hold in a module."""
    instrument = programme.instrument_of_module(module)
    if instrument is not None:
        yield Choice("importance", instrument.most_important)
    for step in module.steps:
        if step.kind == "priorities":
            yield Choice("priority", step.content.most)


def too_many(current: Iterable[Answer], new: Iterable[Answer], limits: Iterable[Choice]) -> Choice | None:
    """The limit that one writer has passed once the new answers are added to the current ones."""
    latest: Mapping[tuple[Any, ...], Answer] = {answer.key: answer for answer in (*current, *new)}
    for limit in limits:
        chosen: dict[tuple[Any, ...], set[str]] = {}
        for answer in latest.values():
            if answer.aspect == limit.aspect and answer.value is True:
                writer = (answer.group, answer.participant, answer.module, answer.round)
                chosen.setdefault(writer, set()).add(answer.subject)
        if any(len(subjects) > limit.most for subjects in chosen.values()):
            return limit
    return None
