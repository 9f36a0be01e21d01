"""Invitations as one page for screens that prints as the PDF does: everything inside, no script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kompetanse.figures.theme import fonts_folder, page_css, theme_folder
from kompetanse.invitations.sheet import Page, Sheet


def sheets_html(pages: Sequence[Page], title: str) -> str:
    """The pages as HTML. `Markup` is for the style sheet and the QR codes, which are our own."""
    return (
        _template()
        .get_template("invitation.html.j2")
        .render(
            title=title,
            language=pages[0].language,
            pages=[(isinstance(page, Sheet), page) for page in pages],
            css=Markup(_css()),
            picture=lambda svg: "data:image/svg+xml;base64," + b64encode(svg.encode()).decode(),
        )
    )


@cache
def _css() -> str:
    font = b64encode((fonts_folder() / "Inter.woff2").read_bytes()).decode()
    rules = (theme_folder() / "invitation.css").read_text(encoding="utf-8")
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
