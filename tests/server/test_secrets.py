"""No secret of the server reaches a kernel: code in one tries whatever the server's user could do.

A participant cannot run code in a kernel. These tests are about what would be left if somebody ever could.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest

from kompetanse.answers.store import Store
from kompetanse.confinement import can_confine
from kompetanse.errors import StoreError
from tests.server.conftest import Codes, fill
from tests.server.running import Server, Visitor, children, kernels_of
from tests.server.test_kernels import open_files

PRYING = Path(__file__).with_name("prying.py")

#: What only works where Linux confines kernels.
CONFINED = (
    "own environ", "process", "read ", "list ", "open database", "write home", "remove home", "subprocess", "tcp",
)  # fmt: skip


@dataclass(frozen=True)
class Prying:
    """What came of each attempt of a kernel, and where it was made."""

    found: dict[str, str]
    server: Server
    secrets: tuple[str, ...]


def notebook(folder: Path) -> None:
    cells = [
        nbformat.v4.new_code_cell('group = ""  # which group; the session decides where there is one', id="parameters"),
        nbformat.v4.new_code_cell(PRYING.read_text(), id="velkommen"),
    ]
    cells[0].metadata["tags"] = ["parameters"]
    metadata = {"kernelspec": {"name": "kompetanse", "display_name": "Kompetanse", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), folder / "forarbeid.ipynb")


def fork_servers(server: Server) -> list[str]:
    """Where the processes that a server has started listen for requests to fork."""
    opened = {inode for child in children(server.process.pid) for inode in open_files(child)}
    rows = [row.split() for row in Path("/proc/net/unix").read_text().splitlines()[1:]]
    return [row[7] for row in rows if len(row) > 7 and f"socket:[{row[6]}]" in opened and row[7].endswith("/fork.sock")]


def pried(visitor: Visitor) -> dict[str, str]:
    text = visitor.get("/arbeidsbok/forarbeid").text
    found = re.search(r"<pre id='prying'>(.*?)</pre>", text, re.DOTALL)
    assert found, text[-3000:]
    came_of_it: dict[str, str] = json.loads(unescape(found[1]))
    return came_of_it


@pytest.fixture(scope="module")
def prying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prying]:
    """A kernel that has tried everything, with another group's kernel beside it."""
    assert can_confine(), (
        "These tests need Linux with Landlock (5.13 or later), as the server does to keep kernels apart."
    )
    folder = tmp_path_factory.mktemp("prying")
    home, notebooks = folder / "home", folder / "notebooks"
    codes = fill(home)
    notebooks.mkdir()
    notebook(notebooks)
    hint: dict[str, Any] = {"home": str(home), "processes": [], "port": 0, "token": "", "fork_servers": []}
    (notebooks / "hint.json").write_text(json.dumps(hint))
    (home / "reports").mkdir()
    (home / "reports" / "x.html").write_text("report")
    server = Server(home, kernels=12, notebooks=notebooks)
    other = Visitor(server).sign_in(codes.other_leader)
    first = pried(other)
    others = json.loads(first["environment"])
    processes = [server.process.pid, *children(server.process.pid), *kernels_of(server.process.pid)]
    hint |= {"processes": processes, "port": server.port, "token": others["KOMPETANSE_SESSION"]}
    hint["fork_servers"] = fork_servers(server)
    (notebooks / "hint.json").write_text(json.dumps(hint))
    kept = tuple(path.read_text().strip() for path in (home / "keys").iterdir())
    yield Prying(
        pried(Visitor(server).sign_in(codes.leader)), server, (*kept, "hemmelig", others["KOMPETANSE_SESSION"])
    )
    server.stop()


def test_a_kernel_finds_no_secret_anywhere(prying: Prying) -> None:
    assert len(prying.secrets) == 6
    for name, came_of_it in prying.found.items():
        assert not [secret for secret in prying.secrets if secret in came_of_it], name
        for line in prying.secrets[:4]:
            assert line[:40] not in came_of_it, name


def test_a_kernel_reaches_nothing_but_its_own_folder(prying: Prying) -> None:
    attempts = {name: result for name, result in prying.found.items() if name.startswith(CONFINED)}
    assert len(attempts) > 30
    assert {name: result for name, result in attempts.items() if not result.startswith("!")} == {}
    # It can work, all the same.
    assert prying.found["programs"] == "0"
    assert prying.found["own folder"].startswith("/tmp")
    assert (prying.server.home / "kompetanse.sqlite").is_file()


