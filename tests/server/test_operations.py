"""Watching a server, stopping it in good order, and holding those off who would hold it up."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import nbformat
import pytest
import websocket

from kompetanse.answers.store import Store
from kompetanse.server.limits import Limits
from kompetanse.server.traffic import Traffic
from tests.server.conftest import Codes, fill
from tests.server.running import NOTEBOOKS, Answer, Server, Visitor, kernels_of, wait_until
from tests.server.writing import WritingPage

TOML = """
behind_proxy = true

[limits]
connections = 60
silent_seconds = 30
body_seconds = 1.5
stalled_seconds = 2
header_bytes = 8192
message_bytes = 65536
messages_per_second = 4
sockets_per_kernel = 2
drain_seconds = 8
"""


def prepared(home: Path) -> Codes:
    """A home with tight limits."""
    codes = fill(home)
    (home / "kompetanse.toml").write_text(TOML)
    return codes


def metrics(server: Server) -> dict[str, float]:
    """The server's figures, as its operator's monitoring reads them."""
    token = (server.home / "keys" / "metrics.token").read_text()
    text = Visitor(server).get("/metrics", headers={"Authorization": f"Bearer {token}"}).text
    rows = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in rows}


@pytest.fixture(scope="module")
def tight_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tight") / "home"


@pytest.fixture(scope="module")
def tight_codes(tight_home: Path) -> Codes:
    return prepared(tight_home)


@pytest.fixture(scope="module")
def tight(tight_home: Path, tight_codes: Codes) -> Iterator[Server]:
    """A server with tight limits that tests share."""
    running = Server(tight_home, idle_minutes=0.5, kernels=16)
    assert wait_until(lambda: Visitor(running).get("/readyz").status == 200, seconds=240)
    yield running
    assert running.stop() == 0


@pytest.fixture
def writer(tight: Server, tight_codes: Codes) -> WritingPage:
    """A new leader's page."""
    return WritingPage(Visitor(tight).sign_in(tight_codes.leader))


# ---- Watching it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given", [None, "Bearer ", "Bearer x", "Basic x", "bearer {token}", "Bearer {token}x", "{token}"]
)
def test_figures_are_for_the_operator_alone(tight: Server, given: str | None) -> None:
    path = tight.home / "keys" / "metrics.token"
    assert path.stat().st_mode & 0o777 == 0o600
    headers = {"Authorization": given.format(token=path.read_text())} if given else {}
    answer = Visitor(tight).get("/metrics", headers=headers)
    assert (answer.status, answer.text) == (404, "404\n")


def test_figures_count_and_name_nobody(tight: Server, tight_codes: Codes, writer: WritingPage) -> None:
    before = metrics(tight)
    with writer.connected():
        name = writer.write("bra")
        assert writer.saved() == name
        now = metrics(tight)
        assert now["kompetanse_websockets"] == before["kompetanse_websockets"] + 1
    Visitor(tight).post("/inn", {"kode": "FEIL-KODE"})
    now = metrics(tight)
    grown = {name: value - before.get(name, 0) for name, value in now.items() if value > before.get(name, 0)}
    assert grown["kompetanse_answers_saved_total"] == 1
    assert grown["kompetanse_save_seconds_count"] == 1
    assert grown['kompetanse_sign_ins_total{outcome="wrong"}'] == 1
    assert now['kompetanse_kernel_starts_total{way="warm"}'] >= 1
    assert now["kompetanse_kernel_start_seconds_count"] >= 1
    assert now["kompetanse_kernel_places"] == 16
    assert sum(now[f'kompetanse_kernels{{state="{state}"}}'] for state in ("starting", "open", "alone")) >= 1
    assert now["kompetanse_renderer_queue"] == 0
    labels = {label for name in now for label in re.findall(r'(\w+)="', name)}
    assert labels <= {"le", "state", "way", "outcome", "status", "limit", "logger"}
    with Store.open(tight.home) as store:
        people = {answer.participant for answer in store.changed_since(0)}
    told = "\n".join(now)
    assert not [each for each in ("fauske", "bodo", "1841", *people) if each in told]


def test_memory_of_kernels_is_measured(tight: Server, writer: WritingPage) -> None:
    with writer.connected():
        assert wait_until(lambda: metrics(tight)["kompetanse_kernel_memory_bytes"] > 5e6, seconds=15)


