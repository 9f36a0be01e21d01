"""The actions as files: what a spreadsheet, a calendar and a reader of Markdown make of them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar
from markdown_it import MarkdownIt

from kompetanse.programme.models import Instrument
from kompetanse.sections.action_files import Plan, as_calendar, as_csv, as_markdown
from kompetanse.sections.actions import actions_of
from tests.analysis.regions import shipped_programme

HOSTILE = '=HYPERLINK("http://x")\r\nBEGIN:VALARM <script>alert(1)</script> [a](javascript:x) | \u202e'
WRITTEN = {
    "2": {"what": HOSTILE, "role": "@plansjef", "due": "2027-03-01", "in-report": False},
    "1": {"what": "Rydde i planene", "effect": "Færre må vente", "indicator": "Dager, i snitt", "role": "plansjef"},
    "3": {"what": "  "},
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    programme = shipped_programme()
    instrument = programme.instrument_of_module(programme.modules[0])
    assert isinstance(instrument, Instrument)
    written = {place: {**value, "facet": instrument.facets[0].id} for place, value in WRITTEN.items()}
    made = datetime(2026, 12, 8, tzinfo=UTC)
    return Plan(
        "fauske", "Tiltak i Fauske", "modul-1", actions_of(written, all=True), {"modul-1": 1}, (instrument,), "nb", made
    )


def test_table_has_all_that_was_written_and_no_formulas(plan: Plan) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(plan).decode("utf-8-sig"))))
    assert rows[0]["Tiltak"] == "Rydde i planene"
    assert rows[0]["Hva vi ser etter"] == "Dager, i snitt"
    assert rows[0]["Tema"] == plan.instruments[0].facets[0].title.nb
    assert rows[1]["Frist"] == "1. mars 2027"
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert len(rows) == 2


def test_calendar_has_the_due_dates_and_nothing_that_somebody_slipped_in(plan: Plan) -> None:
    (event,) = Calendar.from_ical(as_calendar(plan)).walk("VEVENT")
    assert event.decoded("dtstart") == date(2027, 3, 1)
    assert str(event["uid"]) == "fauske-modul-1-2@kompetanse"
    assert "BEGIN:VALARM" in str(event["summary"])
    assert not Calendar.from_ical(as_calendar(plan)).walk("VALARM")
    assert all(len(line) <= 75 for line in as_calendar(plan).split(b"\r\n"))


def test_text_says_what_was_written_and_is_no_markup(plan: Plan) -> None:
    text = as_markdown(plan).decode()
    shown = MarkdownIt("commonmark").render(text)
    assert "<h2>Rydde i planene</h2>" in shown
    assert "<strong>Hva vi ser etter:</strong> Dager, i snitt" in shown
    assert "<script" not in shown
    assert "<a " not in shown


def test_report_has_only_the_actions_that_are_for_it(plan: Plan) -> None:
    assert [each.what for each in actions_of(WRITTEN)] == ["Rydde i planene"]
    assert [each.place for each in plan.actions] == ["1", "2"]
