"""Screens of 40, 160 and 357 rooms on one server, while five answers a second come in and every room is led on.

Each screen does what its script does: it opens the page and asks for what is new. Beside it the natural other way: it
loads the page again every second. Eight contacts lead their rooms in real workbooks, all other rooms are led by writing
into the home from another process, and at last a facilitator leads all at once. What is measured: the time from the
press, or the write, until the screen has the theme; what it costs the server, and what the server holds.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import secrets
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path

from tornado.httpclient import AsyncHTTPClient

from benchmarks.answering import OpenPage, custom, opened_page
from benchmarks.batch import whole_country
from benchmarks.measured import Measured, options, percentile
from benchmarks.polls import Client
from benchmarks.polls import signed_in as screen_signed_in
from benchmarks.servers import Home, Served, memory_of, ours, processor_seconds
from benchmarks.visitors import message, signed_in
from kompetanse.answers.answer import Answer
from kompetanse.answers.demo import make_demo
from kompetanse.answers.moment import Moment
from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import Instrument, Module, Programme

ROOMS = (40, 160, 357)
CONTACTS = 8
ANSWERS_A_SECOND = 5
SECONDS = 40.0
#: How often a contact leads its room on, which is several times as often as on a day, and how long after the last lead
#: it is still waited for.
LEAD_EVERY, WAIT = 20.0, 5.0
#: How often plenum is led on, and how long after one another.
PLENUM_LEADS, PLENUM_EVERY = 4, 8.0
AT_ONCE = 8


@dataclass
class Country:
    """A home with all municipalities, which gather tomorrow, and codes to their rooms and contacts."""

    folder: Path
    programme: Programme
    arguments: tuple[str, ...]
    facilitator: str
    groups: list[str]
    #: Those that have shown themselves their answers.
    shown: set[str]
    rooms: dict[str, str]

    @property
    def home(self) -> Home:
        """As the other benchmarks know a home."""
        return Home(self.folder, "", "")

    @property
    def module(self) -> Module:
        """The module that is under way."""
        return self.programme.modules[0]

    @property
    def instrument(self) -> Instrument:
        """What is answered in it."""
        found = self.programme.instrument_of_module(self.module)
        assert found is not None
        return found

    @property
    def themes(self) -> list[tuple[str, str]]:
        """Ids and titles of what a room may be led to."""
        return [(each.id, each.title.to("nb")) for each in self.instrument.facets]


@contextmanager
def country() -> Iterator[Country]:
    """A new home of the demo for the whole country."""
    with tempfile.TemporaryDirectory(prefix="bench-") as text, whole_country(Path(text)) as folder:
        programme, home = load_programme(folder), Path(text) / "home"
        with Store.open(home) as store:
            make_demo(store, programme)
            groups = [group.id for group in store.groups()]
            for group in store.groups():
                store.put_group(group.model_copy(update={"gathering_date": date.today() + timedelta(days=1)}))
            yield Country(
                folder=home,
                programme=programme,
                arguments=("--programme", str(folder)),
                facilitator=store.create_code("facilitator"),
                groups=groups,
                shown={release.group for release in store.releases(audience="room")},
                rooms={group: store.create_code("room", group) for group in groups},
            )


@dataclass
class Screen:
    """One screen: what it is to show next, since when, and how long it took to have it."""

    client: Client
    waits: dict[str, float] = field(default_factory=dict)
    #: By where the lead came from.
    way: str = ""
    seen: dict[str, list[float]] = field(default_factory=dict)

    def expect(self, title: str, way: str) -> None:
        """From now on it should show this theme."""
        self.way, self.waits = way, {**self.waits, title: time.monotonic()}

    def look(self, content: str) -> None:
        """What it shows now."""
        now, text = time.monotonic(), html.unescape(content)
        for title, begun in list(self.waits.items()):
            if f"<h2>{title}</h2>" in text:
                self.seen.setdefault(self.way, []).append(now - begun)
                del self.waits[title]

    async def follow(self) -> None:
        """As the page's script does."""
        _, _, page = await self.client.ask("GET", "/rom")
        found = re.search(r'data-mark="(\w+)"', page)
        assert found, page[:500]
        mark = found[1]
        while True:
            status, _, text = await self.client.ask("GET", f"/rom/na?sett={mark}")
            assert status == 200, text[:200]
            told = json.loads(text)
            mark = told["mark"]
            self.look(told["html"])

    async def load_again(self) -> None:
        """The other way: the whole page, every second."""
        while True:
            begun = time.monotonic()
            _, _, page = await self.client.ask("GET", "/rom")
            self.look(page)
            await asyncio.sleep(max(0.0, 1.0 - (time.monotonic() - begun)))


