"""The group shows itself its answers, once and for all; what it approves stands as it was."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from kompetanse.answers.log import Draft, Participation
from kompetanse.answers.session import Role
from kompetanse.answers.sharing import hash_of
from kompetanse.answers.store import Store
from kompetanse.errors import AccessDenied

MODULE = "modul-1"
ITEM, THEME = "endringer-rundt-oss", "omverdensblikk"
LOCKED = "Svarene er låst"

Make = Callable[..., Draft]


@pytest.fixture
def three(logs: Any, draft: Make) -> list[Any]:
    """Three leaders who have answered."""
    leaders = [logs.of(name=name) for name in ("kari", "per", "ole")]
    for level, leader in enumerate(leaders, start=2):
        leader.append([draft(ITEM, level), draft(THEME, 5, aspect="to-be")])
    return leaders


@pytest.fixture
def contact(logs: Any) -> Any:
    return logs.of("contact", name="ida")


def test_a_person_counts_once_however_much_they_answer(logs: Any, draft: Make, three: list[Any]) -> None:
    three[0].append([draft("A1-2", 3), draft("B1-1", 1, step="modenhet"), draft(ITEM, 1)])
    logs.of(name="nils").append([draft(THEME, 4, aspect="to-be")])
    logs.of(name="anna").append([draft(ITEM, 4)])
    logs.of(name="anna").append([draft(ITEM, None)])
    assert logs.of().participation(MODULE) == Participation(answered=3, invited=8)
    assert logs.operator().participation(MODULE, "bodo") == Participation(answered=0, invited=12)


def test_a_facilitator_cannot_count_answers_as_they_come(logs: Any, three: list[Any]) -> None:
    with pytest.raises(AccessDenied):
        logs.of("facilitator", group=None).participation(MODULE, "fauske")


def test_who_keeps_their_answers_out_has_answered(logs: Any, draft: Make, three: list[Any]) -> None:
    three[0].append([draft("", True, aspect="withheld")])
    assert logs.of().participation(MODULE).answered == 3


def test_nothing_is_shown_before_the_contact_shows_it(logs: Any, three: list[Any], contact: Any) -> None:
    for log in (*three, contact, logs.of("room"), logs.operator()):
        assert log.revealed(MODULE, group="fauske") is None
        assert not log.is_revealed(MODULE, group="fauske")


@pytest.mark.parametrize("role", ["leader", "room", "facilitator", "analyst", "operator"])
def test_only_the_contact_shows_and_approves(logs: Any, three: list[Any], role: Role) -> None:
    log = logs.of(role, group="fauske" if role in {"leader", "room"} else None)
    for press in (log.reveal, log.approve):
        with pytest.raises(AccessDenied):
            press(MODULE)


def test_two_are_too_few_to_show(logs: Any, draft: Make, contact: Any) -> None:
    for name in ("kari", "per"):
        logs.of(name=name).append([draft(ITEM, 3)])
    with pytest.raises(AccessDenied, match="Minst 3"):
        contact.reveal(MODULE)
    contact.append([draft(ITEM, 3)])
    contact.reveal(MODULE)


def test_after_the_reveal_all_see_the_same(logs: Any, three: list[Any], contact: Any) -> None:
    contact.reveal(MODULE)
    for log in (*three, contact, logs.of("room"), logs.operator()):
        found = log.revealed(MODULE, group="fauske")
        assert found is not None
        assert sorted(each.value for each in found if each.aspect == "as-is") == [2, 3, 4]
    assert logs.of("facilitator", group=None).is_revealed(MODULE, group="fauske")
    assert not logs.of(group="bodo", name="bo").is_revealed(MODULE)


@pytest.mark.parametrize(
    ("subject", "aspect", "step", "value"),
    [
        (ITEM, "as-is", "evne", 1),
        (ITEM, "as-is", "evne", None),
        (THEME, "to-be", "evne", 1),
        (THEME, "importance", "modenhet", True),
        ("", "withheld", "evne", True),
    ],
)
def test_what_was_shown_is_locked(
    draft: Make, three: list[Any], contact: Any, subject: str, aspect: str, step: str, value: Any
) -> None:
    contact.append([draft(ITEM, 4)])
    contact.reveal(MODULE)
    before = [each.id for each in contact.revealed(MODULE)]
    for log in (three[0], contact):
        with pytest.raises(AccessDenied, match=LOCKED):
            log.append([draft(subject, value, aspect=aspect, step=step)])
    assert [each.id for each in contact.revealed(MODULE)] == before


def test_the_lock_is_the_rounds_and_the_groups_own(logs: Any, draft: Make, three: list[Any], contact: Any) -> None:
    contact.reveal(MODULE)
    contact.append([draft(THEME, True, aspect="discussed", step="felles-vurdering")])
    three[0].append([draft(ITEM, 5, round=2)])
    logs.of(group="bodo", name="bo").append([draft(ITEM, 5)])
    three[0].append([draft(THEME, 4, aspect="agreed", step="felles-vurdering")])
    found = contact.revealed(MODULE)
    assert found is not None
    assert {each.round for each in found} == {1}


def test_what_was_saved_before_the_lock_is_still_confirmed(draft: Make, three: list[Any], contact: Any) -> None:
    sent = draft("A1-2", 3)
    three[0].append([sent])
    contact.reveal(MODULE)
    assert three[0].append([sent]).ids == (sent.id,)


def test_showing_twice_is_showing_once(store: Store, three: list[Any], contact: Any) -> None:
    assert contact.reveal(MODULE).as_of == contact.reveal(MODULE).as_of
    assert len(store.releases()) == 1


def test_who_keeps_their_answers_out_is_in_no_picture(logs: Any, draft: Make, three: list[Any], contact: Any) -> None:
    three[0].append([draft("B1-1", 1, step="modenhet")])
    three[0].append([draft("evne", True, aspect="withheld")])
    contact.reveal(MODULE)
    for found in (contact.revealed(MODULE), logs.operator().everything(MODULE, "fauske")):
        assert found is not None
        assert three[0].session.participant not in {each.participant for each in found}
        assert sorted(each.value for each in found if each.aspect == "as-is") == [3, 4]
        assert "withheld" not in {each.aspect for each in found}


def test_a_comment_is_shown_while_its_writer_shares_it(draft: Make, three: list[Any], contact: Any) -> None:
    def comments() -> list[Any]:
        return [each.value for each in contact.revealed(MODULE) if each.aspect == "comment"]

    three[0].append([draft(THEME, "Bare for meg.", aspect="comment")])
    three[1].append([draft(THEME, "For alle.", aspect="comment"), draft(THEME, True, aspect="comment-shared")])
    contact.reveal(MODULE)
    assert comments() == ["For alle."]
    three[1].append([draft(THEME, False, aspect="comment-shared")])
    assert comments() == []
    three[0].append([draft(THEME, True, aspect="comment-shared")])
    assert comments() == ["Bare for meg."]


def test_no_answer_slips_in_while_the_contact_shows(logs: Any, draft: Make, three: list[Any], contact: Any) -> None:
    refused: list[str] = []

    def keep_answering(name: str) -> None:
        for level in (1, 2, 3, 4, 5) * 4:
            try:
                logs.of(name=name).append([draft("A1-2", level)])
            except AccessDenied as error:
                refused.append(str(error))

    threads = [threading.Thread(target=keep_answering, args=(name,)) for name in ("kari", "per", "ole")]
    for thread in threads:
        thread.start()
    release = contact.reveal(MODULE)
    for thread in threads:
        thread.join()
    found = contact.revealed(MODULE)
    assert found is not None
    assert hash_of(found) == release.hash
    assert {each.seq > release.as_of for each in logs.store.changed_since(0)} == {False}
    assert all(LOCKED in said for said in refused)


def test_an_approval_holds_what_stood_then(logs: Any, draft: Make, three: list[Any], contact: Any) -> None:
    three[0].append([draft(THEME, 3, aspect="agreed", step="felles-vurdering")])
    contact.reveal(MODULE)
    assert not contact.is_approved(MODULE)
    approved = contact.approve(MODULE)
    three[0].append([draft(THEME, 4, aspect="agreed", step="felles-vurdering")])
    assert contact.approval(MODULE) == approved
    assert logs.of("facilitator", group=None).is_approved(MODULE, "fauske")
    found = logs.operator().everything(MODULE, "fauske", as_of=approved.as_of)
    assert [each.value for each in found if each.aspect == "agreed"] == [3]


def test_nothing_is_approved_before_the_group_has_seen_its_answers(three: list[Any], contact: Any) -> None:
    with pytest.raises(AccessDenied, match="sett svarene sine"):
        contact.approve(MODULE)


def test_more_answers_than_members_are_not_shown(store: Store, three: list[Any], contact: Any) -> None:
    group = store.group("fauske")
    assert group is not None
    store.put_group(group.model_copy(update={"invited": 2}))
    with pytest.raises(AccessDenied, match="Flere har svart enn gruppa er"):
        contact.reveal(MODULE)


def test_approving_again_is_new_only_when_something_is(
    store: Store, draft: Make, three: list[Any], contact: Any
) -> None:
    contact.reveal(MODULE)
    first = contact.approve(MODULE)
    assert contact.approve(MODULE).as_of == first.as_of
    three[0].append([draft(THEME, 4, aspect="agreed", step="felles-vurdering")])
    assert contact.approve(MODULE).as_of > first.as_of
    assert len(store.releases(audience="report")) == 2


def test_what_was_done_is_written_down_by_role(store: Store, three: list[Any], contact: Any) -> None:
    contact.reveal(MODULE)
    contact.approve(MODULE)
    three[0].own_erase()
    assert [(each.kind, each.role, each.group) for each in store.audit_log()] == [
        ("reveal", "contact", "fauske"),
        ("approval", "contact", "fauske"),
        ("erasure", "leader", "fauske"),
    ]
