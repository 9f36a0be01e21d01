"""Groups that meet across: notes live on three groups' pages, a shared case, cards; an outsider is sent none of it."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

from kompetanse.answers.store import Store
from tests.browser.looks import wrong_looks

from .conftest import PATIENCE, Served, SignIn

#: Alone on a machine it is about half of this; beside other tests it may be twice.
SECONDS = 2.0
TRIED = "Hos oss prøvde vi å ringe alle som hadde søkt. "
ADDED = "Vi spurte innbyggerne først. "
ANSWER = "Natta er hele ledergruppas ansvar."
CARD = "Vi lar søkeren se hvor saken ligger."
THEME = "Omverdensblikk"


@pytest.fixture(scope="module")
def served(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all that happens here."""
    home = tmp_path_factory.mktemp("across") / "home"
    shutil.copytree(demo_home, home)
    running = Served(home)
    yield running
    running.stop()


class Wire:
    """Everything that a page has been sent over its line to the kernel."""

    def __init__(self, page: Page):
        self.sent: list[str] = []
        page.on("websocket", self._listen)

    def _listen(self, line: WebSocket) -> None:
        line.on("framereceived", lambda frame: self.sent.append(str(frame)))

    def has(self, words: str) -> bool:
        return any(words in frame or json.dumps(words)[1:-1] in frame for frame in self.sent)


def code(served: Served, group: str) -> str:
    with Store.open(served.home) as store:
        return store.create_code("contact", group)


def open_step(page: Page, served: Served, step: str, workbook: str = "samling") -> Locator:
    page.goto(f"{served.address}/arbeidsbok/{workbook}#steg-{step}")
    section = page.locator(f"#steg-{step}")
    expect(section.locator(".k-exchange")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("body[data-connection=connected]")).to_be_attached(timeout=PATIENCE)
    return section


def notes(section: Locator) -> Locator:
    return section.get_by_label("«Hos oss prøvde vi …»")


def looks_right(page: Page, step: str) -> None:
    """axe finds nothing, and nothing scrolls sideways, on a phone and a desktop, light and dark."""
    assert wrong_looks(page, f"#steg-{step}") == {}, step


def test_three_groups_write_together_and_a_fourth_is_sent_nothing(served: Served, sign_in: SignIn) -> None:
    pages = [sign_in("contact"), *(sign_in("contact", code=code(served, group)) for group in ("bodo", "rana"))]
    outsider = sign_in("contact", code=code(served, "vefsn"))
    wire = Wire(outsider)
    fauske, bodo, rana, other = (open_step(page, served, "tverrgruppe") for page in [*pages, outsider])
    fauske.get_by_role("button", name="Lag en tverrgruppe").click()
    shown = fauske.locator(".k-join b").inner_text(timeout=PATIENCE)
    looks_right(outsider, "tverrgruppe")
    for section in (bodo, rana):
        section.get_by_role("button", name="Bli med").click()
        expect(section.get_by_text("Skriv koden først.")).to_be_visible(timeout=PATIENCE)
        section.get_by_label("Koden dere har fått").fill(shown.lower())
        section.get_by_role("button", name="Bli med").click()
    for section in (fauske, bodo, rana):
        expect(notes(section)).to_be_visible(timeout=PATIENCE)
        expect(section.locator(".k-exchange li")).to_have_text(["Bodø", "Fauske", "Rana"], timeout=PATIENCE)

    # From the last key to the screen of another group.
    took = []
    for word in ("Hei ", "alle ", "sammen. "):
        notes(fauske).press("Control+End")
        notes(fauske).press_sequentially(word)
        text, begun = notes(fauske).input_value(), time.monotonic()
        expect(notes(rana)).to_have_value(text, timeout=PATIENCE)
        took.append(time.monotonic() - begun)
    print(f"\nfrom the last key to another group's screen: {', '.join(f'{each:.2f}' for each in took)} s")
    assert min(took) < SECONDS

    # Two groups write in one text at once: no letter is lost, and a third reads both.
    begun_with = notes(fauske).input_value()
    notes(fauske).press("Control+End")
    notes(bodo).press("Control+Home")
    for hers, his in zip(TRIED.split(" "), ADDED.split(" "), strict=False):
        notes(fauske).press_sequentially(f"{hers} " if hers else "")
        notes(bodo).press_sequentially(f"{his} " if his else "")
    rest = TRIED.split(" ")[len(ADDED.split(" ")) :]
    notes(fauske).press_sequentially(" ".join(rest))
    for section in (fauske, bodo, rana):
        expect(notes(section)).to_have_value(ADDED + begun_with + TRIED, timeout=PATIENCE)
    looks_right(pages[0], "tverrgruppe")

    # Who leaves keeps what stood there; nobody outside was ever sent any of it.
    rana.get_by_role("button", name="Gå ut av tverrgruppa").click()
    rana.get_by_role("button", name="Ja, gå ut").click()
    expect(rana.locator(".k-read")).to_contain_text(TRIED.strip(), timeout=PATIENCE)
    expect(notes(rana)).to_have_count(0, timeout=PATIENCE)
    expect(fauske.locator(".k-exchange li")).to_have_text(["Bodø", "Fauske"], timeout=PATIENCE)
    outsider.reload()
    expect(other.get_by_role("button", name="Bli med")).to_be_visible(timeout=PATIENCE)
    assert wire.sent
    for words in (TRIED.strip(), ADDED.strip(), shown):
        assert not wire.has(words)
        assert words not in outsider.content()


