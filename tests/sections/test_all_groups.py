"""The parts of the facilitator's workbook: which date they are about, and the way to the others."""

from __future__ import annotations

from datetime import date, timedelta

from kompetanse.answers.overview import GroupStatus, Overview
from kompetanse.figures.blocks import Heading, html
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import LeadershipGroup
from kompetanse.sections.all_groups import date_blocks, day_blocks
from kompetanse.sections.compass import Where

MODULE = load_programme().modules[0]
FIRST = date(2026, 12, 8)
SECOND, EMPTY = FIRST + timedelta(days=1), FIRST + timedelta(days=2)


def where(*dates: date, on: date | None = None, today: date = FIRST - timedelta(days=7)) -> Where:
    """Two groups on the first date and one on the second."""
    gather = (FIRST, FIRST, SECOND)
    groups = (GroupStatus(LeadershipGroup(id=f"g{i}", name=f"G{i}", gathering_date=on)) for i, on in enumerate(gather))
    return Where(Overview(today, tuple(groups), dates=dates), MODULE, "nb", on)


def shown(where: Where) -> str:
    return html(date_blocks(where, "plenum"), "nb")


def test_every_date_is_there_with_its_groups_and_leads_to_the_same_part() -> None:
    page = shown(where(FIRST, SECOND, EMPTY))
    assert "<strong>8. desember 2026 (grupper: 2)</strong>" in page
    for day, count in (("2026-12-09", 1), ("2026-12-10", 0)):
        assert f'href="/arbeidsbok/fasilitator?dato={day}#steg-plenum"' in page
        assert f"(grupper: {count})</a>" in page
    assert "dato=2026-12-08" not in page
    assert "dato=2026-12-08" in shown(where(FIRST, SECOND, on=SECOND))


def test_who_has_one_date_chooses_none() -> None:
    assert date_blocks(where(FIRST), "plenum") == ()
    # After the last gathering even one date is a choice.
    assert "dato=2026-12-08" in shown(where(FIRST, today=EMPTY))


def test_a_date_is_called_what_it_is() -> None:
    def title(on: Where) -> str:
        heading = day_blocks(on)[0]
        assert isinstance(heading, Heading)
        return heading.text

    assert title(where(FIRST, SECOND)).startswith("Neste samling: ")
    assert title(where(FIRST, SECOND, today=FIRST)).startswith("I dag, ")
    assert title(where(FIRST, SECOND, on=SECOND)).startswith("Samlingen ")
