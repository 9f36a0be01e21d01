"""Polls on a real server: a phone without script answers, a screen shows, and only those who lead it decide."""

from __future__ import annotations

import gzip
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from kompetanse.answers.store import Store
from kompetanse.server.poll_desk import BURST
from tests.server.conftest import Codes
from tests.server.running import Answer, Server, Visitor

FORGED = "x" * 22
QUICK = {
    "choice": "Tid\nPenger\nFolk",
    "scale": "Vi har retning\nVi har tid",
    "ranking": "Tid\nPenger\nFolk",
    "points": "Tid\nPenger",
    "grid": "Felles arkiv\nNytt skjema",
    "words": "",
    "open": "",
    "tempo": "",
}
#: What a phone sends in each form, and what the screen then has three of.
ANSWERS: dict[str, tuple[Mapping[str, str | list[str]], str]] = {
    "choice": ({"svar": "2"}, "Penger"),
    "scale": ({"v-1": "4", "v-2": ""}, "4,0"),
    "ranking": ({"v-1": "3", "v-2": "1", "v-3": "2"}, "1,0"),
    "points": ({"v-1": "70", "v-2": "30"}, "70,0"),
    "grid": ({"n-1": "5", "i-1": "2", "n-2": "", "i-2": ""}, "5,0 / 2,0"),
    "words": ({"svar": ["mot", "ro"]}, "mot"),
    "open": ({"svar": "Vi trenger tid"}, "Vi trenger tid"),
    "tempo": ({"svar": "passe"}, "Passe"),
}


@dataclass
class Phone:
    """A visitor who answers as the page's own form would."""

    visitor: Visitor
    code: str

    def send(self, values: Mapping[str, str | list[str]], **changed: str) -> Answer:
        """Opens the page, fills it in and sends it; `changed` forges hidden fields."""
        page = self.visitor.get(f"/p/{self.code}").text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', page.split("<footer")[0]))
        return self.post({**hidden, **changed, **values})

    def post(self, fields: Mapping[str, str | list[str]]) -> Answer:
        """Sends these fields and no others."""
        data = urlencode(fields, doseq=True).encode()
        return self.visitor._ask(Request(f"{self.visitor.server.address}/p/{self.code}", data=data, method="POST"))

    @property
    def page(self) -> str:
        """What the page says now."""
        return self.visitor.get(f"/p/{self.code}").text


def phones(server: Server, code: str, count: int) -> list[Phone]:
    return [Phone(Visitor(server), code) for _ in range(count)]


def start(leading: Visitor, form: str, **more: str) -> str:
    """The code of a quick poll that was started now."""
    values = {"sporsmal": f"Hva nå, <b>{form}</b>?", "form": form, "valg": QUICK[form], **more}
    answer = leading.post("/avstemning", values)
    assert answer.status == 303, answer.text
    return answer.headers["Location"].rpartition("/")[2]


def press(leading: Visitor, code: str, deed: str, **more: str) -> None:
    assert leading.post(f"/avstemning/{code}", {"gjor": deed, **more}).status == 303


def screen(visitor: Visitor, code: str) -> str:
    return unescape(visitor.get(f"/p/{code}/resultat").text)


@pytest.mark.parametrize("form", QUICK)
def test_each_form_is_asked_answered_and_shown(form: str, server: Server, facilitator: Visitor) -> None:
    code = start(facilitator, form)
    sent, shown = ANSWERS[form]
    for phone in phones(server, code, 3):
        answer = phone.send(sent)
        assert (answer.status, answer.headers["Location"]) == (303, f"/p/{code}?lagret=ja")
    assert shown not in screen(facilitator, code).partition('id="resultat"')[2]
    press(facilitator, code, "vis")
    assert shown in screen(facilitator, code).partition('id="resultat"')[2]
    assert "3 har svart" in screen(facilitator, code)
    assert "<b>" not in facilitator.get(f"/p/{code}/resultat").text


def test_answer_is_filled_in_again_changed_and_taken_back(server: Server, facilitator: Visitor) -> None:
    code = start(facilitator, "choice")
    phone, *others = phones(server, code, 3)
    phone.send({"svar": "1"})
    assert re.search(r'value="1" checked', phone.page)
    phone.send({"svar": "3"})
    assert re.search(r'value="3" checked', phone.page)
    for other in others:
        other.send({"svar": "3"})
    press(facilitator, code, "vis")
    assert "3 har svart" in screen(facilitator, code)
    phone.send({"ta-tilbake": "ja"})
    assert "checked" not in phone.page
    assert "2 har svart. Resultatet vises når minst 3 har svart." in screen(facilitator, code)


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({}, 400, "Du har ikke svart på noe ennå."),
        ({"svar": ["1", "2"]}, 400, "Velg høyst 1."),
        ({"svar": "7"}, 400, "Svaret kunne ikke lagres"),
        ({"svar": "<script>alert(1)</script>"}, 400, "Svaret kunne ikke lagres"),
        ({"svar": "1", "id": "../../x"}, 400, "Svaret kunne ikke lagres"),
        ({"svar": "1", "runde": "9"}, 409, "begynt på nytt"),
        ({"svar": "1", "runde": "-1"}, 400, "Svaret kunne ikke lagres"),
        ({"svar": "1", "mer": "x" * 40_000}, 400, "Svaret kunne ikke lagres"),
        ({"svar": "1", "_xsrf": "2|forged"}, 403, "Skriv koden fra skjermen en gang til."),
    ],
)
def test_what_cannot_be_kept_is_told_in_one_sentence(
    sent: dict[str, str], status: int, words: str, server: Server, facilitator: Visitor
) -> None:
    code = start(facilitator, "choice")
    (phone,) = phones(server, code, 1)
    answer = phone.send(sent)
    assert (answer.status, words in answer.text) == (status, True), answer.text
    assert "<script>alert" not in answer.text
    press(facilitator, code, "vis")
    assert "0 har svart" in screen(facilitator, code)


