"""The log through the server's socket: the same answers, the same refusals, and nothing for strangers."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import logging
import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kompetanse import sockets
from kompetanse.answers import service as answer_service
from kompetanse.answers.calls import CALLS, WRITES, call
from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.moment import Lead
from kompetanse.answers.remote import RemoteLog, open_log
from kompetanse.answers.session import Role, SessionSigner, new_session_key
from kompetanse.answers.store import Store
from kompetanse.answers.writer import Writer
from kompetanse.errors import AccessDenied, InputError, InvalidAnswer, StoreError
from kompetanse.programme.models import LeadershipGroup, Programme
from kompetanse.settings import Settings
from tests.answers.conftest import Logs, make_draft, session
from tests.answers.serving import KERNEL, Serving

MODULE = "modul-1"
ITEM, THEME = "endringer-rundt-oss", "omverdensblikk"

Make = Callable[..., Draft]


def make_note(text: str) -> Draft:
    """What a contact writes for the group."""
    return make_draft("fordi", text, aspect="answer", step="hvorfor")


def outcome(work: Callable[[], Any]) -> Any:
    """What comes of a call: its result, or its error's class and sentence."""
    try:
        return work()
    except Exception as error:
        return (type(error), str(error))


def fill(logs: Logs) -> None:
    """Three leaders and a contact who have answered, seen and approved; of another group one leader."""
    for number, name in enumerate(("kari", "per", "siv")):
        logs.of(name=name).append(
            [
                make_draft(ITEM, number + 2),
                make_draft(THEME, 4, aspect="to-be"),
                make_draft(THEME, f"Så {name}.", aspect="comment"),
                make_draft(THEME, number > 0, aspect="comment-shared"),
            ]
        )
    logs.of(group="bodo", name="ola").append([make_draft(ITEM, 1)])
    contact = logs.of("contact", name="ida")
    contact.append([make_draft("fordi", "Vi blir færre. 🙂", aspect="answer", step="hvorfor")])
    contact.reveal(MODULE)
    contact.approve(MODULE)
    words = [{"word": "mot", "people": 3}]
    logs.operator().release_words(MODULE, "lederegenskaper", as_of=1, words=words, hidden=0)
    with logs.store.writing() as here:
        here.replies.add(logs.programme.id, MODULE, "Vi flyttet samlingen.")
    logs.operator().release_region(
        MODULE, "region", units=5, people=31, figures=[{"facet": THEME, "mean": 2.5}], basis={THEME: {"1841": "x"}}
    )


