"""A code lets in whom it was made for; the home knows no code, only its keyed hash."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kompetanse.answers.answer import PARTICIPANT
from kompetanse.answers.session import Role
from kompetanse.answers.store import Store
from kompetanse.answers.store.codes import LETTERS
from kompetanse.errors import InputError
from kompetanse.programme.models import LeadershipGroup

CODE = re.compile(rf"[{LETTERS}]{{4}}(-[{LETTERS}]{{4}})+")


def wrong_attempts(store: Store) -> int:
    with store.reading() as here:
        return here.codes.wrong_attempts()


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


def test_codes_are_readable_and_hard_to_guess(store: Store) -> None:
    codes = [store.create_code("leader", "fauske") for _ in range(50)]
    assert all(CODE.fullmatch(code) for code in codes)
    assert len(set(codes)) == 50
    assert len(LETTERS) ** 8 >= 2**40
    assert not set("0O1I") & set(LETTERS)
    assert len(store.create_code("facilitator")) > len(codes[0])


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", ""), lambda code: f"  {code} ", " ".join])
def test_case_spaces_and_dashes_do_not_matter(store: Store, change: object) -> None:
    code = store.create_code("leader", "fauske")
    assert callable(change)
    assert store.enter(change(code)) is not None


@pytest.mark.parametrize("code", ["", "-", "K7RT-9WXM", "æøå", "x" * 10_000, "\x00", "\ud800", "' OR 1=1 --"])
def test_a_wrong_code_lets_nobody_in_and_is_counted(store: Store, code: str) -> None:
    before = wrong_attempts(store)
    assert store.enter(code) is None
    assert store.enter(code) is None
    assert wrong_attempts(store) == before + 2


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