@dataclass
class Workbook:
    """An open workbook that leads: a contact's own room, or plenum."""

    page: OpenPage

    @classmethod
    async def opened(cls, served: Served, code: str, name: str) -> Workbook:
        """Signed in with this code."""
        return cls(await opened_page(served, await signed_in(served, code), f"/arbeidsbok/{name}"))

    async def lead(self, moment: str, theme: str) -> None:
        """As a press of a button does."""
        wanted = {"name": moment, "theme": theme, "box": "", "start": False, "locked": False, "follows": False}
        component = next(name for name, state in self.page.components.items() if "moments" in state.get("content", {}))
        content = {"comm_id": component, "data": custom({"type": "lead", "lead": wanted})}
        await self.page.socket.write_message(message("comm_msg", content), binary=True)


@dataclass
class Gathering:
    """What came of so many rooms: seconds by where the lead came from, leads never shown, and the server's share."""

    seconds: dict[str, list[float]]
    never: int
    processor: float
    memory: float


class Rooms:
    """So many open screens on one server, and what happens meanwhile."""

    def __init__(self, found: Country, served: Served, count: int):
        self.found, self.served = found, served
        # The contacts' own are from all over the list, where groups have come differently far.
        own = found.groups[:: len(found.groups) // CONTACTS][:CONTACTS]
        self.groups = [*own, *(each for each in found.groups if each not in own)][:count]
        with Store.open(found.folder) as store:
            # Each lets one person in, once.
            self.contacts = {group: store.create_code("contact", group) for group in own}
        self.screens: dict[str, Screen] = {}
        self.themes = {group: cycle(found.themes) for group in self.groups}

    async def gathered(self, show: Callable[[Screen], Awaitable[None]], *, plenum: bool) -> Gathering:
        """Everything that happens, from the first screen on."""
        turns = asyncio.Semaphore(AT_ONCE)

        async def open_one(group: str) -> None:
            async with turns:
                self.screens[group] = Screen(await screen_signed_in(self.served.port, self.found.rooms[group]))

        await asyncio.gather(*map(open_one, self.groups))
        showing = [asyncio.ensure_future(show(each)) for each in self.screens.values()]
        workbooks = [await Workbook.opened(self.served, code, "samling") for code in self.contacts.values()]
        leader = await Workbook.opened(self.served, self.found.facilitator, "fasilitator") if plenum else None
        await asyncio.sleep(WAIT)
        pid, begun = self.served.process.pid, time.monotonic()
        used = processor_seconds(pid)
        with Store.open(self.found.folder) as store:
            others = self.groups[len(self.contacts) :]
            await asyncio.gather(
                self._answers(store),
                self._written(store, others),
                *(self._led(group, book) for group, book in zip(self.contacts, workbooks, strict=True)),
            )
            share = (processor_seconds(pid) - used) / (time.monotonic() - begun)
            if leader is not None:
                await self._plenum(store, leader)
        await asyncio.sleep(WAIT)
        memory = memory_of(pid)[0]
        for task in showing:
            if task.done():
                task.result()
            task.cancel()
        await asyncio.gather(*showing, return_exceptions=True)
        for book in (*workbooks, *([leader] if leader else [])):
            book.page.socket.close()
        for screen in self.screens.values():
            await screen.client.close()
        return self._came_of_it(share, memory)

    def _came_of_it(self, share: float, memory: float) -> Gathering:
        seconds: dict[str, list[float]] = {}
        for screen in self.screens.values():
            for way, seen in screen.seen.items():
                seconds.setdefault(way, []).extend(seen)
        return Gathering(seconds, sum(len(each.waits) for each in self.screens.values()), share, memory)

    def _next(self, group: str) -> tuple[str, str, str]:
        """The moment, the theme and its title that a room is led to next."""
        theme, title = next(self.themes[group])
        return "discussed" if group in self.found.shown else "individual", theme, title

    async def _led(self, group: str, workbook: Workbook) -> None:
        """By its contact, again and again."""
        await asyncio.sleep(secrets.randbelow(1000) / 1000 * LEAD_EVERY)
        for _ in range(int(SECONDS / LEAD_EVERY) - 1):
            moment, theme, title = self._next(group)
            self.screens[group].expect(title, "contact")
            await workbook.lead(moment, theme)
            await asyncio.sleep(LEAD_EVERY)

    async def _written(self, store: Store, groups: Sequence[str]) -> None:
        """Every other room is led once, evenly spread."""
        for group in groups:
            moment, theme, title = self._next(group)
            led = Moment(moment, theme, time=datetime.now(UTC))  # type: ignore[arg-type]  # one of two names
            await asyncio.to_thread(self._add, store, led, group)
            self.screens[group].expect(title, "written")
            await asyncio.sleep(SECONDS / len(groups))

    def _add(self, store: Store, led: Moment, group: str) -> None:
        with store.writing() as here:
            here.moments.add(led, module=self.found.module.id, group=group)

    async def _answers(self, store: Store) -> None:
        """New leaders of groups that have not shown anything yet give their first answer."""
        waiting = cycle([each for each in self.groups if each not in self.found.shown] or self.groups)
        item = self.found.instrument.facets[0].items[0].id
        step = next(each.id for each in self.found.module.steps if each.kind == "assessment")
        for _ in range(int(SECONDS * ANSWERS_A_SECOND)):
            one = Answer(
                id=f"bench-{secrets.token_hex(8)}", time=datetime.now(UTC), programme=self.found.programme.id,
                version=self.found.programme.version, module=self.found.module.id, step=step, round=1, subject=item,
                aspect="as-is", group=next(waiting), municipality=None, participant=f"p-{secrets.token_hex(10)}",
                value=3, made_up=True,
            )  # fmt: skip
            await asyncio.to_thread(store.append, [one])
            await asyncio.sleep(1 / ANSWERS_A_SECOND)

    async def _plenum(self, store: Store, leader: Workbook) -> None:
        """All rooms follow, and are led on at once."""
        for group in self.groups:
            await asyncio.to_thread(self._add, store, Moment(follows=True, time=datetime.now(UTC)), group)
        await asyncio.sleep(WAIT)
        for theme, title in self.found.themes[:PLENUM_LEADS]:
            for screen in self.screens.values():
                screen.expect(title, "plenum")
            await leader.lead("discussed", theme)
            await asyncio.sleep(PLENUM_EVERY)


def gathering(found: Country, count: int, *, ours_way: bool) -> Gathering:
    """One server, newly started, with that many screens."""
    AsyncHTTPClient.configure("tornado.simple_httpclient.SimpleAsyncHTTPClient", max_clients=1000)
    with ours(found.home, *found.arguments) as served:
        rooms = Rooms(found, served, count)
        return asyncio.run(rooms.gathered(Screen.follow if ours_way else Screen.load_again, plenum=ours_way))


def main() -> None:
    """Measures both ways, and prints the ratios."""
    parser = options(__doc__)
    parser.add_argument("--rooms", type=int, nargs="*", default=list(ROOMS))
    parser.add_argument("--only-ours", action="store_true", help="leave out the screens that load their page again")
    given = parser.parse_args()
    measured = Measured("rooms")
    measured.notes = {"contacts": CONTACTS, "answers a second": ANSWERS_A_SECOND, "seconds": SECONDS}
    for count in given.rooms:
        with country() as found:
            mine = gathering(found, count, ours_way=True)
            other = None if given.only_ours else gathering(found, count, ours_way=False)
        for way, what, must in (
            ("contact", "a contact leads on, until the screen has it", "< 1 s"),
            ("written", "another process does", ""),
            ("plenum", "plenum is led on, all screens at once", ""),
        ):
            for share, name in ((0.5, "median"), (0.95, "p95")):
                against = other.seconds.get(way) if other else None
                measured.add(
                    f"{count} rooms: {what}, {name}", "s", percentile(mine.seconds[way], share),
                    percentile(against, share) if against else None, must if share > 0.5 else "",
                )  # fmt: skip
        measured.add(f"{count} rooms: leads that no screen has shown", "", mine.never, must="0")
        measured.add(
            f"{count} rooms: the server's share of one core", "%", 100 * mine.processor,
            None if other is None else 100 * other.processor,
        )  # fmt: skip
        measured.add(
            f"{count} rooms: the server's own memory (USS)", "MB", mine.memory, None if other is None else other.memory
        )
    measured.write(given.json)


if __name__ == "__main__":
    main()
