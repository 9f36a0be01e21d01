"""What draws a workbook in the browser: our own front end, and Voilà's where it is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.widgets.live import Line
from tests.server.conftest import Codes, fill
from tests.server.running import Server, wait_until

NOTEBOOKS = Path(__file__).parent / "front_end"
WORKBOOKS = Path(__file__).parents[2] / "workbooks"
PATIENCE = 30_000

#: What a first and a second visit may send over the line, in bytes.
FIRST_VISIT, SECOND_VISIT = 600_000, 60_000

Enter = Callable[..., Page]


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """Kernels may be slow on a busy machine."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5000)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("front-end") / "home"


@pytest.fixture(scope="module")
def codes(home: Path) -> Codes:
    return fill(home)


@pytest.fixture(scope="module")
def slim(home: Path, codes: Codes) -> Iterator[Server]:
    running = Server(home, kernels=30, notebooks=NOTEBOOKS)
    yield running
    running.stop()


@pytest.fixture
def voila(tmp_path: Path) -> Iterator[tuple[Server, Codes]]:
    codes = fill(tmp_path / "home")
    running = Server(tmp_path / "home", notebooks=NOTEBOOKS, front_end="voila")
    yield running, codes
    running.stop()


@pytest.fixture
def complaints() -> list[str]:
    """What the console complained about."""
    return []


@pytest.fixture
def enter(browser: Browser, complaints: list[str]) -> Iterator[Enter]:
    """Signs a new leader in."""
    contexts = []

    def entered(server: Server, codes: Codes, **options: object) -> Page:
        context = browser.new_context(base_url=server.address, locale="nb-NO", **options)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"/inn/{codes.leader}")
        page.locator("main form button").first.click()
        page.wait_for_url(lambda url: "/inn" not in url)
        return page

    yield entered
    for context in contexts:
        context.close()


def open_step(page: Page, step: str) -> None:
    page.goto(f"/arbeidsbok/forarbeid#steg-{step}", wait_until="commit")


def answer(page: Page, level: int) -> None:
    """Answers the first question, and waits until it is said to be saved."""
    page.locator("#steg-evne fieldset:visible").first.get_by_role("radio").nth(level).check()
    expect(page.locator("#lagret")).to_have_text(re.compile(r"^Lagret kl\. \d\d\.\d\d$"))


def test_question_is_drawn_answered_and_saved(enter: Enter, slim: Server, codes: Codes, complaints: list[str]) -> None:
    page = enter(slim, codes)
    open_step(page, "evne")
    answer(page, 2)
    page.reload()
    expect(page.locator("#steg-evne fieldset:visible").first.get_by_role("radio").nth(2)).to_be_checked()
    assert not [text for text in complaints if "somebodys-package" not in text]


def test_voilas_front_end_draws_the_same(enter: Enter, voila: tuple[Server, Codes]) -> None:
    page = enter(*voila)
    open_step(page, "evne")
    answer(page, 2)
    assert page.evaluate("document.body.dataset.connection") == "connected"
    expect(page.locator("#steg-evne .waiting")).to_be_hidden()
    page.goto("/arbeidsbok/forarbeid#steg-hva-hvordan-hvorfor")
    expect(page.get_by_role("slider")).to_be_visible()


def test_answer_given_before_the_line_is_there_waits_for_it(enter: Enter, slim: Server, codes: Codes) -> None:
    page = enter(slim, codes)
    line = Line(page)
    line.cut()
    open_step(page, "evne")
    page.locator("#steg-evne fieldset:visible").first.get_by_role("radio").nth(1).check()
    line.mend()
    expect(page.locator("#lagret")).to_contain_text("Lagret kl.")


def test_text_is_there_before_the_kernel_is_and_stays_the_same(enter: Enter, slim: Server, codes: Codes) -> None:
    page = enter(slim, codes)
    open_step(page, "evne")
    heading = page.locator("#steg-evne h2")
    expect(heading).to_be_visible()
    assert page.locator("#steg-evne .component").count() == 0
    expect(page.locator("#steg-evne .waiting")).to_be_visible()
    page.evaluate("window.kept = document.querySelector('#steg-evne .blocks')")
    page.get_by_role("link", name="Forrige").locator("visible=true").click()
    page.go_back()
    expect(heading).to_be_focused()
    expect(page.locator("#steg-evne input[type=radio]:visible").first).to_be_enabled()
    expect(page.locator("#steg-evne .waiting")).to_be_hidden()
    assert page.evaluate("window.kept === document.querySelector('#steg-evne .blocks')")
    expect(heading).to_be_focused()
    assert page.locator("#steg-evne > .blocks").count() == 1


def test_whoever_answers_while_the_page_still_comes_keeps_the_focus(enter: Enter, slim: Server, codes: Codes) -> None:
    page = enter(slim, codes)
    open_step(page, "velkommen")
    expect(page.locator("#steg-velkommen h2")).to_be_visible()
    page.locator("#steg-velkommen .turn .next").focus()
    page.wait_for_timeout(600)  # the page scrolls there smoothly
    top = page.evaluate("window.scrollY")
    assert wait_until(lambda: page.evaluate("document.readyState") == "complete")
    expect(page.locator("#steg-velkommen .turn .next")).to_be_focused()
    assert abs(page.evaluate("window.scrollY") - top) < 2


def test_without_scripts_the_page_says_what_it_needs(enter: Enter, slim: Server, codes: Codes) -> None:
    page = enter(slim, codes, java_script_enabled=False)
    page.goto("/arbeidsbok/forarbeid")
    said = page.locator("noscript p")
    expect(said).to_be_visible()
    expect(said).to_contain_text("Arbeidsboka trenger JavaScript.")


