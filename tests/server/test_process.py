"""Starting a server that cannot start, and starting one again."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.running import SERVING, Server, Visitor

RUN = """
import sys
from pathlib import Path
from kompetanse.imports import leave_out_unused
leave_out_unused()
from kompetanse.server.application import run
from kompetanse.server.settings import ServerSettings
run(Path(sys.argv[1]), settings=ServerSettings(port=int(sys.argv[2])))
"""


def last_line(home: Path, port: int) -> str:
    """What the last line of a server says that could not start."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(home), str(port)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    return done.stderr.strip().splitlines()[-1]


def test_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = last_line(tmp_path / "home", port)
    assert said.startswith("kompetanse.errors.InputError: Port ")
    assert f"--port {port + 1}" in said


def test_second_server_on_a_home_is_one_sentence(server: Server) -> None:
    said = last_line(server.home, server.port + 1)
    assert "already serves" in said
    assert Visitor(server).get("/healthz").status == 200


@pytest.mark.parametrize("arguments", [["/proc/nothing/home", "0", "1", "1", "nowhere", "slim"]])
def test_home_that_cannot_be_made_is_one_sentence(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, str(SERVING), *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert "kompetanse.errors.StoreError" in done.stderr.strip().splitlines()[-1]
