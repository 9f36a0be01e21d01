"""The server's pages in a real browser: accessible, calm, and healing by themselves when the connection breaks."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, expect

from tests.browser.looks import WCAG, scrolls_sideways, violations, wrong_looks
from tests.server.conftest import Codes, fill
from tests.server.running import Server, children, is_running, kernels_of, paused, wait_until

TAGS = (*WCAG, "best-practice")
DESKTOP = {"width": 1280, "height": 900}

#: The page is whole again, and its kernel is not the one that was lost.
ANOTHER_KERNEL = """(lost) => document.body?.dataset.ready === "yes" &&
    JSON.parse(document.getElementById("jupyter-config-data").textContent).kernelId !== lost"""

CONNECTED = "document.body?.dataset.connection === 'connected'"

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages") / "home"


@pytest.fixture(scope="module")
def codes(home: Path) -> Codes:
    found = fill(home)
    for edition in ("group", "shared"):
        folder = home / "reports" / "fauske" / edition
        folder.mkdir(parents=True)
        (folder / "kommunerapport.html").write_text(
            "<!doctype html><html lang=nb><title>Rapport</title><h1>Rapport</h1>"
        )
    return found


@pytest.fixture(scope="module")
def server(home: Path, codes: Codes) -> Iterator[Server]:
    running = Server(home, kernels=30)
    yield running
    running.stop()


@pytest.fixture
def elsewhere() -> list[str]:
    """Addresses on other hosts that a page asked for."""
    return []


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console complained about."""
    return []


@pytest.fixture
def open_page(browser: Browser, server: Server, elsewhere: list[str], complaints: list[str]) -> Iterator[Open]:
    """A new browser for each call, signed in with a code if one is given; other hosts are out of reach."""
    contexts: list[BrowserContext] = []

    def guard(route: Route) -> None:
        if route.request.url.startswith((server.address, "data:", "blob:")):
            route.continue_()
            return
        elsewhere.append(route.request.url)
        route.abort()

    def opened(code: str | None = None) -> Page:
        context = browser.new_context(viewport=DESKTOP, locale="nb-NO", base_url=server.address)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(20_000)
        context.route("**/*", guard)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if code:
            page.goto("/inn")
            page.get_by_label("Koden din").fill(code)
            page.get_by_role("button", name="Logg inn").click()
            page.wait_for_load_state()
        return page

    yield opened
    for context in contexts:
        context.close()


def open_workbook(page: Page, name: str = "forarbeid", step: str = "") -> None:
    """Opens a workbook and waits until its component lives."""
    page.goto(f"/arbeidsbok/{name}{f'#steg-{step}' if step else ''}")
    until(page, "document.body.dataset.ready === 'yes'")
    until(page, CONNECTED)
    page.locator("#felt").wait_for(state="attached")


def until(page: Page, expression: str, arg: object = None, *, seconds: float = 30) -> None:
    """Waits until something is so. Playwright's own `wait_for_function` needs `eval`, which our pages do not allow."""

    def is_so() -> bool:
        try:
            return bool(page.evaluate(expression, arg))
        except Error as error:
            if "Execution context was destroyed" in str(error) or "navigat" in str(error):
                return False
            raise

    assert wait_until(is_so, seconds=seconds), expression


