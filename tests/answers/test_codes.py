"""A code lets in whom it was made for; the home knows no code, only its keyed hash."""

from __future__ import annotations

import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kompetanse.answers.answer import PARTICIPANT
from kompetanse.answers.session import Role
from kompetanse.answers.store import Entry, Store, codes
from kompetanse.answers.store.codes import LETTERS, plain_code
from kompetanse.errors import InputError
from kompetanse.programme.models import LeadershipGroup

CODE = re.compile(rf"[{LETTERS}]{{4}}(-[{LETTERS}]{{4}})+")


def once(store: Store, role: Role) -> str:
    """A code for one person of Fauske, to be used once."""
    with store.writing() as here:
        return here.codes.create(role, group="fauske", once=True)


def test_everyone_who_uses_the_leaders_code_is_somebody_new(store: Store) -> None:
    code = store.create_code("leader", "fauske")
    first, second = store.enter(code), store.enter(code)
    assert first is not None
    assert second is not None
    assert (first.role, first.group) == ("leader", "fauske")
    assert first.participant != second.participant
    assert PARTICIPANT.fullmatch(first.participant or "")


def test_a_return_code_brings_the_same_person_back(store: Store) -> None:
    first = store.enter(store.create_code("leader", "fauske"))
    assert first is not None
    again = store.enter(first.return_code or "")
    assert again is not None
    assert (again.role, again.group, again.participant) == ("leader", "fauske", first.participant)
    assert again.return_code is None


def test_a_fresh_return_code_works_beside_the_first(store: Store) -> None:
    first = store.enter(store.create_code("leader", "fauske"))
    assert first is not None
    assert first.participant is not None
    fresh = store.create_return_code("fauske", first.participant)
    for code in (fresh, first.return_code):
        found = store.enter(code or "")
        assert found is not None
        assert found.participant == first.participant


def test_a_contact_is_one_person_on_every_device_and_with_every_code(store: Store) -> None:
    codes = [store.create_code("contact", "fauske"), store.create_code("contact", "fauske")]
    entries = [store.enter(code) for code in (*codes, *codes)]
    assert {entry.participant for entry in entries if entry} == {entries[0].participant}  # type: ignore[union-attr]  # it is there
    assert all(entry and entry.role == "contact" and entry.group == "fauske" for entry in entries)


def test_contacts_of_two_groups_are_two_persons(store: Store) -> None:
    entries = [store.enter(store.create_code("contact", group)) for group in ("fauske", "bodo")]
    assert len({entry.participant for entry in entries if entry}) == 2


@pytest.mark.parametrize("role", ["facilitator", "analyst", "operator"])
def test_a_code_for_all_groups_belongs_to_none(store: Store, role: Role) -> None:
    entry = store.enter(store.create_code(role))
    assert entry is not None
    assert (entry.role, entry.group, entry.participant) == (role, None, None)


def test_the_room_is_no_participant(store: Store) -> None:
    entry = store.enter(store.create_code("room", "fauske"))
    assert entry is not None
    assert (entry.role, entry.group, entry.participant) == ("room", "fauske", None)


def test_codes_are_readable(store: Store) -> None:
    codes = [store.create_code("leader", "fauske") for _ in range(50)]
    assert all(CODE.fullmatch(code) for code in codes)
    assert len(set(codes)) == 50
    assert not set("0O1I") & set(LETTERS)
    assert len(store.create_code("facilitator")) > len(codes[0])


@pytest.mark.parametrize(("groups", "years"), [(41, "4,700"), (357, "540")])
def test_hitting_any_code_takes_as_long_as_is_said(store: Store, groups: int, years: str) -> None:
    letters = len(plain_code(store.create_code("leader", "fauske")))
    everybodys = groups * (1 + 16 + 1 + 1)
    tries_until_one_is_hit = len(set(LETTERS)) ** letters / everybodys
    takes = tries_until_one_is_hit / 10_000 / (365.25 * 24 * 3600)
    assert takes > 100
    assert f"{float(f'{takes:.2g}'):,.0f}" == years
    assert years in (codes.__doc__ or "")


def test_a_code_of_the_first_version_still_lets_in(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "LENGTH", 8)
    old = store.create_code("leader", "fauske")
    monkeypatch.undo()
    assert len(old) == len("ABCD-EFGH")
    assert store.enter(old) is not None


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", ""), lambda code: f"  {code} ", " ".join])
def test_case_spaces_and_dashes_do_not_matter(store: Store, change: object) -> None:
    code = store.create_code("leader", "fauske")
    assert callable(change)
    assert store.enter(change(code)) is not None


