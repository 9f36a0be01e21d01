"""«Dette gjorde vi»: written by the facilitator, read by the groups; what all answered, never what one group did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kompetanse.answers.answer import Answer
from kompetanse.answers.reply import LONGEST_REPLY
from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import LeadershipGroup
from tests.server.conftest import Codes, fill
from tests.server.running import Server, Visitor

HOSTILE = '"><img src=x onerror=alert(1)></textarea><script>alert(2)</script>'
SHARED, KEPT = f"Delt tekst {HOSTILE}", "Bare for meg"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of this module's own, in which made-up people of six municipalities have answered."""
    return tmp_path_factory.mktemp("feedback") / "home"


@pytest.fixture(scope="module")
def codes(home: Path) -> Codes:
    made = fill(home)
    with Store.open(home) as store:
        for number, place in enumerate(("1804", "1841", "1833", "1824", "1860", "1865")):
            store.put_group(LeadershipGroup(id=f"g{number}", name=f"G{number}", municipalities=(place,), made_up=True))
        rows = [(f"g{number % 6}", f"p{number}", "nyttig", "answer", 3 + number // 6) for number in range(18)]
        rows += [(group, person, "lett-a-si", "answer", 4) for group, person, *_ in rows]
        rows += [("g0", "p0", "annerledes", "answer", SHARED), ("g0", "p0", "annerledes", "shared", True)]
        rows += [("g1", "p1", "annerledes", "answer", KEPT)]
        store.append(
            Answer(
                id=f"feedback-{number}", time=datetime.now(UTC), programme=load_programme().id, version="1",
                module="modul-1", step="tilbakemelding", round=1, subject=subject, aspect=aspect, group=group,
                municipality=None, participant=person, value=value, made_up=True,
            )
            for number, (group, person, subject, aspect, value) in enumerate(rows)
        )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def server(home: Path, codes: Codes) -> Iterator[Server]:
    running = Server(home)
    yield running
    running.stop()


@pytest.fixture
def facilitator(server: Server, codes: Codes) -> Visitor:
    return Visitor(server).sign_in(codes.facilitator)


def reply(facilitator: Visitor, text: str, module: str = "modul-1") -> int:
    return facilitator.post("/tilbakemelding/svar", {"modul": module, "tekst": text}).status


def test_facilitator_sees_counts_over_all_groups_and_shared_texts(facilitator: Visitor) -> None:
    page = facilitator.get("/tilbakemelding").text
    counted = re.findall(r'<th scope="row">([^<]*)</th><td class="number">([^<]*)</td>', page)
    assert counted[:6] == [
        ("1 Ikke nyttig", ":"), ("2 Litt nyttig", ":"), ("3 Ganske nyttig", "6"), ("4 Nyttig", "6"),
        ("5 Svært nyttig", "6"), ("Vet ikke", ":"),
    ]  # fmt: skip
    # All gave the same answer to the second question: nothing tells so.
    assert len(counted) == 6
    assert "Delt tekst" in page
    assert KEPT not in page
    assert "<img" not in page
    assert "G0" not in page
    assert 'href="/tilbakemelding"' in facilitator.get("/").text


def test_groups_see_nothing_before_something_is_written(leader: Visitor) -> None:
    page = leader.get("/tilbakemelding").text
    assert "Det er ikke skrevet noe ennå." in page
    assert "Ganske nyttig" not in page
    assert "Dette gjorde vi</h2>" not in leader.get("/").text


def test_reply_is_written_read_and_taken_back(
    facilitator: Visitor, leader: Visitor, contact: Visitor, home: Path
) -> None:
    assert reply(facilitator, f"Vi flyttet samlingen.\n\n{HOSTILE}") == 303
    assert "Vi flyttet samlingen." in facilitator.get("/tilbakemelding?lagret=modul-1").text
    for visitor in (leader, contact):
        front, page = visitor.get("/").text, visitor.get("/tilbakemelding").text
        for text in (front, page):
            assert '<p class="endless">Vi flyttet samlingen.</p>' in text
            assert "<img" not in text
            assert "alert(2)</script>" not in text
        assert "Ganske nyttig" in page
        assert "Delt tekst" not in page
        assert "<textarea" not in page
    # The same again is nothing new, and an empty text takes it back.
    assert reply(facilitator, f"Vi flyttet samlingen.\n\n{HOSTILE}") == 303
    assert reply(facilitator, "  ") == 303
    assert "Vi flyttet samlingen." not in leader.get("/").text
    with Store.open(home) as store:
        written = store.audit_log(kinds=["reply"])
    assert [(each.role, each.group) for each in written] == [("facilitator", None)] * 2
    assert "flyttet" not in " ".join(each.detail for each in written)


def test_only_the_facilitator_writes(leader: Visitor, contact: Visitor, facilitator: Visitor) -> None:
    for visitor in (leader, contact):
        assert reply(visitor, "Ikke meg") == 403
        assert "Ikke meg" not in visitor.get("/").text
    answer = facilitator.post("/tilbakemelding/svar", {"modul": "modul-1", "tekst": "x"}, xsrf=False)
    assert answer.status == 403


@pytest.mark.parametrize(("module", "text"), [("modul-9", "x"), ("", "x"), ("modul-1", "x" * (LONGEST_REPLY + 1))])
def test_what_does_not_fit_is_refused(facilitator: Visitor, module: str, text: str) -> None:
    assert reply(facilitator, text, module) == 400
