"""Reports as PDF: what readers see, what readers by ear hear, and what people may write in them."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pytest

from kompetanse.figures.blocks import Block, Callout, Cover, Figure, Heading, PageBreak, Table, paragraph
from kompetanse.figures.glyphs import readable
from kompetanse.reports.meta import ReportMeta
from kompetanse.reports.pdf import pdf


@pytest.fixture
def report(fauske_blocks: tuple[Block, ...], fauske: ReportMeta) -> bytes:
    return pdf(fauske_blocks, fauske)


def words(made: bytes, page: int | None = None) -> str:
    """The text of the PDF, or of one page, as a reader program takes it out: without places to break a line."""
    pages = [] if page is None else ["-f", str(page), "-l", str(page)]
    done = subprocess.run(["pdftotext", *pages, "-layout", "-", "-"], input=made, capture_output=True, check=True)
    return done.stdout.decode().replace("\u200b", "")


def squeezed(text: str) -> str:
    """The text without anything between its letters."""
    return re.sub(r"\s", "", text)


def tags(made: bytes) -> list[tuple[str, str]]:
    """Every tag of the PDF with its words for those who do not see it, in reading order."""
    with pikepdf.open(io.BytesIO(made)) as document:
        return [(str(tag.S)[1:], str(tag.get("/Alt", ""))) for tag in _below(document.Root.StructTreeRoot)]


def _below(tag: Any) -> Iterator[pikepdf.Dictionary]:
    children = tag.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from _below(child)


def findings(made: bytes, folder: Path) -> list[str]:
    """What the PDF/UA checker has to say, but for what it could not look at."""
    path = folder / "report.pdf"
    path.write_bytes(made)
    return [str(each.message) for each in pdfua.validate(path).findings if each.severity > pdfua.Severity.SKIP]


def test_report_has_ten_pages_at_most(report: bytes) -> None:
    with pikepdf.open(io.BytesIO(report)) as document:
        assert len(document.pages) == 10


def test_checker_finds_nothing(report: bytes, tmp_path: Path) -> None:
    assert findings(report, tmp_path) == []


def test_report_claims_both_standards(report: bytes) -> None:
    with pikepdf.open(io.BytesIO(report)) as document:
        about = document.open_metadata()
        assert (about["pdfuaid:part"], about["pdfaid:part"], about["pdfaid:conformance"]) == ("1", "2", "A")


def test_report_has_title_language_and_bookmarks(report: bytes) -> None:
    with pikepdf.open(io.BytesIO(report)) as document:
        assert str(document.docinfo.Title) == "Fauske – Fuossko: Her er vi – og hit vil vi"
        assert str(document.Root.Lang).split("-")[0] == "nb"
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        with document.open_outline() as outline:
            assert [item.title for item in outline.root][:2] == ["Kort fortalt", "Slik ble det til"]


@pytest.mark.parametrize(("language", "footer"), [("nb", "Side 2 av 10"), ("nn", "2"), ("en", "2")])
def test_report_is_in_its_language(
    fauske_blocks: tuple[Block, ...], fauske: ReportMeta, language: Any, footer: str
) -> None:
    made = pdf(fauske_blocks, replace(fauske, language=language))
    with pikepdf.open(io.BytesIO(made)) as document:
        assert str(document.Root.Lang).split("-")[0] == language
    assert footer in words(made, page=2)


def test_every_picture_has_its_words(report: bytes) -> None:
    said = [words for name, words in tags(report) if name == "Figure"]
    assert len(said) == 2
    assert "Prioritering og gevinst 2 og 4" in said[0]
    assert "Data som grunnlag 2 og 4" in said[1]


def test_tables_have_header_cells(report: bytes) -> None:
    names = [name for name, _ in tags(report)]
    assert (names.count("Table"), names.count("THead")) == (3, 3)
    assert names.count("TH") == 3 + 5 + 5


def test_headings_are_nested(report: bytes) -> None:
    levels = [int(name[1:]) for name, _ in tags(report) if re.fullmatch("H[1-6]", name)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_all_fonts_are_the_themes_own(report: bytes) -> None:
    done = subprocess.run(["pdffonts", "-"], input=report, capture_output=True, check=True)
    rows = done.stdout.decode().splitlines()[2:]
    assert {re.sub(r"^[A-Z]{6}\+", "", row.split()[0]).split("-")[0] for row in rows} <= {"Inter", "NotoEmoji"}
    assert all(row.split()[-5] == "yes" for row in rows), "every font is embedded"


def test_draft_is_marked_on_every_page(report: bytes) -> None:
    assert all("Utkast – ikke godkjent av ledergruppa" in words(report, page) for page in range(1, 11))


def test_made_up_answers_are_marked_on_every_page(report: bytes) -> None:
    assert all("Øvingsdata" in words(report, page) for page in range(1, 11))


def test_approved_report_of_real_answers_carries_no_marks(fauske: ReportMeta) -> None:
    made = pdf([Heading(level=1, text="Kort fortalt")], replace(fauske, draft=False, made_up=False))
    assert "Utkast" not in words(made)
    assert "Øvingsdata" not in words(made)


def test_made_up_answers_are_marked_on_a_cover_that_does_not_say_so(fauske: ReportMeta) -> None:
    made = pdf([Cover(programme="P", name="N", subtitle="S"), PageBreak(), paragraph("Tekst")], fauske)
    assert "Øvingsdata" in words(made, page=1)


def test_footer_names_the_group_and_the_page(report: bytes) -> None:
    for page in range(2, 11):
        assert "Fauske – Fuossko · Modul 1: Organisasjonen og digital transformasjon" in words(report, page)
        assert f"Side {page} av 10" in words(report, page)


def test_no_page_ends_with_a_heading(fauske: ReportMeta) -> None:
    blocks: list[Block] = []
    for number in range(60):
        blocks += [Heading(level=2, text=f"Overskrift {number}"), paragraph("Tekst. " * (20 + 13 * (number % 9)))]
    made = pdf(blocks, fauske)
    with pikepdf.open(io.BytesIO(made)) as document:
        pages = len(document.pages)
    for page in range(2, pages + 1):
        *_, last = [line for line in words(made, page).splitlines() if re.search("Tekst|Overskrift", line)]
        assert not last.strip().startswith("Overskrift")


def test_long_table_repeats_its_header_on_each_page(fauske_blocks: tuple[Block, ...], fauske: ReportMeta) -> None:
    table = next(block for block in fauske_blocks if isinstance(block, Table) and len(block.rows) == 16)
    made = pdf([table.model_copy(update={"rows": table.rows * 5})], fauske)
    with pikepdf.open(io.BytesIO(made)) as document:
        pages = len(document.pages)
    assert pages >= 4
    assert all("Om to år" in words(made, page) for page in range(2, pages + 1))


def test_figure_stands_undivided_under_its_sentence(fauske_blocks: tuple[Block, ...], fauske: ReportMeta) -> None:
    figure = next(block for block in fauske_blocks if isinstance(block, Figure))
    made = pdf([paragraph("Tekst. " * 500), figure], fauske)
    with pikepdf.open(io.BytesIO(made)) as document:
        last = len(document.pages)
    shown = ("Avstanden er størst", "Omverdensblikk", "Endring som varer", "Sirkel")
    assert all(text in words(made, last) for text in shown)


def test_hostile_text_arrives_as_plain_text(
    hostile_blocks: tuple[Block, ...], hostile_texts: tuple[str, ...], fauske: ReportMeta, tmp_path: Path
) -> None:
    made = pdf(hostile_blocks, replace(fauske, name=hostile_texts[0], title=hostile_texts[3]))
    shown = squeezed(words(made))
    for text in hostile_texts:
        if len(text) < 5_000:
            assert squeezed(readable(text)) in shown
    assert findings(made, tmp_path) == []


def test_long_text_without_spaces_stays_on_the_page(fauske: ReportMeta) -> None:
    made = pdf([Callout(kind="note", title="Lang", paragraphs=("x" * 20_000,))], fauske)
    assert squeezed(words(made)).count("x") >= 20_000
    boxes = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=made, capture_output=True, check=True)
    assert max(float(found) for found in re.findall(r'xMax="([\d.]+)"', boxes.stdout.decode())) < 595 - 60


def test_characters_without_a_glyph_are_named(fauske: ReportMeta) -> None:
    shown = words(pdf([paragraph("Før שלום etter"), paragraph("Tommel 👍🏽 opp")], fauske))
    assert "Før [U+05E9][U+05DC][U+05D5][U+05DD] etter" in shown
    assert "Tommel 👍 opp" in shown


def test_report_names_no_other_host(report: bytes) -> None:
    with pikepdf.open(io.BytesIO(report)) as document:
        links = [note for page in document.pages for note in page.get("/Annots", [])]
        assert links == []
        streams = b"".join(bytes(part.read_bytes()) for part in document.objects if isinstance(part, pikepdf.Stream))
    known = rb"https?://(www\.w3\.org|ns\.adobe\.com|purl\.org|www\.aiim\.org|www\.color\.org)"
    assert [found for found in re.findall(rb"https?://[\w./-]+", streams) if not re.match(known, found)] == []


def test_same_report_gives_the_same_bytes(fauske_blocks: tuple[Block, ...], fauske: ReportMeta) -> None:
    assert pdf(fauske_blocks, fauske) == pdf(fauske_blocks, fauske)