@pytest.mark.parametrize("code", ["", "-", "K7RT-9WXM", "æøå", "x" * 10_000, "\x00", "\ud800", "' OR 1=1 --"])
def test_a_wrong_code_lets_nobody_in_and_is_not_known(store: Store, code: str) -> None:
    assert store.find_code(code) is None
    assert store.enter(code) is None


def test_looking_a_code_up_changes_nothing(store: Store) -> None:
    code = once(store, "leader")
    for _ in range(3):
        found = store.find_code(code)
        assert found
        assert (found.kind, found.state, found.role, found.group) == ("once", "open", "leader", "fauske")
    assert store.enter(code)


@pytest.mark.parametrize("role", ["leader", "contact"])
def test_a_code_for_one_person_is_exchanged_for_a_personal_one(store: Store, role: Role) -> None:
    code = once(store, role)
    entry = store.enter(code)
    assert entry
    assert (entry.role, entry.group) == (role, "fauske")
    assert store.enter(code) is None
    again = store.enter(entry.return_code or "")
    assert again == Entry(role, "fauske", entry.participant)
    found = store.find_code(code)
    assert found
    assert found.state == "used"


def test_each_slip_is_somebody_else(store: Store) -> None:
    entries = [store.enter(once(store, "leader")) for _ in range(3)]
    assert len({entry.participant for entry in entries if entry}) == 3


def test_two_who_use_one_slip_at_once_are_not_both_let_in(store: Store) -> None:
    code = once(store, "leader")
    with ThreadPoolExecutor(4) as four:
        entries = list(four.map(store.enter, [code] * 4))
    assert sum(entry is not None for entry in entries) == 1


def test_a_new_contacts_code_leads_to_the_same_contact(store: Store) -> None:
    first, second = store.enter(once(store, "contact")), store.enter(once(store, "contact"))
    assert first
    assert second
    assert first.participant == second.participant


def test_lists_of_codes_name_no_code(store: Store) -> None:
    made = [once(store, "leader"), store.create_code("leader", "fauske"), store.create_code("contact", "fauske")]
    store.create_code("leader", "bodo")
    store.revoke_code(made[1])
    store.enter(made[0])
    with store.reading() as here:
        listed = here.codes.all(group="fauske")
        leaders = here.codes.all("leader", group="fauske")
    assert [(code.kind, code.state) for code in listed] == [
        ("once", "used"), ("shared", "ended"), ("personal", "open"), ("personal", "open"),
    ]  # fmt: skip
    assert [code.role for code in leaders] == ["leader"] * 3
    assert not [code for code in made if plain_code(code)[:4] in repr(listed)]


def test_ending_codes_ends_those_alone(store: Store) -> None:
    kept, ended = store.create_code("leader", "fauske"), once(store, "leader")
    with store.writing() as here:
        wanted = [code for code in here.codes.all(group="fauske") if code.kind == "once"]
        assert here.codes.end(wanted) == 1
        assert here.codes.end(here.codes.all(group="bodo")) == 0
    assert store.enter(ended) is None
    assert store.enter(kept)


def test_an_expired_code_is_a_wrong_code(store: Store) -> None:
    now = datetime.now(UTC)
    assert store.enter(store.create_code("leader", "fauske", expires=now - timedelta(seconds=1))) is None
    assert store.enter(store.create_code("leader", "fauske", expires=now + timedelta(hours=1))) is not None


def test_a_revoked_code_is_a_wrong_code(store: Store) -> None:
    code = store.create_code("leader", "fauske")
    assert store.revoke_code(code.lower())
    assert store.enter(code) is None
    assert not store.revoke_code(code)


@pytest.mark.parametrize(
    ("role", "group"), [("leader", None), ("contact", None), ("facilitator", "fauske"), ("leader", "nowhere")]
)
def test_a_code_is_made_for_what_is_there(store: Store, role: Role, group: str | None) -> None:
    with pytest.raises(InputError):
        store.create_code(role, group)


def test_a_copy_of_the_database_holds_no_code(home: Path, fauske: LeadershipGroup) -> None:
    with Store.open(home) as store:
        store.put_group(fauske)
        entry = store.enter(store.create_code("leader", "fauske"))
        assert entry is not None
        codes = [entry.return_code or "", store.create_code("contact", "fauske")]
        with closing(sqlite3.connect(home / "kompetanse.sqlite")) as connection:
            dump = "\n".join(connection.iterdump())
    for code in codes:
        assert code not in dump
        assert code.replace("-", "") not in dump


def test_codes_mean_nothing_with_another_homes_key(home: Path, tmp_path: Path, fauske: LeadershipGroup) -> None:
    with Store.open(home) as store:
        store.put_group(fauske)
        code = store.create_code("leader", "fauske")
    for key in (home / "keys").iterdir():
        key.unlink()
    with Store.open(home) as store:
        assert store.enter(code) is None
