"""axe finds nothing on any step of any workbook, before and after the group has seen its picture."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looks import wrong_looks

from .conftest import PATIENCE, Served, SignIn


@pytest.fixture(scope="module")
def served(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all: nobody answers anything here, and the picture is shown last."""
    home = tmp_path_factory.mktemp("accessible") / "home"
    shutil.copytree(demo_home, home)
    running = Served(home)
    yield running
    running.stop()


def look_at_every_step(page: Page, served: Served, workbook: str) -> dict[str, list[str]]:
    """What axe finds, by step, width and colour scheme; steps that are fine are left out."""
    page.goto(f"{served.address}/arbeidsbok/{workbook}")
    expect(page.locator("body[data-ready=yes]")).to_be_attached(timeout=PATIENCE)
    expect(page.locator(".kompetanse").first).to_be_attached(timeout=PATIENCE)
    page.wait_for_load_state("networkidle")
    steps = [str(each.get_attribute("id")) for each in page.locator("section.step").all()]
    assert steps
    wrong: dict[str, list[str]] = {}
    for step in steps:
        page.goto(f"{served.address}/arbeidsbok/{workbook}#{step}")
        # What stands around the steps is the same for all.
        part = None if step in {steps[0], steps[-1]} else f"#{step}"
        wrong |= {f"{workbook} {step} {look}": found for look, found in wrong_looks(page, part).items()}
    return wrong


@pytest.mark.parametrize("workbook", ["forarbeid", "samling", "etterarbeid"])
def test_every_step_is_accessible_on_phone_and_desktop_light_and_dark(
    served: Served, sign_in: SignIn, workbook: str
) -> None:
    assert look_at_every_step(sign_in("contact"), served, workbook) == {}


def test_the_picture_is_accessible_when_it_is_shown(served: Served, sign_in: SignIn) -> None:
    contact = sign_in("contact")
    contact.goto(f"{served.address}/arbeidsbok/samling#steg-gruppas-bilde")
    contact.get_by_role("button", name="Vis gruppas svar").click()
    contact.get_by_role("button", name="Ja, vis svarene").click()
    expect(contact.get_by_text("Snakk om dette først").first).to_be_visible(timeout=PATIENCE)

    assert look_at_every_step(contact, served, "samling") == {}