def kernel_of(page: Page) -> str:
    """The id of the page's kernel."""
    return str(page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId"))


def settled(page: Page) -> None:
    """Waits for fonts and layout."""
    # Not until nobody asks for anything: a screen of a room always does.
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")


def assert_accessible(page: Page, place: str) -> None:
    """In every look; no page of ours asks for one when it is loaded, so it need not be loaded again."""
    assert wrong_looks(page, tags=TAGS) == {}, place


def test_pages_are_accessible(open_page: Open, codes: Codes, elsewhere: list[str], complaints: list[str]) -> None:
    visits = {
        None: ("/inn", "/inn/ABCD-EFGH", "/personvern", "/tilgjengelighet", "/ut", "/nothing"),
        codes.leader: ("/", "/min-kode", "/slett", "/tilbakemelding"),
        codes.contact: ("/", "/godkjenn", "/gruppe/steng?rolle=leader"),
        codes.facilitator: ("/", "/arbeidsbok/forarbeid", "/inviter", "/tilbakemelding", "/oving", "/datoer"),
        codes.analyst: ("/",),
        codes.room: ("/",),
    }
    for code, addresses in visits.items():
        page = open_page(code)
        for address in addresses:
            page.goto(address)
            settled(page)
            page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
            assert_accessible(page, address)
    assert elsewhere == []
    assert [text for text in complaints if not re.search(r"status of 40[34]", text)] == []


def test_new_code_is_shown_for_everybody_to_see(open_page: Open, codes: Codes, complaints: list[str]) -> None:
    page = open_page(codes.contact)
    page.get_by_text("Kode til skjermen i rommet").click()
    page.locator("#samling").get_by_role("button", name=re.compile("Lag (ny )?kode")).click()
    expect(page.get_by_role("img", name=re.compile("QR-kode som åpner"))).to_be_visible()
    assert_accessible(page, "new code")
    assert complaints == []


def test_practice_is_accessible_from_its_codes_to_its_steps(
    open_page: Open, codes: Codes, complaints: list[str]
) -> None:
    facilitator = open_page(codes.facilitator)
    facilitator.goto("/oving")
    facilitator.get_by_role("button", name="Lag en øvingsgruppe").click()
    expect(facilitator.get_by_role("img", name=re.compile("QR-kode som åpner"))).to_have_count(3)
    assert_accessible(facilitator, "/oving")
    contact = open_page(facilitator.locator("p.code").first.inner_text())
    for address in ("/", "/oving/gruppe"):
        contact.goto(address)
        expect(contact.locator("header .made-up")).to_have_text("Øving – oppdiktede svar")
        assert_accessible(contact, address)
    facilitator.get_by_role("button", name="Fjern gruppa").click()
    assert complaints == []


def test_workbook_is_accessible_at_every_step(
    open_page: Open, codes: Codes, elsewhere: list[str], complaints: list[str]
) -> None:
    page = open_page(codes.leader)
    open_workbook(page)
    for step in ("velkommen", "hva-hvordan-hvorfor", "lederegenskaper"):
        page.goto(f"/arbeidsbok/forarbeid#steg-{step}")
        expect(page.locator(f"#steg-{step}")).to_be_visible()
        assert_accessible(page, step)
    assert elsewhere == []
    assert complaints == []


def test_refused_code_is_said_and_focused(open_page: Open) -> None:
    page = open_page("FEIL-KODE")
    expect(page.get_by_text("Koden finnes ikke")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "kode"
    assert violations(page, tags=TAGS) == []


def test_page_is_there_while_the_kernel_starts(open_page: Open, server: Server, codes: Codes) -> None:
    page = open_page(codes.leader)
    (warm,) = children(server.process.pid)
    with paused(warm):
        page.goto("/arbeidsbok/forarbeid#steg-lederegenskaper", wait_until="commit")
        expect(page.locator("#steg-lederegenskaper").get_by_text("Vi gjør klar arbeidsboka")).to_be_visible()
        expect(page.get_by_role("navigation", name="Steg i arbeidsboka").get_by_role("link")).to_have_count(3)
        assert page.locator("[aria-current=step]").inner_text().endswith("Egenskaper vi tar med oss")
    expect(page.locator("#felt")).to_be_visible()
    expect(page.locator("#steg-lederegenskaper .waiting")).to_be_hidden()


def test_one_step_shows_at_a_time_and_the_back_button_works(open_page: Open, codes: Codes) -> None:
    page = open_page(codes.leader)
    open_workbook(page)
    expect(page.locator("section.step:visible")).to_have_count(1)
    page.get_by_role("link", name="Neste: Hva, hvordan og hvorfor").click()
    expect(page.locator("#steg-hva-hvordan-hvorfor")).to_be_visible()
    assert page.evaluate("document.activeElement.textContent") == "Hva, hvordan, hvorfor"
    page.get_by_role("link", name="Neste: Egenskaper vi tar med oss").click()
    expect(page.locator("#felt")).to_be_visible()
    page.go_back()
    expect(page.locator("#steg-hva-hvordan-hvorfor")).to_be_visible()
    expect(page.locator("section.step:visible")).to_have_count(1)
    assert page.locator("nav.steps li.done").count() == 2


def test_steps_are_reached_with_the_keyboard_alone(open_page: Open, codes: Codes) -> None:
    page = open_page(codes.leader)
    open_workbook(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#innhold"
    expect(page.locator("section.step:visible")).to_have_count(1)
    # The page moves the focus when the address changes; fingers are slower than that, a test on a busy machine is not.
    page.wait_for_timeout(500)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#steg-hva-hvordan-hvorfor")).to_be_visible()


def test_what_is_saved_is_said_and_is_there_after_a_reload(open_page: Open, codes: Codes) -> None:
    page = open_page(codes.leader)
    open_workbook(page, step="lederegenskaper")
    page.locator("#felt").fill("trygg leder")
    page.locator("#felt").blur()
    expect(page.locator("#lagret")).to_have_text(re.compile(r"^Lagret kl\. \d\d\.\d\d$"))
    page.reload()
    expect(page.locator("#felt")).to_have_value("trygg leder")


def test_leaving_the_page_ends_its_kernel(open_page: Open, codes: Codes, server: Server) -> None:
    page = open_page(codes.leader)
    before = kernels_of(server.process.pid)
    open_workbook(page)
    (pid,) = kernels_of(server.process.pid) - before
    page.goto("/personvern")
    expect(page.get_by_role("heading", name="Personvern", exact=True)).to_be_visible()
    assert wait_until(lambda: not is_running(pid))
    page.go_back()
    expect(page.locator("section.step:visible")).to_have_count(1)
    expect(page.locator("#forbindelse")).to_be_hidden()


def test_link_that_leaves_nobody_leaves_the_page_as_it_is(open_page: Open, codes: Codes) -> None:
    page = open_page(codes.leader)
    open_workbook(page, step="lederegenskaper")
    kernel = kernel_of(page)
    with page.expect_download():
        page.evaluate("location.assign('/mine-svar.csv')")
    page.locator("#felt").fill("trygg leder")
    page.locator("#felt").blur()
    expect(page.locator("#lagret")).to_contain_text("Lagret kl.")
    assert kernel_of(page) == kernel
    expect(page.locator("#forbindelse")).to_be_hidden()


def test_killed_kernel_heals_and_keeps_the_place(open_page: Open, codes: Codes, server: Server) -> None:
    page = open_page(codes.leader)
    before = kernels_of(server.process.pid)
    open_workbook(page, step="hva-hvordan-hvorfor")
    (pid,) = kernels_of(server.process.pid) - before
    page.evaluate("window.scrollTo({ top: 600, behavior: 'instant' })")
    lost = kernel_of(page)
    os.kill(pid, signal.SIGKILL)
    until(
        page,
        ANOTHER_KERNEL,
        lost,
    )
    expect(page.locator("#steg-hva-hvordan-hvorfor")).to_be_visible()
    until(page, "Math.abs(window.scrollY - 600) < 5")
    expect(page.locator("#forbindelse")).to_be_hidden()


def test_lost_server_is_said_in_words_and_heals(
    open_page: Open, codes: Codes, tmp_path: Path, browser: Browser
) -> None:
    own_codes = fill(tmp_path / "home")
    server = Server(tmp_path / "home")
    context = browser.new_context(viewport={"width": 360, "height": 740}, base_url=server.address, locale="nb-NO")
    try:
        page = context.new_page()
        page.goto(f"/inn/{own_codes.leader}")
        page.get_by_role("button", name="Logg inn").click()
        open_workbook(page, step="lederegenskaper")
        page.locator("#felt").fill("trygg leder")
        page.locator("#felt").blur()
        expect(page.locator("#lagret")).to_contain_text("Lagret kl.")
        lost = kernel_of(page)
        server.stop(signal.SIGKILL)
        expect(page.get_by_role("alert").filter(has_text="Forbindelsen er borte")).to_be_visible(timeout=30_000)
        assert violations(page, tags=TAGS) == []
        assert not scrolls_sideways(page)
        server.start()
        until(
            page,
            ANOTHER_KERNEL,
            lost,
            seconds=60,
        )
        expect(page.locator("#felt")).to_have_value("trygg leder")
        expect(page.locator("#forbindelse")).to_be_hidden()
    finally:
        context.close()
        server.stop()


def test_server_that_starts_again_is_said_and_the_page_goes_on(open_page: Open, codes: Codes) -> None:
    """A proxy says 502 while nobody is behind it; then nobody answers for a moment; then the server is there again."""
    page = open_page(codes.leader)
    open_workbook(page)
    box = page.get_by_role("alert").filter(has_text="Tjenesten starter på nytt")
    page.route("**/api/kernels/*", lambda route: route.fulfill(status=502, body="Bad Gateway"))
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(box).to_be_visible(timeout=30_000)
    page.unroute("**/api/kernels/*")
    page.route("**/api/kernels/*", lambda route: route.abort())
    page.wait_for_timeout(3000)
    expect(box).to_be_visible()
    assert violations(page, tags=TAGS) == []
    assert not scrolls_sideways(page)
    page.unroute("**/api/kernels/*")
    expect(page.locator("#forbindelse")).to_be_hidden(timeout=60_000)


def test_page_that_does_not_heal_stops_trying_and_gives_a_button(open_page: Open, codes: Codes) -> None:
    page = open_page(codes.leader)
    open_workbook(page)
    page.route("**/api/kernels/*", lambda route: route.fulfill(status=404, body="{}"))
    loads: list[str] = []
    page.on("domcontentloaded", lambda _: loads.append(page.url))
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Siden får ikke kontakt")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Prøv igjen")).to_be_visible()
    assert violations(page, tags=TAGS) == []
    assert len(loads) == 3
    page.unroute("**/api/kernels/*")
    page.get_by_role("button", name="Prøv igjen").click()
    until(page, CONNECTED)
    expect(page.locator("#forbindelse")).to_be_hidden()


def test_signed_out_page_says_so_and_leads_back(open_page: Open, codes: Codes) -> None:
    page = open_page(codes.contact)
    open_workbook(page, step="lederegenskaper")
    other = page.context.new_page()
    other.goto("/ut")
    other.get_by_role("main").get_by_role("button", name="Logg ut").click()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_text("Du er logget ut.")).to_be_visible()
    page.locator("#forbindelse-inn").click()
    page.get_by_label("Koden din").fill(codes.contact)
    page.get_by_role("button", name="Logg inn").click()
    page.wait_for_url("**/arbeidsbok/forarbeid**")


