"""What the tests hold on to: the running server, the line to its kernels, and what a page keeps and shows."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, WebSocketRoute

from kompetanse.figures.theme.tokens import page_css
from tests.server.running import kernels_of

#: The server's own white page would lie between our background and the component.
NO_PAGE = "html body { background: var(--paper) !important; } "
NO_PAGE += "body *:not(.kompetanse, .kompetanse *) { background: none !important; }"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass(frozen=True)
class Voila:
    """A running server, and the folder its notebooks keep what they saved in."""

    address: str
    ledgers: Path
    process: subprocess.Popen[bytes]

    def saved(self, notebook: str) -> list[dict[str, Any]]:
        """The drafts that reached Python, in order."""
        file = self.ledgers / f"{notebook}.jsonl"
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []

    def values(self, notebook: str) -> dict[str, Any]:
        """The newest value of each answer that reached Python."""
        return {f"{draft['subject']}|{draft['aspect']}": draft["value"] for draft in self.saved(notebook)}

    def write(self, notebook: str, subject: str, aspect: str, value: object) -> None:
        """Save an answer as somebody else would."""
        with (self.ledgers / f"{notebook}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"id": "other", "subject": subject, "aspect": aspect, "value": value}) + "\n")

    def lock(self, notebook: str) -> None:
        """Let the notebook lock its component."""
        (self.ledgers / f"{notebook}.locked").touch()

    def kill_kernels(self) -> None:
        """End every kernel of this server, as the machine would when memory is short."""
        for kernel in kernels_of(self.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(kernel, signal.SIGKILL)


class Line:
    """The websocket between a page and its kernel, which a test can cut and mend."""

    def __init__(self, page: Page):
        self.is_cut = False
        self._routes: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/channels"), self._connect)

    def cut(self) -> None:
        """Close the socket, and every new one until it is mended."""
        self.is_cut = True
        for route in self._routes:
            route.close()
        self._routes.clear()

    def mend(self) -> None:
        """Let the next socket through."""
        self.is_cut = False

    def _connect(self, route: WebSocketRoute) -> None:
        if self.is_cut:
            route.close()
            return
        route.connect_to_server()
        self._routes.append(route)


def queue(page: Page) -> dict[str, Any]:
    """What the browser keeps until it is acknowledged, by its place in localStorage."""
    kept = page.evaluate(
        "() => Object.fromEntries(Object.entries(localStorage).filter(([k]) => k.includes('fauske/1')))"
    )
    return {name: json.loads(value) for name, value in kept.items()}


def violations(page: Page) -> list[str]:
    """What axe finds inside the components, on a bare page and in our own look: light and dark, wide and narrow."""
    found = _violations(page, "bare")
    look = page.add_style_tag(content=page_css("Inter.woff2") + "* { transition: none !important; } " + NO_PAGE)
    for scheme in ("light", "dark"):
        for width in (1280, 360):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            found += _violations(page, f"{scheme}, {width}")
    look.evaluate("style => style.remove()")
    return found


def _violations(page: Page, state: str) -> list[str]:
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    found = Axe().run(page, context=".kompetanse", options=options).response["violations"]
    return [
        f"{state}: {rule['id']} {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]
    ]
