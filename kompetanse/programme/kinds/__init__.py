"""The kinds of steps: for each, its content model and what a valid answer is."""

from __future__ import annotations

from typing import Protocol

from kompetanse.errors import InvalidAnswer
from kompetanse.programme.kinds import (
    actions,
    assessment,
    case,
    consensus,
    exchange,
    feedback,
    poll,
    practice,
    priorities,
    question,
    review,
    text,
)
from kompetanse.programme.models import Definition, Instrument, Step


class Kind(Protocol):
    """What a kind's module provides."""

    @property
    def Content(self) -> type[Definition]:
        """The content model of its steps."""

    @property
    def ASPECTS(self) -> frozenset[str]:
        """What kinds of answers its steps have."""

    @property
    def GROUP_ASPECTS(self) -> frozenset[str]:
        """Those that are the group's own statement, not one person's; their participant is empty."""

    def validate(self, step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
        """The value as it is stored; InvalidAnswer if the step does not accept it."""


#: A programme may only use these; a plug-in adds its module here.
KINDS: dict[str, Kind] = {
    "text": text,
    "assessment": assessment,
    "question": question,
    "poll": poll,
    "case": case,
    "consensus": consensus,
    "priorities": priorities,
    "actions": actions,
    "review": review,
    "exchange": exchange,
    "practice": practice,
    "feedback": feedback,
}


def validate(step: Step, instrument: Instrument | None, subject: str, aspect: str, value: object) -> object:
    """The value as it is stored; InvalidAnswer if the step does not accept it. None withdraws an answer."""
    kind = KINDS[step.kind]
    if aspect not in kind.ASPECTS:
        raise InvalidAnswer(f"Step {step.id!r} has no answers of aspect {aspect!r}; it has {_listed(kind.ASPECTS)}.")
    return None if value is None else kind.validate(step, instrument, subject, aspect, value)


def is_of_the_group(step: Step, aspect: str) -> bool:
    """Whether an answer is the group's own statement rather than one participant's."""
    return aspect in KINDS[step.kind].GROUP_ASPECTS


def text_fields(step: Step) -> frozenset[str]:
    """Which fields of a step's answers several may write in at once; the others are chosen."""
    match step.kind:
        case "actions":
            return frozenset(actions.TEXTS)
        case "practice":
            return frozenset(practice.TEXTS)
        case "review":
            return frozenset({"note"})
    return frozenset()


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "none"
