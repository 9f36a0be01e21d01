"""100 points are one's own until the contact shows what they come to; the grid is the group's from the start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kompetanse.answers.log import Draft
from kompetanse.answers.session import Role
from kompetanse.answers.store import Store
from kompetanse.errors import AccessDenied, InvalidAnswer
from tests.answers.conftest import MODULE, session
from tests.answers.serving import Serving

STEP, THEME, OTHER = "prioriteringer", "utproving", "omverdensblikk"

Make = Callable[..., Draft]


@pytest.fixture
def given(logs: Any, draft: Make) -> Any:
    """The contact of a group in which two leaders and the contact have given their points away."""
    for name, points in (("kari", {THEME: 100}), ("per", {THEME: 40, OTHER: 60})):
        logs.of(name=name).append([draft("", points, aspect="points", step=STEP)])
    contact = logs.of("contact", name="ida")
    contact.append([draft(STEP, {OTHER: 100}, aspect="points", step=STEP)])
    return contact


def test_before_they_are_shown_each_sees_their_own_and_how_many_have_given(logs: Any, given: Any, draft: Make) -> None:
    for log in (given, logs.of(name="per"), logs.of("room")):
        known = log.points(MODULE)
        assert (known.people, known.given) == (3, None)
    own = [each.value for each in logs.of(name="kari").own(MODULE) if each.aspect == "points"]
    assert own == [{THEME: 100}]
    assert not [each for each in logs.of(name="per").of_group(MODULE) if each.aspect == "points"]
    assert logs.of(group="bodo", name="ola").points(MODULE).people == 0


def test_once_they_are_shown_they_are_locked_and_nobodys(logs: Any, given: Any, draft: Make, store: Store) -> None:
    given.show_points(MODULE)
    known = logs.of(name="kari").points(MODULE)
    assert known.people == 3
    assert len(known.given) == 3
    assert all(points in known.given for points in ({THEME: 100}, {THEME: 40, OTHER: 60}, {OTHER: 100}))
    for name in ("kari", "siv"):
        with pytest.raises(AccessDenied, match="låst"):
            logs.of(name=name).append([draft("", {THEME: 100}, aspect="points", step=STEP)])
    assert given.show_points(MODULE) == given.show_points(MODULE)
    assert [each.detail for each in store.audit_log(kinds=["reveal"])] == ["module modul-1, 3 have given points"]
    # The answers of the assessment are another matter.
    assert not given.is_revealed(MODULE)


def test_two_people_are_too_few_and_more_than_are_invited_too_many(logs: Any, draft: Make, store: Store) -> None:
    contact = logs.of("contact", name="ida")
    for number in range(2):
        logs.of(name=f"l{number}").append([draft("", {THEME: 100}, aspect="points", step=STEP)])
    # Nobody counts twice, whichever round a page names.
    for round in (2, 3):
        logs.of(name="l0").append([draft("", {OTHER: 100}, aspect="points", step=STEP, round=round)])
    with pytest.raises(AccessDenied, match="Minst 3"):
        contact.show_points(MODULE)
    for number in range(2, 9):
        logs.of(name=f"l{number}").append([draft("", {THEME: 100}, aspect="points", step=STEP)])
    with pytest.raises(AccessDenied, match="Flere har svart"):
        contact.show_points(MODULE)


def test_who_erases_their_answers_leaves_no_points_of_two(logs: Any, given: Any) -> None:
    given.show_points(MODULE)
    logs.of(name="kari").own_erase()
    assert logs.of(name="per").points(MODULE).given is None


@pytest.mark.parametrize("role", ["leader", "room", "facilitator", "analyst", "operator"])
def test_only_the_contact_shows_them(logs: Any, given: Any, role: Role) -> None:
    log = logs.of(role, group="fauske" if role in {"leader", "room"} else None)
    with pytest.raises(AccessDenied):
        log.show_points(MODULE)
    assert given.points(MODULE).given is None


@pytest.mark.parametrize("role", ["facilitator", "analyst"])
def test_nobody_outside_the_group_sees_them(logs: Any, given: Any, role: Role) -> None:
    given.show_points(MODULE)
    with pytest.raises(AccessDenied):
        logs.of(role, group=None).points(MODULE)


def test_what_leaves_the_group_for_reports_has_no_points(logs: Any, given: Any) -> None:
    given.show_points(MODULE)
    assert not [each for each in logs.operator().everything(MODULE, "fauske") if each.aspect == "points"]


def test_kernel_that_lies_gets_nothing_of_another_group(serving: Serving, logs: Any, given: Any) -> None:
    given.show_points(MODULE)
    stranger = serving.log(session(group="bodo", name="ola"))
    assert (stranger.points(MODULE).people, stranger.points(MODULE).given) == (0, None)
    with pytest.raises(InvalidAnswer):
        stranger._ask("points", {"module": MODULE, "group": "fauske"})
    with pytest.raises(AccessDenied):
        stranger.show_points(MODULE)


def test_group_places_together_and_two_at_once_undo_nothing(logs: Any, draft: Make) -> None:
    logs.of(name="kari").append([draft(THEME, 5, aspect="use", step=STEP)])
    logs.of(name="per").append(
        [draft(THEME, 2, aspect="effort", step=STEP), draft("action.1", 4, aspect="use", step=STEP)]
    )
    seen = {(each.subject, each.aspect): each.value for each in logs.of(name="siv").of_group(MODULE)}
    assert seen == {(THEME, "use"): 5, (THEME, "effort"): 2, ("action.1", "use"): 4}
    logs.of(name="siv").append([draft(THEME, None, aspect="use", step=STEP)])
    assert (THEME, "use") not in {(each.subject, each.aspect) for each in logs.of().of_group(MODULE) if each.value}
