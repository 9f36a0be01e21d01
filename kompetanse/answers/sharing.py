"""What of a person's answers leaves that person, and a hash of what was shown."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from kompetanse.answers.answer import Answer, Which, to_json
from kompetanse.programme.models import Module

if TYPE_CHECKING:
    from kompetanse.answers.store import Transaction

#: Said about a person's own answers, or to oneself: never shown to anyone else.
PRIVATE = frozenset({"note", "shared", "form", "withheld", "comment-shared", "points"})


def shared_answers(
    here: Transaction, which: Which, *, assessments: Collection[str], as_of: int | None = None
) -> list[Answer]:
    """The answers of persons that others may work with, as they were at `as_of`.

    Who keeps their answers out («Hold mine svar utenfor») is left out of every assessment and round. Comments are
    taken as they are now, and only those that their writer shares now: what somebody takes back is gone. Of whoever
    had said nothing by then there is no comment either.
    """
    comments_now: Which = {**which, "aspect": ("comment", "comment-shared")}
    then = here.answers.current(as_of, **which)
    now = here.answers.current(**comments_now)
    withheld: Which = {**which, "aspect": "withheld"}
    withheld.pop("round", None)
    out = {_person(a) for a in here.answers.current(as_of, **withheld) if a.value}
    shared = {_place(a) for a in now if a.aspect == "comment-shared" and a.value}
    there = {_person(a) for a in then}
    comments = [a for a in now if a.aspect == "comment" and _place(a) in shared and _person(a) in there]
    kept = [a for a in then if a.aspect not in PRIVATE and a.aspect != "comment"]
    return [
        answer
        for answer in (*kept, *comments)
        if answer.participant and not (answer.step in assessments and _person(answer) in out)
    ]


def of_persons(
    here: Transaction, module: Module, group: str, *, as_of: int | None = None, round: int | None = None
) -> list[Answer]:
    """What the members of a group have answered in the assessments of a module and let out of their hands."""
    assessments = assessments_of(module)
    which: Which = {"module": module.id, "group": group, "step": assessments}
    if round is not None:
        which["round"] = round
    return shared_answers(here, which, assessments=assessments, as_of=as_of)


def words_shared(given: Collection[Answer]) -> list[list[str]]:
    """The lists of words whose writers share them with the group, in the alphabet's order and nobody's."""
    sharing = {each.participant for each in given if each.aspect == "shared" and each.value is True}
    return sorted(
        each.value
        for each in given
        if each.aspect == "answer" and each.participant in sharing and isinstance(each.value, list)
    )


def assessments_of(module: Module) -> list[str]:
    """The ids of the module's assessment steps."""
    return [step.id for step in module.steps if step.kind == "assessment"]


def hash_of(answers: Iterable[Answer]) -> str:
    """A hash of what the answers say, in whatever order they are."""
    lines = sorted(to_json([*answer.key, answer.value]) for answer in answers)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _person(answer: Answer) -> tuple[str, str]:
    return (answer.group, answer.participant)


def _place(answer: Answer) -> tuple[str, str, str, int, str]:
    return (answer.group, answer.participant, answer.step, answer.round, answer.subject)
