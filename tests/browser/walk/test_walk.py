"""The whole walk: answer, show, agree, open the report; and nothing acknowledged is lost on the way."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from kompetanse.answers.store import Store

from .conftest import PATIENCE, Served, SignIn

#: Kills of the server in one run: all of them in the soak, a few on every change.
KILLS = int(os.environ.get("KOMPETANSE_SOAK_KILLS", "3"))


def open_step(page: Page, served: Served, workbook: str, step: str) -> None:
    page.goto(f"{served.address}/arbeidsbok/{workbook}#steg-{step}")


def statement(page: Page, step: str = "evne") -> Locator:
    """The statement of the theme that is shown."""
    return page.locator(f"#steg-{step} fieldset:visible").first


def expect_saved(page: Page) -> None:
    expect(page.get_by_text(re.compile(r"Lagret kl\. \d\d\.\d\d")).first).to_be_visible(timeout=PATIENCE)


def test_a_group_answers_sees_its_picture_agrees_and_opens_its_report(served: Served, sign_in: SignIn) -> None:
    first, second, contact = sign_in("leader"), sign_in("leader"), sign_in("contact")

    # Two leaders answer the first theme; what they answered survives the kernel.
    for page, level in ((first, 1), (second, 3)):
        open_step(page, served, "forarbeid", "evne")
        statement(page).get_by_role("radio").nth(level).check()
        expect_saved(page)
    assert served.kill_kernels() >= 2
    first.reload()
    expect(statement(first).get_by_role("radio").nth(1)).to_be_checked(timeout=PATIENCE)

    # The second one does nothing at all: the page finds out by itself and heals.
    expect(statement(second).get_by_role("radio").nth(3)).to_be_checked(timeout=PATIENCE)

    # The contact shows the group's answers, and a leader who waits on the page sees them.
    open_step(first, served, "samling", "gruppas-bilde")
    expect(first.get_by_text("8 av 8 har svart").first).to_be_visible(timeout=PATIENCE)
    open_step(contact, served, "samling", "gruppas-bilde")
    contact.get_by_role("button", name="Vis gruppas svar").click()
    contact.get_by_role("button", name="Ja, vis svarene").click()
    for page in (contact, first):
        expect(page.get_by_text("Snakk om dette først").first).to_be_visible(timeout=PATIENCE)

    # What the contact sets for the group reaches the leader's page.
    for page in (contact, first):
        open_step(page, served, "samling", "felles-vurdering")
        page.locator("#steg-felles-vurdering summary").first.click()
    chosen = contact.locator("#steg-felles-vurdering fieldset:visible").first.get_by_role("radio").nth(2)
    chosen.check()
    expect_saved(contact)
    same = first.locator("#steg-felles-vurdering fieldset:visible").first.get_by_role("radio").nth(2)
    expect(same).to_be_checked(timeout=PATIENCE)

    # The draft is made, and the contact opens and approves it.
    make_report(served, "group")
    contact.goto(served.address)
    with contact.expect_popup() if _opens_beside(contact) else contact.expect_navigation() as opened:
        contact.get_by_role("link", name=re.compile("utkast", re.IGNORECASE)).first.click()
    report = opened.value if isinstance(opened.value, Page) else contact
    expect(report.get_by_role("heading", level=1)).to_contain_text("Fauske – Fuossko")


def _opens_beside(page: Page) -> bool:
    link = page.get_by_role("link", name=re.compile("utkast", re.IGNORECASE)).first
    return link.get_attribute("target") == "_blank"


def make_report(served: Served, edition: str) -> None:
    command = ["report", "--group", "fauske", "--edition", edition, "--home", str(served.home)]
    out = served.home.parent / "reports"
    done = subprocess.run(
        [sys.executable, "-m", "kompetanse", *command, "--out", str(out), "--format", "html"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_server_killed_in_mid_fill_loses_nothing_and_saves_nothing_twice(served: Served, sign_in: SignIn) -> None:
    chance = random.Random(2026)
    page = sign_in("leader")
    open_step(page, served, "forarbeid", "evne")
    clicked: list[int] = []
    for _ in range(KILLS):
        for _ in range(chance.randint(1, 4)):
            level = chance.choice([level for level in range(5) if not clicked or level != clicked[-1]])
            statement(page).get_by_role("radio").nth(level).check()
            clicked.append(level)
            page.wait_for_timeout(chance.uniform(0, 400))
        served.kill()
        expect(statement(page).get_by_role("radio").nth(clicked[-1])).to_be_checked()
        served.start()
        expect_saved_after_healing(page, served, clicked[-1])

    with Store.open(served.home) as store:
        rows = [row for row in store.changed_since(0, aspect="as-is", step="evne") if not _made_up_before(row.id)]
    assert rows[-1].value == clicked[-1] + 1
    assert len(rows) == len({row.id for row in rows}) <= len(clicked)


def expect_saved_after_healing(page: Page, served: Served, level: int) -> None:
    """The page has found the new server, and its answers are in the store."""
    with Store.open(served.home) as store:

        def stored() -> bool:
            rows = [row for row in store.changed_since(0, aspect="as-is", step="evne") if not _made_up_before(row.id)]
            return bool(rows) and rows[-1].value == level + 1

        for _ in range(PATIENCE // 200):
            if stored():
                break
            page.wait_for_timeout(200)
        assert stored(), "what was chosen last never arrived"
    expect(statement(page).get_by_role("radio").nth(level)).to_be_checked(timeout=PATIENCE)


def _made_up_before(answer_id: str) -> bool:
    return answer_id.startswith("demo-")


def test_another_device_with_the_personal_code_is_the_same_person(served: Served, sign_in: SignIn) -> None:
    phone = sign_in("leader", width=360)
    phone.goto(served.address)
    code = phone.locator(".code").first.inner_text()
    open_step(phone, served, "forarbeid", "evne")
    statement(phone).get_by_role("radio").nth(2).check()
    expect_saved(phone)

    laptop = sign_in("leader", code=code)
    open_step(laptop, served, "forarbeid", "evne")

    expect(statement(laptop).get_by_role("radio").nth(2)).to_be_checked(timeout=PATIENCE)
    contact = sign_in("contact")
    contact.goto(served.address)
    expect(contact.get_by_text("7 av 8 har svart").first).to_be_visible()


def report_of(served: Served) -> Path:
    return next((served.home.parent / "reports").glob("*/kommunerapport.html"))
