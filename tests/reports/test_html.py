"""Reports as one HTML file: alone, readable for all, on any screen, in light and dark, and in print."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from kompetanse.figures.blocks import Block, Cover, Heading, PageBreak, paragraph
from kompetanse.reports.html import html_report
from kompetanse.reports.meta import ReportMeta

#: axe leaves this WCAG 2.2 rule out unless it is asked for.
AXE_OPTIONS = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}


class Seen(HTMLParser):
    """What a browser makes of the page: its elements, and its text."""

    def __init__(self, page: str):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def tags(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in names]


@pytest.fixture
def report(fauske_blocks: tuple[Block, ...], fauske: ReportMeta) -> str:
    return html_report(fauske_blocks, fauske)


def opened(browser: Browser, report: str, folder: Path, **look: Any) -> tuple[Page, list[str]]:
    """The report in a browser, and every address that it asked for."""
    path = folder / "report.html"
    path.write_text(report, encoding="utf-8")
    page = browser.new_context(bypass_csp=True, **look).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.evaluate("document.fonts.ready")
    return page, asked


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, report: str, tmp_path: Path, scheme: str, width: int) -> None:
    page, _ = opened(browser, report, tmp_path, viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page, options=AXE_OPTIONS)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 360, 768, 1280, 1920])
def test_page_never_scrolls_sideways(browser: Browser, report: str, tmp_path: Path, width: int) -> None:
    page, _ = opened(browser, report, tmp_path, viewport={"width": width, "height": 800})
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_hostile_text_does_not_widen_the_page(
    browser: Browser, hostile_blocks: tuple[Block, ...], fauske: ReportMeta, tmp_path: Path
) -> None:
    page, asked = opened(browser, html_report(hostile_blocks, fauske), tmp_path, viewport={"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert len(asked) == 1 + sum(address.startswith("data:font/") for address in asked)


def test_report_asks_for_nothing_but_itself(browser: Browser, report: str, tmp_path: Path) -> None:
    _, asked = opened(browser, report, tmp_path)
    assert [address for address in asked if not address.startswith("data:font/")] == [
        (tmp_path / "report.html").as_uri()
    ]
    assert [found for found in re.findall(r"https?://[\w./-]+", report) if found != "http://www.w3.org/2000/svg"] == []


def test_report_allows_no_script_and_no_other_host(report: str) -> None:
    seen = Seen(report)
    policy = next(each["content"] for each in seen.tags("meta") if each.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
    assert seen.tags("script", "link", "iframe", "object", "img", "base") == []


def test_pictures_follow_the_dark_mode(browser: Browser, report: str, tmp_path: Path) -> None:
    circle = "document.querySelector('figure svg [fill^=\"var(--as-is\"]')"
    seen = {}
    for scheme in ("light", "dark"):
        page, _ = opened(browser, report, tmp_path, color_scheme=scheme)
        seen[scheme] = page.evaluate(f"getComputedStyle({circle}).fill")
    assert seen == {"light": "rgb(11, 92, 107)", "dark": "rgb(108, 195, 209)"}


def test_phone_and_desktop_show_one_picture_each(browser: Browser, report: str, tmp_path: Path) -> None:
    for width, shown in ((360, "narrow"), (1280, "wide")):
        page, _ = opened(browser, report, tmp_path, viewport={"width": width, "height": 800})
        figure = page.locator("figure").first
        assert [figure.locator(f".{name}").is_visible() for name in ("narrow", "wide")] == [
            shown == "narrow",
            shown == "wide",
        ]


def test_report_prints_with_one_page_for_its_cover(browser: Browser, report: str, tmp_path: Path) -> None:
    page, _ = opened(browser, report, tmp_path, color_scheme="dark")
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True))) as document:
        assert 9 <= len(document.pages) <= 14


def test_report_has_one_main_one_first_heading_and_its_language(report: str) -> None:
    seen = Seen(report)
    assert (len(seen.tags("main")), len(seen.tags("h1"))) == (1, 1)
    assert seen.tags("html") == [{"lang": "nb"}]
    assert "<title>Fauske – Fuossko: Her er vi – og hit vil vi</title>" in report


def test_contents_lead_to_every_chapter(report: str) -> None:
    seen = Seen(report)
    ids = [each["id"] for each in seen.tags("h2", "main") if each.get("id")]
    addresses = [each["href"] for each in seen.tags("a")]
    assert addresses == ["#innhold", *(f"#del-{number}" for number in range(1, 9))]
    assert all(str(address)[1:] in ids for address in addresses)


def test_every_id_is_there_once(report: str) -> None:
    ids = [attributes["id"] for _, attributes in Seen(report).elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_headings_go_down_one_level_at_a_time(fauske: ReportMeta) -> None:
    report = html_report([Heading(level=1, text="A"), Heading(level=4, text="B"), Heading(level=2, text="C")], fauske)
    levels = [int(tag[1]) for tag, _ in Seen(report).elements if re.fullmatch("h[1-6]", tag)]
    assert levels == [1, 2, 2, 3, 3]


def test_draft_and_made_up_answers_are_marked(report: str, fauske_blocks: Any, fauske: ReportMeta) -> None:
    assert "<p>Utkast – ikke godkjent av ledergruppa</p>" in report
    assert "<p>Øvingsdata: svarene er laget for demonstrasjon</p>" in report
    approved = html_report(fauske_blocks, replace(fauske, draft=False, made_up=False))
    assert 'class="marks"' not in approved


def test_report_without_a_cover_gets_one(fauske: ReportMeta) -> None:
    seen = Seen(html_report([paragraph("Tekst"), Heading(level=1, text="Kapittel")], fauske))
    assert len(seen.tags("h1")) == 1
    assert "Fauske – Fuossko" in seen.text


def test_page_break_before_a_chapter_starts_a_page_in_print(fauske: ReportMeta) -> None:
    blocks = (Cover(programme="P", name="N", subtitle="S"), PageBreak(), Heading(level=1, text="K"), paragraph("T"))
    assert Seen(html_report(blocks, fauske)).tags("section")[0]["class"] == "chapter new-page"


def test_hostile_text_arrives_as_plain_text(
    hostile_blocks: tuple[Block, ...], hostile_texts: tuple[str, ...], fauske: ReportMeta
) -> None:
    report = html_report(hostile_blocks, replace(fauske, name=hostile_texts[3], title=hostile_texts[3]))
    seen = Seen(report)
    assert seen.tags("script", "img") == []
    for text in hostile_texts[:7]:
        assert text in seen.text
    assert "a[U+0007]b[U+0000]c" in seen.text
    assert "[U+D800]" in seen.text
    report.encode()


def test_addresses_that_run_code_lead_nowhere(hostile_blocks: tuple[Block, ...], fauske: ReportMeta) -> None:
    addresses = [str(each["href"]) for each in Seen(html_report(hostile_blocks, fauske)).tags("a")]
    assert all(address.startswith("#") for address in addresses)


def test_same_report_gives_the_same_page(fauske_blocks: tuple[Block, ...], fauske: ReportMeta) -> None:
    assert html_report(fauske_blocks, fauske) == html_report(fauske_blocks, fauske)
