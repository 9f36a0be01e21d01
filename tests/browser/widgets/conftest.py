"""A real Voilà with the test notebooks, and a real browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.widgets.live import Voila

NOTEBOOKS = Path(__file__).parent / "notebooks"


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


@pytest.fixture(scope="session")
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
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            # It waits for its kernels one after another.
            process.kill()
            process.wait()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture(autouse=True)
def fresh_ledgers(voila: Voila) -> None:
    """Nothing is saved yet, and no kernel of an earlier test is left to save late."""
    voila.kill_kernels()
    for file in voila.ledgers.iterdir():
        if file.suffix != ".log":
            file.unlink()


@pytest.fixture
def opened(voila: Voila, context: BrowserContext) -> Callable[..., Page]:
    """Opens a notebook and waits until its component is drawn."""

    def open_notebook(notebook: str, page: Page | None = None) -> Page:
        page = page or context.new_page()
        # The first kernel waits for the process that it is forked from.
        page.goto(f"{voila.address}/voila/render/{notebook}.ipynb", timeout=60_000)
        page.locator(".kompetanse").first.wait_for(timeout=60_000)
        return page

    return open_notebook
