"""Who is told that there is something new, how soon, and who is left alone; and what a kill leaves behind."""

from __future__ import annotations

import asyncio
import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kompetanse import sockets
from kompetanse.answers import log as direct_log
from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.remote import RemoteLog
from kompetanse.answers.session import SessionSigner
from kompetanse.answers.store import Store
from kompetanse.errors import StoreError
from kompetanse.programme.models import LeadershipGroup
from tests.answers.conftest import Logs, make_draft, session
from tests.answers.serving import KERNEL, Serving
from tests.answers.test_answer_service import ITEM, MODULE, THEME

#: Seconds of silence after which nothing more is coming.
SETTLED = 2.0


@dataclass
class Watching:
    """A page that watches: when it was told to look."""

    log: AnswerLog
    times: list[float] = field(default_factory=list)

    async def watch(self) -> None:
        async for _ in self.log.changes():
            self.times.append(time.monotonic())

    async def is_told(self, *, since: float, seconds: float = 1.0) -> bool:
        """Whether it is told within the time."""
        while time.monotonic() < since + seconds:
            if any(each >= since for each in self.times):
                return True
            await asyncio.sleep(0.01)
        return False


@asynccontextmanager
async def watched(*logs: AnswerLog) -> AsyncIterator[list[Watching]]:
    """Pages that watch, after their first look."""
    pages = [Watching(log) for log in logs]
    tasks = [asyncio.create_task(page.watch()) for page in pages]
    begun = time.monotonic() - 1
    for page in pages:
        if isinstance(page.log, RemoteLog):
            assert await page.is_told(since=begun, seconds=6)
    # That they have come is news for those of their group, too.
    while time.monotonic() < max((each for page in pages for each in page.times), default=0) + SETTLED:
        await asyncio.sleep(0.05)
    yield pages
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


Check = Callable[[Callable[[], Any]], Awaitable[list[bool]]]


def told(pages: list[Watching], *, seconds: float = 1.0) -> Check:
    """Does something, and says which pages were told within the time."""

    async def check(work: Callable[[], Any]) -> list[bool]:
        # What is told at most a few times a second must be over before.
        await asyncio.sleep(0.5)
        begun = time.monotonic()
        await asyncio.to_thread(work)
        return [await page.is_told(since=begun, seconds=seconds) for page in pages]

    return check


def statement(words: str) -> Draft:
    return make_draft("fordi", words, aspect="answer", step="hvorfor")


def test_all_of_the_group_are_told_and_nobody_else(serving: Serving) -> None:
    kari, kari_too, per, ola = (
        serving.log(session(group=group, name=name))
        for group, name in (("fauske", "kari"), ("fauske", "kari"), ("fauske", "per"), ("bodo", "ola"))
    )
    contact = serving.log(session("contact", name="ida"))

    async def check() -> None:
        async with watched(kari, kari_too, per, ola) as pages:
            after = told(pages)
            assert await after(lambda: kari.append([statement("Fordi.")])) == [True, True, True, False]
            # That one more has answered is news for the group, what they answer is not.
            assert await after(lambda: kari.append([make_draft(ITEM, 3)])) == [True, True, True, False]
            assert await after(lambda: kari.append([make_draft(ITEM, 4)])) == [True, True, False, False]
            assert await after(lambda: kari.append([make_draft(ITEM, None)])) == [True, True, True, False]
            comment = [make_draft(THEME, "Nei.", aspect="comment")]
            assert await after(lambda: kari.append(comment)) == [True, True, True, False]
            # Sent again, it is nothing new.
            assert await after(lambda: kari.append(comment)) == [False] * 4
            for name in ("siv", "liv", "per"):
                await after(lambda name=name: serving.log(session(name=name)).append([make_draft(ITEM, 2)]))  # type: ignore[misc]
            assert await after(lambda: contact.reveal(MODULE)) == [True, True, True, False]

    asyncio.run(check())


def test_that_somebody_has_come_is_told_to_those_who_show_how_many_are_there(serving: Serving) -> None:
    kari, per, siv = (serving.log(session(name=name)) for name in ("kari", "per", "siv"))

    async def check() -> None:
        async with watched(kari, per) as pages:
            with kari.one_look():
                kari.present()
            begun = time.monotonic()
            async with watched(siv):
                # Those who have come have been told and have settled by now.
                assert [max(page.times) > begun for page in pages] == [True, False]

    asyncio.run(check())


def test_what_other_processes_write_is_noticed(serving: Serving, logs: Logs) -> None:
    kari, ola = serving.log(session()), serving.log(session(group="bodo", name="ola"))

    async def check() -> None:
        async with watched(kari, ola) as pages:
            after = told(pages, seconds=1.5)
            assert await after(lambda: logs.of(name="per").append([make_draft(ITEM, 3)])) == [True, False]
            assert await after(lambda: logs.of(name="per").own_erase()) == [True, True]

    asyncio.run(check())


