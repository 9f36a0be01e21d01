"""A kernel belongs to the one who started it, knows no secret, and ends when nobody looks."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import websocket

from kompetanse.answers.store import Store
from kompetanse.kernels.warm import ONE_THREAD
from kompetanse.server.kernels import kernel_environment
from kompetanse.server.limits import FEWEST_KERNELS, kernels_that_fit
from kompetanse.server.messages import ALLOWED_MESSAGES
from kompetanse.settings import INHERITED, workbooks_folder
from tests.server.conftest import Codes, fill
from tests.server.running import Server, Visitor, is_running, kernels_of, message, wait_until

#: What a kernel is told by us, and what IPython and Jupyter add.
OURS = {
    "IPYTHONDIR", "JPY_PARENT_PID", "JPY_SESSION_NAME", "KOMPETANSE_ANSWER_LOG", "KOMPETANSE_CODE", "KOMPETANSE_KERNEL",
    "KOMPETANSE_PUBLIC_KEY", "KOMPETANSE_RENDERER", "KOMPETANSE_SESSION", "KOMPETANSE_KERNEL_MEMORY",
    "KOMPETANSE_KERNEL_SECONDS", "VOILA_KERNEL_ID",
}  # fmt: skip
BY_IPYTHON = {
    "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "GIT_PAGER", "LC_CTYPE", "LINES", "COLUMNS", "MPLBACKEND", "PAGER",
    "PYDEVD_USE_FRAME_EVAL", "TERM",
}  # fmt: skip


def environment_of(pid: int) -> dict[str, str]:
    """The environment that a process, or the one it was forked from, was started with."""
    entries = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(entry.split("=", 1) for entry in entries if "=" in entry)


def answer_socket(pid: int) -> Path:
    """Where a server listens for its kernels."""
    inodes = {path.removeprefix("socket:[").removesuffix("]") for path in open_files(pid) if path.startswith("socket:")}
    rows = [row.split() for row in Path("/proc/net/unix").read_text().splitlines()[1:]]
    (found,) = {Path(row[7]) for row in rows if len(row) > 7 and row[6] in inodes and row[7].endswith("/answers")}
    return found


def open_files(pid: int) -> list[str]:
    """What a process has open."""
    found = []
    for path in Path(f"/proc/{pid}/fd").iterdir():
        # It may be closed just now.
        with suppress(FileNotFoundError):
            found.append(os.readlink(path))
    return found


FAILED = "Vi fikk ikke vist dette steget"


def arrived(page: str) -> str:
    """What the kernel's cells have put on a page, without the sentences that a page has at hand."""
    return page.split('id="jupyter-config-data"')[1]


def test_kernel_inherits_an_allow_list_and_nothing_else() -> None:
    found = kernel_environment(
        {"PATH": "/bin", "SECRET": "x", "HTTP_COOKIE": "y", "KOMPETANSE_SESSION": "old"},
        {"KOMPETANSE_SESSION": "new"},
        kernel_id="k",
    )
    assert found == {"PATH": "/bin", "KOMPETANSE_SESSION": "new", "VOILA_KERNEL_ID": "k", **ONE_THREAD}


def test_number_of_kernels_follows_the_memory() -> None:
    assert kernels_that_fit(0) == FEWEST_KERNELS
    assert kernels_that_fit(8 * 2**30) > 2 * kernels_that_fit(4 * 2**30) - 10


def test_browser_may_not_send_code() -> None:
    assert not {"execute_request", "shutdown_request", "input_reply", "debug_request"} & set(ALLOWED_MESSAGES)


def test_environment_of_a_kernel_has_no_secret(server: Server, leader: Visitor, home: Path) -> None:
    before = kernels_of(server.process.pid)
    leader.open_workbook()
    (pid,) = kernels_of(server.process.pid) - before
    found = environment_of(pid)
    assert found.keys() <= {*INHERITED, *ONE_THREAD, "IPYTHONDIR", "PYDEVD_DISABLE_FILE_VALIDATION"}
    secrets = [path.read_text() for path in (home / "keys").iterdir()]
    assert len(secrets) == 4
    assert not [name for name, value in found.items() for secret in ("hemmelig", *secrets) if secret.strip() in value]
    assert not [value for value in found.values() if "127.0.0.1" in value]


