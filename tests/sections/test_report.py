"""The municipality report of groups of any size, with any words in it."""

from __future__ import annotations

import io
from datetime import date

import pikepdf
import pytest

from kompetanse.errors import InputError
from kompetanse.figures.blocks import Block, Figure, Heading, Quote, Table, html, to_json
from kompetanse.reports.meta import ReportMeta
from kompetanse.reports.pdf import pdf
from kompetanse.sections.material import Material
from kompetanse.sections.report import SECTIONS, section

from .conftest import Finished

META = ReportMeta(
    title="Fauske – Fuossko",
    name="Fauske – Fuossko",
    programme="Kompetanseløftet",
    module="Modul 1",
    language="nb",
    date=date(2026, 12, 10),
    draft=True,
    made_up=True,
    author="Kompetanseløftet",
)


def blocks_of(material: Material) -> list[Block]:
    return [block for name in SECTIONS for block in section(name, material)]


def tables(blocks: list[Block]) -> list[Table]:
    return [block for block in blocks if isinstance(block, Table)]


@pytest.mark.parametrize("answered", [2, 3, 5, 8, 12, 16])
def test_every_size_of_group_gets_all_themes_priorities_and_actions_on_ten_pages(
    finished: Finished, answered: int
) -> None:
    blocks = blocks_of(finished(answered, invited=max(answered, 3)))

    numbers = next(table for table in tables(blocks) if table.caption == "Felles vurdering i tall")
    assert len(numbers.rows) == 16
    assert all(row[1:3] == ("2", "4") for row in numbers.rows)
    assert (
        next(table for table in tables(blocks) if "Frist" in [c.title for c in table.columns]).rows[2][2] == "Plansjef"
    )
    assert len(pikepdf.open(io.BytesIO(pdf(blocks, META))).pages) <= 10


@pytest.mark.parametrize(("answered", "shown"), [(9, False), (10, True), (16, True)])
def test_only_a_group_of_ten_has_means_and_spread_and_only_in_its_method(
    finished: Finished, answered: int, shown: bool
) -> None:
    made = finished(answered, invited=answered + 2)
    columns = {
        name: {column.title for table in tables(list(section(name, made))) for column in table.columns}
        for name in SECTIONS
    }
    having = [name for name, found in columns.items() if found & {"Snitt", "Fra–til", "s", "r*", "D"}]

    assert having == (["method"] if shown else [])


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_method_says_that_it_is_not_tested_yet_and_what_the_plan_is(finished: Finished, language: str) -> None:
    written = html(list(section("method", finished(5, language=language))), language)  # type: ignore[arg-type]

    plan = {"nb": "minst ti grupper prøver den", "nn": "minst ti grupper prøver ho", "en": "at least ten groups try it"}
    assert plan[language] in written
    assert "r* = 1 − s² / σ²" in written
    assert "Lindell" in written


@pytest.mark.parametrize("answered", [3, 4])
def test_a_group_under_five_has_no_word_for_agreement_in_its_report(finished: Finished, answered: int) -> None:
    written = html(blocks_of(finished(answered)), "nb")

    assert "Vi ser ganske likt" not in written
    assert "Vi ser noe ulikt" not in written
    assert "Vi ser ulikt" not in written


def test_every_figure_has_its_table_and_its_words(finished: Finished) -> None:
    figures = [block for block in blocks_of(finished(7)) if isinstance(block, Figure)]

    assert len(figures) == 2
    assert all(figure.table and figure.alt and figure.title for figure in figures)


def test_a_report_speaks_as_the_group_and_never_ranks_or_totals(finished: Finished) -> None:
    written = html(blocks_of(finished(7)), "nb").lower()

    assert "ser dere" not in written
    assert "ikke et tilsyn" in written
    assert not [word for word in ("rangering", "totalt", "gjennomsnitt av delene") if word in written]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_section_opens_with_a_heading_in_every_language(finished: Finished, language: str) -> None:
    material = finished(7, language=language)

    for name in SECTIONS:
        first = next(block for block in section(name, material) if block.type != "page_break")
        assert isinstance(first, Heading) or name == "cover"


def test_free_text_stands_in_quotes_that_escape_it(finished: Finished) -> None:
    hostile = '<img src=x onerror=alert(1)> #read("/etc/passwd") {{7*7}} \\input{x} =HYPERLINK("http://x")'
    blocks = blocks_of(finished(7, words=hostile))

    assert [block.text for block in blocks if isinstance(block, Quote)].count(hostile) == 7
    assert "<img src=x" not in html(blocks, "nb")
    assert pdf(blocks, META).startswith(b"%PDF")


def test_what_a_group_of_three_answered_does_not_change_its_report(finished: Finished) -> None:
    """Only what it agreed does."""
    assert to_json(blocks_of(finished(3, seed=1))) == to_json(blocks_of(finished(3, seed=2)))


def test_an_unknown_section_is_named_with_the_known_ones(finished: Finished) -> None:
    with pytest.raises(InputError, match=r"no section 'sammendrag'.*in-short"):
        section("sammendrag", finished(7))
