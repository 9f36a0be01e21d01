"""Somebody else becomes a group's contact: they begin anew, and the one before goes on as a leader."""

from __future__ import annotations

from datetime import timedelta

from kompetanse.answers.store import Entry, Store
from kompetanse.invitations.issuing import Issuing
from kompetanse.programme.models import Programme
from kompetanse.server.devices import SignedInDevices


def contact_of(store: Store, programme: Programme, *, another: bool) -> Entry:
    """A contact of Fauske who has come in with the code on their sheet."""
    with store.writing() as here:
        group, issuing = here.groups.get("fauske"), Issuing(here, programme, by="facilitator")
        assert group is not None
        issued = issuing.another_contact([group], last_day=None) if another else issuing.codes(
            [group], ["contact"], last_day=None
        )  # fmt: skip
    entry = store.enter(issued.invitations[0].code)
    assert entry is not None
    return entry


def test_the_next_contact_begins_anew_and_the_one_before_is_a_leader(store: Store, programme: Programme) -> None:
    before = contact_of(store, programme, another=False)
    assert before.return_code
    devices = SignedInDevices(store, programme.id, timedelta(days=1))
    device = devices.sign_in(before, before.return_code, personal=before.return_code)

    after = contact_of(store, programme, another=True)
    assert after.role == "contact"
    assert after.participant != before.participant, "the next contact would read what the one before has answered"

    assert store.device(device.id) is None, "a device of the one before still leads the group"
    back = store.enter(before.return_code)
    assert back is not None
    assert (back.role, back.participant) == ("leader", before.participant)
    # Their own sheets are for one contact: a new code for the same person finds the new one.
    with store.reading() as here:
        assert here.groups.contact("fauske") == after.participant
    entries = [(entry.kind, entry.detail) for entry in store.audit_log(kinds=["revocation"])]
    assert ("revocation", "contact: is a leader from now on") in entries


def test_a_sheet_that_the_one_before_never_used_lets_nobody_in(store: Store, programme: Programme) -> None:
    with store.writing() as here:
        group, issuing = here.groups.get("fauske"), Issuing(here, programme, by="facilitator")
        assert group is not None
        unused = issuing.codes([group], ["contact"], last_day=None).invitations[0].code
    after = contact_of(store, programme, another=True)
    assert store.enter(unused) is None
    assert after.role == "contact"
