"""Practising on a real server: from the one button to a report, with members who answer by themselves meanwhile."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest

from kompetanse.answers.log import AnswerLog
from kompetanse.answers.practising import MEMBERS
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import LeadershipGroup
from kompetanse.settings import workbooks_folder
from tests.answers.conftest import make_draft
from tests.answers.test_operator_erasure import tables_with
from tests.server.conftest import Codes, fill
from tests.server.running import Server, Visitor, wait_until

MODULE, MARK = "modul-1", "Øving – oppdiktede svar"
THEMES = ("omverdensblikk", "utproving", "handlekraft")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of this module's own."""
    return tmp_path_factory.mktemp("practice") / "home"


@pytest.fixture(scope="module")
def codes(home: Path) -> Codes:
    return fill(home)


@pytest.fixture(scope="module")
def server(home: Path, codes: Codes) -> Iterator[Server]:
    running = Server(home, notebooks=workbooks_folder())
    yield running
    running.stop()


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with Store.open(home) as opened:
        yield opened


def practising(store: Store) -> list[LeadershipGroup]:
    with store.reading() as here:
        return here.groups.practising()


def new_group(facilitator: Visitor) -> list[str]:
    """The codes of a new practice group: for the contact, for leaders and for the room."""
    answer = facilitator.post("/oving", {"gjor": "ny"})
    assert answer.status == 200, answer.text
    return re.findall(r'<p class="code">([A-Z0-9-]+)</p>', answer.text)


def begun_long_ago(store: Store, group: LeadershipGroup) -> None:
    """As if the practice had begun five minutes ago, and nobody had said anything yet."""
    with store.writing() as here:
        here.erasing.delete(here.erasing.said_in(group.id))
        here.groups.put(group.model_copy(update={"practice": datetime.now(UTC) - timedelta(minutes=5)}))


def log_of(visitor: Visitor, store: Store) -> AnswerLog:
    entry = store.enter(visitor.own_code())
    assert entry
    session = Session(entry.role, load_programme().id, entry.group, entry.participant, "nb", None)
    return AnswerLog(session, store, load_programme())


