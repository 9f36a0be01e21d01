"""The servers that are compared: ours, and plain `voila` on the same notebook and the same answers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from kompetanse.answers.demo import make_demo
from kompetanse.answers.session import Session, SessionSigner
from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.settings import HOME, KERNEL, PUBLIC_KEY, SESSION, workbooks_folder

#: The workbook that everything is measured on: 16 themes with 16 to 48 questions, and texts.
WORKBOOK = "forarbeid"
GROUP = "fauske"


@dataclass(frozen=True)
class Home:
    """A home of made-up answers, and codes to it."""

    folder: Path
    leader: str
    contact: str

    def token(self) -> dict[str, str]:
        """The surroundings of a kernel that answers for a leader, signed as our server does."""
        with Store.open(self.folder) as store:
            signer = SessionSigner(store.keys.session_key)
        session = Session("leader", load_programme().id, GROUP, "benchmark-participant", "nb", None)
        return {
            HOME: str(self.folder),
            SESSION: signer.sign(session, timedelta(hours=6), kernel="stock"),
            KERNEL: "stock",
            PUBLIC_KEY: signer.public_key_pem,
        }


@contextmanager
def home() -> Iterator[Home]:
    """A new home with the demo in it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        with Store.open(Path(folder) / "home") as store:
            codes = make_demo(store, load_programme()).codes
        yield Home(Path(folder) / "home", codes.leader, codes.contact)


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@dataclass
class Served:
    """A running server: its process, and where it is reached."""

    process: subprocess.Popen[bytes]
    port: int
    page: str

    @property
    def address(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def ours(home: Home, *arguments: str) -> Iterator[Served]:
    """`kompetanse serve`, when the process that kernels are forked from is warm."""
    port = free_port()
    command = [sys.executable, "-m", "kompetanse", "serve", "--home", str(home.folder), "--port", str(port)]
    with _running([*command, *arguments], port, "/healthz") as process:
        served = Served(process, port, f"/arbeidsbok/{WORKBOOK}")
        _wait_until_warm(process.pid)
        yield served


@contextmanager
def stock(home: Home, *arguments: str) -> Iterator[Served]:
    """Plain `voila` on a copy of the workbook alone."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="bench-voila-") as folder:
        shutil.copy(workbooks_folder() / f"{WORKBOOK}.ipynb", folder)
        command = [sys.executable, "-m", "voila", f"{WORKBOOK}.ipynb", "--no-browser", f"--port={port}"]
        environment = {**os.environ, **home.token()}
        with _running([*command, *arguments], port, "/voila/static/voila.js", environment, cwd=folder) as process:
            yield Served(process, port, "/")


@contextmanager
def _running(
    command: list[str], port: int, sign: str, environment: Mapping[str, str] | None = None, cwd: str | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command, env=environment, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        until = time.monotonic() + 300
        while time.monotonic() < until and process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{sign}", timeout=2):
                    break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def descendants(pid: int) -> list[int]:
    """All processes that a process has started, and those these have started."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = path.read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents.setdefault(int(rest[1]), []).append(int(path.parent.name))
    found, next_ones = [], [pid]
    while next_ones:
        children = parents.get(next_ones.pop(), [])
        found += children
        next_ones += children
    return found


def memory_of(pid: int) -> tuple[float, float]:
    """What a process holds of its own, and its share of all that it holds: USS and PSS, in MB."""
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {row.split(":")[0]: int(row.split()[1]) for row in rows}
    return (sizes["Private_Clean"] + sizes["Private_Dirty"]) / 1024, sizes["Pss"] / 1024


def processor_seconds(pid: int) -> float:
    """How long a process has run on a core; nothing once it has ended."""
    if not Path(f"/proc/{pid}/stat").exists():
        return 0.0
    rest = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(rest[11]) + int(rest[12])) / os.sysconf("SC_CLK_TCK")


def _wait_until_warm(pid: int) -> None:
    """Until the fork server has nothing left to read: it has no processor time to spend any more."""
    before = -1.0
    while True:
        now = sum(processor_seconds(each) for each in [pid, *descendants(pid)])
        if now - before < 0.02:
            return
        before = now
        time.sleep(0.5)


def main() -> None:
    """Says where the servers would be, for trying them by hand."""
    with home() as found, ours(found) as served:
        print(json.dumps({"address": served.address, "leader": found.leader, "page": served.page}))
        served.process.wait()


if __name__ == "__main__":
    main()
