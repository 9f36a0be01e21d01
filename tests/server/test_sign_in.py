"""Signing in with a code, coming back with one's own, and leaving."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from kompetanse.answers.session import Role
from kompetanse.answers.store import Store
from kompetanse.server.send_code import send_links
from kompetanse.server.sign_in import own_address
from tests.server.conftest import Codes
from tests.server.running import Server, Visitor


def participants(home: Path) -> int:
    with Store.open(home) as store, store.reading() as here:
        return len(here.answers.participants(group="fauske", module="modul-1"))


def test_opening_a_link_never_uses_the_code_up(nobody: Visitor, codes: Codes) -> None:
    for method in ("GET", "HEAD", "GET"):
        nobody.get(f"/inn/{codes.leader}", method=method)
    answer = nobody.get(f"/inn/{codes.leader}")
    assert answer.status == 200
    assert f'value="{codes.leader}"' in answer.text
    assert nobody.get("/").status == 302
    assert nobody.sign_in(codes.leader).get("/").status == 200


@pytest.mark.parametrize("address", ["/inn", "/inn/ABCD-EFGH-JKLM", "/ut"])
def test_what_only_asks_whether_a_page_is_there_is_told_and_gets_no_page(nobody: Visitor, address: str) -> None:
    answer = nobody.get(address, method="HEAD")
    assert (answer.status, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 1000


def test_head_signs_nobody_out(leader: Visitor) -> None:
    for address in ("/ut", "/min-kode", "/ut"):
        assert leader.get(address, method="HEAD").status == 200
    assert leader.get("/").status == 200


def once(home: Path, role: Role = "leader") -> str:
    """A code that lets one person of Fauske in, once."""
    with Store.open(home) as store, store.writing() as here:
        return here.codes.create(role, group="fauske", once=True)


def test_code_for_one_person_is_exchanged_for_a_personal_one(server: Server, home: Path) -> None:
    code = once(home)
    for method in ("GET", "HEAD"):
        Visitor(server).get(f"/inn/{code}", method=method)
    first = Visitor(server).sign_in(code)
    answer = Visitor(server).post("/inn", {"kode": code})
    assert answer.status == 403
    assert "Denne koden er brukt" in answer.text
    assert Visitor(server).sign_in(first.own_code()).own_code() == first.own_code()


def test_code_that_is_sent_twice_by_one_browser_makes_one_person(nobody: Visitor, home: Path) -> None:
    code = once(home)
    nobody.sign_in(code)
    own = nobody.own_code()
    # The answer was lost, and with it the cookie.
    for cookie in [cookie for cookie in nobody.cookies if cookie.name.startswith("kompetanse.")]:
        nobody.cookies.clear(cookie.domain, cookie.path, cookie.name)
    assert nobody.get("/").status == 302
    assert nobody.sign_in(code).own_code() == own


def test_member_who_opens_a_slip_does_not_use_it_up(leader: Visitor, server: Server, home: Path) -> None:
    code, before = once(home), leader.own_code()
    assert leader.sign_in(code).own_code() == before
    assert Visitor(server).sign_in(code).own_code() != before


def test_code_that_was_ended_says_so(nobody: Visitor, home: Path) -> None:
    code = once(home)
    with Store.open(home) as store:
        store.revoke_code(code)
    answer = nobody.post("/inn", {"kode": code})
    assert answer.status == 403
    assert "Denne koden gjelder ikke lenger" in answer.text


def test_sign_in_is_written_into_the_audit_log(server: Server, codes: Codes, home: Path) -> None:
    Visitor(server).sign_in(codes.facilitator)
    with Store.open(home) as store:
        entry = store.audit_log(kinds=["sign_in"])[-1]
    assert (entry.role, entry.group, entry.programme) == ("facilitator", None, "kompetanseloft-nordland")


def test_code_is_sent_to_oneself_by_ones_own_mail_and_telephone(leader: Visitor, server: Server) -> None:
    text, code = leader.get("/min-kode").text, leader.own_code()
    mail, sms = (
        re.search(rf'href="({start}[^"]*)"', text) for start in (r"mailto:\?", r"sms:\?&amp;")
    )  # fmt: skip
    assert mail
    assert sms
    said = dict(parse_qsl(unescape(mail[1]).removeprefix("mailto:?"), strict_parsing=True))
    assert said.keys() == {"subject", "body"}
    assert f"{server.address}/inn/{code}" in said["body"]
    assert said["body"].count("\r\n") == said["body"].count("\n") == 1
    assert dict(parse_qsl(unescape(sms[1]).removeprefix("sms:?&"), strict_parsing=True)) == {
        "body": said["body"].replace("\r\n", "\n")
    }


def test_links_hold_whatever_the_programme_is_called() -> None:
    links = send_links("ABCD", address="https://x.no", programme="A&B = 50 % ? #1\n<b>", language="nb")
    said = dict(parse_qsl(links.mail.removeprefix("mailto:?"), strict_parsing=True))
    assert "A&B = 50 % ? #1" in said["body"]
    assert re.fullmatch(r"sms:\?&body=[A-Za-z0-9%._~-]+", links.sms)


def test_room_is_told_to_wait(server: Server, codes: Codes) -> None:
    room = Visitor(server).sign_in(codes.room)
    assert room.get("/").headers["Location"] == "/rom"
    assert "Hver for oss" in room.get("/rom").text
    assert room.get("/arbeidsbok/samling").status == 403
    assert room.post("/gruppe", {"antall": "3"}).status == 403


def test_first_sign_in_shows_the_personal_code(nobody: Visitor, codes: Codes) -> None:
    answer = nobody.post("/inn", {"kode": codes.leader})
    assert answer.headers["Location"] == "/min-kode"
    code = nobody.own_code()
    assert code in nobody.get("/min-kode").text
    assert code != codes.leader


def test_personal_code_brings_the_same_person_back(server: Server, codes: Codes, home: Path) -> None:
    phone = Visitor(server).sign_in(codes.leader)
    before = participants(home)
    computer = Visitor(server).sign_in(phone.own_code().lower().replace("-", " "))
    assert computer.own_code() == phone.own_code()
    assert participants(home) == before


def test_opening_the_invitation_again_makes_no_second_person(leader: Visitor, codes: Codes) -> None:
    before = leader.own_code()
    leader.sign_in(codes.leader)
    assert leader.own_code() == before


@pytest.mark.parametrize("code", ["", "ABCD-EFGH", "x" * 5000, "'; drop table answer; --", "\u202e\u0000"])
def test_wrong_code_is_refused_in_words(nobody: Visitor, code: str) -> None:
    answer = nobody.post("/inn", {"kode": code})
    assert answer.status in {400, 403}
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text


def test_refused_code_is_shown_as_text(nobody: Visitor) -> None:
    answer = nobody.post("/inn", {"kode": '"><img src=x onerror=alert(1)>'})
    assert "<img" not in answer.text
    assert "Koden finnes ikke" in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_form_without_its_token_is_refused(nobody: Visitor, codes: Codes) -> None:
    assert nobody.post("/inn", {"kode": codes.leader}, xsrf=False).status == 403


@pytest.mark.parametrize(
    ("language", "words"), [("nb", "Logg ut"), ("nn", '<html lang="nn"'), ("en", '<html lang="en"')]
)
def test_language_is_kept_on_the_device(leader: Visitor, language: str, words: str) -> None:
    assert leader.post("/sprak", {"sprak": language, "tilbake": "/personvern"}).headers["Location"] == "/personvern"
    assert words in leader.get("/").text


def test_browsers_form_of_norwegian_decides_until_a_language_is_chosen(nobody: Visitor) -> None:
    assert '<html lang="nn"' in nobody.get("/inn", headers={"Accept-Language": "nn-NO,nb;q=0.8"}).text
    assert '<html lang="nb"' in nobody.get("/inn", headers={"Accept-Language": "no"}).text
    assert '<html lang="nb"' in nobody.get("/inn", headers={"Accept-Language": "en-GB"}).text
    assert '<html lang="nb"' in nobody.get("/inn", headers={"Accept-Language": "de,fr;q=0.5"}).text


@pytest.mark.parametrize(
    ("asked", "own"),
    [
        ("/arbeidsbok/forarbeid", "/arbeidsbok/forarbeid"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_nobody_is_sent_to_another_site(asked: str, own: str) -> None:
    assert own_address(asked) == own


def test_job_account_is_not_offered_where_no_provider_is_set_up(nobody: Visitor) -> None:
    assert "jobbkonto" not in nobody.get("/inn").text.lower()
