"""Members of one group on several devices: what one does, the others see within a second, and no letter is lost."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute, expect

from kompetanse.answers.store import Store
from tests.server.running import wait_until

from .conftest import PATIENCE, Served, SignIn

#: Alone on a machine it is about half of this; beside other tests it may be twice.
SECONDS = 2.0
HERS, HIS = "Vi blir færre som skal gjøre mer, og det haster. ", "Innbyggerne venter svar samme dag, også i Beiarn. "


def open_why(page: Page, served: Served) -> None:
    page.goto(f"{served.address}/arbeidsbok/forarbeid#steg-hvorfor")
    expect(field(page)).to_be_visible(timeout=PATIENCE)
    expect(page.locator("body[data-connection=connected]")).to_be_attached(timeout=PATIENCE)


def field(page: Page):
    return page.locator("#steg-hvorfor textarea").first


def seconds_until(page: Page, is_so: Callable[[], bool]) -> float:
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() - begun < PATIENCE / 1000
        page.wait_for_timeout(20)
    return time.monotonic() - begun


def test_what_one_writes_the_others_see_and_two_at_once_lose_nothing(served: Served, sign_in: SignIn) -> None:
    kari, per = sign_in("leader"), sign_in("leader")
    for page in (kari, per):
        open_why(page, served)
    before = field(kari).input_value()

    # From the last key to the other's screen.
    took = []
    for word in ("Fordi ", "vi ", "må. "):
        field(kari).press("Control+End")
        field(kari).press_sequentially(word)
        text = field(kari).input_value()
        took.append(seconds_until(per, lambda text=text: field(per).input_value() == text))  # type: ignore[misc]
    print(f"\nfrom the last key to the other's screen: {', '.join(f'{each:.2f}' for each in took)} s")
    assert min(took) < SECONDS

    # Both write in the same text at the same time: she at its end, he at its beginning.
    text = field(kari).input_value()
    field(kari).press("Control+End")
    field(per).press("Control+Home")
    for hers, his in zip(re.findall(r".{1,4}", HERS), re.findall(r".{1,4}", HIS), strict=False):
        field(kari).press_sequentially(hers, delay=15)
        field(per).press_sequentially(his, delay=15)
    rest = len(re.findall(r".{1,4}", HERS)), len(re.findall(r".{1,4}", HIS))
    field(kari).press_sequentially("".join(re.findall(r".{1,4}", HERS)[min(rest) :]))
    field(per).press_sequentially("".join(re.findall(r".{1,4}", HIS)[min(rest) :]))
    whole = HIS + text + HERS
    for page in (kari, per):
        expect(field(page)).to_have_value(whole, timeout=PATIENCE)
    assert before.strip() in whole


def test_who_was_away_comes_back_with_what_was_written_meanwhile(served: Served, sign_in: SignIn) -> None:
    kari, per = sign_in("leader"), sign_in("leader")
    lines: list[WebSocketRoute] = []
    cut = threading.Event()

    def connect(route: WebSocketRoute) -> None:
        if cut.is_set():
            route.close()
            return
        route.connect_to_server()
        lines.append(route)

    kari.route_web_socket(re.compile("/channels"), connect)
    for page in (kari, per):
        open_why(page, served)
    text = field(per).input_value()
    cut.set()
    for line in lines:
        line.close()
    field(kari).press("Control+End")
    field(kari).press_sequentially(HERS)
    field(per).press("Control+Home")
    field(per).press_sequentially(HIS)
    kari.wait_for_timeout(3000)
    assert field(kari).input_value() == text + HERS
    cut.clear()
    for page in (kari, per):
        expect(field(page)).to_have_value(HIS + text + HERS, timeout=PATIENCE)
    assert wait_until(lambda: any(HERS.strip() in value and HIS.strip() in value for value in everything(served)))


def everything(served: Served) -> list[str]:
    with Store.open(served.home) as store:
        found = store.current(group="fauske", participant="", step="hvorfor")
        return [each.value for each in found if isinstance(each.value, str)]
