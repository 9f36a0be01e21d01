"""A group compares before it chooses: together and by keyboard alone in a grid, each alone with 100 points."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from kompetanse.answers.store import Store

from .conftest import PATIENCE, Served, SignIn
from .test_gathering import Member

STEP = "#steg-prioriteringer"
#: What one leader alone has given, as it would be on the wire.
HIDDEN = re.compile(r'utproving\\?"?\s*:\s*73')


def open_step(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/arbeidsbok/samling{STEP}")
    expect(page.locator(f"{STEP} .k-way")).to_have_count(3, timeout=PATIENCE)


def way(page: Page, title: str) -> Locator:
    return page.locator(f"{STEP} .k-way", has_text=title)


def unfold(page: Page, title: str) -> None:
    """Opens a way to compare by the keyboard."""
    way(page, title).locator("summary").focus()
    page.keyboard.press("Enter")


def give(page: Page, **points: int) -> None:
    """Gives points away, as typed."""
    for theme, number in points.items():
        way(page, "100 poeng").get_by_label({"utproving": "Utprøving", "omverdensblikk": "Omverdensblikk"}[theme]).fill(
            str(number)
        )


def test_a_group_compares_its_themes_and_the_report_shows_what_it_placed(served: Served, sign_in: SignIn) -> None:
    contact, kari, per = (Member(sign_in(role)) for role in ("contact", "leader", "leader"))
    everyone = [contact, kari, per]
    for each in everyone:
        open_step(each.page, served)

    # Whoever only chooses three needs nothing more, and sees nothing more.
    assert kari.page.locator(f"{STEP} .k-way[open]").count() == 0
    for theme in ("Utprøving", "Omverdensblikk"):
        contact.page.locator(STEP).get_by_label(theme).first.check()
    unfold(kari.page, "Sammenlign temaene")
    grid = way(kari.page, "Sammenlign temaene")
    expect(grid.locator("fieldset.k-item")).to_have_count(2, timeout=PATIENCE)

    # Kari places one theme by keyboard alone; her page stays where it is while others write.
    page = kari.page
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(grid.locator("tbody tr")).to_have_count(1)
    first = grid.locator("tbody tr").first.locator("th, td").all_inner_texts()
    assert first[2:] == ["5", "2", "Gjør først"]
    unfold(per.page, "Sammenlign temaene")
    expect(way(per.page, "Sammenlign temaene").locator("tbody tr")).to_have_count(1, timeout=PATIENCE)
    other = way(per.page, "Sammenlign temaene").locator("fieldset.k-item").nth(1)
    other.get_by_role("group", name="Nytte").get_by_label("4", exact=True).check()
    other.get_by_role("group", name="Innsats").get_by_label("5 stor").check()
    expect(grid.locator("tbody tr")).to_have_count(2, timeout=PATIENCE)
    expect(page.locator(":focus")).to_have_accessible_name("2")

    # Points are each one's own, also on the wire, until the contact shows them.
    for each in everyone:
        if each is not kari:
            each.page.locator(f"{STEP} .k-way[open] > summary").evaluate_all("all => all.forEach((one) => one.click())")
        unfold(each.page, "100 poeng")
    give(kari.page, utproving=73, omverdensblikk=27)
    give(per.page, utproving=40, omverdensblikk=60)
    give(contact.page, utproving=10, omverdensblikk=90)
    for each in everyone:
        expect(way(each.page, "100 poeng").get_by_text("3 har gitt poeng")).to_be_visible(timeout=PATIENCE)
    for each in (per, contact):
        assert not HIDDEN.search("".join(each.sent))
    assert kari.page.get_by_role("button", name="Vis poengene").count() == 0
    contact.tap("Vis poengene", inside=STEP)
    contact.tap("Ja, vis poengene", inside=STEP)
    for each in everyone:
        rows = way(each.page, "100 poeng").locator("tbody tr")
        expect(rows).to_have_count(2, timeout=PATIENCE)
        assert [row.locator("td").all_inner_texts() for row in rows.all()] == [["59,0", "3"], ["41,0", "3"]]
        expect(way(each.page, "100 poeng").get_by_label("Utprøving")).to_be_disabled()

    # The report has what the group placed, and no points.
    report = made_report(served).read_text("utf-8")
    assert "Nytte og innsats" in report
    assert "(gjør først)" in report
    assert "59,0" not in report
    with Store.open(served.home) as store:
        assert len([row for row in store.changed_since(0, aspect="points") if row.participant]) >= 3


def made_report(served: Served) -> Path:
    out = served.home.parent / "reports"
    command = ["report", "--group", "fauske", "--home", str(served.home), "--out", str(out), "--format", "html"]
    done = subprocess.run([sys.executable, "-m", "kompetanse", *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(out.glob("*/kommunerapport.html"))