def test_kernel_of_a_workbook_knows_no_way_to_the_database(tmp_path: Path) -> None:
    home = tmp_path / "home"
    codes = fill(home)
    running = Server(home, notebooks=workbooks_folder())
    try:
        for name in ("forarbeid", "samling", "etterarbeid"):
            before = kernels_of(running.process.pid)
            text = Visitor(running).sign_in(codes.leader).get(f"/arbeidsbok/{name}").text
            assert "Fauske" in text
            assert FAILED not in arrived(text), name
            (pid,) = kernels_of(running.process.pid) - before
            opened = open_files(pid)
            assert not [each for each in (*opened, *environment_of(pid).values()) if str(home) in each]
            assert not [each for each in opened if each.endswith((".sqlite", "-wal", "-shm")) and "ipython" not in each]
        address = answer_socket(running.process.pid)
        assert (address.parent.stat().st_mode & 0o777, address.is_socket()) == (0o700, True)
    finally:
        running.stop()
    assert not address.parent.exists()


def test_code_in_a_kernel_sees_no_more_than_that(leader: Visitor) -> None:
    text = leader.get("/arbeidsbok/samling").text
    names = set(re.findall(r"<li>([A-Z_]+)</li>", text.split("omgivelser")[1].split("</ul>")[0]))
    assert "KOMPETANSE_SESSION" in names
    assert names <= {*INHERITED, *ONE_THREAD, *OURS, *BY_IPYTHON}


def test_failed_step_says_so_and_the_others_are_there(leader: Visitor) -> None:
    text = leader.get("/arbeidsbok/samling").text
    assert FAILED in arrived(text)
    assert "hemmelig sti" not in text
    assert "skal ikke vises" not in text
    assert "<h2>Tiltak</h2>" in text


def test_workbook_that_cannot_open_says_so_in_words(leader: Visitor) -> None:
    text = leader.get("/arbeidsbok/etterarbeid").text
    assert "Vi fikk ikke åpnet arbeidsboka" in text
    assert "RuntimeError" not in text
    assert "kan ikke åpnes" not in text


@pytest.mark.parametrize("query", ["?group=bodo", "?template=lab&theme=dark", "?session=x&kernel=y"])
def test_address_decides_nothing(leader: Visitor, query: str) -> None:
    text = leader.get(f"/arbeidsbok/forarbeid{query}").text
    assert "Fauske" in text
    assert "Bodø" not in text


def test_prefetch_and_head_start_nothing(server: Server, leader: Visitor, nobody: Visitor) -> None:
    before = kernels_of(server.process.pid)
    assert leader.get("/arbeidsbok/forarbeid", headers={"Sec-Purpose": "prefetch"}).status == 503
    assert leader.get("/arbeidsbok/forarbeid", method="HEAD").status == 405
    assert nobody.get("/arbeidsbok/forarbeid").status == 302
    assert kernels_of(server.process.pid) <= before


def test_page_says_goodbye_with_its_token(server: Server, leader: Visitor) -> None:
    before = kernels_of(server.process.pid)
    kernel = leader.open_workbook()
    (pid,) = kernels_of(server.process.pid) - before
    assert leader.post(f"/voila/api/shutdown/{kernel}").status == 204
    assert wait_until(lambda: not is_running(pid))
    assert leader.get(f"/api/kernels/{kernel}").status == 404


def test_render_alone_sets_the_token_for_goodbye(server: Server, codes: Codes) -> None:
    leader = Visitor(server).sign_in(codes.leader)
    for cookie in list(leader.cookies):
        if cookie.name == "_xsrf":
            leader.cookies.clear(cookie.domain, cookie.path, cookie.name)
    leader.open_workbook()
    assert "_xsrf" in {cookie.name for cookie in leader.cookies}


def test_oldest_kernel_of_a_person_gives_way(leader: Visitor) -> None:
    first, second, third = (leader.open_workbook() for _ in range(3))
    assert [leader.get(f"/api/kernels/{kernel}").status for kernel in (first, second, third)] == [404, 200, 200]


def test_killed_kernel_is_gone_at_once(server: Server, leader: Visitor) -> None:
    before = kernels_of(server.process.pid)
    kernel = leader.open_workbook()
    (pid,) = kernels_of(server.process.pid) - before
    with leader.channels(kernel) as channels:
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: leader.get(f"/api/kernels/{kernel}").status == 404)
        assert wait_until(lambda: channels.recv_data()[0] == websocket.ABNF.OPCODE_CLOSE)


