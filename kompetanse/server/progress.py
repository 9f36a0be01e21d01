"""How far someone has come: which steps are filled in, what is left, and about how long that takes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from kompetanse.answers.deputies import NOT_ASKED
from kompetanse.answers.store import Answer
from kompetanse.programme.models import Instrument, Phase, PhaseKind, Programme, Step

#: What a step waits for: subject and aspect of each answer.
Expected = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class StepProgress:
    """One step, and which part of it is filled in; None where there is nothing to fill in."""

    step: Step
    part: float | None

    @property
    def done(self) -> bool:
        """Whether everything the step waits for is there."""
        return self.part is not None and self.part >= 1

    @property
    def minutes_left(self) -> float:
        """About how long the rest of the step takes."""
        return self.step.minutes * (1 - (self.part or 0))


@dataclass(frozen=True)
class PhaseProgress:
    """How far the steps of one phase have come."""

    kind: PhaseKind
    steps: tuple[StepProgress, ...]

    @property
    def to_fill_in(self) -> tuple[StepProgress, ...]:
        """The steps that take answers."""
        return tuple(each for each in self.steps if each.part is not None)

    @property
    def begun(self) -> bool:
        """Whether anything at all is filled in."""
        return any(each.part for each in self.to_fill_in)

    @property
    def done(self) -> bool:
        """Whether everything is filled in."""
        return all(each.done for each in self.to_fill_in)

    @property
    def next_step(self) -> StepProgress | None:
        """Where to go on: the first step if nothing is begun, else the first that is not filled in."""
        if not self.begun:
            return self.steps[0] if self.steps else None
        return next((each for each in self.to_fill_in if not each.done), None)

    @property
    def minutes_left(self) -> int:
        """About how many minutes are left; texts count only until something is filled in."""
        counted = self.to_fill_in if self.begun else self.steps
        left = sum(each.minutes_left for each in counted)
        return max(1, round(left)) if left else 0


def phase_progress(
    programme: Programme, phase: Phase, answers: Iterable[Answer], who: Collection[str], *, deputy: bool = False
) -> PhaseProgress:
    """The progress through the steps of `phase` that are for `who`; of a deputy less is asked."""
    by_step: dict[str, dict[tuple[str, str], object]] = {}
    for answer in answers:
        if answer.value is not None:
            by_step.setdefault(answer.step, {})[answer.subject, answer.aspect] = answer.value
    steps = tuple(
        StepProgress(step, _part(step, programme.instrument_of(step), by_step.get(step.id, {}), deputy=deputy))
        for step in phase.steps
        if step.who in who
    )
    return PhaseProgress(phase.kind, steps)


def _part(
    step: Step, instrument: Instrument | None, given: dict[tuple[str, str], object], *, deputy: bool
) -> float | None:
    expected = expected_answers(step, instrument, form=str(given.get((step.id, "form"), "short")))
    if expected is None:
        return None
    if deputy:
        expected = frozenset(each for each in expected if each[1] not in NOT_ASKED)
    if not expected:
        return 1.0 if given else 0.0
    return len(expected & given.keys()) / len(expected)


def expected_answers(step: Step, instrument: Instrument | None, *, form: str = "short") -> Expected | None:
    """What a step waits for; empty where any answer will do, None where it takes no answers."""
    match step.kind:
        case "text":
            return None
        case "assessment" if instrument is not None:
            return _of_assessment(step, instrument, form)
        case "consensus" if instrument is not None:
            aspects = ("agreed", "agreed-to-be")
            return frozenset((facet.id, aspect) for facet in instrument.facets for aspect in aspects)
        case "question":
            return frozenset((prompt.id, "answer") for prompt in step.content.prompts)
        case "feedback":
            return frozenset((question.id, "answer") for question in step.content.questions if question.levels)
        case _:
            return frozenset()


def _of_assessment(step: Step, instrument: Instrument, form: str) -> Expected:
    facets = instrument.facets_of(step.content.axis)
    items = {
        (item.id, "as-is")
        for facet in facets
        for item in (facet.items if form == "long" else instrument.short_items(facet))
    }
    return frozenset(items | {(facet.id, "to-be") for facet in facets})