ASKED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("groups", {}),
    ("group", {"group_id": "fauske"}),
    ("group", {"group_id": "bodo"}),
    ("group", {"group_id": "finnes-ikke"}),
    ("own", {"module": MODULE}),
    ("own", {"module": "modul-9"}),
    *(
        (name, {"module": MODULE, **group})
        for name in (
            "of_group", "participation", "revealed", "is_revealed", "approval", "approval_in_force", "is_approved",
            "erased_since_approval",
        )
        for group in ({}, {"group": "fauske"}, {"group": "bodo"}, {"group": None})
    ),
    ("participation", {"module": MODULE, "as_of": 2}),
    ("revealed", {"module": MODULE, "round": 2}),
    ("revealed", {"module": "modul-9"}),
    ("region_releases", {"module": MODULE, "audience": "region"}),
    ("region_releases", {"module": MODULE, "audience": "public"}),
    ("released_words", {"module": MODULE, "step": "lederegenskaper"}),
    ("released_words", {"module": MODULE, "step": "evne"}),
    *(
        ("shared_words", {"module": MODULE, "step": "lederegenskaper", **group})
        for group in ({}, {"group": "fauske"}, {"group": "bodo"})
    ),
    ("standing", {"module": MODULE}),
    ("latest", {}),
    ("present", {}),
    ("standing", {"module": MODULE}),
    *(("reply", {"module": module}) for module in (MODULE, "modul-9")),
    ("points", {"module": MODULE}),
    ("show_points", {"module": MODULE}),
    ("show_points", {"module": "modul-9"}),
    *(("moment", {"module": MODULE, **group}) for group in ({}, {"group": "fauske"}, {"group": "bodo"})),
    ("lead", {"module": MODULE, "lead": Lead(theme="finnes-ikke")}),
    ("lead", {"module": MODULE, "lead": Lead("hidden", theme="finnes-ikke")}),
    ("overview", {"module": MODULE}),
    ("overview", {"module": "finnes-ikke"}),
    *(
        ("lead_plenum", {"module": MODULE, "day": date(2026, 12, 8), "lead": lead})
        for lead in (Lead("hidden", "omverdensblikk", "7"), Lead(theme="finnes-ikke"))
    ),
    ("plenum", {"module": MODULE, "day": date(2026, 12, 10)}),
    ("reveal", {"module": MODULE}),
    ("reveal", {"module": MODULE, "round": 2}),
    ("exchange", {"module": MODULE}),
    ("exchange", {"module": "modul-9"}),
    ("cards", {}),
    ("open_cross_group", {"module": MODULE, "step": "tverrgruppe"}),
    ("open_cross_group", {"module": MODULE, "step": "evne"}),
    ("join_cross_group", {"module": MODULE, "step": "tverrgruppe", "code": "ABCD-2345"}),
    ("leave_cross_group", {"cross": "finnes-ikke"}),
    ("write_notes", {"cross": "finnes-ikke", "drafts": [make_draft("hos-oss", "x", aspect="note")]}),
    ("share", {"module": MODULE, "step": "case-1", "to_group": "bodo"}),
    ("take_back", {"module": MODULE, "step": "case-1", "to_group": "bodo"}),
    ("append", {"drafts": [make_draft("", 3)]}),
    ("append", {"drafts": [make_draft(ITEM, 3)]}),
    ("append", {"drafts": [make_draft(ITEM, 9)]}),
    ("append", {"drafts": [make_draft("fordi", "x\ud800", aspect="answer", step="hvorfor")]}),
    ("append", {"drafts": []}),
)  # fmt: skip
ROLES: tuple[tuple[Role, str | None], ...] = (
    ("leader", "fauske"), ("contact", "fauske"), ("leader", "bodo"), ("room", "fauske"), ("facilitator", None),
    ("operator", None),
)  # fmt: skip


@pytest.mark.parametrize(("role", "group"), ROLES, ids=lambda each: str(each))
def test_every_call_says_the_same_as_directly(serving: Serving, logs: Logs, role: Role, group: str | None) -> None:
    fill(logs)
    name = "ida" if role == "contact" else "kari"
    direct, remote = logs.of(role, group=group, name=name), serving.log(session(role, group=group, name=name))
    for asked, arguments in ASKED:
        through, at_once = (outcome(partial(getattr(log, asked), **arguments)) for log in (remote, direct))
        if asked == "append" and not isinstance(at_once, tuple):
            through, at_once = replace(through, time=at_once.time), at_once
        assert through == at_once, (asked, arguments)
        assert type(through) is type(at_once)
    assert {asked for asked, _ in ASKED} == CALLS


def test_every_method_is_either_asked_or_refused(serving: Serving) -> None:
    own = {"changes", "one_look", "open", "close"}
    public = {name for name, _ in inspect.getmembers(AnswerLog) if not name.startswith("_")}
    assert public >= CALLS >= WRITES
    log = serving.log(session())
    for name in public - CALLS - own - {"session"}:
        with pytest.raises(AccessDenied, match=name):
            getattr(log, name)()
    # Nor does the server do it for whoever speaks to it without our client.
    with serving.connection(serving.token(session("operator", group=None))) as peer:
        assert sockets.receive(peer) == {"welcome": True}
        sockets.send(peer, {"call": "everything", "with": {"module": MODULE}})
        assert sockets.receive(peer)["error"] == "AccessDenied"


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    ),
    place=st.sampled_from([("evne", "as-is", ITEM), ("evne", "to-be", THEME), ("hvorfor", "answer", "fordi"),
                           ("tiltak", "action", "t-1"), ("evne", "withheld", "")]),
    round=st.sampled_from([1, 1, 1, 2, 0, True, "1", 1.0, None]),
)  # fmt: skip
def test_whatever_is_sent_is_taken_or_refused_as_directly(
    serving: Serving, logs: Logs, value: Any, place: tuple[str, str, str], round: Any
) -> None:
    step, aspect, subject = place
    draft = replace(make_draft(subject, value, aspect=aspect, step=step), round=round)
    before = serving.store.latest()
    directly = outcome(lambda: logs.of(name="per").append([draft]))
    remote = serving.logs[0] if serving.logs else serving.log(session())
    through = outcome(lambda: remote.append([replace(draft, id=f"{draft.id}-again")]))
    if isinstance(directly, tuple):
        assert through[0] is directly[0]
        if not isinstance(round, bool | str | float | None):
            assert through == directly
        return
    saved = {each.id: each for each in serving.store.changed_since(before)}
    one, other = saved[draft.id], saved[f"{draft.id}-again"]
    assert (json.dumps(one.value), one.subject, one.round) == (json.dumps(other.value), other.subject, other.round)


