"""What each audience sees of a group, and that nothing goes past the rules."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompetanse.analysis.disclosure import (
    GROUP_POLICIES,
    PROTECTED_COLUMNS,
    Agreement,
    Audience,
    GroupPolicy,
    PolicyError,
    Protected,
    protect,
    protect_items,
)
from kompetanse.analysis.disclosure.group import DETAIL, FROM_ANSWERS
from kompetanse.analysis.disclosure.rounding import WORD_FROM, word_from
from kompetanse.analysis.frames.talk import agreement_of
from kompetanse.analysis.statistics import rounded_median, rwg


def frame(as_is: Sequence[float], to_be: Sequence[float] | None = None, *, agreed: int | None = None) -> pd.DataFrame:
    """A level frame of one theme with these answers."""
    ahead = to_be or [min(level + 1, 5) for level in as_is]
    rows = [
        {"participant": f"p{place}", "as_is": level, "to_be": later, "asked": 1, "importance": float(place % 2)}
        for place, (level, later) in enumerate(zip(as_is, ahead, strict=True))
    ]
    if agreed is not None:
        rows.append({"participant": "", "as_is": agreed, "to_be": agreed + 1, "asked": 0, "importance": np.nan})
    common = {"group": "g", "axis": "a", "facet": "f", "dont_know": 0, "low": 1, "high": 5}
    return pd.DataFrame([{**common, **row} for row in rows])


def row(protected: Protected) -> dict[str, object]:
    return protected.rows()[0]


@pytest.mark.parametrize("answers", [[2], [2, 4]])
def test_fewer_than_three_see_no_figures_in_their_own_room(answers: list[float]) -> None:
    seen = row(protect(frame(answers), Audience.ROOM))

    hidden = ("as_is", "to_be", "distance", "agreement", "dots", "dots_to_be", "dont_know", "chosen_by")
    assert all(seen[name] is None for name in hidden)


def test_three_see_dots_and_mean_in_their_own_room() -> None:
    seen = row(protect(frame([4, 2, 3]), Audience.ROOM))

    assert seen["dots"] == [2, 3, 4]
    assert (seen["as_is"], seen["to_be"], seen["distance"]) == (3.0, 4.0, 1.0)


def test_dots_stand_in_rising_order_whoever_came_first() -> None:
    shown = {tuple(row(protect(frame(order), Audience.ROOM))["dots"]) for order in itertools.permutations([1, 3, 5])}

    assert shown == {(1, 3, 5)}


@pytest.mark.parametrize("size", [3, 4, 5, 8, 16])
def test_a_report_never_has_dots_and_always_the_agreed_value(size: int) -> None:
    seen = row(protect(frame([2, 3] * (size // 2) + [3] * (size % 2), agreed=3), Audience.REPORT))

    assert seen["dots"] is None
    assert seen["agreed"] == 3
    assert seen["agreed_to_be"] == 4


@pytest.mark.parametrize(
    ("size", "word", "mean"), [(4, False, False), (5, True, False), (9, True, False), (10, True, True)]
)
def test_a_report_has_a_word_from_five_and_a_mean_from_ten(size: int, word: bool, mean: bool) -> None:
    seen = row(protect(frame([1, 2, 3, 4, 5, 2, 3, 4, 2, 3][:size]), Audience.REPORT))

    assert (seen["agreement"] is not None) is word
    assert (seen["as_is"] is not None) is mean


def test_a_mean_where_all_but_one_agree_is_kept_from_the_ends() -> None:
    assert row(protect(frame([1] * 10), Audience.REPORT))["as_is"] == 1.5
    assert row(protect(frame([5] * 9 + [4]), Audience.REPORT))["as_is"] == 4.5


def test_the_distance_does_not_undo_what_is_coded() -> None:
    seen = row(protect(frame([1] * 10, [3, 3, 3, 3, 3, 3, 4, 4, 4, 4]), Audience.REPORT))

    assert (seen["as_is"], seen["to_be"], seen["distance"]) == (1.5, 3.4, 1.9)


def test_with_fewer_than_ten_a_mean_stands_without_the_word() -> None:
    eager = GroupPolicy(**(GROUP_POLICIES[Audience.REPORT].model_dump() | {"mean_from": 8}))

    seen = row(protect(frame([1, 2, 3, 4, 5, 2, 3, 4]), Audience.REPORT, eager))

    assert (seen["as_is"], seen["agreement"]) == (3.0, None)


@pytest.mark.parametrize("change", [{"code_ends": False}, {"dont_know_as_count": True}])
def test_a_report_policy_cannot_leave_out_a_rule(change: dict[str, bool]) -> None:
    with pytest.raises(PolicyError, match="Outside the room"):
        GroupPolicy(**(GROUP_POLICIES[Audience.REPORT].model_dump() | change))


def test_dots_are_whole_levels_so_that_no_fraction_marks_a_person() -> None:
    assert row(protect(frame([2.3, 3.0, 3.7]), Audience.ROOM))["dots"] == [2, 3, 4]


def test_what_is_hidden_is_logged_with_its_rule() -> None:
    hidden = {(one.column, one.rule) for one in protect(frame([2, 3, 4]), Audience.REPORT).hidden}

    assert ("as_is", "S2") in hidden
    assert ("agreement", "S1") in hidden


@pytest.mark.parametrize("audience", list(GROUP_POLICIES))
def test_a_policy_below_its_floors_is_refused(audience: Audience) -> None:
    with pytest.raises(PolicyError, match="agreement_from"):
        GroupPolicy(**(GROUP_POLICIES[audience].model_dump() | {"agreement_from": 2}))


def test_a_report_policy_cannot_show_dots() -> None:
    with pytest.raises(PolicyError, match="dots_from at least never"):
        GroupPolicy(**(GROUP_POLICIES[Audience.REPORT].model_dump() | {"dots_from": 50}))


def test_a_policy_is_only_for_its_own_audience() -> None:
    with pytest.raises(PolicyError, match="not for report"):
        protect(frame([1, 2, 3]), Audience.REPORT, GROUP_POLICIES[Audience.ROOM])


def test_two_groups_are_never_listed_side_by_side() -> None:
    both = pd.concat([frame([1, 2, 3]), frame([1, 2, 3]).assign(group="h")])

    with pytest.raises(PolicyError, match="one group at a time"):
        protect(both, Audience.REPORT)


def test_nothing_but_protect_makes_protected_figures() -> None:
    with pytest.raises(TypeError, match="functions of disclosure"):
        Protected(pd.DataFrame(), GROUP_POLICIES[Audience.ROOM], 3, (), made_by=object())


def test_writing_into_the_frame_changes_nothing() -> None:
    protected = protect(frame([1, 2, 3]), Audience.ROOM)

    copy = protected.frame
    copy.loc[0, "as_is"] = 5

    assert row(protected)["as_is"] == 2.0


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([3, 3, 3], Agreement.ALIKE),
        ([3, 3, 4], Agreement.ALIKE),
        ([2, 3, 4], Agreement.SOMEWHAT),
        ([1, 3, 5], Agreement.APART),
        ([1, 1, 5, 5, 1, 5], Agreement.APART),
        ([2, 3, 3, 3, 3, 4], Agreement.ALIKE),
    ],
)
def test_agreement_has_three_words(levels: list[int], expected: Agreement) -> None:
    answers = np.array(levels, dtype=float)
    assert agreement_of(rwg(answers), answers, span=4) is expected


@given(st.lists(st.integers(1, 5), min_size=1, max_size=16))
def test_below_ten_a_report_tells_the_same_of_every_set_with_one_word(answers: list[int]) -> None:
    seen = row(protect(frame([float(level) for level in answers]), Audience.REPORT))

    if len(answers) < 10:
        assert {seen["as_is"], seen["to_be"], seen["distance"], seen["dots"]} == {None}


def test_the_words_come_from_the_items_where_several_were_answered() -> None:
    levels = frame([2.0, 3.0, 4.0])
    pairs = [(1, 3), (2, 4), (3, 5)]
    items = pd.DataFrame(
        [
            {"group": "g", "participant": f"p{place}", "facet": "f", "item": name, "level": float(level)}
            for place, pair in enumerate(pairs)
            for name, level in zip("ab", pair, strict=True)
        ]
    )

    # Each item has a variance of 1, as the means have: the index is the same, and does not grow with their number.
    assert row(protect(levels, Audience.ROOM, items=items))["agreement"] is Agreement.SOMEWHAT
    with pytest.raises(PolicyError, match="another group"):
        protect(levels, Audience.ROOM, items=items.assign(group="h"))


@pytest.mark.parametrize(("size", "shown"), [(9, False), (10, True), (16, True)])
def test_detail_is_for_ten_and_made_from_mean_and_spread_as_shown(size: int, shown: bool) -> None:
    answers = [1.0 + place % 4 for place in range(size)]
    seen = row(protect(frame(answers), Audience.REPORT, invited=size + 4))

    assert all((seen[name] is not None) is shown for name in DETAIL)
    if shown:
        assert seen["spread"] == round(float(np.std(answers, ddof=1)), 1)
        assert seen["index"] == pytest.approx(1 - seen["spread"] ** 2 / 2, abs=0.05)  # type: ignore[operator]
        assert seen["low"] < seen["as_is"] < seen["high"]  # type: ignore[operator]


def test_there_is_no_interval_where_everybody_has_answered() -> None:
    answers = [1.0 + place % 4 for place in range(10)]

    assert row(protect(frame(answers), Audience.REPORT, invited=10))["low"] is None
    assert row(protect(frame(answers), Audience.REPORT))["low"] is None


def test_no_spread_is_shown_smaller_than_an_eighth_of_the_scale() -> None:
    seen = row(protect(frame([3.0] * 12), Audience.REPORT, invited=14))

    assert (seen["spread"], seen["index"]) == (0.5, 0.9)


def test_a_report_shows_how_many_chose_a_theme_to_the_nearest_five_per_cent_and_never_none_or_all() -> None:
    answers = [1.0 + place % 4 for place in range(12)]
    nobody = frame(answers).assign(importance=0.0)

    assert row(protect(frame(answers), Audience.REPORT))["chosen_by"] == 0.5
    assert row(protect(nobody, Audience.REPORT))["chosen_by"] == 0.05
    assert row(protect(nobody, Audience.ROOM))["chosen_by"] == 0.0


def test_after_an_erasure_a_report_shows_nothing_from_answers_but_what_the_group_agreed() -> None:
    protected = protect(frame([1, 2, 3, 4] * 3, agreed=3), Audience.REPORT, erased_since_release=True)
    seen = row(protected)

    assert seen["agreed"] == 3
    assert {seen[name] for name in FROM_ANSWERS} == {None}
    assert {one.rule for one in protected.hidden} == {"S5"}


def test_its_own_room_sees_its_figures_after_an_erasure_too() -> None:
    assert row(protect(frame([1, 2, 3]), Audience.ROOM, erased_since_release=True))["as_is"] == 2.0


def test_the_room_talks_first_of_what_is_far_apart_and_chosen() -> None:
    near = frame([3, 3, 3, 3], [3, 3, 3, 3])
    far = frame([1, 1, 2, 2], [4, 4, 5, 5]).assign(facet="g")
    seen = protect(pd.concat([near, far]), Audience.ROOM).rows()

    assert [one["talk_order"] for one in seen] == [2, 1]
    assert {one["priority"] for one in seen} == {None}


def test_single_items_are_for_the_own_room_of_five() -> None:
    items = pd.DataFrame(
        [
            {"group": "g", "participant": f"p{place}", "facet": "f", "item": item, "level": 3.0}
            for item, people in (("a", 5), ("b", 4))
            for place in range(people)
        ]
    )

    assert [one["level"] for one in protect_items(items, Audience.ROOM).rows()] == [3.0, None]
    assert [one["level"] for one in protect_items(items, Audience.REPORT).rows()] == [None, None]
    with pytest.raises(PolicyError, match="region"):
        protect_items(items, Audience.REGION)


@pytest.mark.parametrize("audience", [Audience.REGION, Audience.PUBLIC])
def test_nobody_else_sees_one_group(audience: Audience) -> None:
    with pytest.raises(PolicyError, match="no policy that shows one group"):
        protect(frame([1, 2, 3]), audience)


def test_an_empty_frame_gives_an_empty_picture() -> None:
    assert protect(frame([1, 2, 3]).iloc[:0], Audience.ROOM).rows() == []


@pytest.mark.parametrize("size", [10, 16])
def test_on_two_levels_a_report_shows_a_share_in_quarters_and_no_more(size: int) -> None:
    for yes in range(size + 1):
        answers = frame([1.0] * yes + [0.0] * (size - yes)).assign(low=0, high=1, to_be=1.0)
        seen = row(protect(answers, Audience.REPORT, invited=size + 2))
        assert seen["as_is"] in {0.25, 0.5, 0.75}
        assert {seen[name] for name in ("agreement", *DETAIL)} == {None}
        assert seen["to_be"] == 0.75


@pytest.mark.parametrize("levels", [2, 3, 4, 5, 6, 7, 11])
@pytest.mark.parametrize("size", [5, 6, 7])
def test_agreed_value_and_word_never_give_back_the_answers_of_a_small_group(levels: int, size: int) -> None:
    wanted = word_from(levels, 5)
    if wanted is None or size < wanted:
        word = row(protect(frame([1.0] * size).assign(low=1, high=levels), Audience.REPORT))["agreement"]
        assert word is None
        return
    sets: dict[tuple[int, Agreement | None], int] = {}
    for answers in itertools.combinations_with_replacement(range(1, levels + 1), size):
        ratings = np.array(answers, dtype=float)
        told = rounded_median(answers), agreement_of(rwg(ratings, options=levels), ratings, span=levels - 1)
        sets[told] = sets.get(told, 0) + 1
    assert min(sets.values()) >= 2


def test_the_word_waits_no_longer_than_it_must() -> None:
    """One answer fewer, and some agreed value with some word would tell everybody's answer."""
    for levels, wanted in WORD_FROM.items():
        size = 10 if wanted is None else wanted - 1
        told: dict[tuple[int, Agreement | None], int] = {}
        for answers in itertools.combinations_with_replacement(range(1, levels + 1), size):
            ratings = np.array(answers, dtype=float)
            key = rounded_median(answers), agreement_of(rwg(ratings, options=levels), ratings, span=levels - 1)
            told[key] = told.get(key, 0) + 1
        assert min(told.values()) == 1


@pytest.mark.parametrize("size", [8, 9])
def test_coding_every_mean_hides_what_coding_some_of_them_tells(size: int) -> None:
    """To code only where all, or all but one, answered alike (as it is often done) gives sets away at the ends."""

    def told(coded_always: bool) -> int:
        sets: dict[float, int] = {}
        for answers in itertools.combinations_with_replacement(range(1, 6), size):
            alike = max(answers.count(level) for level in set(answers)) >= size - 1
            mean = float(np.mean(answers))
            shown = min(max(mean, 1.5), 4.5) if coded_always or alike else mean
            sets[round(shown, 1)] = sets.get(round(shown, 1), 0) + 1
        return sum(count == 1 for count in sets.values())

    assert told(coded_always=False) > 0
    assert told(coded_always=True) == 0


def test_a_frame_has_the_documented_columns() -> None:
    assert list(protect(frame([1, 2, 3]), Audience.ROOM).frame.columns) == PROTECTED_COLUMNS