def test_components_work_on_after_the_line_was_cut(enter: Enter, slim: Server, codes: Codes) -> None:
    page = enter(slim, codes)
    line = Line(page)
    open_step(page, "evne")
    answer(page, 0)
    kernel = page.evaluate("document.getElementById('jupyter-config-data').textContent")
    line.cut()
    page.locator("#steg-evne fieldset:visible").first.get_by_role("radio").nth(3).check()
    expect(page.locator("#lagret")).to_contain_text("Ikke lagret ennå", timeout=PATIENCE)
    line.mend()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#lagret")).to_contain_text("Lagret kl.", timeout=5000)
    assert page.evaluate("document.getElementById('jupyter-config-data').textContent") == kernel
    expect(page.locator("#forbindelse")).to_be_hidden()


def test_line_comes_back_without_a_tap(enter: Enter, slim: Server, codes: Codes) -> None:
    page = enter(slim, codes)
    line = Line(page)
    open_step(page, "lederegenskaper")
    echo = page.locator("#ekko")
    echo.click()
    expect(echo).to_have_text("Ekko 1")
    page.evaluate("window.same = true")
    line.cut()
    page.wait_for_timeout(1500)
    line.mend()
    assert wait_until(lambda: page.evaluate("document.body.dataset.connection") == "connected", seconds=20)
    echo.click()
    expect(echo).to_have_text("Ekko 2")
    assert page.evaluate("window.same")


def test_what_the_kernel_said_meanwhile_is_there_after_the_line_came_back(
    enter: Enter, slim: Server, codes: Codes
) -> None:
    page = enter(slim, codes)
    line = Line(page)
    open_step(page, "lederegenskaper")
    page.locator("#ekko").click()
    expect(page.locator("#ekko")).to_have_text("Ekko 1")
    # Said to the kernel, but the page's own ears are closed: as when a phone sleeps.
    page.evaluate("document.querySelector('#ekko').click()")
    line.cut()
    page.wait_for_timeout(800)
    line.mend()
    expect(page.locator("#ekko")).to_have_text("Ekko 2", timeout=20_000)


def test_page_that_was_hidden_for_long_gets_a_new_line_at_once(enter: Enter, slim: Server, codes: Codes) -> None:
    page = enter(slim, codes)
    opened: list[str] = []
    page.on("websocket", lambda socket: opened.append(socket.url))
    open_step(page, "evne")
    answer(page, 1)
    page.evaluate("""
        const show = (state) => {
          Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        };
        const { now } = Date;
        show("hidden");
        Date.now = () => now() + 30 * 60 * 1000;
        show("visible");
        Date.now = now;
    """)
    page.wait_for_timeout(1500)
    assert len(opened) == 2
    answer(page, 4)


def test_controls_come_when_a_page_shows_one(enter: Enter, slim: Server, codes: Codes) -> None:
    page = enter(slim, codes)
    open_step(page, "hva-hvordan-hvorfor")
    slider = page.get_by_role("slider")
    expect(slider).to_be_visible()
    expect(page.get_by_text("tre, sa en senere celle")).to_be_visible()
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("nå 4")).to_be_visible()
    # Linked in the browser alone, by a widget that no step shows.
    expect(page.locator("#steg-hva-hvordan-hvorfor input[type=number]")).to_have_value("4")


def test_unknown_widget_is_told_in_a_sentence_and_the_rest_works(
    enter: Enter, slim: Server, codes: Codes, complaints: list[str]
) -> None:
    page = enter(slim, codes)
    open_step(page, "lederegenskaper")
    expect(page.get_by_text("Denne delen kan ikke vises her. Resten av siden virker som den skal.")).to_be_visible()
    assert [text for text in complaints if '"somebodys-package"' in text]
    page.locator("#ekko").click()
    expect(page.locator("#ekko")).to_have_text("Ekko 1")
    assert page.locator("#ekko").evaluate("button => getComputedStyle(button).borderTopWidth") == "7px"
    open_step(page, "evne")
    expect(page.locator("#steg-evne input[type=radio]:visible").first).to_be_enabled()


def test_component_whose_code_does_not_come_says_so(enter: Enter, slim: Server, codes: Codes) -> None:
    page = enter(slim, codes)
    page.route("**/statisk/komponent/assessment-*.js", lambda route: route.abort())
    open_step(page, "evne")
    expect(page.locator("#steg-evne").get_by_text("Vi fikk ikke vist dette steget.")).to_be_visible()
    expect(page.locator("#steg-evne").get_by_role("link", name="Prøv igjen")).to_be_visible()


def test_wire_is_small_on_the_first_visit_and_smaller_on_the_second(enter: Enter, codes: Codes, tmp_path: Path) -> None:
    own = fill(tmp_path / "home")
    server = Server(tmp_path / "home", notebooks=WORKBOOKS)
    try:
        page = enter(server, own)
        page.goto("about:blank")
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.clearBrowserCache")
        sent: list[float] = []
        line.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
        line.on("Network.webSocketFrameReceived", lambda event: sent.append(len(event["response"]["payloadData"]) / 4))
        visits = []
        for _ in range(2):
            sent.clear()
            open_step(page, "evne")
            expect(page.locator("#steg-evne input[type=radio]:visible").first).to_be_enabled()
            assert wait_until(lambda: page.evaluate("document.body.dataset.connection") == "connected")
            page.wait_for_timeout(1500)
            visits.append(sum(sent))
            page.goto("about:blank")
    finally:
        server.stop()
    assert visits[0] < FIRST_VISIT
    assert visits[1] < SECOND_VISIT
