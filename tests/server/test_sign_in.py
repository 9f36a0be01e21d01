"""Signing in with a code, coming back with one's own, and leaving."""

from __future__ import annotations

from pathlib import Path

import pytest

from kompetanse.answers.store import Store
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
    kernel = computer.open_workbook()
    assert phone.get(f"/api/kernels/{kernel}").status == 200


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


def test_cookie_is_out_of_reach_for_scripts_and_other_sites(nobody: Visitor, codes: Codes) -> None:
    set_cookie = nobody.post("/inn", {"kode": codes.contact}).headers["Set-Cookie"]
    assert set_cookie.startswith("kompetanse=")
    assert "HttpOnly" in set_cookie
    assert "SameSite=Lax" in set_cookie


def test_cookie_is_for_tls_alone_behind_a_proxy_that_has_it(nobody: Visitor, codes: Codes) -> None:
    answer = nobody.post("/inn", {"kode": codes.contact}, headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in answer.headers["Set-Cookie"]


def test_changed_cookie_is_nobody(leader: Visitor) -> None:
    for cookie in leader.cookies:
        if cookie.name == "kompetanse" and cookie.value:
            cookie.value = cookie.value.replace("|", "|x", 1)
    assert leader.get("/").status == 302


def test_signing_out_asks_first_and_ends_the_kernels(leader: Visitor) -> None:
    kernel = leader.open_workbook()
    leader.get("/ut")
    assert leader.get(f"/api/kernels/{kernel}").status == 200
    assert leader.post("/ut").status == 303
    assert leader.get("/").status == 302
    assert leader.get(f"/api/kernels/{kernel}").status == 403


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