def test_ready_says_one_word_for_each_thing_that_is_wrong(tmp_path: Path) -> None:
    home = tmp_path / "home"
    fill(home)
    (home / "kompetanse.toml").write_text("[limits]\nfree_megabytes = 1000000000\n")
    server = Server(home)
    try:
        assert wait_until(lambda: Visitor(server).get("/readyz").text == "disk\n", seconds=240)
        assert Visitor(server).get("/readyz").status == 503
        assert Visitor(server).get("/healthz").text == "ok\n"
        # Whoever holds the database says nothing about its health to a stranger but this word.
        with closing(sqlite3.connect(home / "kompetanse.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert wait_until(lambda: Visitor(server).get("/readyz").text == "database disk\n", seconds=20)
        assert wait_until(lambda: Visitor(server).get("/readyz").text == "disk\n", seconds=20)
    finally:
        assert server.stop() == 0
    assert "Not ready, because of disk" in server.log


# ---- Holding off ---------------------------------------------------------------------------------------------------


def test_many_silent_connections_hold_up_nobody(tight: Server) -> None:
    with ExitStack() as opened:
        for number in range(150):
            # Some say nothing, some a word of a request and never the rest.
            slow = opened.enter_context(closing(socket.create_connection(("127.0.0.1", tight.port), 5)))
            slow.sendall(b"GET /inn HTTP/1.1\r\nHost: x\r\nX-Slow: " if number % 2 else b"")
        slowest = 0.0
        for _ in range(10):
            begun = time.monotonic()
            assert Visitor(tight).get("/inn").status == 200
            slowest = max(slowest, time.monotonic() - begun)
        assert slowest < 5
        assert metrics(tight)["kompetanse_connections"] <= 60
    assert metrics(tight)['kompetanse_cut_off_total{limit="connections"}'] >= 90


def test_many_silent_connections_at_once_shut_nobody_out(tight: Server) -> None:
    with ExitStack() as opened:
        os.kill(tight.process.pid, signal.SIGSTOP)  # so that all of them are let in together
        try:
            for _ in range(100):
                opened.enter_context(closing(socket.create_connection(("127.0.0.1", tight.port), 5)))
            visitor = opened.enter_context(closing(socket.create_connection(("127.0.0.1", tight.port), 10)))
            visitor.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        finally:
            os.kill(tight.process.pid, signal.SIGCONT)
        assert visitor.recv(64).startswith(b"HTTP/1.1 200 ")


def told(server: Server, *parts: bytes, pause: float = 0.0, seconds: float = 10.0) -> bytes:
    """What comes back until the server closes the connection; a TimeoutError if it does not."""
    with closing(socket.create_connection(("127.0.0.1", server.port), seconds)) as peer:
        answer = b""
        try:
            for part in parts:
                peer.sendall(part)
                time.sleep(pause)
            while more := peer.recv(65536):
                answer += more
        except ConnectionError:
            pass
        return answer


def test_body_that_trickles_in_is_not_waited_for(tight: Server) -> None:
    begun = time.monotonic()
    head = b"POST /inn HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    assert told(tight, head, *[b"x"] * 8, pause=0.4) == b""
    assert time.monotonic() - begun < 6


def test_what_is_too_large_is_refused(tight: Server) -> None:
    assert b" 200 " not in told(tight, b"GET /inn HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 20000 + b"\r\n\r\n")
    head = b"POST /inn HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n"
    assert told(tight, head).startswith((b"HTTP/1.1 400", b"HTTP/1.1 413"))


def test_reader_that_takes_nothing_is_let_go(tight: Server) -> None:
    with closing(socket.socket()) as stuck:
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stuck.connect(("127.0.0.1", tight.port))
        stuck.sendall(b"GET /statisk/fonts/Inter.woff2 HTTP/1.1\r\nHost: x\r\n\r\n" * 40)
        time.sleep(0.5)
        name = f"127.0.0.1:{stuck.getsockname()[1]}"
        assert name in connections()
        assert wait_until(lambda: name not in connections(), seconds=12)


def connections() -> str:
    """The established connections of this machine, as the system lists them."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    found = [row[2] for row in rows if row[3] == "01"]
    return "\n".join(f"127.0.0.1:{int(each.split(':')[1], 16)}" for each in found)


def test_page_that_sends_too_much_is_cut_off_and_comes_back(tight: Server, writer: WritingPage) -> None:
    with writer.connected():
        for _ in range(60):
            try:
                writer.say("comm_info_request", {"target_name": "jupyter.widget"})
            except (ConnectionError, OSError):
                break
        assert writer.saved() is None
    time.sleep(1.0)
    with writer.connected():
        name = writer.write("igjen")
        assert writer.saved() == name


def test_voilas_page_opens_only_so_many_comms() -> None:
    """Pages of our own open none at all (test_attack.py)."""
    line = Traffic(Limits(comms_per_kernel=3)).line("a-kernel")
    assert [line.may_open(f"c{number}") for number in range(4)] == [True, True, True, False]
    line.comms.discard("c1")
    assert line.may_open("c4")


def test_kernel_has_only_so_many_pages(tight: Server, writer: WritingPage) -> None:
    with writer.connected(), writer.visitor.channels(writer.kernel):
        with writer.visitor.channels(writer.kernel) as third:
            assert third.recv_data()[0] == websocket.ABNF.OPCODE_CLOSE
        name = writer.write("holder")
        assert writer.saved() == name


def test_message_that_is_too_large_is_refused(tight: Server, writer: WritingPage) -> None:
    with writer.connected():
        writer.write("x" * 70000)
        assert writer.saved() is None
        assert writer.closed_by in {None, 1009}


def test_every_answer_has_the_headers_also_where_something_is_wrong(tight: Server, tight_codes: Codes) -> None:
    leader, over_tls = Visitor(tight), {"X-Forwarded-Proto": "https"}
    leader.get("/inn")
    leader.post("/inn", {"kode": tight_codes.leader}, headers=over_tls)
    # A browser keeps these for TLS, which stands in front of the server.
    over_tls["Cookie"] = leader.cookie
    found = re.search(r'"kernelId": ?"([0-9a-f-]{36})"', leader.get("/arbeidsbok/forarbeid", headers=over_tls).text)
    assert found
    kernel = found[1]
    answers: dict[str, Answer] = {
        address: leader.get(address, headers=over_tls)
        for address in (
            "/", "/inn", "/nothing", "/slett", "/healthz", "/readyz", "/metrics", "/statisk/page.css",
            "/statisk/no.css", "/arbeidsbok/nothing", "/arbeidsbok/forarbeid", "/mine-svar.json",
            "/rapport/fauske/kommunerapport.html", f"/api/kernels/{kernel}", f"/api/kernels/{kernel}/channels",
            f"/voila/api/shutdown/{kernel}",
        )
    }  # fmt: skip
    answers["no token"] = leader.post("/sprak", xsrf=False, headers=over_tls)
    assert {answer.status for answer in answers.values()} >= {200, 400, 403, 404, 405}
    for address, answer in answers.items():
        headers = answer.headers
        assert headers["Strict-Transport-Security"] == "max-age=31536000", address
        assert headers["X-Content-Type-Options"] == "nosniff", address
        assert headers["X-Frame-Options"] == "DENY", address
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], address
        assert headers["Referrer-Policy"] == "same-origin", address
        assert "camera=()" in headers["Permissions-Policy"], address
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", address
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", address
        assert "Server" not in headers, address
    assert "Strict-Transport-Security" not in Visitor(tight).get("/inn").headers


def test_log_of_a_day_names_nobody(tight: Server, tight_codes: Codes, writer: WritingPage) -> None:
    """Everything that goes wrong for people goes wrong here; then the log is read."""
    leader, secret = writer.visitor, "Rådmannen vil slutte"
    with writer.connected():
        writer.write("x", say=f"{tight_codes.leader} {writer.kernel}", fail=f"{secret}\n{secret} {writer.kernel}")
        time.sleep(0.5)
        for broken in ("{", "[]", json.dumps({"channel": None, "header": {"msg_type": "comm_msg"}, "x": secret})):
            assert writer._channels
            writer._channels.send(broken)
        writer.say("execute_request", {"code": secret})
    leader.get("/arbeidsbok/samling")
    leader.get("/arbeidsbok/etterarbeid")
    for address in (f"/inn/{tight_codes.leader}", f"/api/kernels/{writer.kernel}?x={secret.encode().hex()}", "/%00%ff"):
        leader.get(address)
    Visitor(tight).get(f"/api/kernels/{writer.kernel}/channels?session_id={writer.kernel}")
    told(tight, b"GET /inn/" + tight_codes.leader.encode() + b" HTTP/9.9\r\nBroken\r\n\r\n")
    log = tight.log
    with Store.open(tight.home) as store:
        people = [answer.participant for answer in store.changed_since(0) if answer.participant]
    cookies = [each.value for each in leader.cookies]
    hidden = [secret, writer.kernel, *people, *cookies, *vars(tight_codes).values()]
    assert not [each for each in hidden if each and each in log]
    assert "A kernel said: " in log


# ---- Stopping it ---------------------------------------------------------------------------------------------------


@pytest.fixture
def slow_server(tmp_path: Path) -> Iterator[tuple[Server, Codes]]:
    """A server whose gathering takes three seconds to show."""
    notebooks = tmp_path / "notebooks"
    shutil.copytree(NOTEBOOKS, notebooks)
    found = nbformat.read(notebooks / "samling.ipynb", as_version=4)
    last = next(cell for cell in found.cells if cell.id == "tiltak")
    last.source = "import time\ntime.sleep(3)\n" + last.source.replace("Tiltak", "Helt til slutt")
    nbformat.write(found, notebooks / "samling.ipynb")
    codes = prepared(tmp_path / "home")
    running = Server(tmp_path / "home", notebooks=notebooks)
    yield running, codes
    if running.process.poll() is None:
        running.stop(signal.SIGKILL)


def test_stopping_lets_pages_and_answers_come_to_their_end(slow_server: tuple[Server, Codes]) -> None:
    server, codes = slow_server
    reader, writer = Visitor(server).sign_in(codes.leader), WritingPage(Visitor(server).sign_in(codes.leader))
    stranger = Visitor(server)
    pages: list[Answer] = []
    reading = threading.Thread(target=lambda: pages.append(reader.get("/arbeidsbok/samling")))
    with writer.connected():
        reading.start()
        assert wait_until(lambda: len(kernels_of(server.process.pid)) == 2)
        time.sleep(0.3)
        on_its_way = writer.write("snart", wait=1.5)
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        assert wait_until(lambda: stranger.get("/readyz").text == "stopping\n", seconds=5)
        new = stranger.get("/inn")
        assert (new.status, new.headers["Retry-After"]) == (503, "20")
        assert "Tjenesten starter på nytt" in new.text
        assert writer.visitor.get(f"/api/kernels/{writer.kernel}").status == 503
        writer.write("sent")
        assert writer.saved() == on_its_way
        assert writer.saved() is None
        assert writer.closed_by == 1001
    reading.join(30)
    assert "Helt til slutt" in pages[0].text
    assert pages[0].text.rstrip().endswith("</html>")
    assert server.process.wait(20) == 0
    with Store.open(server.home) as store:
        assert [answer.id for answer in store.changed_since(0)] == [on_its_way]
    server.start()
    assert WritingPage(writer.visitor)


def test_second_signal_stops_at_once(slow_server: tuple[Server, Codes]) -> None:
    server, codes = slow_server
    writer = WritingPage(Visitor(server).sign_in(codes.leader))
    with writer.connected():
        kernels = kernels_of(server.process.pid)
        writer.write("aldri", wait=60)
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(1.0)
        assert server.process.poll() is None
        begun = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(5) == 1
        assert time.monotonic() - begun < 3
    assert wait_until(lambda: not [pid for pid in kernels if Path(f"/proc/{pid}").exists()])


# ---- Faults --------------------------------------------------------------------------------------------------------


def test_full_disk_loses_nothing_that_was_acknowledged(tight: Server, writer: WritingPage) -> None:
    """The server's files may grow no further, as on a full disk or a used-up quota; then there is room again."""
    pid, everywhere = tight.process.pid, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    wal = tight.home / "kompetanse.sqlite-wal"
    with writer.connected():
        first = writer.write("plass")
        assert writer.saved() == first
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (wal.stat().st_size, resource.RLIM_INFINITY))
        try:
            refused = writer.write("trangt")
            with pytest.raises(AssertionError, match="Nothing was acknowledged"):
                writer.saved(seconds=3)
            assert wait_until(lambda: "database" in Visitor(tight).get("/readyz").text, seconds=20)
            # People can still read, and see what is wrong in words.
            assert writer.visitor.get("/").status == 200
        finally:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, everywhere)
        again = writer.write("rom")
        assert writer.saved() == again
    assert wait_until(lambda: Visitor(tight).get("/readyz").status == 200, seconds=20)
    with Store.open(tight.home) as store:
        there = {answer.id for answer in store.changed_since(0)}
    assert {first, again} <= there
    assert refused not in there
    assert metrics(tight)["kompetanse_saves_failed_total"] >= 1


def test_locked_database_is_waited_for(tight: Server, writer: WritingPage) -> None:
    with writer.connected(), closing(sqlite3.connect(tight.home / "kompetanse.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        name = writer.write("venter")
        time.sleep(2)
        other.execute("COMMIT")
        assert writer.saved() == name
