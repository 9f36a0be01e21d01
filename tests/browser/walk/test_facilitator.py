"""The facilitator's day in real browsers: five deeds for all groups in few clicks, and plenum that the rooms follow."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kompetanse.answers.answer import Answer
from kompetanse.answers.store import Store
from kompetanse.language import day
from kompetanse.programme.content import load_programme
from tests.browser.looks import wrong_looks
from tests.server.soon import first_date, gathering_soon

from .conftest import PATIENCE, Served, SignIn
from .test_accessibility import look_at_every_step

MODULE = "modul-1"
MOST_CLICKS = 5
#: The front page and what is reached from it.
PAGES = ("/", "/inviter", "/paminn", "/las", "/rapporter", "/slipp", "/avstemning")
#: How soon a room is to be where plenum is, and where it is led.
SECONDS = 1.0
PLENUM = (
    ("Neste", "Stille blikk på egne svar"), ("Tilbake", "Hver for oss"), ("Neste", "Stille blikk på egne svar"),
    ("Neste", "Se gruppas svar"),
)  # fmt: skip


@pytest.fixture(scope="module")
def served(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all, on a demo whose dates are to come, Fauske's first."""
    home = tmp_path_factory.mktemp("facilitator") / "home"
    shutil.copytree(demo_home, home)
    with Store.open(home) as store:
        gathering_soon(store)
        fauske = store.group("fauske")
        assert fauske
        store.put_group(fauske.model_copy(update={"gathering_date": first_date(store)}))
    running = Served(home)
    yield running
    running.stop()


@dataclass
class Clicks:
    """A facilitator's browser, and how often they pressed for each deed."""

    page: Page
    served: Served
    counted: dict[str, int] = field(default_factory=dict)

    def begin(self, deed: str) -> None:
        """From the front page."""
        self.page.goto(self.served.address)
        self.deed = deed
        self.counted[deed] = 0

    def press(self, role: str, name: str | re.Pattern[str], *, exact: bool = False) -> None:
        """One click."""
        self.counted[self.deed] += 1
        self.page.locator("main").get_by_role(role, name=name, exact=exact).first.click()  # type: ignore[arg-type]


def test_five_deeds_take_five_clicks_each_at_most(served: Served, sign_in: SignIn) -> None:
    clicks = Clicks(sign_in("facilitator"), served)
    page = clicks.page
    # Counting all words takes a while on a machine that makes reports as well.
    page.set_default_timeout(2 * PATIENCE)

    clicks.begin("invite all")
    clicks.press("link", "Inviter gruppene")
    with page.expect_download() as sheets:
        clicks.press("button", "Lag ark (PDF)")
    assert Path(sheets.value.path()).read_bytes().startswith(b"%PDF-")

    clicks.begin("remind all")
    clicks.press("link", "Påminn gruppene")
    expect(page.get_by_label("Tekst til kontaktene").first).to_have_value(re.compile("^Hei! Vi nærmer oss samlingen"))
    clicks.press("button", "Kopier teksten")
    expect(page.get_by_text("Kopiert").first).to_be_visible()

    clicks.begin("lock a date")
    clicks.press("link", "Lås en dato", exact=True)
    clicks.press("button", re.compile(r"^Lås gruppene"))
    expect(page.get_by_role("status").filter(has_text="er låst.")).to_be_visible(timeout=PATIENCE)
    with Store.open(served.home) as store, store.reading() as here:
        locked = {group for group, room in here.moments.of_groups(MODULE).items() if room.locked}
        assert locked == {each.id for each in store.groups() if each.gathering_date == first_date(store)}

    clicks.begin("make reports")
    clicks.press("link", "Lag rapporter", exact=True)
    clicks.press("button", re.compile(r"^Lag rapportene"))
    expect(page.get_by_role("heading", name="Rapporter til gruppene: lages nå")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(re.compile(r"^Ferdig: [1-9]"))).to_be_visible(timeout=2 * PATIENCE)

    clicks.begin("release")
    clicks.press("link", "Slipp", exact=True)
    clicks.press("button", re.compile("^Slipp rapportene"))
    expect(page.get_by_role("heading", name=re.compile("^Delte utgaver"))).to_be_visible(timeout=PATIENCE)
    clicks.press("button", "Slipp ordene")
    expect(page.get_by_text("Ordene er sluppet.")).to_be_visible(timeout=PATIENCE)
    clicks.press("button", "Slipp tallene")
    expect(page.get_by_text("Tallene for kommunene samlet er sluppet.")).to_be_visible(timeout=PATIENCE)

    print(f"\nclicks: {clicks.counted}")
    assert max(clicks.counted.values()) <= MOST_CLICKS
    # The date is opened again, for what comes after.
    page.goto(f"{served.address}/las")
    page.get_by_role("button", name=re.compile("^Åpne igjen")).first.click()


def shown(seconds: list[float]) -> str:
    return ", ".join(f"{each:.2f}" for each in seconds)


def seconds_until(page: Page, is_so: Callable[[], bool]) -> float:
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() - begun < PATIENCE / 1000
        page.wait_for_timeout(20)
    return time.monotonic() - begun


