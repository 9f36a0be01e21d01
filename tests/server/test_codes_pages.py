"""Codes that contacts and facilitators make on their pages: they let in, take the place of others, and end."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path

import pytest

from kompetanse.answers.store import Store
from tests.invitations.test_sheets import scanned, words
from tests.server.conftest import Codes, own_server
from tests.server.running import Answer, Server, Visitor

#: These tests end codes.
home, codes, server = own_server("codes")


def shown_code(answer: Answer) -> str:
    """The code that a page shows this once, before the visitor's own."""
    found = re.search(r'<p class="code">([A-Z0-9-]+)</p>', answer.text)
    assert found, answer.text
    return found[1]


def is_let_in(server: Server, code: str) -> bool:
    return Visitor(server).post("/inn", {"kode": code}).status == 303


def test_contacts_invitation_lets_a_leader_in_and_is_shown_once(contact: Visitor, server: Server) -> None:
    answer = contact.post("/gruppe/kode", {"rolle": "leader"})
    code = shown_code(answer)
    field = re.search(r'<textarea id="invitasjon"[^>]*>(.*?)</textarea>', answer.text, re.DOTALL)
    assert field
    assert f"{server.address}/inn/{code}" in unescape(field[1])
    assert is_let_in(server, code)
    assert code not in contact.get("/").text


def test_new_code_ends_the_old_one_and_the_contact_may_end_it(contact: Visitor, server: Server) -> None:
    old = shown_code(contact.post("/gruppe/kode", {"rolle": "leader"}))
    own = Visitor(server).sign_in(old).own_code()
    new = shown_code(contact.post("/gruppe/kode", {"rolle": "leader"}))
    assert [is_let_in(server, code) for code in (old, new, own)] == [False, True, True]
    assert "Ja, steng koden" in contact.get("/gruppe/steng?rolle=leader").text
    assert is_let_in(server, new)
    assert contact.post("/gruppe/steng?rolle=leader").headers["Location"] == "/?lagret=stengt"
    assert [is_let_in(server, code) for code in (new, own)] == [False, True]
    assert "Det er ingen kode som virker nå." in contact.get("/").text


def test_code_that_is_shown_can_be_printed(contact: Visitor, server: Server) -> None:
    code = shown_code(contact.post("/gruppe/kode", {"rolle": "leader"}))
    sheet = contact.post("/gruppe/ark", {"kode": code, "form": "pdf"})
    assert sheet.headers["Content-Type"] == "application/pdf"
    assert scanned(sheet.content) == [f"{server.address}/inn/{code}"]
    page = contact.post("/gruppe/ark", {"kode": code, "form": "html"})
    assert code in page.text
    assert "script-src 'none'" in page.headers["Content-Security-Policy"]


def test_sheet_of_another_code_is_refused(contact: Visitor, codes: Codes) -> None:
    for code in (codes.other_leader, codes.facilitator, contact.own_code(), "ABCD-EFGH-JKLM", ""):
        assert contact.post("/gruppe/ark", {"kode": code, "form": "pdf"}).status == 400


def test_slips_are_for_one_person_each(contact: Visitor, server: Server) -> None:
    answer = contact.post("/gruppe/lapper", {"antall": "3", "form": "pdf"})
    links = scanned(answer.content)
    assert len(set(links)) == 3
    assert "Klipp ut lappene" in words(answer.content)
    assert "Lapper som ikke er brukt ennå: 3." in contact.get("/").text
    slips = [link.rpartition("/")[2] for link in links]
    assert [is_let_in(server, code) for code in (slips[0], slips[0], slips[1])] == [True, False, True]
    assert "Lapper som ikke er brukt ennå: 1." in contact.get("/").text
    contact.post("/gruppe/steng?rolle=leader")
    assert not is_let_in(server, slips[2])


