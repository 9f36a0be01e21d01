"""Nothing that was answered is lost: not with the line, the kernel or the page gone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_an_answer_reaches_python_and_is_acknowledged(voila, opened: Callable[[str], Page]) -> None:
    page = opened("assessment")
    page.locator(".k-levels").get_by_text("Noen få").click()
    expect(page.locator(".k-status")).to_have_text("Lagret kl. 14.03")
    assert voila.values("assessment") == {"t1-1|as-is": 2}
