"""Themes are compared without a mouse: two choices each, and the picture and the table say the same."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.widgets.live import Voila, queue, violations

Opened = Callable[..., Page]


def saved(page: Page) -> None:
    expect(page.locator(".k-status")).to_have_text("Lagret kl. 14.03")


def unfold(page: Page, title: str) -> None:
    """Opens one way to compare by the keyboard."""
    page.locator("summary", has_text=title).focus()
    page.keyboard.press("Enter")
    expect(page.locator("details[open]", has=page.locator("summary", has_text=title))).to_be_visible()


def table(page: Page) -> list[list[str]]:
    rows = page.locator(".k-placed tbody tr").all()
    return [row.locator("th, td").all_inner_texts() for row in rows]


def test_ways_are_closed_until_somebody_wants_them(opened: Opened) -> None:
    page = opened("priorities")
    expect(page.locator("details")).to_have_count(3)
    expect(page.locator("details[open]")).to_have_count(0)
    assert page.locator("input:visible").count() == 3


def test_grid_is_filled_in_by_keyboard_alone(voila: Voila, opened: Opened) -> None:
    page, other = opened("priorities"), opened("priorities")
    unfold(page, "Sammenlign temaene")
    # From the summary to the first choice, which says that nothing is placed; up from there is the highest level.
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_accessible_name("Ikke plassert")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_accessible_name("Ikke plassert")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    saved(page)
    assert voila.values("priorities") == {"t1|use": 5, "t1|effort": 2}
    assert table(page) == [["1", "Omverdensblikk", "5", "2", "Gjør først"]]
    expect(page.locator("svg.k-grid circle")).to_have_count(1)

    # Another of the group sees it, and places one more at the same place.
    unfold(other, "Sammenlign temaene")
    field = other.get_by_role("group", name="Felles retning", exact=True)
    for side, level in (("Nytte", "5 stor"), ("Innsats", "2")):
        field.get_by_role("group", name=side).get_by_label(level, exact=True).check()
    expect(page.locator("svg.k-grid circle")).to_have_count(2)
    places = {circle.get_attribute("cx") for circle in page.locator("svg.k-grid circle").all()}
    assert len(places) == 2
    assert [row[1] for row in table(page)] == ["Omverdensblikk", "Felles retning"]

    # It is taken back as it was placed.
    page.locator("summary", has_text="Sammenlign temaene").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(100)
    page.keyboard.press("ArrowUp")
    expect(page.locator("svg.k-grid circle")).to_have_count(2)
    first = page.locator("fieldset.k-side").first
    first.get_by_label("Ikke plassert").check()
    expect(page.locator("svg.k-grid circle")).to_have_count(1)
    saved(page)
    assert voila.values("priorities")["t1|use"] is None


def test_points_are_sent_when_all_are_given(voila: Voila, opened: Opened) -> None:
    page = opened("priorities")
    unfold(page, "Gi 100 poeng")
    page.keyboard.press("Tab")
    page.keyboard.type("70")
    expect(page.get_by_text("30 poeng igjen")).to_be_visible()
    page.wait_for_timeout(1200)
    assert voila.saved("priorities") == []
    assert queue(page)
    page.keyboard.press("Tab")
    page.keyboard.type("40")
    expect(page.get_by_text("10 poeng for mye")).to_be_visible()
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.type("30")
    expect(page.get_by_text("Alle 100 poeng er gitt")).to_be_visible()
    saved(page)
    assert voila.values("priorities") == {"priorities|points": {"t1": 70, "t2": 30}}

    # What one has given is there on the next visit; what a page took back is gone.
    page.reload()
    unfold(page, "Gi 100 poeng")
    expect(page.get_by_label("Omverdensblikk").last).to_have_value("70", timeout=60_000)


def test_contact_is_asked_before_the_points_are_shown(voila: Voila, opened: Opened) -> None:
    page = opened("priorities")
    unfold(page, "Gi 100 poeng")
    page.get_by_role("button", name="Vis poengene").click()
    page.get_by_role("button", name="Avbryt").click()
    expect(page.get_by_role("button", name="Vis poengene")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Ja, vis poengene").click()
    expect(page.get_by_text("Gruppas svar vises nå.")).to_be_visible()
    assert [draft["subject"] for draft in voila.saved("priorities")] == ["show"]


def test_axe_finds_nothing_in_what_is_open(opened: Opened) -> None:
    page = opened("priorities")
    for title in ("Sammenlign temaene", "Gi 100 poeng", "Sammenlign tiltakene"):
        unfold(page, title)
    for field in page.locator("fieldset.k-side").all():
        field.get_by_label("2", exact=True).check()
    assert page.evaluate("window.hacked") is None
    assert violations(page) == []
