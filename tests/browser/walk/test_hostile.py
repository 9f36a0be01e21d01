"""What people write comes out as what they wrote: on pages, in reports and in exports."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import pikepdf
from playwright.sync_api import Browser, Page, expect

from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.errors import InvalidAnswer
from kompetanse.programme.content import load_programme
from kompetanse.programme.kinds import KINDS, validate
from kompetanse.programme.models import Programme, Step

from .conftest import PATIENCE, Served, SignIn
from .hostile import FIXED, MARK, Alarms, texts, words

WORKBOOKS = ("forarbeid", "samling", "etterarbeid")
#: The group's own name is the operator's to write, or comes out of a table of somebody else's.
NAME = f'Fauske <b {MARK}>"><script {MARK}>alert(1)</script>'
#: Pages that are no workbooks, and what of them is shown to whom.
PAGES = ("/", "/tilbakemelding", "/gruppe", "/min-kode", "/slett", "/inviter", "/personvern", "/finnes-ikke")

#: Writes into every field of the page that takes text, shown or not, as typing does.
WRITE = """([texts, words]) => {
  let n = 0;
  for (const field of document.querySelectorAll("textarea[data-answer], input[type=text]")) {
    if (field.readOnly || field.disabled) continue;
    const most = field.maxLength < 0 ? Infinity : field.maxLength;
    field.value = most <= 40 || texts[n].length > most ? words[n] : texts[n];
    n += 1;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new FocusEvent("blur"));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return n;
}"""

#: Shows the cards about all themes, as choosing does.
ALL_CARDS = """() => {
  for (const each of document.querySelectorAll(".k-exchange select")) {
    each.value = "*";
    each.dispatchEvent(new Event("change"));
  }
}"""

#: Whether every component that has come is drawn.
DRAWN = """() => [...document.querySelectorAll(".component")].every(
  (each) => each.firstElementChild && !each.querySelector(":scope > script"))"""

#: Whether every component of the page says that all is saved.
SAVED = """() => {
  const states = [...document.querySelectorAll(".k-status[data-state]")].map((line) => line.dataset.state);
  return states.length > 0 && states.every((state) => state === "saved");
}"""


def takes_text(programme: Programme) -> set[tuple[str, str]]:
    """The steps and aspects with a free text in them, found by trying."""
    steps = [step for module in programme.modules for phase in module.phases for step in phase.steps]
    aspects = [(step, aspect) for step in steps for aspect in KINDS[step.kind].ASPECTS]
    return {(step.id, aspect) for step, aspect in aspects if _accepts(programme, step, aspect)}


def _accepts(programme: Programme, step: Step, aspect: str) -> bool:
    instrument = programme.instrument_of(step)
    parts = [each for _, part in step.content if isinstance(part, tuple) for each in part]
    known = [each.id for each in (*parts, *(instrument.facets if instrument else ())) if hasattr(each, "id")]
    for subject in (step.id, "1", *known):
        for value in (FIXED[0], ["<b>"], {"what": FIXED[0]}, {"did": FIXED[0]}):
            with suppress(InvalidAnswer):
                validate(step, instrument, subject, aspect, value)
                return True
    return False


class Hostile:
    """Somebody who writes what would act into every field there is."""

    def __init__(self, served: Served):
        self.served = served

    def write(self, page: Page, workbook: str) -> None:
        """Fills every field of a workbook, and waits until all of it is saved."""
        self.open(page, workbook)
        taken = [[*islice(texts(), 80)], [*islice(words(), 80)]]
        assert 0 < page.evaluate(WRITE, taken) <= 80
        # What was typed leaves the page after a pause.
        page.wait_for_timeout(1500)
        page.wait_for_function(SAVED, timeout=PATIENCE)

    def open(self, page: Page, workbook: str) -> None:
        """Opens a workbook with all its parts."""
        page.goto(f"{self.served.address}/arbeidsbok/{workbook}")
        expect(page.locator("body[data-ready=yes]")).to_be_attached(timeout=PATIENCE)
        expect(page.locator("[data-answer]").first).to_be_attached(timeout=PATIENCE)
        page.wait_for_function(DRAWN, timeout=PATIENCE)
        # What a theme consists of is made when it is opened.
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        page.wait_for_timeout(500)

    def arrived(self) -> set[tuple[str, str]]:
        """The steps and aspects where the store now has such a text."""
        with Store.open(self.served.home) as store:
            return {(row.step, row.aspect) for row in store.changed_since(0) if MARK in json.dumps(row.value)}


def test_what_people_write_is_plain_text_everywhere(served: Served, sign_in: SignIn, browser: Browser) -> None:
    writer, contact, reader = sign_in("leader"), sign_in("contact"), sign_in("leader")
    alarms = [Alarms(each.context) for each in (writer, contact, reader)]
    hostile = Hostile(served)
    name_the_group(served)

    # A leader writes; the contact shows the group what it has answered, and writes for the group.
    hostile.write(writer, "forarbeid")
    hostile.open(contact, "samling#steg-gruppas-bilde")
    contact.get_by_role("button", name="Vis gruppas svar").click()
    contact.get_by_role("button", name="Ja, vis svarene").click()
    expect(contact.locator("#steg-felles-vurdering summary").first).to_be_attached(timeout=PATIENCE)
    for workbook in ("samling", "etterarbeid"):
        hostile.write(contact, workbook)
    hostile.write(writer, "etterarbeid")
    assert hostile.arrived() == takes_text(load_programme())

    agree_on_all(served)
    reply_to_feedback(served)

    # On everybody's pages
    facilitator = sign_in("facilitator")
    alarms.append(Alarms(facilitator.context))
    people = (writer, contact, reader, facilitator)
    for page, alarm in zip(people, alarms, strict=True):
        for address in PAGES:
            page.goto(served.address + address)
            alarm.look(page)
    for page, alarm in zip(people[:3], alarms[:3], strict=True):
        for workbook in WORKBOOKS:
            hostile.open(page, workbook)
            alarm.look(page)
    hostile.open(contact, "samling")
    hostile.open(reader, "samling")
    texts = "[...document.querySelectorAll('textarea[data-answer]')].map((each) => each.value)"
    assert reader.evaluate(texts) == contact.evaluate(texts)
    assert FIXED[0] in written(served)

    # On the pages of another group, which they have been shared with
    neighbour = sign_in("contact", code=share_all(served))
    alarm = Alarms(neighbour.context)
    for workbook, parts in (
        ("samling", ("case-1", "tverrgruppe", "erfaringskort")),
        ("etterarbeid", ("erfaringskort",)),
    ):
        hostile.open(neighbour, workbook)
        neighbour.evaluate(ALL_CARDS)
        for part in parts:
            expect(neighbour.locator(f"#steg-{part} .k-exchange")).to_contain_text(f"<b {MARK}>", timeout=PATIENCE)
        alarm.look(neighbour)

    # In the reports: as the server gives them out, as files without any policy, as notebooks and on paper
    make_reports(served, "group")
    contact.goto(f"{served.address}/godkjenn")
    contact.locator("form[action='/godkjenn'] button").first.click()
    make_reports(served, "shared")
    for page, alarm, file in (
        (contact, alarms[1], "kommunerapport.html"), (reader, alarms[2], "kommunerapport.html"),
        (facilitator, alarms[3], "kommunerapport-delt.html"),
    ):  # fmt: skip
        answer = page.goto(f"{served.address}/rapport/fauske/{file}")
        assert answer
        assert answer.status == 200
        alarm.look(page)
    look_at_files(served, browser)

    # In what they take with them, and in the export
    for page in (writer, contact):
        look_at_cells(page.request.get(f"{served.address}/mine-svar.csv").text())
    exported = served.home.parent / "answers.csv"
    run("export", "--home", str(served.home), "--out", str(exported))
    look_at_cells(exported.read_text("utf-8-sig"))


def share_all(served: Served) -> str:
    """Shares a case, a card and notes with a group that is named so, too; the code of that group's contact."""
    programme, own = load_programme(), texts()
    with Store.open(served.home) as store:
        code = store.create_code("contact", "bodo")
        bodo = store.group("bodo")
        assert bodo
        store.put_group(bodo.model_copy(update={"name": NAME}))
        here, there = (
            AnswerLog(Session("contact", programme.id, group, "p-" + "k" * 20, "nb", None), store, programme)
            for group in ("fauske", "bodo")
        )
        here.open_cross_group("modul-1", "tverrgruppe")
        (made,) = here.exchange("modul-1").crossings
        there.join_cross_group("modul-1", "tverrgruppe", made.code)
        notes = [
            Draft(id=f"note-{name}", module="", step="", subject=name, aspect="note", value=next(own))
            for name in ("fornoyd-og-fast", "hos-oss", "gjor-sammen")
        ]
        here.write_notes(made.id, notes)
        here.share("modul-1", "case-1", to_group="bodo")
        card = {name: next(own)[:120] for name in ("did", "took", "differently", "role")}
        value = {**card, "role": FIXED[0], "facet": "omverdensblikk"}
        here.append([Draft("hostile-card", "modul-1", "erfaringskort", "1", "card", value)])
        here.share("modul-1", "erfaringskort", "1")
    return code