@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("/gruppe/kode", {"rolle": "contact"}),
        ("/gruppe/kode", {"rolle": "facilitator"}),
        ("/gruppe/lapper", {"antall": "0"}),
        ("/gruppe/lapper", {"antall": "61"}),
        ("/gruppe/lapper", {"antall": "3", "form": "exe"}),
        ("/gruppe/steng", {}),
    ],
)
def test_what_a_contact_cannot_have_is_refused(contact: Visitor, address: str, values: dict[str, str]) -> None:
    assert contact.post(address, values).status == 400


@pytest.mark.parametrize("role", ["leader", "facilitator", "analyst", "room", "other_leader"])
def test_nobody_else_makes_or_ends_a_groups_codes(server: Server, codes: Codes, role: str, contact: Visitor) -> None:
    code = shown_code(contact.post("/gruppe/kode", {"rolle": "leader"}))
    visitor = Visitor(server).sign_in(code if role == "leader" else getattr(codes, role))
    for address in ("/gruppe/kode", "/gruppe/ark", "/gruppe/lapper", "/gruppe/steng?rolle=leader"):
        values = {"rolle": "leader", "kode": code, "antall": "3"}
        assert visitor.post(address, values).status == 403
    assert is_let_in(server, code)


def test_room_code_opens_the_page_where_the_screen_will_be(contact: Visitor, server: Server) -> None:
    code = shown_code(contact.post("/gruppe/kode", {"rolle": "room"}))
    assert Visitor(server).sign_in(code).get("/").headers["Location"] == "/rom"


def test_facilitator_invites_all_who_have_no_code_in_two_clicks(
    facilitator: Visitor, contact: Visitor, server: Server, home: Path
) -> None:
    assert re.search(r'<a href="/inviter">Inviter gruppene</a>', facilitator.get("/").text)
    assert '<button class="button" name="form" value="pdf">' in facilitator.get("/inviter").text
    answer = facilitator.post("/inviter", {"gjor": "mangler", "form": "csv"})
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    made = {(row["group"], row["role"]): row["code"] for row in rows}
    assert {("traena", "contact"), ("traena", "leader"), ("bodo", "contact")} <= made.keys()
    # Bodø's leaders and the contact of Fauske have theirs.
    assert not {("bodo", "leader"), ("fauske", "contact")} & made.keys()
    assert all(is_let_in(server, code) for code in made.values())
    assert "Alle gruppene har kode" in facilitator.post("/inviter", {"gjor": "mangler"}).text
    with Store.open(home) as store:
        entries = store.audit_log(kinds=["invitation"])
    assert {entry.role for entry in entries if entry.group == "traena"} == {"facilitator"}
    assert not [code for code in made.values() if code in repr(entries)]


def test_facilitator_prints_a_sheet_for_every_group(facilitator: Visitor) -> None:
    answer = facilitator.post("/inviter", {"gjor": "alle", "sikker": "ja", "form": "pdf"})
    assert len(scanned(answer.content)) == 6
    said = words(answer.content)
    assert all(place in said for place in ("Bodø", "Fauske – Fuossko", "Træna"))


def test_facilitator_makes_one_anew_and_ends_it(facilitator: Visitor, server: Server) -> None:
    chosen = {"gruppe": "traena", "rolle": "leader"}
    (link,) = scanned(facilitator.post("/inviter", {**chosen, "gjor": "ny", "form": "pdf"}).content)
    code = link.rpartition("/")[2]
    assert is_let_in(server, code)
    assert "Koden er stengt." in facilitator.post("/inviter", {**chosen, "gjor": "steng"}).text
    assert not is_let_in(server, code)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"gjor": "alle"},
        {"gjor": "ny", "gruppe": "nowhere", "rolle": "leader"},
        {"gjor": "ny", "gruppe": "fauske", "rolle": "facilitator"},
        {"gjor": "mangler", "form": "exe"},
    ],
)
def test_what_a_facilitator_cannot_have_is_refused(facilitator: Visitor, values: dict[str, str]) -> None:
    assert facilitator.post("/inviter", values).status == 400
