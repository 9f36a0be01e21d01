"""Analysts get the same kernels: JupyterLab's own server starts, interrupts, restarts and ends one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
import websocket

from tests.server.running import children, free_port, is_running, wait_until


class Lab:
    """A JupyterLab server and its kernels, by the routes that its page uses."""

    def __init__(self, folder: Path):
        self.port = free_port()
        self.log = folder / "lab.log"
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={self.port}"]
        options = ["--IdentityProvider.token=t", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}"]
        own = {name: str(folder) for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, *options], stdout=log, stderr=log, env={**os.environ, **own}, cwd=folder
            )
        assert wait_until(self._answers, seconds=60), self.log.read_text()

    def ask(self, address: str, method: str = "GET", content: Any = None) -> Any:
        """What a route answers."""
        data = None if content is None else json.dumps(content).encode()
        request = Request(f"http://127.0.0.1:{self.port}{address}", data=data, method=method)
        request.add_header("Authorization", "token t")
        with urlopen(request, timeout=60) as response:
            text = response.read()
        return json.loads(text) if text else None

    def channels(self, kernel: str) -> websocket.WebSocket:
        """The websocket of a notebook that is open on a kernel."""
        address = f"ws://127.0.0.1:{self.port}/api/kernels/{kernel}/channels?token=t"
        return websocket.create_connection(address, timeout=60)

    def _answers(self) -> bool:
        try:
            return bool(self.ask("/api/status"))
        except (URLError, ConnectionError):
            return False


def execute(channels: websocket.WebSocket, code: str, *, then: Any = None) -> str:
    """What a cell prints, or the name of its error; `then` is called while it runs."""
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": "execute_request",
        "username": "",
        "session": "s",
        "version": "5.3",
    }
    content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    channels.send(json.dumps({**message, "buffers": []}))
    printed = ""
    while True:
        said = json.loads(channels.recv())
        if said["parent_header"].get("msg_id") != header["msg_id"]:
            continue
        kind, content = said["msg_type"], said["content"]
        printed += content.get("text", "") if kind == "stream" else content.get("ename", "") if kind == "error" else ""
        if kind == "execute_input" and then:
            then()
        if kind == "status" and content["execution_state"] == "idle":
            return printed.strip()


@pytest.fixture
def lab(folder: Path) -> Iterator[Lab]:
    """A JupyterLab server in a folder of its own."""
    running = Lab(folder)
    yield running
    running.process.terminate()
    running.process.wait(timeout=30)


def test_kernel_of_jupyterlab_is_forked_interrupted_restarted_and_ended(lab: Lab) -> None:
    assert lab.ask("/api/kernelspecs")["kernelspecs"]["kompetanse"]["spec"]["display_name"] == "Kompetanse"
    kernel = lab.ask("/api/kernels", "POST", {"name": "kompetanse"})["id"]
    where = "import os; print(os.getpid(), os.getppid())"
    channels = lab.channels(kernel)
    pid, parent = map(int, execute(channels, where).split())
    assert parent in children(lab.process.pid)

    interrupt = execute(
        channels, "import time; time.sleep(60)", then=lambda: lab.ask(f"/api/kernels/{kernel}/interrupt", "POST")
    )
    assert interrupt == "KeyboardInterrupt"

    lab.ask(f"/api/kernels/{kernel}/restart", "POST")
    channels.shutdown()
    channels = lab.channels(kernel)
    again, same_parent = map(int, execute(channels, where).split())
    channels.shutdown()
    assert (again != pid, same_parent) == (True, parent)
    assert wait_until(lambda: not is_running(pid))

    lab.ask(f"/api/kernels/{kernel}", "DELETE")
    assert wait_until(lambda: not is_running(again))
    assert "starts cold" not in lab.log.read_text("utf-8")
