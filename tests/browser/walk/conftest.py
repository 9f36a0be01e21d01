"""The product as it is served: the command line's own server on a demo home, and real browsers."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.server.running import free_port, kernels_of, wait_until

#: How long a page may take on a busy machine before a test gives up, in milliseconds.
PATIENCE = 45_000


@dataclass
class Served:
    """`kompetanse serve` in a process of its own, on a home that the test owns."""

    home: Path
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def code(self, role: str) -> str:
        """The demo's code for a role."""
        return str(json.loads((self.home / "demo-codes.json").read_text("utf-8"))[role])

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        command = [sys.executable, "-m", "kompetanse", "serve", "--home", str(self.home), "--port", str(self.port)]
        with (self.home.parent / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        assert wait_until(self._answers, seconds=60), (self.home.parent / "serve.log").read_text("utf-8")

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self.process.kill()
        self.process.wait(timeout=30)

    def stop(self) -> None:
        """Ends it as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)

    def kill_kernels(self) -> int:
        """Kills every kernel it has started; how many."""
        kernels = kernels_of(self.process.pid)
        for kernel in kernels:
            subprocess.run(["kill", "-9", str(kernel)], check=False)
        return len(kernels)

    def _answers(self) -> bool:
        assert self.process.poll() is None, (self.home.parent / "serve.log").read_text("utf-8")
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


@pytest.fixture
def served(demo_home: Path, tmp_path: Path) -> Iterator[Served]:
    """A server on a copy of the demo home."""
    shutil.copytree(demo_home, tmp_path / "home")
    running = Served(tmp_path / "home")
    yield running
    if running.process.poll() is None:
        running.stop()


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(browser: Browser, served: Served) -> Iterator[SignIn]:
    """Signs somebody in, in a browser of their own that may speak to nobody but the server."""
    contexts: list[BrowserContext] = []
    strangers: list[str] = []

    def only_the_server(route: Route) -> None:
        if route.request.url.startswith((served.address, "data:", "blob:")):
            route.continue_()
        else:
            strangers.append(route.request.url)
            route.abort()

    def enter(role: str, *, width: int = 1280, dark: bool = False, language: str = "nb-NO", code: str = "") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            locale=language,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        context.route("**/*", only_the_server)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{served.address}/inn/{code or served.code(role)}")
        page.locator("main form button").first.click()
        page.wait_for_url(lambda url: "/inn" not in url)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert strangers == []
