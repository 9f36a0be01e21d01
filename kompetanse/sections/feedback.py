"""What people answered about a module: all groups together, as those who run the programme may see it.

It is as it was on a night after which at least five more had answered than on the one before, so that nobody can watch
answers come in one by one and guess whose they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from random import Random

import pandas as pd

from kompetanse.analysis.disclosure import (
    REGION_POLICIES,
    SAID_COLUMNS,
    Audience,
    ProtectedChoices,
    protect_choices,
    protect_feedback,
)
from kompetanse.answers.answer import Answer, Key
from kompetanse.programme.kinds.feedback import FeedbackQuestion
from kompetanse.programme.models import DONT_KNOW, LeadershipGroup, Step


@dataclass(frozen=True)
class QuestionResult:
    """One question: how many gave each answer, or the texts that their writers share, in no order."""

    question: FeedbackQuestion
    choices: ProtectedChoices | None
    texts: tuple[str, ...]


def feedback_results(
    step: Step, given: Sequence[Answer], groups: Iterable[LeadershipGroup], *, today: date, shuffle: Random
) -> tuple[QuestionResult, ...]:
    """The results of a feedback step.

    given: everything that was ever answered in it, in order. Where real groups have answered, made-up ones do not
    count; among themselves these know no days.
    """
    real = [answer for answer in given if not answer.made_up]
    known = {group.id: group for group in groups}
    rows = [answer for answer in (real or given) if answer.group in known]
    return tuple(_result(question, rows, known, today, shuffle) for question in step.content.questions)


def _result(
    question: FeedbackQuestion, rows: list[Answer], groups: Mapping[str, LeadershipGroup], today: date, shuffle: Random
) -> QuestionResult:
    if not question.levels:
        return QuestionResult(question, None, _texts(question, rows, groups, today, shuffle))
    options = [*map(str, sorted(question.levels)), *([DONT_KNOW] if question.way_out else [])]
    said = [
        (str(answer.value), answer.group, answer.participant)
        for answer in _standing(_settled(rows, today)).values()
        if answer.subject == question.id and answer.aspect == "answer"
    ]
    units = {group.id: min(group.municipalities, default=group.id) for group in groups.values()}
    choices = protect_choices(pd.DataFrame(said, columns=SAID_COLUMNS), options, units=units)
    return QuestionResult(question, choices, ())


def _texts(
    question: FeedbackQuestion, rows: list[Answer], groups: Mapping[str, LeadershipGroup], today: date, shuffle: Random
) -> tuple[str, ...]:
    """The texts that are shared now and were there when enough of the same date had answered."""
    texts: list[str] = []
    now = _standing(rows)
    for day in {groups[answer.group].gathering_date for answer in rows}:
        of_date = [answer for answer in rows if groups[answer.group].gathering_date == day]
        then = _standing(_settled(of_date, today))
        answered = {answer.participant for answer in then.values()}
        written = [
            str(answer.value)
            for key, answer in then.items()
            if answer.subject == question.id and answer.aspect == "answer"
            if key in now and _is_shared(answer, now)
        ]
        protected = protect_feedback(written, subject=question.id, answered=len(answered), shuffle=shuffle)
        texts += protected.of(question.id)
    shuffle.shuffle(texts)
    return tuple(texts)


def _is_shared(answer: Answer, now: Mapping[Key, Answer]) -> bool:
    """Whether the writer lets the facilitator read it now; what somebody takes back is gone at once."""
    shared = now.get(replace(answer, aspect="shared").key)
    return shared is not None and shared.value is True


def _standing(rows: Iterable[Answer]) -> dict[Key, Answer]:
    """The latest answer of each key, without what was taken back."""
    latest = {answer.key: answer for answer in rows}
    return {key: answer for key, answer in latest.items() if answer.value is not None}


def _settled(rows: Sequence[Answer], today: date) -> list[Answer]:
    """The answers until the last night after which enough more people had answered than were counted before."""
    if all(answer.made_up for answer in rows):
        return list(rows)
    enough = REGION_POLICIES[Audience.REGION].release_step
    in_days = sorted(rows, key=_day)
    settled: list[Answer] = []
    waiting: list[Answer] = []
    for day, of_day in groupby(in_days, key=_day):
        if day >= today:
            break
        waiting += of_day
        people = {answer.participant for answer in settled}
        if len({answer.participant for answer in waiting} - people) >= enough:
            settled, waiting = [*settled, *waiting], []
    return settled


def _day(answer: Answer) -> date:
    return answer.time.astimezone().date()