def refused(serving: Serving, token: str) -> bool:
    """Whether a token opens nothing, neither for asking nor for listening."""
    for purpose in ("answers", "changes"):
        with serving.connection(token, purpose) as peer:
            if sockets.receive(peer).get("error") != "AccessDenied":
                return False
            with pytest.raises(sockets.Gone):
                sockets.receive(peer)
    return True


def test_only_a_good_token_opens_anything(serving: Serving) -> None:
    good = serving.token(session())
    forged = SessionSigner(new_session_key()).sign(session(), timedelta(minutes=5), kernel=KERNEL)
    assert not refused(serving, good)
    assert refused(serving, forged)
    assert refused(serving, serving.token(session(), minutes=-1))
    assert refused(serving, serving.token(session(), kernel=KERNEL.replace("d1", "d2")))
    assert refused(serving, serving.token(replace(session(), programme="another")))
    assert refused(serving, good[:-4] + "AAAA")


def asked(peer: socket.socket) -> dict[str, Any]:
    """What the service says to a question."""
    sockets.send(peer, {"call": "latest", "with": {}})
    answer: dict[str, Any] = sockets.receive(peer)
    return answer


REPLAY = """
import sys
from pathlib import Path
from kompetanse import sockets
peer = sockets.connected(Path(sys.argv[1]), seconds=10)
sockets.send(peer, {"token": sys.argv[2], "for": "answers"})
print(sockets.receive(peer))
"""


def test_a_token_is_good_in_its_own_kernel_only(serving: Serving) -> None:
    token = serving.token(session())

    def replayed(known: str | None) -> str:
        """What another process is told, which the service takes for this kernel."""
        command = [sys.executable, "-c", REPLAY, str(serving.address), token]
        with subprocess.Popen(["sh", "-c", 'read _; exec "$@"', "sh", *command], stdin=-1, stdout=-1) as process:
            if known is not None:
                serving.kernels[process.pid] = known
            return process.communicate(b"go\n")[0].decode()

    assert "AccessDenied" in replayed(None)
    assert "AccessDenied" in replayed("another")
    # It is the process that counts, not what was sent.
    assert "welcome" in replayed(KERNEL)


def test_the_end_of_a_kernel_ends_what_its_token_opened(serving: Serving, logs: Logs) -> None:
    with (
        serving.connection(serving.token(session())) as peer,
        serving.connection(serving.token(session()), "changes") as listening,
    ):
        assert sockets.receive(peer) == sockets.receive(listening) == {"welcome": True}
        assert "result" in asked(peer)
        serving.kernels.clear()
        assert asked(peer)["error"] == "AccessDenied"
        logs.of(name="per").append([make_draft(ITEM, 3)])
        heard = sockets.receive(listening)
        while "error" not in heard:
            # What was news before: that a page had come.
            heard = sockets.receive(listening)
        assert heard["error"] == "AccessDenied"
        with pytest.raises(sockets.Gone):
            sockets.receive(listening)
    assert refused(serving, serving.token(session()))


def test_a_token_that_runs_out_ends_what_it_opened(serving: Serving, logs: Logs) -> None:
    soon = replace(session(), expires=datetime.now(UTC) + timedelta(seconds=1.5))
    with (
        serving.connection(serving.token(soon), "changes") as listening,
        serving.connection(serving.token(soon)) as peer,
    ):
        assert sockets.receive(peer) == sockets.receive(listening) == {"welcome": True}
        sockets.send(peer, {"call": "latest", "with": {}})
        assert "result" in sockets.receive(peer)
        time.sleep(2)
        sockets.send(peer, {"call": "latest", "with": {}})
        assert sockets.receive(peer)["error"] == "AccessDenied"
        logs.of(name="per").append([make_draft(ITEM, 3)])
        heard = sockets.receive(listening)
        while "error" not in heard:
            # What was news before: that a page had come.
            heard = sockets.receive(listening)
        assert heard["error"] == "AccessDenied"
        with pytest.raises(sockets.Gone):
            sockets.receive(listening)


