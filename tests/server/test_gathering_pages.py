"""Dates on a real server: made, changed and attended elsewhere; and a deputy's way in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar

from kompetanse.answers.log import AnswerLog
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from tests.answers.conftest import make_draft
from tests.server.conftest import Codes, own_server
from tests.server.running import Server, Visitor

MODULE, ITEM = "modul-1", "endringer-rundt-oss"
MADE = "2027-01-12"


home, codes, server = own_server("dates")


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with Store.open(home) as opened:
        yield opened


def log_of(visitor: Visitor, store: Store) -> AnswerLog:
    entry = store.enter(visitor.own_code())
    assert entry
    return AnswerLog(
        Session(entry.role, load_programme().id, entry.group, entry.participant, "nb", None), store, load_programme()
    )


def day_in(calendar: bytes) -> tuple[date, int, str]:
    """The day, the sequence and the uid of the one event in a file."""
    (event,) = Calendar.from_ical(calendar).walk("VEVENT")
    return event["dtstart"].dt, event["sequence"], event["uid"]


def test_facilitator_makes_a_date_moves_a_group_and_takes_the_date_out(
    facilitator: Visitor, contact: Visitor, leader: Visitor, store: Store
) -> None:
    assert "Legg til datoen" in facilitator.get("/datoer").text
    assert "12. januar 2027" not in contact.get("/").text
    assert "er en av datoene nå" in facilitator.post("/datoer", {"gjor": "ny", "dato": MADE}).text
    assert "12. januar 2027" in contact.get("/").text
    before = day_in(leader.get("/samling.ics").content)
    assert before[0] == date(2026, 12, 8)
    told = facilitator.post("/datoer", {"gjor": "flytt", "gruppe": "fauske", "dato": MADE}).text
    assert "Svar, koder og rom er som før" in told
    after = day_in(leader.get("/samling.ics").content)
    # A calendar that has the file already puts the new day in the place of the old one.
    assert after[0] == date(2027, 1, 12)
    assert after[2] == before[2]
    assert after[1] >= before[1]
    assert "Samlingen er 12. januar 2027" in leader.get("/").text
    # The contact may keep a date that is none of the programme's own, and choose another one.
    assert contact.post("/gruppe", {"antall": "8", "dato": MADE}).status == 303
    assert facilitator.post("/datoer", {"gjor": "ta-bort", "dato": MADE}).status == 403
    assert contact.post("/gruppe", {"antall": "8", "dato": "2026-12-08"}).status == 303
    assert "er tatt bort" in facilitator.post("/datoer", {"gjor": "ta-bort", "dato": MADE}).text
    assert contact.post("/gruppe", {"antall": "8", "dato": MADE}).status == 400
    details = [entry.detail for entry in store.audit_log(kinds=["gathering_date"])]
    assert details == [
        f"made: {MADE}", f"from 2026-12-08 to {MADE}", f"from {MADE} to 2026-12-08", f"taken out: {MADE}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "values",
    [
        {"gjor": "ny"}, {"gjor": "ny", "dato": "i morgen"},
        {"gjor": "flytt", "gruppe": "nowhere", "dato": "2026-12-10"},
        {"gjor": "flytt", "gruppe": "fauske", "dato": "2026-12-11"}, {"gjor": "annet", "dato": "2026-12-10"},
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(facilitator: Visitor, store: Store, values: dict[str, str]) -> None:
    assert facilitator.post("/datoer", values).status == 400
    group = store.group("fauske")
    assert group
    assert group.gathering_date == date(2026, 12, 8)


def test_leader_attends_another_date_and_the_others_see_a_number(
    leader: Visitor, contact: Visitor, facilitator: Visitor, store: Store
) -> None:
    assert leader.post("/min-dato", {"dato": "2026-12-15"}).status == 303
    text = leader.get("/").text
    assert "Du deltar 15. desember 2026. Svarene dine teller i gruppa di som før" in text
    assert day_in(leader.get("/samling.ics").content)[0] == date(2026, 12, 15)
    assert "1 deltar en annen dato." in contact.get("/").text
    assert day_in(contact.get("/samling.ics").content)[0] == date(2026, 12, 8)
    assert "Deltar herfra uten gruppa si: 1." in facilitator.get("/datoer").text
    log = log_of(leader, store)
    log.append([make_draft(ITEM, 3)])
    assert log.session.group == "fauske"
    for refused in ("2026-12-11", "i morgen"):
        assert leader.post("/min-dato", {"dato": refused}).status == 400
    assert leader.post("/min-dato", {"dato": ""}).status == 303
    assert "Samlingen er 8. desember 2026." in leader.get("/").text
    assert "deltar en annen dato." not in contact.get("/").text


def test_a_group_without_a_date_has_no_calendar_file(server: Server, store: Store) -> None:
    visitor = Visitor(server).sign_in(store.create_code("leader", "traena"))
    assert visitor.get("/samling.ics").status == 404
    assert "/samling.ics" not in visitor.get("/").text


def test_deputy_comes_in_with_an_own_code_and_is_asked_for_less(server: Server, contact: Visitor, store: Store) -> None:
    page = contact.post("/gruppe/vikar").text
    code = re.findall(r'<p class="code">([A-Z0-9-]+)</p>', page)[0]
    assert f"/inn/{code}" in page
    assert "Lapper som ikke er brukt" not in contact.get("/").text
    deputy = Visitor(server).sign_in(code)
    assert Visitor(server).post("/inn", {"kode": code}).status == 403
    text = deputy.get("/").text
    assert "Du er vikar" in text
    assert "Begynn (ca. 6 min)" in text
    log = log_of(deputy, store)
    instrument = load_programme().instrument_of_module(load_programme().modules[0])
    assert instrument
    steps = {
        axis: step.id
        for step in load_programme().modules[0].steps
        if step.kind == "assessment"
        for axis in [step.content.axis]
    }
    for facet in instrument.facets:
        step = steps.get(facet.axis) or steps[None]
        log.append([make_draft(item.id, 3, step=step) for item in instrument.short_items(facet)])
    # Nothing more is waited for.
    assert "Du har svart på alt" in deputy.get("/").text
    assert "Av dem er 1 vikar." in contact.get("/").text


def test_late_leader_is_told_so_on_the_front_page(server: Server, codes: Codes, contact: Visitor, store: Store) -> None:
    for _ in range(3):
        log_of(Visitor(server).sign_in(codes.leader), store).append([make_draft(ITEM, 3)])
    log_of(contact, store).reveal(MODULE)
    late = Visitor(server).sign_in(codes.leader)
    assert "endrer ikke det gruppa så" in late.get("/").text
    log_of(late, store).append([make_draft(ITEM, 5)])
    assert re.search("1 har svart etter at gruppa så svarene", contact.get("/").text)
    assert "endrer ikke det gruppa så" not in contact.get("/").text
