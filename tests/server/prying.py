"""What a kernel does to get at things: a cell of a notebook, which shows what came of each attempt.

Its folder holds hint.json, so that it knows where to look.
"""

from __future__ import annotations

import html
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from IPython.display import HTML, display

from kompetanse import sockets
from kompetanse.answers.session import Session
from kompetanse.workbook import Workbook

hint = json.loads(Path("hint.json").read_text())
home, answers = Path(hint["home"]), Path(os.environ["KOMPETANSE_ANSWER_LOG"])
came_of_it: dict[str, str] = {}


def attempt(name: str, work: Callable[[], Any]) -> None:
    try:
        came_of_it[name] = str(work())[:3000]
    except Exception as error:
        came_of_it[name] = f"!{type(error).__name__}"


def first_bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(100)


def rows() -> list[Any]:
    return sqlite3.connect(home / "kompetanse.sqlite").execute("SELECT * FROM answer").fetchall()


def printed(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.stdout or f"!{done.stderr}"


def asked(path: Path, question: Any) -> Any:
    with sockets.connected(path, seconds=10) as peer:
        sockets.send(peer, question)
        return sockets.receive(peer)


def opened() -> list[str]:
    names = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]
    return [os.readlink(name) for name in names if os.path.lexists(name)]


# Its own surroundings
attempt("environment", lambda: json.dumps(dict(os.environ)))
attempt("own environ", lambda: Path("/proc/self/environ").read_text())
attempt("open files", lambda: json.dumps(opened()))
attempt("own folder", tempfile.mkdtemp)
attempt("programs", lambda: subprocess.run(["true"]).returncode)

# Other processes: the server, the fork server, the renderer, another group's kernel
for number, pid in enumerate(hint["processes"]):
    for part in ("environ", "maps", "mem", "smaps"):
        attempt(f"process {number} {part}", partial(first_bytes, f"/proc/{pid}/{part}"))
    for part in ("fd", "cwd", "root"):
        attempt(f"process {number} {part}", partial(os.listdir, f"/proc/{pid}/{part}"))
    attempt(f"process {number} signal", partial(os.kill, pid, 0))

# The home, the machine, the network
for name in ("keys/cookie.secret", "keys/session.pem", "keys/participant.key", "kompetanse.sqlite", "reports/x.html"):
    attempt(f"read {name}", partial(first_bytes, str(home / name)))
attempt("read shadow", lambda: first_bytes("/etc/shadow"))
attempt("list home", lambda: os.listdir(home))
attempt("list temporary", lambda: os.listdir("/tmp"))
attempt("list connections", lambda: os.listdir(answers.parent))
attempt("list sockets", lambda: first_bytes("/proc/net/unix"))
attempt("open database", rows)
attempt("write home", lambda: (home / "x").write_text("x"))
attempt("remove home", lambda: (home / "kompetanse.sqlite").unlink())
attempt("subprocess", lambda: printed("cat", str(home / "keys" / "cookie.secret")))
attempt("tcp", lambda: socket.create_connection(("127.0.0.1", hint["port"]), timeout=5))
for number, path in enumerate(hint["fork_servers"]):
    attempt(f"fork server {number}", partial(asked, Path(path), {"argv": [], "env": {}, "cwd": "/", "code": "x"}))

# On whose behalf it runs
OURS = ("KOMPETANSE_SESSION", "KOMPETANSE_PUBLIC_KEY", "KOMPETANSE_KERNEL")
kept = dict(os.environ)
attempt("session", lambda: Session.from_environment().role)
for gone in (*((name,) for name in OURS), OURS[:2], OURS):
    for name in gone:
        del os.environ[name]
    attempt(f"without {gone}", lambda: Session.from_environment().role)
    attempt(f"workbook without {gone}", lambda: Workbook.open(group="bodo").group.id)
    os.environ.update(kept)
os.environ["KOMPETANSE_KERNEL"] = "00000000-0000-0000-0000-000000000000"
attempt("of another kernel", lambda: Session.from_environment().role)
os.environ.update(kept)

# A message is its length and JSON; a process of its own has only what Python brings.
SPEAK = """
import json, socket, struct, sys
said = json.dumps({"token": sys.argv[2], "for": "answers"}).encode()
peer = socket.socket(socket.AF_UNIX)
peer.connect(sys.argv[1])
peer.sendall(struct.pack("!I", len(said)) + said)
print(peer.recv(1000))
"""
token = os.environ["KOMPETANSE_SESSION"]
attempt("own token", lambda: asked(answers, {"token": token, "for": "answers"}))
attempt("stolen token", lambda: asked(answers, {"token": hint["token"], "for": "answers"}))
attempt("own token elsewhere", lambda: printed(sys.executable, "-c", SPEAK, str(answers), token))

display(HTML("<pre id='prying'>" + html.escape(json.dumps(came_of_it)) + "</pre>"))
