"""Content's Markdown as blocks; what people must not write in it stays text."""

from __future__ import annotations

from kompetanse.figures.blocks import (
    Heading,
    List,
    PageBreak,
    Paragraph,
    Quote,
    Run,
    Table,
    html,
    markdown_blocks,
    paragraph,
)


def test_headings_go_down_by_the_offset() -> None:
    assert markdown_blocks("# A *b*\n\n#### C", 1) == (Heading(level=2, text="A b"), Heading(level=4, text="C"))


def test_emphasis_and_links_are_runs() -> None:
    assert markdown_blocks("Les **her** og *[der](https://nordland.no)*.") == (
        Paragraph(
            runs=(
                Run(text="Les "),
                Run(text="her", strong=True),
                Run(text=" og "),
                Run(text="der", emphasis=True, href="https://nordland.no"),
                Run(text="."),
            )
        ),
    )


def test_line_breaks_in_the_source_are_spaces() -> None:
    assert markdown_blocks("en\nto  \ntre") == (paragraph("en to\ntre"),)


def test_lists_keep_what_is_nested_in_them() -> None:
    numbered, bulleted = markdown_blocks("1. en\n2. to\n   - tre\n\ntekst\n\n- fire")[0::2]
    assert isinstance(numbered, List)
    assert numbered.ordered
    assert ["".join(run.text for run in item) for item in numbered.items] == ["en", "to\ntre"]
    assert bulleted == List(items=((Run(text="fire"),),))


def test_tables_align_figures() -> None:
    (table,) = markdown_blocks("| Tema | I dag |\n|---|--:|\n| **Data** | 2 |")
    assert isinstance(table, Table)
    assert [column.align for column in table.columns] == ["left", "right"]
    assert table.rows == (("Data", "2"),)


def test_rule_starts_a_page_and_quotes_are_quotes() -> None:
    assert markdown_blocks("---\n\n> Ord\n>\n> og ord") == (PageBreak(), Quote(text="Ord\n\nog ord"))


def test_markup_stays_text() -> None:
    shown = html(
        markdown_blocks("<script>alert(1)</script>\n\n<b>x</b> ![a](https://x.no/b.png) [c](javascript:alert(1))"), "nb"
    )
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<b>" not in shown
    assert "href" not in shown.replace('href="https://x.no/b.png"', "")


def test_nothing_gives_no_blocks() -> None:
    assert markdown_blocks("") == ()