def test_plenum_moves_the_rooms_that_follow_within_a_second(served: Served, sign_in: SignIn) -> None:
    with Store.open(served.home) as store:
        room = sign_in("room", code=store.create_code("room", "fauske"))
    contact, facilitator = sign_in("contact"), sign_in("facilitator")
    contact.goto(f"{served.address}/arbeidsbok/samling")
    now = contact.locator(".k-moments .k-now")
    expect(now).to_be_visible(timeout=PATIENCE)
    contact.get_by_text("Styr rommet").click()
    contact.get_by_label(re.compile("Følg plenum")).check()

    facilitator.goto(f"{served.address}/arbeidsbok/fasilitator#steg-plenum")
    line = facilitator.locator("#steg-plenum .k-now")
    expect(line).to_have_text("Hver for oss", timeout=PATIENCE)
    expect(facilitator.get_by_text(re.compile(r"1 av \d+ grupper følger"))).to_be_visible(timeout=PATIENCE)
    assert facilitator.get_by_role("button", name=re.compile("^(Vis|Lås)")).count() == 0

    plenum = facilitator.locator("#steg-plenum")
    plenum.get_by_text("Styr plenum").click()
    at_the_group, at_the_screen = [], []
    for way, title in PLENUM:
        plenum.get_by_role("button", name=f"{way}: {title}").click()
        begun = time.monotonic()
        at_the_group.append(seconds_until(contact, lambda it=title: now.text_content() == it))
        heading = room.get_by_role("heading", name=title)
        seconds_until(room, lambda it=heading: it.count() == 1)
        at_the_screen.append(time.monotonic() - begun)
    print(f"\nplenum, seconds: the group {shown(at_the_group)}; its screen, looked at after it, {shown(at_the_screen)}")
    # The fastest of four: others may be using the machine.
    assert min(at_the_group) < SECONDS
    assert min(at_the_screen) < 2 * SECONDS
    # It has led them on, and shown them nothing.
    with Store.open(served.home) as store:
        assert not [each for each in store.releases(module=MODULE, audience="room") if each.group == "fauske"]


def test_plenum_of_another_date_is_one_click_away_and_moves_its_groups_alone(served: Served, sign_in: SignIn) -> None:
    with Store.open(served.home) as store:
        first, second = sorted({each.gathering_date for each in store.groups() if each.gathering_date})[:2]
        count = sum(each.gathering_date == second for each in store.groups())
        with store.reading() as here:
            before = here.moments.of_plenum(first, MODULE)
    page = sign_in("facilitator")
    page.goto(f"{served.address}/arbeidsbok/fasilitator#steg-plenum")
    plenum = page.locator("#steg-plenum")
    expect(plenum.locator(".k-facts")).to_contain_text(day(first, "nb"), timeout=PATIENCE)
    plenum.get_by_role("link", name=f"{day(second, 'nb')} (grupper: {count})").click()
    expect(plenum.locator(".k-facts")).to_have_text(
        f"{day(second, 'nb')} · 0 av {count} grupper følger", timeout=PATIENCE
    )
    plenum.get_by_role("button", name="Neste: Stille blikk på egne svar").click()
    expect(plenum.locator(".k-now")).to_have_text("Stille blikk på egne svar")
    # The date stands in the address: a page that is loaded anew is about the same one.
    page.reload()
    expect(plenum.locator(".k-facts")).to_contain_text(day(second, "nb"), timeout=PATIENCE)
    expect(page.locator("#steg-dagen")).to_contain_text(f"Samlingen {day(second, 'nb')}")
    with Store.open(served.home) as store, store.reading() as here:
        led = here.moments.of_plenum(second, MODULE)
        assert led
        assert led.name == "hidden"
        assert here.moments.of_plenum(first, MODULE) == before


def answered_long_ago(home: Path) -> None:
    """Somebody answered 23 months ago, so that single answers are erased within the next weeks."""
    programme = load_programme()
    with Store.open(home) as store:
        store.append([Answer(
            id="long-ago", time=datetime.now(UTC) - timedelta(days=700), programme=programme.id,
            version=programme.version, module=MODULE, step="lederegenskaper", round=1, subject="lederegenskaper",
            aspect="answer", group="fauske", municipality=None, participant="p-" + "a" * 20, value=["mot"],
        )])  # fmt: skip


def test_pages_are_accessible_on_phone_and_desktop_light_and_dark(served: Served, sign_in: SignIn) -> None:
    answered_long_ago(served.home)
    page, wrong = sign_in("facilitator"), dict[str, list[str]]()
    page.goto(served.address)
    # What stands on the front page only then is looked at, too.
    expect(page.get_by_role("heading", name="Enkeltsvar som slettes snart")).to_be_visible()
    for address in PAGES:
        page.goto(served.address + address)
        wrong |= {f"{address} {look}": found for look, found in wrong_looks(page).items()}
    assert wrong == {}
    assert look_at_every_step(page, served, "fasilitator") == {}


def test_all_of_it_is_reached_by_the_keyboard(served: Served, sign_in: SignIn) -> None:
    page = sign_in("facilitator")
    for address, primary in (("/", "Åpne arbeidsboka for dagen"), ("/las", "Lås gruppene"), ("/slipp", "Slipp")):
        page.goto(served.address + address)
        for _ in range(60):
            page.keyboard.press("Tab")
            text = page.evaluate("document.activeElement.textContent.trim()")
            if text.startswith(primary):
                break
        else:
            raise AssertionError(f"{primary} is not reached on {address}")


def test_pages_work_without_a_script(served: Served, sign_in: SignIn) -> None:
    cookies = sign_in("facilitator").context.cookies()
    context = sign_in("facilitator").context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{served.address}/las")
    page.get_by_role("button", name=re.compile("^Lås gruppene")).first.click()
    expect(page.get_by_role("status").filter(has_text="er låst.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Åpne igjen")).first.click()
    expect(page.get_by_role("status").filter(has_text="er åpnet igjen.")).to_be_visible()
    context.close()
