"""`kompetanse demo`: everything to try, made once, served until Ctrl-C."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pdfua
import pikepdf
import pytest

from kompetanse.answers.store import Store
from kompetanse.programme.models import LeadershipGroup

COMMAND = [sys.executable, "-m", "kompetanse"]
SURROUNDINGS = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    surroundings = SURROUNDINGS | {"HOME": str(folder)}
    return subprocess.run(
        [*COMMAND, *arguments], cwd=folder, env=surroundings, capture_output=True, text=True, check=False
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo has been made."""
    made = tmp_path_factory.mktemp("demo")
    done = run(made, "demo", "--no-serve")
    assert done.returncode == 0, done.stderr
    assert "3 of 3 reports made." in done.stdout
    return made


@pytest.fixture
def port() -> int:
    """A port that nobody uses."""
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


@pytest.fixture
def server(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """The demo being served, in a process group of its own as in a terminal."""
    process = subprocess.Popen(
        [*COMMAND, "demo", "--port", str(port)], cwd=folder, env=SURROUNDINGS | {"HOME": str(folder)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    with process:
        wait_for(f"http://127.0.0.1:{port}/")
        yield process
        process.kill()


def wait_for(address: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            urlopen(address).close()
            return
        except URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def files(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("kommunerapport.*")}


def test_three_groups_have_their_report(folder: Path) -> None:
    landed = sorted(path.parent.name for path in (folder / "reports").glob("*/kommunerapport.pdf"))
    assert len(landed) == 3
    assert all(re.fullmatch(r"18\d\d-[a-z-]+", name) for name in landed)
    assert len(list((folder / "kompetanse-home" / "reports").glob("*/shared/kommunerapport.html"))) == 3


def test_reports_are_accessible_and_ten_pages_at_most(folder: Path) -> None:
    for path in (folder / "reports").glob("*/kommunerapport.pdf"):
        serious = [each.message for each in pdfua.validate(path).findings if each.severity > pdfua.Severity.SKIP]
        assert serious == [], path
        with pikepdf.open(path) as document:
            assert len(document.pages) <= 10, path
            assert document.Root.MarkInfo.Marked
            assert str(document.Root.Lang).startswith(("nb", "nn"))


def test_second_run_is_quick_and_makes_nothing(folder: Path) -> None:
    before, started = files(folder), time.monotonic()
    done = run(folder, "demo", "--no-serve")
    assert done.returncode == 0
    assert time.monotonic() - started < 20
    assert files(folder) == before


def test_codes_are_told_for_every_role(folder: Path) -> None:
    told = run(folder, "demo", "--no-serve", "--port", "8900").stdout
    roles = re.findall(r"^  as (.+?) +http://127\.0\.0\.1:8900/inn/[A-Z0-9-]+$", told, re.MULTILINE)
    assert roles == ["a leader of Fauske", "the contact of Fauske", "the facilitator"]


def test_ctrl_c_stops_everything(server: subprocess.Popen[str], living: Callable[[int], list[str]]) -> None:
    server.send_signal(signal.SIGINT)
    out, err = server.communicate(timeout=20)
    assert server.returncode == 0
    # The log of the server says that it was told to stop, and nothing worse.
    assert not re.findall("WARNING|ERROR|Traceback", err)
    assert "until Ctrl-C" in out
    assert living(server.pid) == []


def test_second_server_on_a_home_is_one_sentence(server: subprocess.Popen[str], folder: Path, port: int) -> None:
    done = run(folder, "serve", "--port", str(port + 1))
    assert done.returncode == 1
    assert re.fullmatch(r"kompetanse: .*\n", done.stderr), done.stderr
    assert server.poll() is None


def test_port_in_use_is_one_sentence(folder: Path, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        done = run(folder, "serve", "--port", str(port))
    assert done.returncode == 2
    assert re.fullmatch(rf"kompetanse: Port {port} .*--port {port + 1}\.\n", done.stderr), done.stderr


def test_real_groups_are_never_mixed_with_made_up_ones(tmp_path: Path) -> None:
    with Store.open(tmp_path / "kompetanse-home") as store:
        store.put_group(LeadershipGroup(id="fauske", name="Fauske", municipalities=("1841",)))
    done = run(tmp_path, "demo", "--no-serve")
    assert done.returncode == 2
    assert re.fullmatch(r"kompetanse: The home .* holds real groups; .*\n", done.stderr)