def test_prepared_text_is_copied_with_a_button(open_page: Open, codes: Codes) -> None:
    page = open_page(codes.contact)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_text("Påminnelse til hele gruppa").click()
    page.get_by_role("button", name="Kopier teksten").click()
    expect(page.get_by_role("status").filter(has_text="Kopiert")).to_be_visible()
    assert "Hei alle sammen!" in page.evaluate("navigator.clipboard.readText()")


def test_report_opens_and_cannot_run_anything(open_page: Open, codes: Codes, home: Path) -> None:
    (home / "reports" / "fauske" / "group" / "kommunerapport.html").write_text(
        "<!doctype html><html lang=nb><title>Rapport</title><h1>Rapport</h1><script>document.title = 'kjørt'</script>"
    )
    page = open_page(codes.contact)
    page.goto("/rapport/fauske/kommunerapport.html")
    expect(page.get_by_role("heading", name="Rapport")).to_be_visible()
    assert page.title() == "Rapport"


def test_erasing_also_forgets_what_the_browser_has_kept(open_page: Open, codes: Codes) -> None:
    page = open_page(codes.leader)
    page.evaluate("localStorage.setItem('kompetanse:own:evne', 'a text that was never sent')")
    page.goto("/slett")
    page.get_by_role("button", name="Ja, slett svarene mine").click()
    expect(page.get_by_role("heading", name="Svarene dine er slettet")).to_be_visible()
    until(page, "localStorage.length === 0")
    page.goto("/")
    expect(page.get_by_role("heading", name="Koden min")).to_be_visible()