def agree_on_all(served: Served) -> None:
    """Gives every theme a value with a reason and another view, so that the report has room for all texts."""
    programme, own = load_programme(), texts()
    step, facets = "felles-vurdering", next(iter(programme.instruments.values())).facets
    with Store.open(served.home) as store:
        contact = next(row.participant for row in store.changed_since(0, group="fauske") if row.participant)
        session = Session("contact", programme.id, "fauske", contact, "nb", None)
        log = AnswerLog(session, store, programme)
        for facet in facets:
            said = {"agreed": 2, "agreed-to-be": 3, "discussed": True, "rationale": next(own), "other-view": next(own)}
            log.append(
                Draft(
                    id=f"{facet.id}-{aspect}", module="modul-1", step=step, subject=facet.id, aspect=aspect, value=value
                )
                for aspect, value in said.items()
            )


def reply_to_feedback(served: Served) -> None:
    """«Dette gjorde vi», as somebody would write it who wants more than to answer."""
    with Store.open(served.home) as store, store.writing() as here:
        here.replies.add(load_programme().id, "modul-1", "\n".join(FIXED).replace("\t", " ")[:2000])


def name_the_group(served: Served) -> None:
    """Gives the group a name that would act."""
    with Store.open(served.home) as store:
        group = store.group("fauske")
        assert group
        store.put_group(group.model_copy(update={"name": NAME, "contact": NAME}))


