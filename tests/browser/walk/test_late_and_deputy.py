"""A deputy and a leader who comes late, in real browsers: what they are asked, told, and what is kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kompetanse.answers.log import AnswerLog
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme

from .conftest import PATIENCE, Served, SignIn

MODULE = "modul-1"
#: What a deputy is to have to tap, at most: a level and a button for each of 16 themes.
DEPUTYS_TAPS = 34


@pytest.fixture(scope="module")
def served(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for both: the group sees its answers in the second."""
    home = tmp_path_factory.mktemp("late") / "home"
    shutil.copytree(demo_home, home)
    running = Served(home)
    yield running
    running.stop()


def open_mapping(page: Page, served: Served, step: str = "evne") -> None:
    page.goto(f"{served.address}/arbeidsbok/forarbeid#steg-{step}")
    expect(page.locator("body[data-connection=connected]")).to_be_attached(timeout=PATIENCE)
    expect(page.locator(f"#steg-{step} .k-card")).to_be_visible(timeout=PATIENCE)


def test_a_deputy_is_asked_how_it_is_today_and_nothing_more(served: Served, sign_in: SignIn) -> None:
    with Store.open(served.home) as store, store.writing() as here:
        before = here.answers.latest()
        code = here.codes.create("leader", group="fauske", once=True, deputy=True)
    page, taps = sign_in("leader", code=code), 0
    page.goto(served.address)
    expect(page.get_by_role("link", name="Begynn (ca. 6 min)")).to_be_visible()
    open_mapping(page, served)
    for step in ("evne", "modenhet"):
        page.goto(f"{served.address}/arbeidsbok/forarbeid#steg-{step}")
        place = page.locator(f"#steg-{step}")
        expect(place.locator(".callout", has_text="Du er vikar")).to_be_visible()
        expect(place.get_by_text("Svar på alle spørsmålene")).to_have_count(0)
        while place.get_by_role("heading", name="Takk for svarene").count() == 0:
            expect(place.locator(".k-to-be")).to_have_count(0)
            expect(place.locator("fieldset.k-item")).to_have_count(1)
            place.get_by_role("radio").nth(2).check()
            place.locator(".k-next").click()
            taps += 2
        expect(place.locator(".k-left")).to_have_text("du har svart på alt")
        expect(place.locator(".k-status[data-state=saved]").first).to_be_attached(timeout=PATIENCE)
    print(f"\ntaps of a deputy: {taps}")
    assert taps <= DEPUTYS_TAPS
    page.goto(served.address)
    expect(page.get_by_text("Du har svart på alt. Takk!")).to_be_visible()
    with Store.open(served.home) as store:
        given = store.changed_since(before, group="fauske")
    assert {each.aspect for each in given} == {"as-is"}
    assert len(given) == 16


def test_who_comes_late_is_told_and_their_answers_are_kept(served: Served, sign_in: SignIn) -> None:
    page = sign_in("leader")
    open_mapping(page, served)
    expect(page.locator("#steg-evne .callout")).to_have_count(0)
    with Store.open(served.home) as store:
        contact = store.enter(served.code("contact"))
        assert contact
        programme = load_programme()
        session = Session("contact", programme.id, "fauske", contact.participant, "nb", None)
        log = AnswerLog(session, store, programme)
        log.reveal(MODULE)
        shown, counted = log.revealed(MODULE), log.participation(MODULE).answered
        # The page that is open says so by itself, and stays open for answers.
        expect(page.locator("#steg-evne .callout", has_text="endrer ikke det gruppa så")).to_be_visible(
            timeout=PATIENCE
        )
        page.locator("#steg-evne").get_by_role("radio").nth(4).check()
        expect(page.locator("#steg-evne .k-status[data-state=saved]").first).to_be_attached(timeout=PATIENCE)
        assert log.revealed(MODULE) == shown
        assert (log.participation(MODULE).answered, log.participation(MODULE).late) == (counted, 1)
    page.reload()
    expect(page.locator("#steg-evne").get_by_role("radio").nth(4)).to_be_checked(timeout=PATIENCE)
