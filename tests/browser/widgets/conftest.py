"""A real Voilà with the test notebooks, and a real browser."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NOTEBOOKS = Path(__file__).parent / "notebooks"
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

    def forget(self, notebook: str) -> None:
        """Start the notebook afresh."""
        for file in self.ledgers.glob(f"{notebook}.*"):
            file.unlink()

    def lock(self, notebook: str) -> None:
        """Let the notebook lock its component."""
        (self.ledgers / f"{notebook}.locked").touch()

    def kill_kernels(self) -> None:
        """End every kernel of this server, as the machine would when memory is short."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=True
        )
        for line in listed.stdout.splitlines():
            if "ipykernel" in line:
                os.kill(int(line.split()[0]), signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/voila/static/", timeout=2)
        except urllib.error.HTTPError:
            return
        except OSError:
            assert process.poll() is None, "Voilà ended before it answered."
            time.sleep(0.1)
    raise TimeoutError(f"Voilà did not answer at {address} within 30 s.")


@pytest.fixture(scope="module")
def voila(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Voila]:
    ledgers = tmp_path_factory.mktemp("ledgers")
    port = _free_port()
    command = [sys.executable, "-m", "voila", str(NOTEBOOKS), "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    command += ["--VoilaConfiguration.extension_language_mapping={}", "--KernelManager.autorestart=False"]
    with (ledgers / "voila.log").open("wb") as log:
        process = subprocess.Popen(
            command, env={**os.environ, "KOMPETANSE_TEST_LEDGER": str(ledgers)}, stdout=log, stderr=log
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}", process)
        yield Voila(f"http://127.0.0.1:{port}", ledgers, process)
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def opened(voila: Voila, context: BrowserContext) -> Callable[[str], Page]:
    """Opens a notebook and waits until its component is drawn."""

    def open_notebook(notebook: str) -> Page:
        page = context.new_page()
        page.goto(f"{voila.address}/voila/render/{notebook}.ipynb")
        page.locator(".kompetanse").first.wait_for(timeout=60_000)
        return page

    return open_notebook


def violations(page: Page) -> list[str]:
    """What axe finds inside the components (the page around them is the server's)."""
    found = Axe().run(page, context=".kompetanse", options={"runOnly": RULES}).response["violations"]
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]