def test_a_session_is_the_tokens_and_not_the_pages(serving: Serving, logs: Logs) -> None:
    fill(logs)
    # A kernel that says it is Fauske's contact, with the token of a leader of Bodø.
    liar = serving.log(session("contact", name="ida"), serving.token(session(group="bodo", name="ola")))
    assert [each.subject for each in liar.own(MODULE)] == [ITEM]
    with pytest.raises(AccessDenied):
        liar.of_group(MODULE, "fauske")
    with pytest.raises(AccessDenied):
        liar.reveal(MODULE)
    with serving.connection(serving.token(session(group="bodo"))) as peer:
        sockets.receive(peer)
        sockets.send(peer, {"call": "own", "with": {"module": MODULE, "session": "x", "self": None}})
        assert sockets.receive(peer)["error"] == "InvalidAnswer"
        sockets.send(peer, {"call": "own", "with": {"module": MODULE}, "session": {"group": "fauske"}})
        with pytest.raises(sockets.Gone):
            sockets.receive(peer)


SECRET = "hemmelig-svar"


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\n\r\n" + SECRET.encode(),
        struct.pack("!I", 2**31) + SECRET.encode(),
        struct.pack("!I", answer_service.MOST_BYTES + 1),
        struct.pack("!I", 13) + SECRET.encode(),
        sockets.packed([SECRET]),
        sockets.packed({"call": SECRET}),
        sockets.packed({"call": "own", "with": {}, "more": SECRET}),
        sockets.packed({"call": 7, "with": {}}),
        sockets.packed({"look": SECRET}),
        sockets.packed({"look": [SECRET]}),
        sockets.packed({"look": [{"call": "append", "with": {"drafts": []}}]}),
        sockets.packed({"look": [{"call": "latest", "with": {}}] * (answer_service.MOST_AT_ONCE + 1)}),
        b'\x00\x00\x27\x10' + b"[" * 10_000,
        b"\x00\x00\x00\x20half a message",
    ],
    ids=range(14),
)  # fmt: skip
@pytest.mark.parametrize("welcomed", [True, False])
def test_garbage_closes_its_own_connection_only(
    serving: Serving,
    sent: bytes,
    welcomed: bool,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(answer_service, "SECONDS", 0.5)
    other, token = serving.log(session(name="per")), serving.token(session())
    other.append([make_draft(ITEM, 3)])
    with caplog.at_level(logging.INFO), serving.connection(token if welcomed else "") as peer:
        if welcomed:
            sockets.receive(peer)
        peer.sendall(sent)
        with pytest.raises(sockets.Gone):
            sockets.receive(peer)
    assert other.append([make_draft(ITEM, 4)])
    assert len([record for record in caplog.records if "connection" in record.getMessage()]) == 1
    assert SECRET not in caplog.text
    assert token not in caplog.text


def test_whoever_says_nothing_or_listens_to_nothing_is_let_go(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_service, "SECONDS", 0.3)
    with serving.connection() as silent, pytest.raises(sockets.Gone):
        sockets.receive(silent)
    with serving.connection(serving.token(session(name="per"))) as deaf:
        sockets.receive(deaf)
        with contextlib.suppress(BrokenPipeError):
            while True:
                sockets.send(deaf, {"call": "groups", "with": {}})
        begun = time.monotonic()
        serving.log(session()).append([make_draft(ITEM, 3)])
        assert time.monotonic() - begun < 1
        with contextlib.suppress(sockets.Gone):
            while True:
                assert sockets.receive(deaf)


def test_one_person_has_only_so_many_connections(serving: Serving) -> None:
    logs = [serving.log(session()) for _ in range(answer_service.CONNECTIONS_PER_PERSON)]
    assert {log.latest() for log in logs} == {0}
    one_more = serving.log(session())
    with pytest.raises(StoreError, match="too many connections"):
        one_more.latest()
    assert serving.log(session(name="per")).latest() == 0
    logs[0].close()
    deadline = time.monotonic() + 5
    while isinstance(outcome(one_more.latest), tuple):
        assert time.monotonic() < deadline
    for log in (*logs, one_more):
        log.close()


def test_a_flood_of_questions_holds_up_only_its_sender(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AnswerLog, "own", lambda self, module: time.sleep(0.5) or [])
    flood, other = [serving.log(session()) for _ in range(12)], serving.log(session(name="per"))
    other.latest()
    threads = [threading.Thread(target=log.own, args=(MODULE,)) for log in flood]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    begun = time.monotonic()
    other.latest()
    other.append([make_draft(ITEM, 3)])
    assert time.monotonic() - begun < 0.4
    for thread in threads:
        thread.join()


def test_who_no_longer_waits_does_not_end_the_writer(store: Store, logs: Logs) -> None:
    writer, free = Writer(store), threading.Event()

    async def use() -> None:
        first = writer.write(lambda _: free.wait(5))
        left = writer.write(lambda _: logs.of().append([make_draft(ITEM, 3)]))
        assert left.cancel()
        free.set()
        assert await asyncio.wait_for(first, 5)
        assert await asyncio.wait_for(writer.write(lambda _: "still there"), 5) == "still there"

    asyncio.run(use())
    writer.close()
    assert store.changed_since(0) == []


def test_what_is_refused_takes_nothing_of_the_others_with_it(store: Store, programme: Programme) -> None:
    writer, free = Writer(store), threading.Event()

    def keep(value: int, then: type[Exception] | None = None) -> Callable[[Store], Any]:
        def work(here: Store) -> None:
            with here.writing() as writing:
                AnswerLog(session(), here, programme).append([make_draft(ITEM, value)])
                assert writing.answers.latest()
                if then is not None:
                    raise then("no")

        return work

    async def use() -> list[Any]:
        # All but the first wait until it is done, and are then written together.
        first = writer.write(lambda _: free.wait(5))
        waiting = [
            writer.write(keep(2)),
            writer.write(keep(3, InvalidAnswer)),
            writer.write(keep(4, ZeroDivisionError)),
        ]
        waiting.append(writer.write(keep(5)))
        free.set()
        await first
        return await asyncio.gather(*waiting, return_exceptions=True)

    outcomes = asyncio.run(use())
    writer.close()
    assert [type(each) for each in outcomes] == [type(None), InvalidAnswer, StoreError, type(None)]
    assert [each.value for each in store.changed_since(0)] == [2, 5]


def test_another_users_process_is_not_let_in(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    with serving.connection() as peer, pytest.raises(sockets.Gone):
        sockets.receive(peer)


def together(work: list[Callable[[], Any]]) -> list[Any]:
    """What comes of each, all at once."""
    outcomes: list[Any] = [None] * len(work)
    barrier = threading.Barrier(len(work))

    def do(place: int) -> None:
        barrier.wait()
        outcomes[place] = outcome(work[place])

    threads = [threading.Thread(target=do, args=(place,)) for place in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_one_that_is_refused_does_not_take_the_others_with_it(serving: Serving, logs: Logs, store: Store) -> None:
    fill(logs)
    store.put_group(LeadershipGroup(id="traena", name="Træna", municipalities=("1835",), made_up=True))
    before, sent, resent = store.latest(), {}, make_draft(ITEM, 4)
    logs.of(group="traena", name="ane").append([resent])
    work: list[Callable[[], Any]] = []
    for number in range(60):
        log = serving.log(session(group="traena", name="ane" if number % 10 == 9 else f"l{number}"))
        good, bad = make_draft(ITEM, 3), make_draft(ITEM, 9)
        sent[number] = good
        match number % 10:
            case 3:  # of one whose answers the group has seen
                locked = serving.log(session(name="kari"))
                work.append(partial(locked.append, [good]))
            case 6:
                work.append(partial(log.append, [good, bad]))
            case 9:
                work.append(partial(log.append, [resent]))
            case _:
                work.append(partial(log.append, [good]))
    outcomes = together(work)
    there = [each.id for each in store.changed_since(before)]
    for number, each in enumerate(outcomes):
        match number % 10:
            case 3:
                assert each[0] is AccessDenied
                assert sent[number].id not in there
            case 6:
                assert each[0] is InvalidAnswer
                assert sent[number].id not in there
            case 9:
                assert each.ids == (resent.id,)
            case _:
                assert each.ids == (sent[number].id,)
                assert there.count(sent[number].id) == 1
    assert there.count(resent.id) == 1


def test_limits_hold_among_those_written_together(serving: Serving, programme: Programme, store: Store) -> None:
    instrument = programme.instrument_of_module(programme.modules[0])
    assert instrument is not None

    def choose(name: str, theme: str) -> Any:
        return serving.log(session(name=name)).append(
            [make_draft(theme, True, aspect="priority", step="prioriteringer")]
        )

    outcomes = together([partial(choose, f"l{n}", facet.id) for n, facet in enumerate(instrument.facets)])
    assert len([each for each in outcomes if not isinstance(each, tuple)]) == 3
    assert {each[0] for each in outcomes if isinstance(each, tuple)} == {InvalidAnswer}
    assert len(store.current(group="fauske", aspect="priority")) == 3


def test_one_that_the_database_refuses_does_not_take_the_others_with_it(
    serving: Serving, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = AnswerLog.append

    def append(self: AnswerLog, drafts: Any) -> Any:
        given = list(drafts)
        if given[0].value == 4:
            raise StoreError("The database was angry.")
        if given[0].value == 5:
            raise ValueError(f"never heard of {SECRET}")
        return whole(self, given)

    monkeypatch.setattr(AnswerLog, "append", append)
    logs = [serving.log(session(name=f"l{number}")) for number in range(20)]
    outcomes = together([partial(log.append, [make_draft(ITEM, 2 + n % 4)]) for n, log in enumerate(logs)])
    for number, each in enumerate(outcomes):
        if number % 4 == 2:
            assert each == (StoreError, "The database was angry.")
        elif number % 4 == 3:
            assert each[0] is StoreError
            assert SECRET not in each[1]
        else:
            assert each.ids
    assert len(store.changed_since(0)) == 10
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text


def test_a_commit_that_fails_acknowledges_nothing(
    serving: Serving, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kompetanse.answers.store.database import Database

    log, draft, whole = serving.log(session()), make_draft(ITEM, 3), Database.writing
    other = make_draft(ITEM, 4)

    from contextlib import contextmanager

    @contextmanager
    def writing(self: Database) -> Iterator[Any]:
        with whole(self) as connection:
            yield connection
            raise StoreError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "writing", writing)
        outcomes = together([lambda: log.append([draft]), lambda: serving.log(session(name="per")).append([other])])
        assert outcomes == [(StoreError, "The disk is full.")] * 2
    assert store.changed_since(0) == []
    assert log.append([draft]).ids == (draft.id,)


def test_a_server_that_was_away_is_found_again(serving: Serving, store: Store) -> None:
    log, draft = serving.log(session()), make_draft(ITEM, 3)
    assert log.append([draft])
    serving.stop()
    for _ in range(2):
        with pytest.raises(StoreError, match="does not answer"):
            log.own(MODULE)
    serving.start()
    assert [each.id for each in log.own(MODULE)] == [draft.id]
    # Restarted while nobody asked: nobody notices.
    serving.stop()
    serving.start()
    assert log.append([draft]).ids == (draft.id,)
    assert len(store.changed_since(0)) == 1


def test_a_server_that_hangs_is_waited_for_only_so_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kompetanse.answers import remote

    monkeypatch.setattr(remote, "PATIENCE_SECONDS", 0.3)
    folder = sockets.private_folder("kompetanse-test-")
    with sockets.listening(folder / "deaf"):
        log = RemoteLog(session(), folder / "deaf", "x")
        begun = time.monotonic()
        with pytest.raises(StoreError):
            log.latest()
        assert time.monotonic() - begun < 2
    shutil.rmtree(folder)


def test_the_settings_say_whom_to_ask(serving: Serving, programme: Programme, tmp_path: Path) -> None:
    token = serving.token(session())
    through = Settings.from_environment(
        {
            "KOMPETANSE_ANSWER_LOG": str(serving.address),
            "KOMPETANSE_SESSION": token,
            "KOMPETANSE_HOME": str(tmp_path / "none"),
        }
    )
    log = open_log(session(), through, programme)
    assert isinstance(log, RemoteLog)
    with contextlib.closing(log):
        assert log.append([make_draft(ITEM, 3)])
    assert not (tmp_path / "none").exists()
    directly = open_log(session(), Settings.from_environment({"KOMPETANSE_HOME": str(tmp_path / "none")}), programme)
    assert type(directly) is AnswerLog
    with pytest.raises(InputError):
        directly.group("fauske")
    directly._store.close()


def test_one_look_asks_the_same_only_once(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    log, asked = serving.log(session()), []
    exchange = log._exchange
    monkeypatch.setattr(log, "_exchange", lambda message: (asked.append(message["call"]), exchange(message))[1])
    with log.one_look():
        assert log.own(MODULE) == log.own(MODULE) == []
        log.append([make_draft(ITEM, 3)])
        log.append([make_draft(ITEM, 4)])
        assert log.is_revealed(MODULE) is log.is_revealed(MODULE) is False
        assert log.is_revealed(MODULE, round=2) is False
    assert asked == ["own", "append", "append", "is_revealed", "is_revealed"]
    assert [each.value for each in log.own(MODULE)] == [4]


def test_the_next_look_asks_all_of_it_in_one_go(serving: Serving, logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    log, sent = serving.log(session("contact", name="ida")), []
    exchange = log._exchange
    monkeypatch.setattr(log, "_exchange", lambda message: (sent.append(message), exchange(message))[1])

    def look() -> list[Any]:
        with log.one_look():
            of_groups = [outcome(partial(log.group, group)) for group in ("fauske", "bodo")]
            return [*of_groups, log.participation(MODULE).answered]

    first, alone = look(), len(sent)
    logs.of(name="kari").append([make_draft(ITEM, 3)])
    sent.clear()
    again = look()
    # What is refused is asked once more by itself, for its own sentence.
    assert [list(each) for each in sent] == [["look"], ["call", "with"]]
    assert (alone, first[:2], first[2], again[2]) == (3, again[:2], 0, 1)
    assert again[1][0] is AccessDenied
    sent.clear()
    with log.one_look():
        pass
    look()
    assert len(sent) == 4


def test_a_page_that_opens_asks_the_same_only_once(
    serving: Serving, logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, asked = serving.log(session(), opens=True), []
    exchange = log._exchange
    monkeypatch.setattr(log, "_exchange", lambda message: (asked.append(next(iter(message))), exchange(message))[1])
    assert log.of_group(MODULE) == log.of_group(MODULE) == []
    assert log.is_revealed(MODULE) is log.is_revealed(MODULE) is False
    assert len(asked) == 2
    # Others write before the page hears of changes: it takes a look when it begins to hear, and cells go by that look.
    draft = make_note("Fra gruppa")
    logs.of("contact", name="ida").append([draft])
    assert log.of_group(MODULE) == []
    asked.clear()
    with log.one_look():
        (found,) = log.of_group(MODULE)
    assert (found.id, asked) == (draft.id, ["look"])
    assert (log.of_group(MODULE), asked) == ([found], ["look"])


def test_a_page_that_has_written_asks_every_time(serving: Serving, logs: Logs) -> None:
    log = serving.log(session(), opens=True)
    assert log.own(MODULE) == []
    for value in (3, 4):
        log.append([make_draft(ITEM, value)])
        assert [each.value for each in log.own(MODULE)] == [value]
    assert log.of_group(MODULE) == []
    logs.of("contact", name="ida").append([make_note("Fra gruppa")])
    assert len(log.of_group(MODULE)) == 1


def test_a_page_opens_for_a_while_only(serving: Serving, logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    from kompetanse.answers import remote

    monkeypatch.setattr(remote, "OPENING_SECONDS", 0.2)
    log = serving.log(session(), opens=True)
    assert log.of_group(MODULE) == []
    logs.of("contact", name="ida").append([make_note("Fra gruppa")])
    time.sleep(0.3)
    assert len(log.of_group(MODULE)) == 1


def test_what_travels_is_what_the_log_says() -> None:
    for name in CALLS:
        assert set(call(name).parameters) == set(inspect.signature(getattr(AnswerLog, name)).parameters) - {"self"}


def test_a_connection_is_made_only_when_something_is_asked() -> None:
    RemoteLog(session(), Path("/nowhere"), "x")
    assert not [each for each in threading.enumerate() if "answers" in each.name]
