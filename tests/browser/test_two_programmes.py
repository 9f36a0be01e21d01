"""Two programmes on one host, each with a home and a server of its own, in one browser that is signed in to both."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kompetanse.answers.store import Store
from kompetanse.programme.models import LeadershipGroup
from kompetanse.settings import package_folder
from tests.server.running import Visitor, free_port, wait_until

PATIENCE = 45_000


@dataclass
class Installed:
    """One programme of the installation: its folder, its home and its server."""

    folder: Path
    title: str
    group: str
    port: int = field(default_factory=free_port)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts its server as an operator does, and waits until it answers."""
        shutil.copytree(package_folder() / "content", self.folder / "programme")
        path = self.folder / "programme" / "programme.yml"
        text = path.read_text("utf-8").replace("id: kompetanseloft-nordland", f"id: program-{self.group}")
        path.write_text(text.replace("Kompetanseløft i digital transformasjon", self.title), "utf-8")
        with Store.open(self.home) as store:
            store.put_group(LeadershipGroup(id=self.group, name=self.group.title(), invited=5, made_up=True))
            self.code = store.create_code("leader", self.group)
        command = [
            sys.executable, "-m", "kompetanse", "serve", "--home", str(self.home), "--programme",
            str(self.folder / "programme"), "--port", str(self.port),
        ]  # fmt: skip
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        assert wait_until(self._answers, seconds=60), (self.folder / "serve.log").read_text("utf-8")

    def _answers(self) -> bool:
        assert self.process.poll() is None, (self.folder / "serve.log").read_text("utf-8")
        try:
            return Visitor(self).get("/healthz").status == 200  # type: ignore[arg-type]  # it has an address, too
        except OSError:
            return False


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Installed]]:
    both = [
        Installed(tmp_path_factory.mktemp("first"), "Ledelse i nord", "fauske"),
        Installed(tmp_path_factory.mktemp("second"), "Ledelse i sør", "lillesand"),
    ]
    for each in both:
        each.start()
    yield both
    for each in both:
        each.process.send_signal(signal.SIGINT)
    for each in both:
        each.process.wait(timeout=30)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="nb-NO")
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


def signed_in(context: BrowserContext, programme: Installed) -> Page:
    page = context.new_page()
    page.goto(f"{programme.address}/inn/{programme.code}")
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/inn" not in url)
    return page


def answer(page: Page, programme: Installed, level: int) -> None:
    """Answers the first statement in a live workbook."""
    page.goto(f"{programme.address}/arbeidsbok/forarbeid#steg-evne")
    expect(page.locator("body[data-connection=connected]")).to_be_attached(timeout=PATIENCE)
    page.locator("#steg-evne fieldset.k-item").first.get_by_role("radio").nth(level - 1).check()
    expect(page.locator("#steg-evne .k-status[data-state=saved]").first).to_be_attached(timeout=PATIENCE)


def test_one_browser_is_signed_in_to_both_and_each_keeps_its_own(
    context: BrowserContext, installed: list[Installed]
) -> None:
    first, second = installed
    pages = [signed_in(context, each) for each in installed]
    # Signing in to the second has not signed out of the first.
    for page, programme in zip(pages, installed, strict=True):
        page.goto(programme.address)
        expect(page.get_by_role("link", name=programme.title)).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_text(programme.group.title())
    ours = {each["name"] for each in context.cookies() if each["name"].startswith("kompetanse.")}
    assert len(ours) == 2

    for level, (page, programme) in enumerate(zip(pages, installed, strict=True), start=2):
        answer(page, programme, level)
    for level, programme in enumerate(installed, start=2):
        with Store.open(programme.home) as store:
            given = store.current(aspect="as-is")
        assert [(each.group, each.programme, each.value) for each in given] == [
            (programme.group, f"program-{programme.group}", level)
        ]

    # Signing out of one leaves the other alone.
    pages[1].goto(f"{second.address}/ut")
    pages[1].locator("main form button").first.click()
    pages[1].wait_for_url("**/inn")
    pages[0].goto(first.address)
    expect(pages[0].get_by_role("heading", level=1)).to_have_text("Fauske")


def test_a_code_and_a_cookie_of_one_open_nothing_of_the_other(installed: list[Installed]) -> None:
    first, second = installed
    visitor = Visitor(second)  # type: ignore[arg-type]  # it has an address, too
    assert visitor.post("/inn", {"kode": first.code}).status == 403
    there = Visitor(first).sign_in(first.code)  # type: ignore[arg-type]  # it has an address, too
    mine = next(each for each in there.cookies if each.name.startswith("kompetanse."))
    visitor.get("/inn")
    for name in (mine.name, "kompetanse"):
        headers = {"Cookie": f"{name}={mine.value}"}
        assert visitor.get("/", headers=headers).status == 302


def test_the_same_port_is_refused_in_one_sentence(installed: list[Installed], tmp_path: Path) -> None:
    first, second = installed
    for home, port, said in (
        (tmp_path / "home", first.port, f"Port {first.port} on 127.0.0.1 cannot be used"),
        (second.home, free_port(), "already serves"),
    ):
        command = [sys.executable, "-m", "kompetanse", "serve", "--home", str(home), "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode != 0
        assert said in done.stderr
        assert "Traceback" not in done.stderr
