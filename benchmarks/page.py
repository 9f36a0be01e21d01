"""One visitor with an empty cache opens the workbook, on a desktop and with the processor slowed down as on a phone.

Until the first question of the assessment can be answered: ours against plain `voila`, cold and with `preheat_kernel`.
"""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, TimeoutError, sync_playwright

from benchmarks.measured import Measured, options
from benchmarks.servers import Home, Served, home, ours, stock

QUESTION = "input[type=radio]"
SLOWED = {"desktop": 1, "processor slowed 4 times": 4}
PATIENCE = 120_000

#: The first question is there, may be answered, and is on the screen.
READY = f"""() => {{
  const field = document.querySelector('{QUESTION}');
  return field !== null && !field.disabled && field.closest('label, fieldset').getClientRects().length > 0;
}}"""


def opened(context: BrowserContext, served: Served, *, slowed: int) -> float:
    """The seconds until the first question can be answered; those that were waited where it never came."""
    page = context.new_page()
    if slowed > 1:
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    begun = time.perf_counter()
    try:
        page.goto(f"{served.address}{served.page}#steg-evne", wait_until="commit", timeout=PATIENCE)
        page.wait_for_function(READY, timeout=PATIENCE)
    except TimeoutError:
        # Plain voila now and then never shows its page; that is no reason to throw the other runs away.
        print(f"  no question within {PATIENCE / 1000:.0f} s at {served.address}")
    taken = time.perf_counter() - begun
    page.close()
    return taken


def sign_in(context: BrowserContext, served: Served, code: str) -> None:
    """A leader of ours, on a page that loads nothing of the workbook."""
    page = context.new_page()
    page.goto(f"{served.address}/inn/{code}")
    page.locator("main button").first.click()
    page.wait_for_load_state()
    page.close()
    # What signing in has put into the cache is not what is measured.
    context.new_cdp_session(context.new_page()).send("Network.clearBrowserCache")


def runs(browser: Browser, served: Served, code: str | None, *, slowed: int, times: int, pause: float) -> list[float]:
    """Each run with an empty cache; `pause` seconds between them, for those who need time to get ready again."""
    found = []
    for _ in range(times):
        with browser.new_context() as context:
            if code:
                sign_in(context, served, code)
            time.sleep(pause)
            found.append(opened(context, served, slowed=slowed))
    return found


def on_the_wire(browser: Browser, served: Served, code: str) -> tuple[float, float]:
    """Kilobytes that a first and a second visit take, headers included."""
    with browser.new_context() as context:
        sign_in(context, served, code)
        return _bytes(context, served) / 1000, _bytes(context, served) / 1000


def _bytes(context: BrowserContext, served: Served) -> float:
    page = context.new_page()
    session, total = context.new_cdp_session(page), [0.0]
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: total.__setitem__(0, total[0] + event["encodedDataLength"]))
    page.goto(f"{served.address}{served.page}#steg-evne")
    page.wait_for_function(READY)
    page.wait_for_load_state("networkidle")
    page.close()
    return total[0]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


def main() -> None:
    """Measures all three, and prints the ratios."""
    parser = options(__doc__)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--only-ours", action="store_true", help="leave plain voila out")
    given = parser.parse_args()
    measured = Measured("page")
    with home() as found, chromium() as browser:
        servers: dict[str, tuple[Callable[[Home], Any], str | None, float]] = {
            "ours": (ours, found.leader, 0.5),
            "ours, with Voilà's front end": (lambda home: ours(home, "--front-end", "voila"), found.leader, 0.5),
        }
        if not given.only_ours:
            servers["voila"] = (stock, None, 2.0)
            servers["voila --preheat_kernel=True"] = (
                lambda home: stock(home, "--preheat_kernel=True", "--pool_size=2"), None, 12.0,
            )  # fmt: skip
        middle: dict[tuple[str, str], float] = {}
        for name, (serve, code, pause) in servers.items():
            with serve(found) as served:
                time.sleep(pause)
                for device, slowed in SLOWED.items():
                    taken = runs(browser, served, code, slowed=slowed, times=given.times, pause=pause)
                    measured.notes[f"{name}, {device}"] = taken
                    middle[name, device] = statistics.median(taken)
                if name == "ours":
                    first, second = on_the_wire(browser, served, found.leader)
        for device in SLOWED:
            for name in list(servers)[1:]:
                must = {"voila": "at least 5 times", "voila --preheat_kernel=True": "at least 1.67 times"}.get(name, "")
                what = f"{device}: until the first question, against {name}"
                measured.add(what, "s", middle["ours", device], middle[name, device], must)
    measured.add("first visit on the wire", "kB", first, must="at most 600")
    measured.add("second visit on the wire", "kB", second, must="at most 60")
    measured.write(given.json)


if __name__ == "__main__":
    main()