def test_a_rooms_screen_wakes_up_for_its_own_group_and_for_nothing_else(serving: Serving) -> None:
    service, known = serving.service, serving.service.news_of("fauske")

    async def waited(group: str, writes: Callable[[], Any]) -> float:
        await asyncio.to_thread(writes)
        begun = time.monotonic()
        await service.wait_for_news(group, service.news_of(group), 3.0)
        return time.monotonic() - begun

    fauske, bodo = (serving.log(session(group=group, name=f"leder-{group}")) for group in ("fauske", "bodo"))
    assert serving.do(waited("fauske", lambda: bodo.append([statement("Bodø")]))) >= 3.0
    assert service.news_of("fauske") == known
    assert serving.do(waited("fauske", lambda: fauske.append([statement("Fauske")]))) < 2.0
    assert service.news_of("fauske") > known


def test_a_flood_is_told_a_few_times_a_second(serving: Serving) -> None:
    kari, per = serving.log(session()), serving.log(session(name="per"))

    async def check() -> None:
        async with watched(per) as (page,):
            await asyncio.sleep(0.5)
            before, begun = len(page.times), time.monotonic()
            while time.monotonic() < begun + 4:
                await asyncio.to_thread(kari.append, [statement(f"Fordi {time.monotonic()}.")])
            last = time.monotonic()
            await asyncio.sleep(0.8)
            # Every 0.6 seconds where nothing else keeps the machine busy.
            assert 4 <= len(page.times) - before <= 14
            assert page.times[-1] >= last - 0.05

    asyncio.run(check())


def test_watching_goes_on_after_a_restart_with_a_look(serving: Serving) -> None:
    kari, per = serving.log(session()), serving.log(session(name="per"))

    async def check() -> None:
        async with watched(per) as pages:
            await asyncio.to_thread(serving.stop)
            await asyncio.sleep(1)
            begun = time.monotonic()
            await asyncio.to_thread(serving.start)
            assert await pages[0].is_told(since=begun, seconds=2)
            assert await told(pages)(lambda: kari.append([statement("Igjen.")])) == [True]

    asyncio.run(check())


def test_watching_ends_with_the_token(serving: Serving) -> None:
    log = serving.log(session(), serving.token(session(), minutes=-1))

    async def check() -> list[None]:
        return [each async for each in log.changes()]

    assert asyncio.run(asyncio.wait_for(check(), 5)) == []


def test_a_log_without_a_server_looks_now_and_then(logs: Logs, monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    monkeypatch.setattr(direct_log, "LOOK_EVERY", 0.1)
    whole, broken = store.revision, [True]

    def revision() -> int:
        if broken and broken.pop() and pages_are_watching:
            raise StoreError("The disk is away.")
        return whole()

    pages_are_watching: list[bool] = []
    monkeypatch.setattr(store, "revision", revision)

    async def check() -> None:
        async with watched(logs.of(name="per")) as pages:
            await asyncio.sleep(0.2)
            pages_are_watching.append(True)
            broken.append(True)
            await asyncio.sleep(0.3)
            assert pages[0].times == []
            assert await told(pages)(lambda: logs.of().append([statement("Fordi.")])) == [True]

    asyncio.run(check())


@contextmanager
def flooding(address: Path, signer: SessionSigner) -> Iterator[tuple[dict[str, Draft], set[str]]]:
    """Eight people who write as fast as they can, and send again what was not acknowledged."""
    from datetime import timedelta

    sent: dict[str, Draft] = {}
    acknowledged: set[str] = set()
    ended = threading.Event()

    def write(name: str) -> None:
        who = session(name=name)
        log = RemoteLog(who, address, signer.sign(who, timedelta(minutes=5), kernel=KERNEL))
        number = 0
        while not ended.is_set():
            drafts = [make_draft(item, 3, id=f"{name}-{number}-{item}") for item in ("A1-1", "A1-2", "A2-3")]
            sent.update({draft.id: draft for draft in drafts})
            while True:
                try:
                    acknowledged.update(log.append(drafts).ids)
                    break
                except StoreError:
                    if ended.wait(0.02):
                        break
            number += 1
        log.close()

    writers = [threading.Thread(target=partial(write, f"leder{number}")) for number in range(8)]
    for writer in writers:
        writer.start()
    try:
        yield sent, acknowledged
    finally:
        ended.set()
        for writer in writers:
            writer.join()


def test_nothing_acknowledged_is_lost_or_there_twice_when_the_server_is_killed(
    home: Path, database_url: str | None, fauske: LeadershipGroup
) -> None:
    with Store.open(home, database_url) as store:
        store.put_group(fauske)
        signer = SessionSigner(store.keys.session_key)
    folder = sockets.private_folder("kompetanse-test-")
    command = [sys.executable, str(Path(__file__).with_name("serving.py")), str(home), str(folder / "answers")]
    command += [database_url] if database_url else []
    counts = []
    with flooding(folder / "answers", signer) as (sent, acknowledged):
        for _ in range(4):
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
                assert server.stdout is not None
                assert server.stdout.readline() == "ready\n"
                time.sleep(random.uniform(0.3, 0.8))
                server.kill()
            counts.append(len(acknowledged))
    with Store.open(home, database_url) as store:
        there = Counter(answer.id for answer in store.changed_since(0))
    assert counts == sorted(set(counts))
    assert set(there.values()) == {1}
    assert acknowledged <= set(there) <= set(sent)
    # The three of a message are saved together or not at all.
    assert len(there) % 3 == 0
    shutil.rmtree(folder)