def test_a_case_is_shared_with_one_group_and_taken_back(served: Served, sign_in: SignIn) -> None:
    own, chosen, outsider = (
        sign_in("contact"),
        sign_in("contact", code=code(served, "bodo")),
        sign_in("contact", code=code(served, "vefsn")),
    )
    wire = Wire(outsider)
    fauske, bodo, _ = (open_step(page, served, "case-1") for page in (own, chosen, outsider))
    fauske.locator("textarea").nth(1).fill(ANSWER)
    expect(fauske.locator(".k-status[data-state=saved]")).to_be_attached(timeout=PATIENCE)
    fauske.get_by_label("Hvem vil dere dele med?").select_option("Bodø")
    fauske.get_by_role("button", name="Del", exact=True).click()
    expect(fauske.get_by_text("Alle ledere i Bodø får lese det som står her nå")).to_be_focused(timeout=PATIENCE)
    fauske.get_by_role("button", name="Ja, del det").click()
    expect(bodo.locator(".k-read")).to_contain_text(ANSWER, timeout=PATIENCE)
    looks_right(own, "case-1")
    looks_right(chosen, "case-1")
    fauske.get_by_role("button", name="Ta tilbake fra Bodø").click()
    expect(bodo.locator(".k-read")).to_have_count(0, timeout=PATIENCE)
    outsider.reload()
    expect(outsider.locator("#steg-case-1 .k-exchange")).to_be_visible(timeout=PATIENCE)
    assert not wire.has(ANSWER)


def test_a_card_is_found_by_its_theme(served: Served, sign_in: SignIn) -> None:
    own, reader = sign_in("contact"), sign_in("contact", code=code(served, "rana"))
    fauske = open_step(own, served, "erfaringskort")
    card = fauske.locator("details.card").first
    card.get_by_label("Hvilket tema gjelder det?").select_option(THEME)
    card.get_by_label("Hva gjorde dere?").fill(CARD)
    card.get_by_label("Hvem kan andre spørre? (rolle, ikke navn)").fill("byggesakssjefen")
    fauske.get_by_role("button", name="Del kort 1 med alle gruppene").click()
    fauske.get_by_role("button", name="Ja, del kortet").click()
    expect(fauske.get_by_text("delt med alle gruppene")).to_be_visible(timeout=PATIENCE)
    looks_right(own, "erfaringskort")
    rana = open_step(reader, served, "erfaringskort", "etterarbeid")
    find = rana.get_by_label("Tema", exact=True)
    find.select_option(THEME.lower())
    expect(rana.locator(".k-read", has_text=CARD).last).to_be_visible(timeout=PATIENCE)
    looks_right(reader, "erfaringskort")
    find.select_option("felles-retning")
    expect(rana.get_by_text("Ingen har delt et kort om dette ennå.").last).to_be_visible(timeout=PATIENCE)
    # What is taken back, or emptied, is gone from the pages that others have open.
    find.select_option(THEME.lower())
    for away in ("back", "emptied"):
        expect(rana.locator(".k-read", has_text=CARD).last).to_be_visible(timeout=PATIENCE)
        if away == "back":
            fauske.get_by_role("button", name="Ta tilbake kort 1").click()
            expect(fauske.get_by_text("bare gruppa ser det")).to_be_visible(timeout=PATIENCE)
        else:
            fauske.get_by_role("button", name="Tøm kortet 1").click()
            fauske.get_by_role("button", name="Ja, tøm kortet").click()
        begun = time.monotonic()
        expect(rana.get_by_text(CARD)).to_have_count(0, timeout=PATIENCE)
        print(f"\ngone from another group's page after {time.monotonic() - begun:.2f} s")
        if away == "back":
            fauske.get_by_role("button", name="Del kort 1 med alle gruppene").click()
            fauske.get_by_role("button", name="Ja, del kortet").click()
            expect(fauske.get_by_text("delt med alle gruppene")).to_be_visible(timeout=PATIENCE)
            reader.reload()
            expect(rana.locator(".k-exchange")).to_be_visible(timeout=PATIENCE)
            find.select_option(THEME.lower())
