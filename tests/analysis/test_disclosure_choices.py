"""Points in a group's room, and choices of all groups together: nothing of one person follows from them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kompetanse.analysis.disclosure import Audience, PolicyError, protect_choices, protect_points

CHOICES = ("1", "2", "3", "4", "5", "vet-ikke")


def said(*counts: int, groups: int = 6) -> pd.DataFrame:
    """So many persons for each choice, of so many groups in turn."""
    chosen = [choice for choice, count in zip(CHOICES, counts, strict=False) for _ in range(count)]
    rows = [(choice, f"g{place % groups}", f"p{place}") for place, choice in enumerate(chosen)]
    return pd.DataFrame(rows, columns=["word", "group", "participant"])


def shown(frame: pd.DataFrame, **named: object) -> list[float | None]:
    return [row["people"] for row in protect_choices(frame, CHOICES, **named).rows()]  # type: ignore[arg-type]


def test_points_are_shown_to_their_own_room_from_three_people() -> None:
    given = [{"a": 100}, {"a": 50, "b": 50}, {"b": 25, "c": 75}]
    assert protect_points(given, Audience.ROOM).rows() == [
        {"subject": "a", "people": 2, "points": 50.0},
        {"subject": "b", "people": 2, "points": 25.0},
        {"subject": "c", "people": 1, "points": 25.0},
    ]
    few = protect_points(given[:2], Audience.ROOM)
    assert few.rows() == []
    assert {(one.subject, one.rule) for one in few.hidden} == {("a", "S1"), ("b", "S1")}


@pytest.mark.parametrize("audience", [Audience.REPORT, Audience.REGION, Audience.PUBLIC])
def test_points_leave_no_room(audience: Audience) -> None:
    with pytest.raises(PolicyError):
        protect_points([{"a": 100}] * 12, audience)


def test_choices_of_all_groups_are_counted() -> None:
    frame = said(0, 4, 9, 12, 5, 3)
    assert protect_choices(frame, CHOICES).people == 33
    assert shown(frame) == [None, 4, 9, 12, 5, 3]


def test_fewer_than_five_municipalities_see_nothing() -> None:
    frame = said(0, 0, 10, 10, groups=4)
    assert shown(frame) == [None] * 6
    assert protect_choices(frame, CHOICES).people == 0
    of_one_place = {f"g{place}": "1804" for place in range(6)}
    assert shown(said(0, 0, 10, 10), units=of_one_place) == [None] * 6


def test_what_two_people_chose_does_not_follow_from_the_total() -> None:
    assert shown(said(0, 2, 9, 12, 5)) == [None, None, 9, 12, None, None]
    assert shown(said(1, 2, 9, 12, 5)) == [None, None, 9, 12, 5, None]


@pytest.mark.parametrize("counts", [(0, 0, 0, 20), (0, 0, 1, 20)])
def test_where_all_or_all_but_one_chose_alike_nothing_tells_so(counts: Sequence[int]) -> None:
    protected = protect_choices(said(*counts), CHOICES)
    assert {row["people"] for row in protected.rows()} == {None}
    assert {one.rule for one in protected.hidden} == {"S3"}


def test_choice_of_one_municipality_alone_is_not_shown() -> None:
    frame = pd.concat(
        [
            said(0, 0, 10, 10),
            pd.DataFrame([("2", "g0", f"q{n}") for n in range(8)], columns=["word", "group", "participant"]),
        ]
    )
    assert shown(frame)[1] is None


@settings(max_examples=300, deadline=None)
@given(counts=st.lists(st.integers(0, 9), min_size=6, max_size=6), groups=st.integers(5, 9))
def test_no_count_of_one_or_two_people_follows(counts: list[int], groups: int) -> None:
    protected = protect_choices(said(*counts, groups=groups), CHOICES)
    numbers = [row["people"] for row in protected.rows()]
    assert all(number is None or number >= 3 for number in numbers)
    hidden = [count for count, number in zip(counts, numbers, strict=True) if number is None]
    if protected.people and any(number is not None for number in numbers):
        assert protected.people == sum(counts)
        rest = protected.people - sum(number or 0 for number in numbers)
        assert rest == sum(hidden)
        assert rest == 0 or (rest >= 3 and len(hidden) > 1)
