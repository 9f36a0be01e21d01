"""Practising on a real server: from the one button to a report, with members who answer by themselves meanwhile."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest

from kompetanse.answers import practising
from kompetanse.answers.log import AnswerLog
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.errors import AccessDenied
from kompetanse.language import day
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import LeadershipGroup
from kompetanse.server.practice_page import check_can_practise, why_not
from kompetanse.server.services import Services
from kompetanse.settings import workbooks_folder
from tests.answers.conftest import make_draft
from tests.answers.test_operator_erasure import tables_with
from tests.server.conftest import Codes, fill
from tests.server.running import Server, Visitor, wait_until

MODULE, MARK = "modul-1", "Øving – oppdiktede svar"
FORGOTTEN = "ovingsgruppe-glemt"
#: What the contact asks the room: the form, and the choices on their lines.
ASKED = {"words": "", "points": "Felles arkiv\nNytt skjema\nOpplæring", "grid": "Felles arkiv\nNytt skjema"}
THEMES = ("omverdensblikk", "utproving", "handlekraft")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of this module's own."""
    return tmp_path_factory.mktemp("practice") / "home"


@pytest.fixture(scope="module")
def codes(home: Path) -> Codes:
    with Store.open(home) as store:
        begun = datetime.now(UTC) - practising.UNUSED - timedelta(days=1)
        store.put_group(LeadershipGroup(id=FORGOTTEN, name="Glemt", made_up=True, practice=begun))
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


def practice_groups(store: Store) -> list[LeadershipGroup]:
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
    (group,) = practice_groups(store)
    contact, leader, room = (Visitor(server).sign_in(code) for code in (contact_code, leader_code, room_code))

    # They answer while nobody does anything, and the page says how many have.
    assert wait_until(lambda: "1 av 8 har svart" in contact.get("/oving/gruppe").text, seconds=40)
    assert "0 av 8" not in contact.get("/").text
    begun_long_ago(store, group)
    polls = {form: asked(contact, form) for form in ASKED}
    assert wait_until(lambda: f"{practising.MEMBERS} av 8 har svart" in contact.get("/oving/gruppe").text, seconds=40)
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
    log.append([make_draft("prioriteringer", {THEMES[0]: 100}, aspect="points", step="prioriteringer")])
    with store.reading() as here:
        assert here.answers.participants(group=group.id, module=MODULE, aspect="as-is", round=2) == set()
    assert wait_until(lambda: second_round(store, group) >= practising.MEMBERS - 1, seconds=60)
    log.reveal(MODULE, 2)

    # What the contact asks the room, all of them answer within half a minute, and the screen shows it.
    everybody = f"{practising.MEMBERS} har svart"
    for form, code in polls.items():
        assert wait_until(lambda code=code: everybody in contact.get(f"/avstemning/{code}").text, seconds=40), form
        contact.post(f"/avstemning/{code}", {"gjor": "vis"})
        shown = room.get(f"/p/{code}/resultat").text
        assert '<th scope="row"' in shown.partition('id="resultat"')[2], form
        assert MARK in shown

    # Their points, and what the group makes of all of it.
    action = {"what": "Vi øver før vi samles.", "role": "kommunedirektør", "status": "planned", "in-report": True}
    assert wait_until(lambda: log.points(MODULE).people == practising.MEMBERS + 1, seconds=40)
    log.show_points(MODULE)
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
    assert practice_groups(store) == []
    assert tables_with(store, group.id) == {"audit"}
    assert not (home / "reports" / group.id).exists()
    assert wait_until(lambda: contact.get("/").status == 302)


def asked(contact: Visitor, form: str) -> str:
    """The code of a poll that the contact puts to the room now."""
    answer = contact.post("/avstemning", {"sporsmal": "Hva nå?", "form": form, "valg": ASKED[form]})
    return answer.headers["Location"].rpartition("/")[2]


def second_round(store: Store, group: LeadershipGroup) -> int:
    with store.reading() as here:
        return len(here.answers.participants(group=group.id, module=MODULE, aspect="as-is", round=2))


def test_a_group_that_nobody_has_used_for_long_is_gone_and_the_page_says_when(
    server: Server, codes: Codes, store: Store
) -> None:
    assert wait_until(lambda: store.group(FORGOTTEN) is None)
    facilitator = Visitor(server).sign_in(codes.facilitator)
    new_group(facilitator)
    (group,) = practice_groups(store)
    page = facilitator.get("/oving").text
    with store.reading() as here:
        assert f"Fjernes av seg selv {day(practising.last_day(here, group), 'nb')}" in page
    assert "Dere øver på modul 1" in page
    facilitator.post("/oving", {"gjor": "fjern", "gruppe": group.id})


def test_a_module_without_assessment_says_which_one_has_something_to_practise_on(store: Store) -> None:
    programme = load_programme()
    (first, *_) = programme.modules
    texts = {phase.kind: tuple(step for step in phase.steps if step.kind == "text") for phase in first.phases}
    phases = tuple(phase.model_copy(update={"steps": texts[phase.kind]}) for phase in first.phases)
    second = first.model_copy(update={"id": "modul-2", "number": 2, "phases": phases})
    with_two = Services.of(store, programme.model_copy(update={"modules": (first, second)}))
    assert why_not(Services.of(store, programme), "nb") is None
    with pytest.raises(AccessDenied, match=r"Modul 2 har ingen kartlegging å øve på\. .* i gang: modul 1\."):
        check_can_practise(with_two, "nb")


def test_several_practise_at_once_and_see_nothing_of_each_other(server: Server, codes: Codes, store: Store) -> None:
    facilitator = Visitor(server).sign_in(codes.facilitator)
    first, second = (Visitor(server).sign_in(new_group(facilitator)[0]) for _ in range(2))
    one, other = practice_groups(store)
    assert {one.name, other.name} == {
        re.findall("<h1>(.*?)</h1>", visitor.get("/").text)[0] for visitor in (first, second)
    }
    assert first.post("/oving", {"gjor": "fjern", "gruppe": other.id}).status == 403
    for group in (one, other):
        facilitator.post("/oving", {"gjor": "fjern", "gruppe": group.id})
    assert practice_groups(store) == []


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
    (group,) = practice_groups(store)

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
