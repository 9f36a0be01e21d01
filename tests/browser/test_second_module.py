"""In the second module a group meets its actions of the first before anything else."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.settings import package_folder, workbooks_folder
from tests.browser.walk.hostile import FIXED, Alarms
from tests.server.conftest import Codes, fill
from tests.server.running import Server

PATIENCE = 45_000
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

SECOND_MODULE = """
  - id: modul-2
    number: 2
    title: {nb: "Ledelse", nn: "Leiing", en: "Leadership"}
    phases:
      - kind: preparation
        folder: modul-2/forarbeid
        title: {nb: "Forarbeid", nn: "Førearbeid", en: "Preparation"}
        opens: 2021-01-01
        closes: 2021-12-31
        steps:
          - {id: tiltakene-sist, kind: review, minutes: 10, who: group}
          - {id: evne, kind: assessment, minutes: 8, who: leader}
"""


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A programme of two modules, and the workbook of the second one's preparation."""
    folder = tmp_path_factory.mktemp("workbooks")
    content = Path(shutil.copytree(package_folder() / "content", folder / "programme"))
    with (content / "programme.yml").open("a", encoding="utf-8") as file:
        file.write(SECOND_MODULE)
    steps = content / "modul-2" / "forarbeid"
    steps.mkdir(parents=True)
    for file in (content / "modul-1" / "forarbeid").glob("evne.*"):
        shutil.copy(file, steps)
    for language, title in (("nb", "Tiltakene våre"), ("nn", "Tiltaka våre"), ("en", "Our actions")):
        (steps / f"tiltakene-sist.{language}.md").write_text(f"---\ntitle: {title}\n---\n", "utf-8")
    notebook = nbformat.read(workbooks_folder() / "forarbeid.ipynb", as_version=4)
    kept = {"parameters", "open", "evne"}
    notebook.cells = [cell for cell in notebook.cells if cell.id in kept]
    notebook.cells[0].source = notebook.cells[0].source.replace("modul-1", "modul-2")
    review = nbformat.v4.new_code_cell('workbook.step("tiltakene-sist")', id="tiltakene-sist")
    notebook.cells.insert(2, review)
    (folder / "modul-2").mkdir()
    nbformat.write(notebook, folder / "modul-2" / "forarbeid.ipynb")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("second") / "home"


@pytest.fixture(scope="module")
def codes(home: Path, workbooks: Path) -> Codes:
    """Codes of a group that wrote two actions in the first module, and of one that wrote none."""
    made = fill(home)
    programme = load_programme(workbooks / "programme")
    with Store.open(home) as store:
        session = Session("leader", programme.id, "fauske", "p-" + "a" * 20, "nb", None)
        actions = (
            {"what": "Rydde i planene", "role": "plansjefen", "due": "2027-02-01"},
            {"what": FIXED[1], "role": FIXED[0][:120]},
        )
        AnswerLog(session, store, programme).append(
            Draft(f"action-of-1-{place}", "modul-1", "tiltak", str(place), "action", action)
            for place, action in enumerate(actions, start=1)
        )
    return made


@pytest.fixture(scope="module")
def server(home: Path, codes: Codes, workbooks: Path) -> Iterator[Server]:
    running = Server(home, notebooks=workbooks)
    yield running
    running.stop()


def opened(browser: Browser, server: Server, code: str, **look: object) -> Page:
    """The workbook of somebody who has just signed in."""
    context = browser.new_context(base_url=server.address, locale="nb-NO", **look)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"/inn/{code}")
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/inn" not in url)
    page.goto("/arbeidsbok/forarbeid")
    expect(page.locator("#steg-tiltakene-sist .k-review")).to_be_attached()
    return page


def test_actions_of_the_first_module_come_first_and_are_gone_through_together(
    browser: Browser, server: Server, codes: Codes
) -> None:
    kari, per = (opened(browser, server, codes.leader) for _ in range(2))
    alarms = Alarms(kari.context)
    assert kari.locator("section.step").first.get_attribute("id") == "steg-tiltakene-sist"
    expect(kari.locator("section.step:visible")).to_have_count(1)
    first = kari.locator("fieldset.k-reviewed").first
    expect(first).to_contain_text("Rydde i planene")
    expect(first).to_contain_text("Sist: ikke startet")

    # By keyboard alone: where it stands, what has happened, and a new date.
    first.get_by_role("radio").first.focus()
    kari.keyboard.press("ArrowDown")
    kari.keyboard.press("Tab")
    kari.keyboard.type(FIXED[0])
    first.get_by_label("Ny frist").fill("2027-05-01")
    expect(kari.locator(".k-review .k-status[data-state=saved]")).to_be_attached()
    theirs = per.locator("fieldset.k-reviewed").first
    expect(theirs.get_by_label("I gang")).to_be_checked()
    expect(theirs.get_by_label("Hva har skjedd?")).to_have_value(FIXED[0])
    expect(per.get_by_text("1 av 2 gått gjennom")).to_be_visible()

    # Seen again as it was said, and taken along; the action itself stands as it was written.
    kari.reload()
    expect(kari.locator("fieldset.k-reviewed").first.get_by_label("I gang")).to_be_checked()
    rows = list(csv.DictReader(io.StringIO(kari.request.get("/tiltak.csv").text().removeprefix("\ufeff"))))
    assert [(row["Status"], row["Frist"], row["Modul"]) for row in rows] == [
        ("i gang", "1. mai 2027", "1"),
        ("planlagt", "", "1"),
    ]
    assert rows[0]["Hva har skjedd?"] == FIXED[0]
    for page in (kari, per):
        alarms.look(page)
    with Store.open(server.home) as store:
        (original,) = [row.value for row in store.current(group="fauske", aspect="action") if row.subject == "1"]
    assert (original["status"], original["due"]) == ("planned", "2027-02-01")


def test_group_without_actions_is_told_so(browser: Browser, server: Server, codes: Codes) -> None:
    page = opened(browser, server, codes.other_leader)
    expect(page.get_by_text("Gruppa har ingen tiltak fra tidligere moduler.")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_review_is_accessible(browser: Browser, server: Server, codes: Codes, width: int, scheme: str) -> None:
    page = opened(browser, server, codes.leader, viewport={"width": width, "height": 900}, color_scheme=scheme)
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