def test_code_sent_by_a_browser_does_not_run(leader: Visitor, tmp_path: Path) -> None:
    kernel = leader.open_workbook()
    mark = tmp_path / "ran"
    content = {"code": f"open({str(mark)!r}, 'w')", "silent": False, "allow_stdin": False}
    with leader.channels(kernel) as channels:
        for channel in ("shell", "control", "stdin", "iopub"):
            channels.send_bytes(message("execute_request", content, channel=channel))
        time.sleep(2)
    assert not mark.exists()


def test_another_sites_page_cannot_open_the_channels(leader: Visitor) -> None:
    kernel = leader.open_workbook()
    with (
        pytest.raises(websocket.WebSocketBadStatusException, match="403"),
        leader.channels(kernel, origin="https://evil.example"),
    ):
        pass


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Codes]]:
    """A server that holds two kernels, and ends those that nobody looks at after a few seconds."""
    home = tmp_path_factory.mktemp("small") / "home"
    codes = fill(home)
    running = Server(home, idle_minutes=4 / 60, kernels=2)
    yield running, codes
    if running.process.poll() is None:
        running.stop()


@pytest.fixture
def small_server(small: tuple[Server, Codes]) -> tuple[Server, Codes]:
    """That server, started again where a test has ended it."""
    if small[0].process.poll() is not None:
        small[0].start()
    return small


def test_full_server_says_so_before_it_starts_a_kernel(small_server: tuple[Server, Codes]) -> None:
    server, codes = small_server
    pages = [Visitor(server).sign_in(codes.leader) for _ in range(3)]
    with ExitStack() as open_pages:
        # As a browser does: connected at once, since a kernel that nobody is connected to ends soon.
        for page in pages[:2]:
            open_pages.enter_context(page.channels(page.open_workbook()))
        started = kernels_of(server.process.pid)
        answer = pages[2].get("/arbeidsbok/forarbeid")
        assert answer.status == 503
        assert "Det er fullt akkurat nå" in answer.text
        # An open page keeps its kernel, however long nothing is sent.
        time.sleep(5)
        assert kernels_of(server.process.pid) == started
    assert wait_until(lambda: not kernels_of(server.process.pid))
    assert pages[2].open_workbook()


def test_full_server_shuts_no_group_out(tmp_path: Path) -> None:
    codes = fill(tmp_path / "home")
    server = Server(tmp_path / "home", kernels=8)
    with Store.open(tmp_path / "home") as store:
        others = [store.create_code("leader", group) for group in ("bodo", "traena")]
    try:
        with ExitStack() as open_pages:

            def opened(page: Visitor) -> int:
                answer = page.get("/arbeidsbok/forarbeid")
                if answer.status == 200:
                    found = re.search(r'"kernelId": ?"([0-9a-f-]{36})"', answer.text)
                    assert found
                    open_pages.enter_context(page.channels(found[1]))
                return answer.status

            first_group = [Visitor(server).sign_in(codes.leader) for _ in range(4)]
            assert [opened(page) for page in first_group * 2] == [200] * 6 + [503] * 2
            for code in others:
                page = Visitor(server).sign_in(code)
                assert [opened(page), opened(page)] == [200, 503]
            assert len(kernels_of(server.process.pid)) == 8
    finally:
        server.stop()


def test_nothing_is_left_when_the_server_is_killed(small_server: tuple[Server, Codes]) -> None:
    server, codes = small_server
    leader, before = Visitor(server).sign_in(codes.leader), kernels_of(server.process.pid)
    with leader.channels(leader.open_workbook()):
        (pid,) = kernels_of(server.process.pid) - before
        server.stop(signal.SIGKILL)
        assert wait_until(lambda: not is_running(pid))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_the_server_stops_its_kernels(small_server: tuple[Server, Codes], number: int) -> None:
    server, codes = small_server
    leader = Visitor(server).sign_in(codes.leader)
    with leader.channels(leader.open_workbook()):
        (pid,) = kernels_of(server.process.pid)
        assert server.stop(number) == 0
        assert not is_running(pid)
    assert "Traceback" not in server.log
