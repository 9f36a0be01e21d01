"""Takes the pictures in README and docs from the product itself, on a home of made-up answers.

Run it when pages have changed (`python deploy/pictures.py`), look at what it has made, and commit the pictures with the
change.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from kompetanse.answers.store import Store

ROOT = Path(__file__).resolve().parents[1]
README, PILOT = ROOT / "docs" / "pictures", ROOT / "docs" / "fasilitator" / "bilder"
PORT, PATIENCE = 8879, 60_000
GROUP = "fauske"
WORDS = (
    "mot", "åpenhet", "samarbeid", "å lytte", "tillit", "tydelighet", "samarbeide", "tålmodighet", "mot", "raushet",
    "nysgjerrighet", "lytte", "gjennomføringsevne", "samarbeidet", "åpen", "tillit", "å våge", "humor",
)  # fmt: skip


@dataclass
class Camera:
    """A served home, and browsers to look at it with."""

    home: Path
    browser: Browser

    def page(self, code: str, *, width: int = 1100, height: int = 820, dark: bool = False) -> Page:
        """A page of somebody who has signed in with this code."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", locale="nb-NO"
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(self.at(f"/inn/{code}"))
        page.get_by_role("main").get_by_role("button").first.click()
        page.wait_for_load_state()
        return page

    def code(self, role: str) -> str:
        """The demo's code for a role."""
        return str(json.loads((self.home / "demo-codes.json").read_text("utf-8"))[role])

    @staticmethod
    def at(path: str) -> str:
        """An address of the served home."""
        return f"http://127.0.0.1:{PORT}{path}"


def shoot(what: Page | Locator, path: Path) -> None:
    """Takes a picture, and makes it small: flat colours need no more than 256 of them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    what.screenshot(path=path, animations="disabled")
    with Image.open(path) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    print(path.relative_to(ROOT))


def step(page: Page, camera: Camera, workbook: str, name: str) -> Locator:
    """A step of a workbook, once it can be used."""
    page.goto(camera.at(f"/arbeidsbok/{workbook}#steg-{name}"))
    expect(page.locator("body[data-connection=connected]")).to_be_attached(timeout=PATIENCE)
    found = page.locator(f"#steg-{name}")
    expect(found).to_be_visible()
    page.wait_for_timeout(1500)
    return found


def to_top(what: Locator) -> None:
    """Scrolls so that this stands near the top."""
    what.first.evaluate("(found) => scrollTo(0, found.getBoundingClientRect().top + scrollY - 90)")
    what.page.wait_for_timeout(300)


def leaders(camera: Camera) -> None:
    """What a leader sees at home."""
    page = camera.page(camera.code("leader"))
    step(page, camera, "forarbeid", "evne")
    to_top(page.locator("#steg-evne").get_by_role("heading", name="Omverdensblikk"))
    shoot(page, README / "workbook.png")
    page = camera.page(camera.code("leader"), width=360, height=740, dark=True)
    step(page, camera, "forarbeid", "evne")
    to_top(page.locator("#steg-evne").get_by_role("heading", name="Omverdensblikk"))
    shoot(page, README / "phone.png")
    page = camera.page(camera.code("leader"), width=360, height=740)
    page.goto(camera.at("/"))
    shoot(page, PILOT / "leder-telefon.png")


def facilitators(camera: Camera) -> None:
    """The facilitator's pages, and a poll with its screen."""
    page = camera.page(camera.code("facilitator"))
    page.goto(camera.at("/"))
    shoot(page, PILOT / "forside.png")
    step(page, camera, "fasilitator", "plenum")
    page.get_by_text("Styr plenum").click()
    shoot(page, PILOT / "plenum.png")
    page.goto(camera.at("/avstemning"))
    page.get_by_role("button", name=re.compile("^Start")).first.click()
    page.wait_for_load_state()
    code = page.url.rsplit("/", 1)[1]
    for number, word in enumerate(WORDS):
        phone = camera.browser.new_context(viewport={"width": 360, "height": 740}, locale="nb-NO").new_page()
        phone.goto(camera.at(f"/p/{code}"))
        if number == 0:
            shoot(phone, PILOT / "avstemning-telefon.png")
        fields = phone.get_by_role("main").get_by_role("textbox")
        fields.nth(0).fill(word)
        fields.nth(1).fill(WORDS[(number * 7 + 3) % len(WORDS)])
        phone.get_by_role("main").get_by_role("button").first.click()
        phone.wait_for_load_state()
        phone.context.close()
    page.reload()
    page.get_by_role("button", name="Slipp fram de valgte").click()
    page.wait_for_load_state()
    page.get_by_role("button", name="Vis resultatet").click()
    page.wait_for_load_state()
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(camera.at(f"/p/{code}/resultat"))
    page.wait_for_timeout(1500)
    shoot(page, PILOT / "avstemning-skjerm.png")