def test_phone_without_cookies_and_unknown_codes_are_told_what_to_do(server: Server, facilitator: Visitor) -> None:
    code = start(facilitator, "tempo")
    (phone,) = phones(server, code, 1)
    phone.send({"svar": "passe"})
    phone.visitor.cookies.clear(
        "127.0.0.1" if "127.0.0.1" in phone.visitor.cookies._cookies else "localhost.local", "/p"
    )
    page = Visitor(server)
    page.get("/inn")
    xsrf = next(each.value for each in page.cookies if each.name == "_xsrf") or ""
    answer = Phone(page, code).post({"svar": "passe", "_xsrf": xsrf, "id": FORGED, "runde": "1"})
    assert (answer.status, "informasjonskapsler" in answer.text) == (400, True)
    unknown = page.get("/p/ZZZZZZ")
    assert (unknown.status, "Ingen avstemning har denne koden" in unknown.text) == (404, True)
    assert page.get("/p?kode=ZZZ ZZZ".replace(" ", "%20")).status == 404
    assert page.get(f"/p?kode={code[:3].lower()}-{code[3:]}").headers["Location"] == f"/p/{code}"
    assert Visitor(server).get(f"/p/{code.lower()}").status == 200


def test_a_scanner_that_opens_the_page_changes_nothing_and_a_form_sent_twice_counts_once(
    server: Server, facilitator: Visitor
) -> None:
    code = start(facilitator, "tempo")
    press(facilitator, code, "vis")
    for method in ("GET", "HEAD"):
        assert Visitor(server).get(f"/p/{code}?svar=passe&id={FORGED}", method=method).status == 200
    assert "0 har svart" in screen(facilitator, code)
    (phone,) = phones(server, code, 1)
    for _ in range(2):
        assert phone.send({"svar": "passe"}, id=FORGED).status == 303
    with Store.open(server.home) as store, store.reading() as here:
        run = here.polls.find(code)
        assert run is not None
        assert len(here.polls.answers(run, 1)) == 1


def test_a_device_that_sends_without_end_waits_and_others_of_the_same_address_do_not(
    server: Server, facilitator: Visitor
) -> None:
    code = start(facilitator, "tempo")
    one, other = phones(server, code, 2)
    told = [one.send({"svar": "passe"}).status for _ in range(BURST + 5)]
    assert told[:BURST] == [303] * BURST
    assert 429 in told
    assert other.send({"svar": "passe"}).status == 303


def test_locked_frozen_and_reset(server: Server, facilitator: Visitor) -> None:
    code = start(facilitator, "tempo")
    press(facilitator, code, "vis")
    first = phones(server, code, 3)
    for phone in first:
        phone.send({"svar": "passe"})
    open_form = first[0].page
    press(facilitator, code, "frys")
    for phone in phones(server, code, 2):
        phone.send({"svar": "for-fort"})
    assert "3 har svart" in screen(facilitator, code)
    press(facilitator, code, "tin")
    assert "5 har svart" in screen(facilitator, code)
    press(facilitator, code, "steng")
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', open_form.split("<footer")[0]))
    late = first[0].post({**hidden, "svar": "for-fort"})
    assert (late.status, "Svaret ble ikke lagret" in late.text) == (409, True)
    assert "stengt for svar" in first[0].page
    press(facilitator, code, "nullstill")
    assert first[0].post({**hidden, "svar": "for-fort"}).status == 409
    press(facilitator, code, "vis")
    assert "0 har svart" in screen(facilitator, code)
    assert first[0].send({"svar": "for-fort"}).status == 303


def test_texts_wait_until_somebody_lets_them_through(server: Server, facilitator: Visitor) -> None:
    code = start(facilitator, "words", moderer="ja")
    for phone, word in zip(phones(server, code, 4), ("mot", "Mot", "tullball", "ro"), strict=True):
        phone.send({"svar": word})
    press(facilitator, code, "vis")
    assert "mot" not in screen(facilitator, code).partition('id="resultat"')[2].partition("</section>")[0]
    control = facilitator.get(f"/avstemning/{code}").text
    assert "Venter på deg: 3" in control
    press(facilitator, code, "fjern", tekst="tullball")
    press(facilitator, code, "slipp", tekst="mot")
    shown = screen(facilitator, code).partition('id="resultat"')[2].partition("</section>")[0]
    assert ("mot" in shown.casefold(), "tullball" in shown, ">ro<" in shown) == (True, False, False)
    assert "tullball" in facilitator.get(f"/avstemning/{code}").text
    press(facilitator, code, "angre", tekst="tullball")
    press(facilitator, code, "slipp", tekst="tullball")
    assert "tullball" in screen(facilitator, code)