def pages_of(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def test_practice_from_the_button_to_the_report(server: Server, codes: Codes, store: Store, home: Path) -> None:
    facilitator = Visitor(server).sign_in(codes.facilitator)
    contact_code, leader_code, room_code = new_group(facilitator)
    (group,) = practising(store)
    contact, leader, room = (Visitor(server).sign_in(code) for code in (contact_code, leader_code, room_code))

    # They answer while nobody does anything, and the page says how many have.
    assert wait_until(lambda: "1 av 8 har svart" in contact.get("/oving/gruppe").text, seconds=40)
    assert "0 av 8" not in contact.get("/").text
    begun_long_ago(store, group)
    assert wait_until(lambda: f"{MEMBERS} av 8 har svart" in contact.get("/oving/gruppe").text, seconds=40)
    for visitor, address in (
        (contact, "/"), (contact, "/oving/gruppe"), (contact, "/arbeidsbok/samling"), (leader, "/"), (room, "/rom"),
        (facilitator, "/oving"),
    ):  # fmt: skip
        assert MARK in visitor.get(address).text, address
    assert MARK not in facilitator.get("/").text

    # The group goes on as any group does, and the members with it.
    log = log_of(contact, store)
    log.reveal(MODULE)
    log.append([make_draft(theme, True, aspect="discussed", step="felles-vurdering") for theme in THEMES])
    log.append([make_draft(theme, 3, aspect="agreed", step="felles-vurdering") for theme in THEMES])
    with store.reading() as here:
        assert here.answers.participants(group=group.id, module=MODULE, aspect="as-is", round=2) == set()
    assert wait_until(lambda: second_round(store, group) >= MEMBERS - 1, seconds=60)
    log.reveal(MODULE, 2)
    action = {"what": "Vi øver før vi samles.", "role": "kommunedirektør", "status": "planned", "in-report": True}
    log.append([make_draft(THEMES[0], True, aspect="priority", step="prioriteringer")])
    log.append([make_draft("1", action, aspect="action", step="tiltak")])

    # A draft, its approval, and the report that is shared.
    assert "/rapport/" not in contact.get("/oving/gruppe").text
    assert (
        contact.post("/oving/gruppe", {"gjor": "rapport"}).headers["Location"].startswith("/oving/gruppe?gjort=rapport")
    )
    draft = contact.get(f"/rapport/{group.id}/kommunerapport.html").text
    assert MARK in draft
    assert "Utkast" in draft
    assert "Vi øver før vi samles." in draft
    assert contact.get(f"/rapport/{group.id}/kommunerapport-delt.pdf").status == 404
    assert contact.post("/godkjenn").status == 303
    assert (
        contact.post("/oving/gruppe", {"gjor": "rapport"}).headers["Location"].startswith("/oving/gruppe?gjort=rapport")
    )
    shared = contact.get(f"/rapport/{group.id}/kommunerapport-delt.pdf")
    assert shared.status == 200
    assert pages_of(shared.content) >= 5
    assert MARK in contact.get(f"/rapport/{group.id}/kommunerapport-delt.html").text
    done = contact.get("/oving/gruppe").text
    assert done.count('class="phase done"') == 5
    assert f"/rapport/{group.id}/kommunerapport-delt.pdf" in done

    # It is in no list but its own.
    for address in ("/", "/inviter", "/datoer"):
        assert group.name not in facilitator.get(address).text

    # Once more from the beginning: nothing of it is left, and the codes work as before.
    assert contact.post("/oving/gruppe", {"gjor": "igjen"}).status == 303
    assert contact.get(f"/rapport/{group.id}/kommunerapport.html").status == 404
    assert not log.is_revealed(MODULE)
    assert re.search("[01] av 8 har svart", contact.get("/oving/gruppe").text)
    assert Visitor(server).sign_in(leader_code).get("/").status == 200

    assert "er fjernet" in facilitator.post("/oving", {"gjor": "fjern", "gruppe": group.id}).text
    assert practising(store) == []
    assert tables_with(store, group.id) == {"audit"}
    assert not (home / "reports" / group.id).exists()
    assert wait_until(lambda: contact.get("/").status == 302)


def second_round(store: Store, group: LeadershipGroup) -> int:
    with store.reading() as here:
        return len(here.answers.participants(group=group.id, module=MODULE, aspect="as-is", round=2))


def test_several_practise_at_once_and_see_nothing_of_each_other(server: Server, codes: Codes, store: Store) -> None:
    facilitator = Visitor(server).sign_in(codes.facilitator)
    first, second = (Visitor(server).sign_in(new_group(facilitator)[0]) for _ in range(2))
    one, other = practising(store)
    assert {one.name, other.name} == {
        re.findall("<h1>(.*?)</h1>", visitor.get("/").text)[0] for visitor in (first, second)
    }
    assert first.post("/oving", {"gjor": "fjern", "gruppe": other.id}).status == 403
    for group in (one, other):
        facilitator.post("/oving", {"gjor": "fjern", "gruppe": group.id})
    assert practising(store) == []


@pytest.mark.parametrize("group", ["fauske", "nowhere", ""])
@pytest.mark.parametrize("deed", ["igjen", "fjern"])
def test_a_group_that_takes_part_is_no_practice_group(
    server: Server, codes: Codes, store: Store, group: str, deed: str
) -> None:
    facilitator = Visitor(server).sign_in(codes.facilitator)
    assert facilitator.post("/oving", {"gjor": deed, "gruppe": group}).status == 400
    assert store.group("fauske")


def test_the_contact_of_a_group_that_takes_part_has_nothing_to_practise_on(server: Server, codes: Codes) -> None:
    contact = Visitor(server).sign_in(codes.contact)
    assert contact.get("/oving/gruppe").status == 403
    for deed in ("igjen", "rapport"):
        assert contact.post("/oving/gruppe", {"gjor": deed}).status == 403
    assert "Slik øver du" not in contact.get("/").text


def test_a_poll_of_those_who_take_part_is_not_shown_to_who_practises(
    server: Server, codes: Codes, store: Store
) -> None:
    facilitator = Visitor(server).sign_in(codes.facilitator)
    contact = Visitor(server).sign_in(new_group(facilitator)[0])
    (group,) = practising(store)

    def started(by: Visitor) -> str:
        return by.post("/avstemning", {"sporsmal": "Hvor er vi?", "form": "open"}).headers["Location"].split("/")[-1]

    of_all, own = started(facilitator), started(contact)
    assert contact.get(f"/p/{of_all}/resultat").status == 404
    assert contact.get(f"/p/{own}/resultat").status == 200
    nobody = Visitor(server)
    assert MARK in nobody.get(f"/p/{own}").text
    assert MARK not in nobody.get(f"/p/{of_all}").text
    facilitator.post("/oving", {"gjor": "fjern", "gruppe": group.id})
    assert wait_until(lambda: nobody.get(f"/p/{own}").status == 404)
