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
    POLICIES,
    Agreement,
    Audience,
    Policy,
    PolicyError,
    Protected,
    agreement,
    protect,
)

LEVELS = range(1, 6)


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
    eager = Policy(**(POLICIES[Audience.REPORT].model_dump() | {"mean_from": 8}))

    seen = row(protect(frame([1, 2, 3, 4, 5, 2, 3, 4]), Audience.REPORT, eager))

    assert (seen["as_is"], seen["agreement"]) == (3.0, None)


@pytest.mark.parametrize("change", [{"code_ends": False}, {"dont_know_as_count": True}])
def test_a_report_policy_cannot_leave_out_a_rule(change: dict[str, bool]) -> None:
    with pytest.raises(PolicyError, match="Outside the room"):
        Policy(**(POLICIES[Audience.REPORT].model_dump() | change))


def test_dots_are_whole_levels_so_that_no_fraction_marks_a_person() -> None:
    assert row(protect(frame([2.3, 3.0, 3.7]), Audience.ROOM))["dots"] == [2, 3, 4]


def test_what_is_hidden_is_logged_with_its_rule() -> None:
    hidden = {(one.column, one.rule) for one in protect(frame([2, 3, 4]), Audience.REPORT).hidden}

    assert ("as_is", "S2") in hidden
    assert ("agreement", "S1") in hidden


@pytest.mark.parametrize("audience", list(Audience))
def test_a_policy_below_its_floors_is_refused(audience: Audience) -> None:
    with pytest.raises(PolicyError, match="agreement_from"):
        Policy(**(POLICIES[audience].model_dump() | {"agreement_from": 2}))


def test_a_report_policy_cannot_show_dots() -> None:
    with pytest.raises(PolicyError, match="dots_from at least never"):
        Policy(**(POLICIES[Audience.REPORT].model_dump() | {"dots_from": 50}))


def test_a_policy_is_only_for_its_own_audience() -> None:
    with pytest.raises(PolicyError, match="not for report"):
        protect(frame([1, 2, 3]), Audience.REPORT, POLICIES[Audience.ROOM])


def test_two_groups_are_never_listed_side_by_side() -> None:
    both = pd.concat([frame([1, 2, 3]), frame([1, 2, 3]).assign(group="h")])

    with pytest.raises(PolicyError, match="one group at a time"):
        protect(both, Audience.REPORT)


def test_nothing_but_protect_makes_protected_figures() -> None:
    with pytest.raises(TypeError, match=r"disclosure\.protect"):
        Protected(pd.DataFrame(), POLICIES[Audience.ROOM], 3, (), made_by=object())


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
    assert agreement(np.array(levels, dtype=float), LEVELS) is expected


@given(st.lists(st.integers(1, 5), min_size=1, max_size=16))
def test_below_ten_a_report_tells_the_same_of_every_set_with_one_word(answers: list[int]) -> None:
    seen = row(protect(frame([float(level) for level in answers]), Audience.REPORT))

    if len(answers) < 10:
        assert {seen["as_is"], seen["to_be"], seen["distance"], seen["dots"]} == {None}
