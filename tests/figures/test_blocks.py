"""Blocks: what they refuse, how they travel, and how they look as HTML."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kompetanse.figures.blocks import (
    MIME_TYPE,
    Block,
    Callout,
    Column,
    Cover,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    List,
    PageBreak,
    Paragraph,
    Quote,
    Run,
    Table,
    bullets,
    from_json,
    html,
    mime_bundle,
    paragraph,
    to_json,
)

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0" /></svg>'
COLUMNS = (Column(title="Tema"), Column(title="I dag", align="right"))
TABLE = Table(caption="Tallene", columns=COLUMNS, rows=(("Felles retning", "3"),), note="Merk.")
EVERY: tuple[Block, ...] = (
    Cover(programme="P", name="Fauske", subtitle="S", lines=("L",), notices=("N",)),
    Heading(level=2, text="Overskrift"),
    paragraph("Tekst"),
    bullets("en", "to", ordered=True),
    TABLE,
    Figure(title="Setning.", svg=SVG, svg_narrow=SVG, alt="Ord", table=TABLE, note="Note"),
    Callout(kind="talk", title="Snakk", paragraphs=("Om dette",)),
    KeyFigures(items=(KeyFigure(value="3", label="tiltak", note="valgt"),)),
    Quote(text="Sitat", note="Fra gruppa"),
    PageBreak(),
)


def test_blocks_come_back_from_json_as_they_were() -> None:
    assert from_json(json.loads(json.dumps(to_json(EVERY)))) == EVERY


def test_every_block_is_tested() -> None:
    assert len({block.type for block in EVERY}) == len(EVERY) == 10


@pytest.mark.parametrize(
    "value",
    [{"type": "script"}, {"type": "quote", "text": "x", "html": "<b>"}, {"type": "heading", "level": 9, "text": "x"}],
)
def test_unknown_blocks_are_refused(value: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        from_json([value])


def test_blocks_do_not_change() -> None:
    with pytest.raises(ValidationError):
        TABLE.caption = "Andre"  # type: ignore[misc]  # that is the point


def test_row_that_does_not_fit_its_columns_is_named() -> None:
    with pytest.raises(ValidationError, match="row 2 of 'Tallene' has 1 cells, not 2"):
        Table(caption="Tallene", columns=COLUMNS, rows=(("a", "1"), ("b",)))


def test_picture_that_runs_code_is_cleaned_on_its_way_in() -> None:
    figure = Figure(title="T", svg=SVG.replace("<path", "<script>alert(1)</script><path"), alt="A")
    assert figure.svg == SVG


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//example.org", "data:text/html,x", " https://x", "file:///etc"]
)
def test_dangerous_address_is_dropped(address: str) -> None:
    assert html([Paragraph(runs=(Run(text="Les", href=address),))], "nb") == "<p>Les</p>"


@pytest.mark.parametrize(
    "address", ["https://nordland.no", "mailto:hjelp@nordland.no", "tel:75650000", "/personvern", "#del-1"]
)
def test_good_address_is_kept(address: str) -> None:
    assert html([Paragraph(runs=(Run(text="Les", href=address),))], "nb") == f'<p><a href="{address}">Les</a></p>'


@given(st.text())
def test_no_text_becomes_markup(text: str) -> None:
    blocks = [Heading(level=1, text=text), paragraph(text), Quote(text=text, note=text), bullets(text)]
    empty = [Heading(level=1, text=""), paragraph(""), Quote(text="", note="x"), bullets("")]
    written, bare = html(blocks, "nb"), html(empty, "nb")
    if text:
        assert written.replace("<br>", "").count("<") == bare.count("<")


def test_quote_is_plain_text_in_its_own_direction() -> None:
    assert '<p dir="auto">&lt;b&gt; שלום</p>' in html([Quote(text="<b> שלום")], "nb")


def test_figure_says_it_as_sentence_picture_words_and_table() -> None:
    found = html([Figure(title="Setning.", svg=SVG, alt='Et "bilde"', table=TABLE)], "nb")
    assert "<figcaption>Setning.</figcaption>" in found
    assert 'role="img" aria-label="Et &quot;bilde&quot;"' in found
    assert "<summary>Vis tallene som tabell</summary>" in found
    assert '<th scope="row" role="rowheader"' in found


def test_table_without_row_headers_has_plain_cells() -> None:
    assert "rowheader" not in html([TABLE.model_copy(update={"row_headers": False})], "nb")


def test_table_of_texts_becomes_a_list_of_rows_on_a_phone() -> None:
    columns = tuple(Column(title=title) for title in "abcd")
    table = Table(caption="T", columns=columns, rows=(("x", "En ganske lang tekst i en celle", "y", "z"),))
    assert 'class="stacks"' in html([table], "nb")
    assert 'class="plain"' in html([TABLE], "nb")


def test_headings_go_down_by_the_offset_and_get_their_ids() -> None:
    heading = Heading(level=1, text="A")
    assert html([heading], "nb", heading_offset=1, anchor=lambda _: "a") == '<h2 id="a" dir="auto">A</h2>'


def test_notebook_output_holds_the_blocks_in_three_forms() -> None:
    bundle = mime_bundle(EVERY, "nn")
    assert bundle["text/html"] == html(EVERY, "nn")
    assert bundle[MIME_TYPE] == {"version": 1, "language": "nn", "blocks": to_json(EVERY)}
    assert "Felles retning | 3" in bundle["text/plain"]
    json.dumps(bundle)


def test_empty_note_is_no_note() -> None:
    assert "note" not in html([Quote(text="x", note=""), List(items=())], "nb")