def test_a_kernel_has_nothing_open_of_the_server(prying: Prying) -> None:
    opened = json.loads(prying.found["open files"])
    named = [each for each in opened if each.startswith("/") and not each.startswith(("/dev/", "/proc/"))]
    # What it prints goes into the server's own log, and nothing else of its is open.
    assert {Path(each).suffix for each in named} <= {".log"}


def test_a_deleted_token_opens_nothing(prying: Prying) -> None:
    assert prying.found["session"] == "leader"
    without = {
        name: result for name, result in prying.found.items() if "without" in name or name == "of another kernel"
    }
    assert len(without) == 11
    assert set(without.values()) == {"!AccessDenied"}


def test_a_token_is_good_in_its_own_kernel_only(prying: Prying) -> None:
    assert "welcome" in prying.found["own token"]
    assert "AccessDenied" in prying.found["stolen token"]
    assert "AccessDenied" in prying.found["own token elsewhere"]


def test_a_kernel_gets_no_kernel_forked(prying: Prying) -> None:
    forked = [result for name, result in prying.found.items() if name.startswith("fork server")]
    assert forked
    # Whether the line was closed before or after the question was sent.
    assert set(forked) <= {"!Gone", "!BrokenPipeError", "!ConnectionResetError"}


def test_no_process_of_the_server_carries_what_it_does_not_need(prying: Prying) -> None:
    """The renderer and the fork server are started without what the server itself was started with."""
    started = [pid for path in Path("/proc").glob("[0-9]*/stat") if (pid := int(path.parent.name))]
    of_server = [pid for pid in started if _parent(pid) == prying.server.process.pid]
    assert len(of_server) >= 2
    for pid in of_server:
        assert b"hemmelig" not in Path(f"/proc/{pid}/environ").read_bytes()


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


PRIVATE = """
import os, sys
from kompetanse.confinement import keep_memory_private
if os.geteuid() == 0:
    # Root may look into everything; a server runs as somebody who may not.
    os.setuid(65534)
keep_memory_private()
child = os.fork()
if child == 0:
    os.execv(sys.executable, [sys.executable, "-c", f"open('/proc/{os.getppid()}/environ').read()"])
print(os.waitpid(child, 0)[1])
"""


def test_other_processes_of_the_same_user_do_not_see_the_servers_memory() -> None:
    done = subprocess.run([sys.executable, "-c", PRIVATE], capture_output=True, text=True, check=True)
    assert "Permission" in done.stderr
    assert done.stdout.strip() != "0"


def test_database_and_its_password_are_named_in_no_error(tmp_path: Path) -> None:
    for url in (
        "postgresql://kompetanse:hemmelig@/nowhere?host=/nowhere",
        "postgresql://kompetanse:hemmelig@127.0.0.1:1/nowhere",
        "mysql://kompetanse:hemmelig@host/name",
        "postgresql://kompetanse:hemmelig@ho st:x/name",
    ):
        with pytest.raises(StoreError) as caught:
            Store.open(tmp_path / "home", url)
        assert "hemmelig" not in str(caught.value)
        assert "hemmelig" not in repr(caught.value.__cause__)


@pytest.fixture
def codes(prying: Prying) -> Codes:
    """New codes of the same home."""
    with Store.open(prying.server.home) as store:
        return Codes(
            leader=store.create_code("leader", "fauske"), contact="", facilitator="", analyst="", operator="", room="",
            other_leader="",
        )  # fmt: skip


def test_logs_hold_no_code_no_key_and_no_kernel(prying: Prying, codes: Codes) -> None:
    server = prying.server
    leader = Visitor(server).sign_in(codes.leader)
    personal = leader.own_code()
    leader.get(f"/inn/{codes.leader}")
    leader.post("/inn", {"kode": "feil-kode-her"})
    leader.get(f"/nothing/{personal}")
    kernel = leader.open_workbook()
    with leader.channels(kernel) as channels:
        channels.send_bytes(b"nonsense with hemmelig-tekst")
        channels.send_text("hemmelig-tekst")
    leader.post("/ut")
    (cookie,) = [each.value or "" for each in leader.cookies if each.name == "_xsrf"]
    assert not [
        secret
        for secret in (*prying.secrets, codes.leader, personal, kernel, "feil-kode-her", "hemmelig-tekst", cookie)
        if secret in server.log
    ]
    # Jupyter has files of its own that it might write.
    assert not list(server.home.rglob("*.json"))
