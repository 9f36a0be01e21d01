"""A leader fills in one step of the mapping: by mouse, by keyboard, on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.widgets.live import Voila, violations

Opened = Callable[..., Page]


def answer(page: Page, level: str, ahead: str) -> None:
    page.locator(".k-levels").first.get_by_text(level, exact=True).click()
    page.locator(".k-chips").get_by_label(ahead).check()


def onward(page: Page) -> None:
    page.locator(".k-next").click()


def heading(page: Page):
    return page.locator(".k-card > :is(h2, h3)")


def saved(page: Page) -> None:
    page.wait_for_function("() => !localStorage.getItem('kompetanse:fauske/1:evne')")


def test_the_keyboard_alone_fills_a_whole_theme(voila: Voila, opened: Opened) -> None:
    page = opened("assessment")
    press = page.keyboard.press
    page.get_by_label("Svar på alle spørsmålene").focus()
    press("Tab")
    expect(page.locator(".k-jump summary")).to_be_focused()
    press("Tab")
    press("Space")
    press("ArrowRight")
    press("ArrowRight")
    press("Tab")
    press("Enter")
    expect(page.get_by_text("To avdelinger har prøvd.")).to_be_visible()
    press("Tab")
    press("ArrowRight")
    press("Tab")
    press("Enter")
    press("Tab")
    page.keyboard.type("Det går framover")
    press("Tab")
    press("Space")
    press("Tab")
    expect(page.get_by_role("button", name="Neste tema")).to_be_focused()
    press("Enter")
    expect(heading(page)).to_be_focused()
    expect(heading(page)).to_have_text("Felles retning")
    saved(page)
    assert voila.values("assessment") == {
        "t1-1|as-is": 3,
        "t1|to-be": 2,
        "t1|comment": "Det går framover",
        "t1|comment-shared": True,
    }


def test_the_short_form_takes_two_taps_a_theme_and_ends_with_thanks(voila: Voila, opened: Opened) -> None:
    page = opened("assessment")
    expect(page.locator(".k-where")).to_have_text("Tema 1 av 3")
    expect(page.locator(".k-left")).to_have_text("ca. 3 min igjen")
    for _ in range(3):
        answer(page, "Noen få", "Fulgt opp")
        onward(page)
    expect(heading(page)).to_have_text("Velg inntil to temaer som betyr mest nå")
    page.get_by_label("Lærende kultur").check()
    onward(page)
    expect(heading(page)).to_have_text("Takk for svarene")
    expect(page.locator(".k-left")).to_have_text("du har svart på alt")
    page.get_by_label("Hold mine svar utenfor").check()
    saved(page)
    assert len(voila.values("assessment")) == 8
    assert voila.values("assessment")["evne|withheld"] is True


def test_what_remains_is_listed_at_the_end_and_can_be_gone_to(opened: Opened) -> None:
    page = opened("assessment")
    answer(page, "Noen få", "Fulgt opp")
    page.get_by_text("Alle temaer").click()
    page.get_by_role("button", name="Til slutt").click()
    expect(page.locator(".k-rest li")).to_have_text(
        ["Tema 2 av 3: Felles retning (2 uten svar)", "Tema 3 av 3: Lærende kultur (2 uten svar)", "Det viktigste nå"]
    )
    page.get_by_role("button", name="Tema 3 av 3").click()
    expect(heading(page)).to_have_text("Lærende kultur")


def test_one_choice_too_many_is_undone_and_said(voila: Voila, opened: Opened) -> None:
    page = opened("assessment")
    page.get_by_text("Alle temaer").click()
    page.get_by_role("button", name="Det viktigste nå").click()
    for title in ("Omverdensblikk", "Felles retning", "Lærende kultur"):
        page.get_by_label(title).click()
    expect(page.get_by_label("Lærende kultur")).not_to_be_checked()
    expect(page.get_by_role("status").first).to_have_text(
        "2 av 2 valgt. Du kan velge inntil to. Ta bort ett for å velge et annet."
    )
    saved(page)
    assert voila.values("assessment") == {"t1|importance": True, "t2|importance": True}


def test_what_is_not_relevant_asks_for_its_reason(voila: Voila, opened: Opened) -> None:
    page = opened("assessment")
    expect(page.get_by_text("Hvorfor er det ikke relevant?")).to_be_hidden()
    page.get_by_label("Ikke relevant for oss").check()
    page.get_by_label("For tidlig å si").check()
    saved(page)
    assert voila.values("assessment") == {"t1-1|as-is": "ikke-relevant:for-tidlig"}
    page.locator(".k-item").get_by_label("Vet ikke").check()
    expect(page.get_by_text("Hvorfor er det ikke relevant?")).to_be_hidden()
    saved(page)
    assert voila.values("assessment") == {"t1-1|as-is": "vet-ikke"}


def test_the_long_form_asks_everything(voila: Voila, opened: Opened) -> None:
    page = opened("assessment")
    expect(page.locator(".k-item")).to_have_count(1)
    page.get_by_label("Svar på alle spørsmålene (ca. 3 min)").check()
    expect(page.locator(".k-item")).to_have_count(2)
    saved(page)
    page.reload()
    expect(page.locator(".k-item")).to_have_count(2, timeout=60_000)


def test_a_reload_comes_back_to_the_same_theme(opened: Opened) -> None:
    page = opened("assessment")
    page.get_by_text("Alle temaer").click()
    page.get_by_role("button", name="Lærende kultur").click()
    page.reload()
    expect(heading(page)).to_have_text("Lærende kultur", timeout=60_000)


def test_another_device_goes_on_at_the_first_theme_that_lacks_answers(voila: Voila, opened: Opened) -> None:
    voila.write("assessment", "t1-1", "as-is", 3)
    voila.write("assessment", "t1", "to-be", 4)
    page = opened("assessment")
    expect(heading(page)).to_have_text("Felles retning")
    expect(page.get_by_text("Du fortsetter der du slapp.")).to_be_visible()


def test_text_from_people_is_never_markup(opened: Opened) -> None:
    page = opened("assessment")
    expect(page.locator(".k-lead")).to_have_text('Hva med <img src=x onerror="window.hacked=1"> {time}?')
    assert page.evaluate("window.hacked") is None
    assert page.locator(".kompetanse img").count() == 0


@pytest.mark.parametrize("width", [320, 360])
def test_a_phone_needs_no_sideways_scrolling_and_keeps_the_button_at_hand(
    voila: Voila, opened: Opened, browser: Browser, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 640}, has_touch=True)
    page = opened("assessment", context.new_page())
    box = page.locator(".kompetanse").bounding_box()
    assert page.evaluate("() => document.querySelector('.kompetanse').scrollWidth") <= box["width"]
    page.locator(".k-levels label").first.scroll_into_view_if_needed()
    assert page.get_by_role("button", name="Neste tema").is_visible()
    small = page.evaluate(
        """() => [...document.querySelectorAll(".kompetanse :is(button, summary, label)")]
            .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 43.5)
            .map((one) => one.outerHTML)"""
    )
    assert small == []
    context.close()


def test_axe_finds_nothing_in_any_state(opened: Opened) -> None:
    page = opened("assessment")
    found = violations(page)
    answer(page, "Noen få", "Fulgt opp")
    page.get_by_label("Ikke relevant for oss").check()
    page.get_by_text("Vis et eksempel").click()
    page.get_by_text("Vil du si mer?").click()
    page.get_by_text("Alle temaer").click()
    found += violations(page)
    page.get_by_role("button", name="Det viktigste nå").click()
    for box in page.locator(".k-boxes input").all():
        box.click()
    found += violations(page)
    onward(page)
    found += violations(page)
    assert found == []