def written(served: Served) -> set[str]:
    """All texts in the store that are one answer each."""
    with Store.open(served.home) as store:
        return {row.value for row in store.changed_since(0) if isinstance(row.value, str)}


def make_reports(served: Served, edition: str) -> None:
    run(
        "report", "--group", "fauske", "--edition", edition, "--home", str(served.home),
        "--out", str(served.home.parent / "reports" / edition),
    )  # fmt: skip


def run(*command: str) -> None:
    done = subprocess.run([sys.executable, "-m", "kompetanse", *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def look_at_files(served: Served, browser: Browser) -> None:
    """Opens every report from the disk, where no server says what it may do, and with scripts allowed."""
    files = sorted((served.home.parent / "reports").glob("*/*/kommunerapport.*"))
    assert {each.suffix for each in files} == {".html", ".ipynb", ".pdf"}
    context = browser.new_context(bypass_csp=True, offline=True)
    alarms, page = Alarms(context), context.new_page()
    for file in files:
        if file.suffix == ".html":
            page.goto(file.as_uri())
            alarms.look(page)
            shown = " ".join(page.locator("body").text_content().split())
            seen = [each for each in written(served) if MARK in each and " ".join(each.split()) in shown]
            assert len(seen) > 10, len(seen)
        elif file.suffix == ".ipynb":
            for html in markup_of(json.loads(file.read_text("utf-8"))):
                page.set_content(html)
                alarms.look(page)
        else:
            look_at_paper(file)
    context.close()


def markup_of(notebook: dict[str, Any]) -> list[str]:
    """What a notebook shows as HTML, and its Markdown as it is written."""
    outputs = [output.get("data", {}) for cell in notebook["cells"] for output in cell.get("outputs", ())]
    return ["".join(data["text/html"]) for data in outputs if "text/html" in data]


def look_at_paper(file: Path) -> None:
    """A PDF that shows the texts, does nothing by itself and leads nowhere else."""
    with pikepdf.open(file) as document:
        for each in document.objects:
            if isinstance(each, pikepdf.Dictionary):
                assert not {"/JS", "/JavaScript", "/Launch", "/OpenAction", "/AA"} & set(each.keys())
                assert "evil.example" not in str(each.get("/URI", ""))
                assert "javascript:" not in str(each.get("/URI", ""))
    shown = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
    assert MARK in shown
    assert "root:x:0" not in shown


def look_at_cells(table: str) -> None:
    """No cell begins what a spreadsheet would take for a formula."""
    cells = [cell for row in csv.reader(io.StringIO(table, newline="")) for cell in row]
    assert any(MARK in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
