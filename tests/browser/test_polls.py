"""Polls in a real browser: for every reader, without script as with it, by keyboard, and live on the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.server.conftest import Codes, own_server
from tests.server.running import Server, Visitor
from tests.server.test_polls import ANSWERS, QUICK, phones, press, start

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LONG = "Tverrfaglig samhandlingskompetanseutviklingsprogram i kommunene"


home, codes, server = own_server("polls")


@pytest.fixture(scope="module")
def leading(server: Server, codes: Codes) -> Visitor:
    """The facilitator."""
    return Visitor(server).sign_in(codes.facilitator)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone without script."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


def opened(browser: Browser, visitor: Visitor, *, width: int, scheme: str) -> Page:
    """A page of the visitor's browser. The policy of the page would keep axe out, too."""
    context = browser.new_context(
        bypass_csp=True,
        viewport={"width": width, "height": 740},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    address = visitor.server.address
    context.add_cookies([{"name": each.name, "value": each.value or "", "url": address} for each in visitor.cookies])
    return context.new_page()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_pages_are_accessible(browser: Browser, leading: Visitor, width: int, scheme: str) -> None:
    server, wrong = leading.server, {}
    page = opened(browser, leading, width=width, scheme=scheme)
    addresses = ["/p", "/p/ZZZZZZ", "/avstemning"]
    for form, options in QUICK.items():
        code = start(leading, form, valg=f"{options}\n{LONG}" if form == "choice" else options, moderer="ja")
        for each in phones(server, code, 3):
            each.send(ANSWERS[form][0])
        press(leading, code, "vis")
        addresses += [f"/p/{code}", f"/p/{code}/resultat", f"/avstemning/{code}"]
        if form in {"words", "open"}:
            press(leading, code, "slipp", tekst="mot" if form == "words" else "Vi trenger tid")
    for address in addresses:
        page.goto(server.address + address)
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}}).response["violations"]
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        if found or wide:
            wrong[address] = [*(each["id"] for each in found), *(["too wide"] if wide else [])]
    page.context.close()
    assert not wrong


def test_poll_is_answered_without_script(phone: Page, leading: Visitor) -> None:
    code = start(leading, "points")
    phone.goto(f"{leading.server.address}/p")
    phone.get_by_label("Koden på skjermen").fill(code.lower())
    phone.get_by_role("button", name="Gå til avstemningen").click()
    phone.get_by_label("Tid").fill("60")
    phone.get_by_role("button", name="Send svaret").click()
    expect(phone.get_by_role("alert")).to_have_text("Poengene blir 60 til sammen. Del ut akkurat 100.")
    expect(phone.get_by_label("Tid")).to_have_value("60")
    phone.get_by_label("Penger").fill("40")
    phone.get_by_role("button", name="Send svaret").click()
    expect(phone.locator(".told")).to_contain_text("Svaret ditt er lagret.")
    expect(phone.get_by_label("Penger")).to_have_value("40")


def test_poll_is_answered_by_keyboard_and_the_screen_shows_it_at_once(browser: Browser, leading: Visitor) -> None:
    code = start(leading, "choice")
    press(leading, code, "vis")
    for each in phones(leading.server, code, 2):
        each.send({"svar": "1"})
    screen = opened(browser, leading, width=1280, scheme="light")
    screen.goto(f"{leading.server.address}/p/{code}/resultat")
    expect(screen.locator("#resultat")).to_contain_text("2 har svart")
    answering = opened(browser, Visitor(leading.server), width=360, scheme="light")
    answering.goto(f"{leading.server.address}/p/{code}")
    answering.get_by_label("Tid").focus()
    answering.keyboard.press("ArrowDown")
    answering.keyboard.press("Enter")
    expect(answering.get_by_role("status")).to_contain_text("lagret")
    expect(answering.get_by_label("Penger")).to_be_checked()
    expect(screen.locator("#resultat")).to_contain_text("3 har svart", timeout=1500)
    for page in (screen, answering):
        page.context.close()


def test_places_change_with_each_other(browser: Browser, leading: Visitor) -> None:
    page = opened(browser, Visitor(leading.server), width=360, scheme="light")
    page.goto(f"{leading.server.address}/p/{start(leading, 'ranking')}")
    page.get_by_label("Folk").select_option("1")
    assert [page.get_by_label(name).input_value() for name in ("Tid", "Penger", "Folk")] == ["3", "2", "1"]
    page.get_by_role("button", name="Send svaret").click()
    expect(page.get_by_role("status")).to_contain_text("lagret")
    page.context.close()
