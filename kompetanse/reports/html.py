"""A report as one HTML file that needs nothing else: styles, font and pictures inside, no script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kompetanse.figures.blocks import Block, html
from kompetanse.figures.theme import fonts_folder, page_css, theme_folder
from kompetanse.language import day, translate
from kompetanse.reports.meta import ReportMeta
from kompetanse.reports.outline import outline


def html_report(blocks: Iterable[Block], meta: ReportMeta) -> str:
    """The report as a page for screens of any size, light and dark, that also prints well.

    `Markup` is for what has been escaped already: `html` escapes all text of the blocks.
    """
    report = outline(blocks, meta)
    return (
        _template()
        .get_template("report.html.j2")
        .render(
            meta=meta,
            day=day(meta.date, meta.language),
            marks=[mark for mark in (meta.draft_mark, meta.made_up_mark) if mark],
            cover=Markup(html([report.cover], meta.language)),
            contents=[chapter for chapter in report.chapters if chapter.heading],
            chapters=[(part, Markup(html(part.blocks, meta.language, heading_offset=1))) for part in report.chapters],
            words={"skip": translate("Til innholdet", meta.language), "contents": translate("Innhold", meta.language)},
            css=Markup(report_css()),
        )
    )


@cache
def report_css() -> str:
    """All rules of the report, with the font as data."""
    font = b64encode((fonts_folder() / "Inter.woff2").read_bytes()).decode()
    rules = (theme_folder() / "report.css").read_text(encoding="utf-8")
    return page_css(f"data:font/woff2;base64,{font}") + rules


@cache
def _template() -> Environment:
    return Environment(
        loader=FileSystemLoader(theme_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
