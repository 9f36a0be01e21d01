"""Feedback is seen for all groups together, by night, and of texts only what their writers share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

import pytest

from kompetanse.answers.answer import Answer
from kompetanse.programme.models import LeadershipGroup, Step
from kompetanse.sections.feedback import QuestionResult, feedback_results
from tests.analysis.regions import shipped_programme

TODAY = date(2027, 2, 1)
DATES = (date(2026, 12, 8), date(2026, 12, 10))
PLACES = ("1804", "1841", "1833", "1824", "1860", "1865")

_numbers = count(1)


@pytest.fixture(scope="module")
def step() -> Step:
    found = shipped_programme().modules[0].step("tilbakemelding")
    assert found is not None
    return found


GROUPS = [
    LeadershipGroup(id=f"g{place}", name=f"G{place}", municipalities=(number,), gathering_date=DATES[place % 2])
    for place, number in enumerate(PLACES)
]


def said(
    person: str, subject: str, value: Any, *, aspect: str = "answer", days_ago: int = 3, made_up: bool = False
) -> Answer:
    """What a person said; `person` begins with the group: "g0-kari"."""
    when = datetime.combine(TODAY - timedelta(days=days_ago), time(12)).astimezone()
    return Answer(
        id=f"answer-{next(_numbers)}", time=when, programme="p", version="1", module="modul-1", step="tilbakemelding",
        round=1, subject=subject, aspect=aspect, group=person.split("-")[0], municipality=None, participant=person,
        value=value, made_up=made_up,
    )  # fmt: skip


def hall(days_ago: int = 3, *, people: int = 18, name: str = "p") -> Iterator[Answer]:
    """People of six groups in turn, a third each at 3, 4 and 5."""
    for number in range(people):
        yield said(f"g{number % 6}-{name}{number}", "nyttig", 3 + number // 6 % 3, days_ago=days_ago)


def results(step: Step, given: list[Answer], today: date = TODAY) -> dict[str, QuestionResult]:
    found = feedback_results(step, given, GROUPS, today=today, shuffle=Random(1))
    return {each.question.id: each for each in found}


def numbers(result: QuestionResult) -> list[float | None]:
    assert result.choices is not None
    return [row["people"] for row in result.choices.rows()]


def test_all_groups_are_counted_together(step: Step) -> None:
    useful = results(step, [*hall()])["nyttig"]
    assert numbers(useful) == [None, None, 6, 6, 6, None]
    assert useful.choices
    assert useful.choices.people == 18
    assert results(step, [])["nyttig"].choices.people == 0  # type: ignore[union-attr]


def test_last_answer_of_a_person_counts_and_one_taken_back_does_not(step: Step) -> None:
    given = [*hall(), said("g0-p0", "nyttig", 5), said("g1-p1", "nyttig", None)]
    assert numbers(results(step, given)["nyttig"]) == [None, None, 4, 6, 7, None]


def test_answers_of_today_and_of_too_few_since_wait(step: Step) -> None:
    before = numbers(results(step, [*hall()])["nyttig"])
    four = [said(f"g{number}-late{number}", "nyttig", 5, days_ago=1) for number in range(4)]
    assert numbers(results(step, [*hall(), *four])["nyttig"]) == before
    fifth = said("g4-late4", "nyttig", 5, days_ago=0)
    assert numbers(results(step, [*hall(), *four, fifth])["nyttig"]) == before
    tomorrow = results(step, [*hall(), *four, fifth], TODAY + timedelta(days=1))["nyttig"]
    assert numbers(tomorrow) == [None, None, 6, 6, 11, None]


def test_made_up_groups_are_left_out_where_real_ones_have_answered(step: Step) -> None:
    made_up = [said(f"g{number % 6}-m{number}", "nyttig", 1, days_ago=0, made_up=True) for number in range(12)]
    # All alike: nothing tells so.
    assert numbers(results(step, made_up)["nyttig"]) == [None] * 6
    assert numbers(results(step, [*hall(), *made_up])["nyttig"]) == [None, None, 6, 6, 6, None]


def texts_of(step: Step, *texts: Answer) -> tuple[str, ...]:
    return results(step, [*hall(), *texts])["annerledes"].texts


def test_texts_are_read_where_they_are_shared_and_only_those(step: Step) -> None:
    shared = (said("g0-p0", "annerledes", "Mer tid."), said("g0-p0", "annerledes", True, aspect="shared"))
    kept = (said("g1-p1", "annerledes", "Bare for meg."),)
    taken_back = (
        said("g2-p2", "annerledes", "Angret."),
        said("g2-p2", "annerledes", True, aspect="shared"),
        said("g2-p2", "annerledes", False, aspect="shared", days_ago=0),
    )
    assert texts_of(step, *shared, *kept, *taken_back) == ("Mer tid.",)


def test_texts_wait_until_five_of_their_date_have_answered(step: Step) -> None:
    of_one_date = [
        said("g0-a", "nyttig", 3),
        said("g2-b", "nyttig", 3),
        said("g4-c", "nyttig", 3),
        said("g0-d", "nyttig", 4),
    ]
    text = [said("g0-a", "annerledes", "Mer tid."), said("g0-a", "annerledes", True, aspect="shared")]
    other_date = [said(f"g{number}-x", "nyttig", 3) for number in (1, 3, 5)] * 2
    assert results(step, [*of_one_date, *text, *other_date])["annerledes"].texts == ()
    fifth = said("g2-e", "nyttig", 3)
    assert results(step, [*of_one_date, *text, *other_date, fifth])["annerledes"].texts == ("Mer tid.",)
