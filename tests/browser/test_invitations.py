"""Sheets as a page: for every reader, on every screen, in the dark, and on paper."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from kompetanse.invitations.files import Printing
from kompetanse.programme.content import load_programme
from tests.invitations.test_sheets import ADDRESS, ROLES, invitation, scanned, slips

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a sheet for each role, and slips."""
    path = tmp_path_factory.mktemp("sheets") / "sheets.html"
    made = Printing(load_programme(), ADDRESS, date(2026, 11, 26)).made([*map(invitation, ROLES), *slips(5)], "html")
    path.write_bytes(made)
    return path


@pytest.fixture
def page(browser: Browser, sheets: Path) -> Iterator[Page]:
    # Without this the page's own policy keeps axe out, too.
    context = browser.new_context(bypass_csp=True)
    opened = context.new_page()
    opened.goto(sheets.as_uri())
    yield opened
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_sheets_are_accessible_on_every_screen(page: Page, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}}).response["violations"]
    assert [each["id"] for each in found] == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not page.evaluate(
        "[...document.querySelectorAll('.code')].some((code) => code.scrollWidth > code.clientWidth)"
    )


def test_printed_page_has_a_sheet_on_each_paper_and_every_code_can_be_read(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    made = page.pdf(prefer_css_page_size=True, print_background=False)
    with pikepdf.open(io.BytesIO(made)) as document:
        assert len(document.pages) == len(ROLES) + 1
    links = scanned(made)
    assert len(links) == len(ROLES) + 5
    assert all(link.startswith(f"{ADDRESS}/inn/") for link in links)
    assert len(set(links)) == 1 + 5
