"""A device is signed in until it is signed out, its time is up or its code is revoked; the home knows no key of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from kompetanse.answers.device_key import DeviceKey
from kompetanse.answers.session import Role
from kompetanse.answers.signed_in import sign_out, signed_in
from kompetanse.answers.store import Device, Store, Transaction
from kompetanse.errors import InputError

PROGRAMME = "kompetanseloft-nordland"


@dataclass(frozen=True)
class SignedIn:
    """A device that was signed in: its key, whose it is, and the code that was typed."""

    key: DeviceKey
    participant: str | None
    code: str


def hash_of(here: Transaction, code: str) -> str:
    """What stands for a code that was made."""
    known = here.codes.find(code)
    assert known is not None
    return known.hash


Enter = Callable[..., SignedIn]


@pytest.fixture
def enter(store: Store) -> Enter:
    """Signs a device in with a code, a new one for the group unless it is given."""

    def entered(role: Role = "leader", group: str | None = "fauske", *, code: str = "", days: float = 1) -> SignedIn:
        code = code or store.create_code(role, group)
        entry = store.enter(code)
        assert entry is not None
        key = DeviceKey.new()
        with store.writing() as here:
            device = Device(
                id=key.id,
                role=entry.role,
                programme=PROGRAMME,
                group=entry.group,
                participant=entry.participant,
                code=hash_of(here, code),
                return_code=key.seal(entry.return_code) if entry.return_code else None,
            )
            here.devices.add(device, timedelta(days=days))
        return SignedIn(key, entry.participant, code)

    return entered


def test_a_device_is_known_by_its_key(store: Store, enter: Enter) -> None:
    here = enter()
    found = store.device(here.key.id)
    assert found is not None
    assert (found.role, found.group, found.participant) == ("leader", "fauske", here.participant)
    assert store.enter(here.key.open(found.return_code or "") or "") is not None
    assert store.device(DeviceKey.new().id) is None
    assert store.device(here.key.text) is None


def test_only_the_devices_own_key_opens_the_personal_code(store: Store, enter: Enter) -> None:
    one, other = enter(), enter()
    sealed = store.device(one.key.id)
    assert sealed is not None
    assert other.key.open(sealed.return_code or "") is None
    assert DeviceKey(one.key.id).open(sealed.return_code or "") is None
    assert one.key.open("") is one.key.open("nonsense") is None


def test_a_copy_of_the_database_signs_nobody_in(home: Path, fauske: object) -> None:
    with Store.open(home) as store:
        store.put_group(fauske)  # type: ignore[arg-type]  # it is a group
        key, code = DeviceKey.new(), store.create_code("leader", "fauske")
        entry = store.enter(code)
        assert entry is not None
        assert entry.return_code is not None
        with store.writing() as here:
            sealed = key.seal(entry.return_code)
            here.devices.add(
                Device(key.id, "leader", PROGRAMME, "fauske", entry.participant, hash_of(here, code), sealed),
                timedelta(days=1),
            )
        with closing(sqlite3.connect(home / "kompetanse.sqlite")) as connection:
            dump = "\n".join(connection.iterdump())
            (columns,) = (connection.execute("SELECT group_concat(name) FROM pragma_table_info('device')").fetchone(),)
    assert key.id in dump
    for secret in (key.text, code, entry.return_code, entry.return_code.replace("-", "")):
        assert secret not in dump
    # Nothing about the device itself: no address, no browser, no time at which it was used.
    assert columns[0] == "id,role,programme,group_id,participant,code,expires,return_code"


def test_what_is_signed_out_leaves_no_trace(store: Store, enter: Enter) -> None:
    one, other = enter(), enter()
    with store.writing() as here:
        here.devices.remove(one.key.id)
    assert store.device(one.key.id) is None
    assert store.device(other.key.id) is not None


def test_the_time_of_a_device_is_up_and_it_is_forgotten(store: Store, enter: Enter) -> None:
    old = enter(days=-1)
    assert store.device(old.key.id) is None
    assert signed_in(store) == "Nobody is signed in."
    enter()
    assert store.sign_out() != [old.key.id]


def test_a_revoked_code_ends_what_it_opened_and_nothing_else(store: Store, enter: Enter) -> None:
    code = store.create_code("leader", "fauske")
    with_it, other = [enter(code=code), enter(code=code)], enter()
    assert store.revoke_code(code)
    assert [store.device(each.key.id) for each in with_it] == [None, None]
    assert store.device(other.key.id) is not None
    # The persons come back with their own codes.
    personal = store.create_return_code("fauske", with_it[0].participant or "")
    assert enter(code=personal).participant == with_it[0].participant


def test_all_devices_of_one_participant_are_signed_out(store: Store, enter: Enter) -> None:
    phone = enter()
    personal = store.create_return_code("fauske", phone.participant or "")
    laptop, other = enter(code=personal), enter()
    assert sorted(store.sign_out(participant=phone.participant)) == sorted([phone.key.id, laptop.key.id])
    assert store.device(phone.key.id) is store.device(laptop.key.id) is None
    assert store.device(other.key.id) is not None


def test_the_operator_sees_numbers_and_signs_out_by_role_or_group(store: Store, enter: Enter) -> None:
    kept = [enter("leader", "fauske"), enter("leader", "bodo"), enter("contact", "bodo")]
    gone = [enter("facilitator", None), enter("facilitator", None)]
    said = signed_in(store)
    assert "facilitator  -       2" in said
    assert "leader       bodo    1" in said
    assert not [each for each in (*kept, *gone) if str(each.participant) in said or each.key.id in said]
    assert sign_out(store, role="facilitator", group=None, every=False).startswith("2 devices are signed out")
    assert [store.device(each.key.id) for each in gone] == [None, None]
    assert sign_out(store, role="contact", group="bodo", every=False).startswith("1 device is signed out")
    assert sign_out(store, role=None, group="fauske", every=False).startswith("1 device is")
    assert [store.device(each.key.id) is None for each in kept] == [True, False, True]
    assert sign_out(store, role=None, group=None, every=True).startswith("1 device is")
    with store.reading() as here:
        written = [(each.role, each.group, each.detail) for each in here.audit.entries(kinds=["sign_out"])]
    assert written == [
        ("operator", None, "facilitator: 2 devices"),
        ("operator", "bodo", "contact: 1 devices"),
        ("operator", "fauske", "all: 1 devices"),
        ("operator", None, "all: 1 devices"),
    ]


@pytest.mark.parametrize(
    ("role", "group", "every", "words"),
    [
        (None, None, False, "--all"),
        ("leader", None, True, "--all"),
        ("boss", None, False, "leader, contact"),
        (None, "nowhere", False, "no group 'nowhere'"),
    ],
)
def test_nobody_is_signed_out_by_a_slip(
    store: Store, enter: Enter, role: str | None, group: str | None, every: bool, words: str
) -> None:
    kept = enter()
    with pytest.raises(InputError, match=words):
        sign_out(store, role=role, group=group, every=every)
    assert store.device(kept.key.id) is not None
