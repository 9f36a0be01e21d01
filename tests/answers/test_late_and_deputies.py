"""Late answers are kept and change nothing that was shown; a deputy answers in a place that no leader takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kompetanse.answers.log import AnswerLog, Draft, Participation
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.errors import AccessDenied
from kompetanse.programme.models import LeadershipGroup, Programme

MODULE = "modul-1"
ITEM, THEME = "endringer-rundt-oss", "omverdensblikk"

Make = Callable[..., Draft]


@pytest.fixture
def three(logs: Any, draft: Make) -> list[Any]:
    """Three leaders who have answered."""
    leaders = [logs.of(name=name) for name in ("kari", "per", "ole")]
    for level, leader in enumerate(leaders, start=2):
        leader.append([draft(ITEM, level)])
    return leaders


@pytest.fixture
def contact(logs: Any) -> Any:
    return logs.of("contact", name="ida")


@pytest.fixture
def deputy(store: Store, programme: Programme) -> Callable[[], AnswerLog]:
    """Lets one more deputy in, with a code of their own."""

    def enter() -> AnswerLog:
        with store.writing() as here:
            code = here.codes.create("leader", group="fauske", once=True, deputy=True)
        entry = store.enter(code)
        assert entry
        assert entry.return_code
        assert store.enter(code) is None
        again = store.enter(entry.return_code)
        assert again
        assert again.participant == entry.participant
        return AnswerLog(Session("leader", programme.id, "fauske", entry.participant, "nb", None), store, programme)

    return enter


def sized(store: Store, group: LeadershipGroup, invited: int | None) -> None:
    store.put_group(group.model_copy(update={"invited": invited}))


def levels(log: Any) -> list[int]:
    return sorted(each.value for each in log.revealed(MODULE) or () if each.aspect == "as-is")


def test_late_answers_are_kept_for_their_writer_and_are_in_no_picture(
    logs: Any, draft: Make, three: list[Any], contact: Any
) -> None:
    contact.reveal(MODULE)
    shown = contact.revealed(MODULE)
    late = logs.of(name="siv")
    assert late.standing(MODULE).late
    late.append(
        [draft(ITEM, 5), draft(THEME, 5, aspect="to-be"), draft(THEME, True, aspect="importance", step="modenhet")]
    )
    late.append([draft(ITEM, 1)])
    assert {each.value for each in late.own(MODULE) if each.aspect == "as-is"} == {1}
    assert late.standing(MODULE).late
    for log in (contact, late, logs.of("room"), logs.operator()):
        assert log.revealed(MODULE, group="fauske") == shown
    # Nor in what is made of many groups.
    assert {each.value for each in logs.operator().shown_in_rooms(MODULE) if each.aspect == "as-is"} == {2, 3, 4}
    assert contact.participation(MODULE) == Participation(answered=3, invited=8, late=1)
    assert contact.reveal(MODULE).as_of == contact.reveal(MODULE).as_of
    assert contact.revealed(MODULE) == shown


def test_who_is_in_the_picture_is_not_late(draft: Make, three: list[Any], contact: Any) -> None:
    assert not three[0].standing(MODULE).late
    contact.reveal(MODULE)
    assert not three[0].standing(MODULE).late
    with pytest.raises(AccessDenied, match="Svarene er låst"):
        three[0].append([draft("A1-2", 3)])


def test_who_erased_what_was_shown_answers_anew_and_comes_late(draft: Make, three: list[Any], contact: Any) -> None:
    contact.reveal(MODULE)
    three[0].own_erase()
    three[0].append([draft(ITEM, 5)])
    assert levels(contact) == [3, 4]


def test_the_second_round_has_no_late_answers(logs: Any, draft: Make, three: list[Any], contact: Any) -> None:
    contact.reveal(MODULE)
    contact.append([draft(THEME, True, aspect="discussed", step="felles-vurdering")])
    for leader in three:
        leader.append([draft(ITEM, 3, round=2)])
    contact.reveal(MODULE, 2)
    with pytest.raises(AccessDenied, match="Svarene er låst"):
        logs.of(name="siv").append([draft(ITEM, 5, round=2)])


def test_a_deputy_answers_how_it_is_today_and_counts(
    draft: Make, deputy: Callable[[], AnswerLog], three: list[Any], contact: Any
) -> None:
    log = deputy()
    assert log.standing(MODULE).deputy
    assert not three[0].standing(MODULE).deputy
    log.append([draft(ITEM, 5)])
    for refused in (
        draft(THEME, 5, aspect="to-be"),
        draft(THEME, True, aspect="importance", step="modenhet"),
        draft("evne", "long", aspect="form"),
    ):
        with pytest.raises(AccessDenied, match="Som vikar svarer du bare"):
            log.append([refused])
    assert contact.participation(MODULE) == Participation(answered=4, invited=8, deputies=1)
    contact.reveal(MODULE)
    assert levels(contact) == [2, 3, 4, 5]


def test_a_deputy_takes_no_place_that_is_taken(
    store: Store, draft: Make, deputy: Callable[[], AnswerLog], three: list[Any], fauske: LeadershipGroup
) -> None:
    sized(store, fauske, 3)
    with pytest.raises(AccessDenied, match="Alle plassene i gruppa er tatt"):
        deputy().append([draft(ITEM, 5)])


def test_a_leader_who_answers_after_all_is_the_one_who_counts(
    store: Store, logs: Any, draft: Make, deputy: Callable[[], AnswerLog], three: list[Any], contact: Any,
    fauske: LeadershipGroup,
) -> None:  # fmt: skip
    sized(store, fauske, 4)
    log = deputy()
    log.append([draft(ITEM, 5)])
    logs.of(name="siv").append([draft(ITEM, 1)])
    assert contact.participation(MODULE) == Participation(answered=4, invited=4)
    contact.reveal(MODULE)
    assert levels(contact) == [1, 2, 3, 4]
    # The deputy still sees what they wrote, and no other size of the group lets it into what was shown.
    assert {each.value for each in log.own(MODULE) if each.aspect == "as-is"} == {5}
    for invited in (3, 8, None):
        sized(store, fauske, invited)
        assert levels(contact) == [1, 2, 3, 4]


def test_two_deputies_for_one_place_are_one(
    store: Store, logs: Any, draft: Make, deputy: Callable[[], AnswerLog], three: list[Any], contact: Any,
    fauske: LeadershipGroup,
) -> None:  # fmt: skip
    sized(store, fauske, 5)
    first, second = deputy(), deputy()
    first.append([draft(ITEM, 5)])
    second.append([draft(ITEM, 1)])
    logs.of(name="siv").append([draft(ITEM, 3)])
    assert contact.participation(MODULE) == Participation(answered=5, invited=5, deputies=1)
    contact.reveal(MODULE)
    assert levels(contact) == [2, 3, 3, 4, 5]


def test_a_deputy_makes_three_of_two(
    store: Store, logs: Any, draft: Make, deputy: Callable[[], AnswerLog], contact: Any, fauske: LeadershipGroup
) -> None:
    sized(store, fauske, 3)
    for name in ("kari", "per"):
        logs.of(name=name).append([draft(ITEM, 3)])
    with pytest.raises(AccessDenied, match="Minst 3"):
        contact.reveal(MODULE)
    deputy().append([draft(ITEM, 4)])
    contact.reveal(MODULE)
    assert levels(contact) == [3, 3, 4]