def test_group_leads_its_own_room_and_nobody_else_does(
    server: Server, codes: Codes, contact: Visitor, facilitator: Visitor, leader: Visitor
) -> None:
    own, common = start(contact, "tempo"), start(facilitator, "tempo")
    room = Visitor(server).sign_in(codes.room)
    for visitor, code, leads, sees in (
        (contact, own, 200, 200), (room, own, 403, 200), (facilitator, own, 404, 404), (leader, own, 403, 403),
        (contact, common, 404, 200), (room, common, 403, 200), (facilitator, common, 200, 200),
    ):  # fmt: skip
        assert visitor.get(f"/avstemning/{code}").status in {leads, 404 if leads == 403 else leads}, (code, leads)
        assert visitor.get(f"/p/{code}/resultat").status in {sees, 404 if sees == 403 else sees}, (code, sees)
        assert visitor.get(f"/p/{code}/resultat/nytt").status in {sees, 404 if sees == 403 else sees}
    for deed in ("vis", "apne", "nullstill"):
        assert facilitator.post(f"/avstemning/{own}", {"gjor": deed}).status == 404
        assert leader.post(f"/avstemning/{own}", {"gjor": deed}).status in {403, 404}
        assert room.post(f"/avstemning/{own}", {"gjor": deed}).status in {403, 404}
    assert own not in facilitator.get("/avstemning").text
    assert common not in contact.get("/avstemning").text
    assert Visitor(server).get(f"/p/{own}/resultat").status == 302


def test_poll_of_a_date_is_for_its_rooms(server: Server, codes: Codes, facilitator: Visitor) -> None:
    room = Visitor(server).sign_in(codes.room)
    its, other = (start(facilitator, "tempo", dato=day) for day in ("2026-12-08", "2026-12-10"))
    assert room.get(f"/p/{its}/resultat").status == 200
    assert room.get(f"/p/{other}/resultat").status == 404
    assert facilitator.post("/avstemning", {"sporsmal": "?", "form": "tempo", "dato": "1999-01-01"}).status == 400


def test_question_of_ones_own_is_refused_in_words(facilitator: Visitor) -> None:
    for values, words in (
        ({"sporsmal": " ", "form": "tempo"}, "Skriv et spørsmål"),
        ({"sporsmal": "Hva?", "form": "quiz"}, "Skriv et spørsmål"),
        ({"sporsmal": "Hva?", "form": "choice", "valg": "bare én"}, "Skriv 2 til 12 valg"),
        ({"sporsmal": "Hva?", "form": "points", "valg": "x\n" * 13}, "Skriv 2 til 12 valg"),
    ):
        answer = facilitator.post("/avstemning", values)
        assert (answer.status, words in answer.text) == (400, True), answer.text


def test_screen_is_told_within_a_second(server: Server, facilitator: Visitor) -> None:
    code = start(facilitator, "tempo")
    press(facilitator, code, "vis")
    for phone in phones(server, code, 3):
        phone.send({"svar": "passe"})
    version = re.search(r'data-version="([^"]+)"', screen(facilitator, code))
    assert version
    (late,) = phones(server, code, 1)
    form = late.page
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', form.split("<footer")[0]))
    sent_at = []

    def answer() -> None:
        time.sleep(0.5)
        sent_at.append(time.monotonic())
        late.post({**hidden, "svar": "for-fort"})

    waiting = threading.Thread(target=answer)
    waiting.start()
    news = facilitator.get(f"/p/{code}/resultat/nytt?siden={version[1]}")
    told_at = time.monotonic()
    waiting.join()
    assert (news.status, "4 har svart" in news.text) == (200, True)
    assert told_at - sent_at[0] < 1.0


def test_page_weighs_less_than_50_kb_on_the_wire(server: Server, facilitator: Visitor) -> None:
    code = start(facilitator, "grid")
    opener = build_opener(HTTPCookieProcessor())
    bytes_ = 0
    page = opener.open(Request(f"{server.address}/p/{code}", headers={"Accept-Encoding": "gzip"})).read()
    bytes_ += len(page)
    files = re.findall(r'(?:src|href)="(/statisk/[^"]+)"', gzip.decompress(page).decode())
    assert sorted(name.partition("?")[0].rpartition("/")[2] for name in files) == [
        "icon.svg",
        "poll-page.css",
        "poll.js",
    ]
    for name in files:
        got = opener.open(Request(server.address + name, headers={"Accept-Encoding": "gzip"})).read()
        bytes_ += len(got)
        assert b"Inter.woff2" not in gzip.decompress(got)
    assert bytes_ < 50_000
    assert bytes_ < 15_000, "it is far below that, and should stay there"
