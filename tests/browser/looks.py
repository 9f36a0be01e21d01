"""A page as people look at it, on a phone and a desktop, light and dark, and what axe finds wrong with it there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
WIDTHS = (360, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
#: Nothing else differs between light and dark.
OF_COLOUR = ("color-contrast",)


def violations(
    page: Page, part: str | None = None, *, tags: Sequence[str] = WCAG, rules: Sequence[str] = ()
) -> list[str]:
    """What axe finds wrong with the page, or with a part of it; by these rules alone, or else by all of these tags."""
    wanted = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": list(tags)}
    found = Axe().run(page, context=part, options={"runOnly": wanted, "resultTypes": ["violations"]})
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found.response["violations"]]


def scrolls_sideways(page: Page) -> bool:
    """Whether one would have to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def wrong_looks(page: Page, part: str | None = None, *, tags: Sequence[str] = WCAG) -> dict[str, list[str]]:
    """What is wrong with the page in each of its looks, which it need not be loaded anew for; empty if nothing is."""
    wrong: dict[str, list[str]] = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = violations(page, part, tags=tags, rules=OF_COLOUR if scheme == "dark" else ())
            if scrolls_sideways(page):
                found.append("scrolls sideways")
            if found:
                wrong[f"{width} {scheme}"] = found
    return wrong