def rooms(camera: Camera) -> None:
    """A group's room, from the reveal to a theme in focus, and its screen."""
    with Store.open(camera.home) as store:
        code = store.create_code("room", GROUP)
    contact = camera.page(camera.code("contact"))
    step(contact, camera, "samling", "gruppas-bilde")
    contact.get_by_role("button", name="Vis gruppas svar").first.click()
    contact.get_by_role("button", name="Ja, vis svarene").first.click()
    expect(contact.get_by_text("Snakk om dette først").first).to_be_visible()
    contact.get_by_role("button", name=re.compile("^Neste: Snakk sammen")).click()
    contact.get_by_text("Styr rommet").click()
    contact.get_by_label("Tema vi snakker om").select_option(index=2)
    contact.get_by_label("Tid", exact=True).select_option("1-2-4-alle")
    contact.wait_for_timeout(1500)
    contact.evaluate("scrollTo(0, 0)")
    shoot(contact, PILOT / "rom-kontakt.png")
    contact.set_viewport_size({"width": 1100, "height": 1289})
    to_top(contact.get_by_text("Snakk om dette først"))
    shoot(contact, README / "picture.png")
    screen = camera.page(code, width=1280, height=720)
    screen.goto(camera.at("/rom"))
    screen.wait_for_timeout(1500)
    shoot(screen, PILOT / "rom-skjerm.png")


def reports(camera: Camera) -> None:
    """Four pages of a report beside each other."""
    reports = ROOT / "reports"
    found = sorted(reports.glob("*/*.pdf"))
    assert found, "make demo first: there are no reports"
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", "50", "-png", str(found[0]), f"{folder}/p"], check=True)
        pages = [Image.open(page).convert("RGB") for page in sorted(Path(folder).glob("p*.png"))]
    chosen = [pages[place] for place in (0, 1, 3, 7)]
    gap, (width, height) = 24, chosen[0].size
    whole = Image.new("RGB", (len(chosen) * (width + gap) + gap, height + 2 * gap), (226, 229, 233))
    for place, page in enumerate(chosen):
        whole.paste(page, (gap + place * (width + gap), gap))
    whole.quantize(256).save(README / "report.png", optimize=True)
    print("docs/pictures/report.png")


@contextmanager
def served(home: Path) -> Iterator[None]:
    """The home, served as anybody would."""
    made = [sys.executable, "-m", "kompetanse", "demo", "--no-serve", "--home", str(home)]
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
    command = [sys.executable, "-m", "kompetanse", "serve", "--home", str(home), "--port", str(PORT)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(120):
            with suppress(urllib.error.URLError):
                urllib.request.urlopen(Camera.at("/healthz"))
                break
            time.sleep(0.5)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


def main() -> None:
    """Takes all of them."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "home"), sync_playwright() as driver:
        headless = Path("/usr/bin/chromium-headless-shell")
        executable = headless if headless.exists() else Path("/usr/bin/chromium")
        browser = driver.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        camera = Camera(Path(folder) / "home", browser)
        for each in (leaders, facilitators, rooms, reports):
            each(camera)
        browser.close()


if __name__ == "__main__":
    main()
