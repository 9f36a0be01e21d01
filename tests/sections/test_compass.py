"""The compass, rule by rule: what it says, when, and that it is silent otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kompetanse.answers.overview import GroupStatus, Overview
from kompetanse.language import LANGUAGES
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import LeadershipGroup
from kompetanse.sections import compass
from kompetanse.sections.compass import RULES, Where, hints, region_day

PROGRAMME = load_programme()
MODULE = PROGRAMME.modules[0]
OPENS, FIRST, LAST = MODULE.phase("preparation").opens, MODULE.gathering_dates[0], MODULE.gathering_dates[-1]
DAY = timedelta(days=1)
WORDS = ("lederegenskaper",)


def status(name: str = "fauske", *, on: date | None = FIRST, **changed: Any) -> GroupStatus:
    """A group of which there is nothing to say."""
    keys = {"name": name.title(), "invited": 8, "contact": "arkivleder", "municipalities": (), "made_up": False}
    group = LeadershipGroup(id=name, gathering_date=on, **{**keys, **{k: changed.pop(k) for k in keys if k in changed}})
    return replace(GroupStatus(group, answered=8, is_invited=True), **changed)


def where(today: date, *groups: GroupStatus, words: tuple[str, ...] = WORDS, region: date | None = None) -> Where:
    return Where(Overview(today, groups, released_words=words, region_released=region), MODULE, "nb")


def said(*arguments: Any, **named: Any) -> list[str]:
    return [hint.rule for hint in hints(where(*arguments, **named))]


def test_nothing_is_said_where_nothing_is_to_be_done() -> None:
    assert said(FIRST - 5 * DAY, status()) == []


def test_a_room_that_stands_still_is_said_first() -> None:
    stuck = status(still_minutes=11, contact=None)
    assert said(FIRST, stuck)[:2] == ["stuck", "without-contact"]
    assert said(FIRST, status(still_minutes=10)) == []


@pytest.mark.parametrize(
    ("rule", "missing"),
    [
        ("without-contact", {"contact": None}),
        ("without-date", {"on": None}),
        ("without-size", {"invited": None}),
        ("without-invitation", {"is_invited": False}),
    ],
)
def test_what_a_group_needs_is_asked_for_from_two_weeks_before_it_opens(rule: str, missing: dict[str, Any]) -> None:
    assert said(OPENS - 14 * DAY, status(**missing)) == [rule]
    assert said(OPENS - 15 * DAY, status(**missing)) == []


def test_under_half_is_said_when_the_gathering_is_near() -> None:
    few = status(answered=3)
    assert said(FIRST - 10 * DAY, few) == ["few-answers"]
    assert said(FIRST - 11 * DAY, few) == []
    assert said(FIRST - 10 * DAY, status(answered=4)) == []
    assert "few-answers" not in said(FIRST, status(answered=3, is_revealed=True, has_actions=True))


def test_words_are_to_be_looked_through_before_the_first_gathering() -> None:
    assert said(FIRST - 2 * DAY, status(), words=()) == ["words-wait"]
    assert said(FIRST - 3 * DAY, status(), words=()) == []


def test_a_date_is_to_be_locked_while_it_is_fresh() -> None:
    after = {"is_revealed": True, "has_actions": True, "report": "with-group"}
    assert said(FIRST + DAY, status(**after)) == ["unlocked"]
    assert said(FIRST, status(**after)) == []
    assert said(FIRST + DAY, status(**after, is_locked=True)) == []
    assert "unlocked" not in said(FIRST + 6 * DAY, status(**after))


def test_a_draft_is_due_after_the_gathering() -> None:
    shown = status(is_revealed=True, has_actions=True, is_locked=True, report="draft")
    assert said(FIRST + DAY, shown) == ["without-draft"]
    assert said(FIRST, shown) == []


def test_an_approval_is_asked_for_again_on_the_sixth_day() -> None:
    has = status(is_revealed=True, has_actions=True, is_locked=True, report="with-group")
    assert said(FIRST + 5 * DAY, has) == []
    assert said(FIRST + 6 * DAY, has) == ["not-approved"]


def test_what_is_approved_is_to_be_released() -> None:
    assert said(FIRST - 5 * DAY, status(report="approved")) == ["not-shared"]
    assert said(FIRST - 5 * DAY, status(report="shared")) == []


def test_a_group_without_actions_is_to_be_called() -> None:
    shown = status(is_revealed=True, is_locked=True, report="with-group")
    assert said(FIRST + DAY, shown) == ["without-actions"]
    assert said(FIRST, shown) == []


def test_the_region_is_shown_after_a_date_with_five_groups_and_never_before() -> None:
    done = {"has_actions": True, "is_locked": True, "report": "shared"}
    five = [status(f"g{n}", is_revealed=True, **done) for n in range(5)]
    assert region_day(where(FIRST, *five).overview) is None
    assert region_day(where(FIRST + DAY, *five).overview) == FIRST
    assert region_day(where(FIRST + DAY, *five[:4], status("sist", **done)).overview) is None
    others = [status(f"h{n}", on=LAST, is_revealed=True, **done) for n in range(4)]
    assert region_day(where(LAST + DAY, *five, *others).overview) == FIRST
    assert said(FIRST + DAY, *five) == ["region-waits"]
    assert said(FIRST + 2 * DAY, *five, region=FIRST + DAY) == []


def test_made_up_groups_know_no_calendar() -> None:
    made_up = [status(f"g{n}", is_revealed=True, made_up=True, report="draft") for n in range(5)]
    assert region_day(where(OPENS, *made_up).overview) == FIRST
    assert said(OPENS, *made_up) == ["without-draft", "region-waits", "without-actions"]
    assert said(OPENS, *made_up, region=OPENS) == ["without-draft", "without-actions"]


def test_few_are_named_in_the_order_of_names_and_many_are_counted() -> None:
    names = [status(name, contact=None) for name in ("vaagan", "bodo", "fauske")]
    assert hints(where(OPENS, *names))[0].text.startswith("Bodo, Fauske og Vaagan mangler kontakt.")
    more = [*names, status("rana", contact=None)]
    assert hints(where(OPENS, *more))[0].text.startswith("4 grupper mangler kontakt.")


def test_every_rule_speaks_in_every_language_and_is_tried_here() -> None:
    groups = [
        status("a", still_minutes=20, contact=None, is_invited=False, invited=None),
        status("b", on=None, report="approved"),
        status("c", on=FIRST + 2 * DAY, answered=1),
        *(status(f"g{n}", is_revealed=True, report="draft") for n in range(5)),
        status("h", is_revealed=True, report="with-group", on=FIRST - 9 * DAY),
    ]
    found = {rule.__name__.replace("_", "-") for rule in RULES}
    for language in LANGUAGES:
        told = hints(replace(where(FIRST + DAY, *groups, words=()), language=language))
        assert {hint.rule for hint in told} == found
        assert not [hint.text for hint in told if "{" in hint.text]


def test_the_compass_only_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given what there is to see, and has nothing that it could act with."""
    rules: tuple[Callable[..., Any], ...] = RULES
    assert all(list(rule.__code__.co_varnames[: rule.__code__.co_argcount]) == ["where"] for rule in rules)
    assert not {"Store", "AnswerLog", "open", "subprocess"} & set(vars(compass))
