"""A page's websocket is open when its kernel is heard, and not before; and no kernel sends code that its page has."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from kompetanse.server.limits import Limits
from kompetanse.settings import workbooks_folder
from kompetanse.widgets.catalogue import COMPONENT_CODE
from tests.server.conftest import fill
from tests.server.running import Server, Visitor, kernels_of, paused, wait_until
from tests.server.talking import Line, OpenPage


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenPage]:
    """A leader's page, of a server with the real workbooks."""
    home = tmp_path_factory.mktemp("connection") / "home"
    code = fill(home).leader
    server = Server(home, notebooks=workbooks_folder())
    yield OpenPage.of(Visitor(server).sign_in(code), "forarbeid")
    server.stop()


def test_a_page_misses_nothing_from_its_first_word_on(page: OpenPage) -> None:
    widget = page.widget(step="hvorfor")
    for _ in range(30):
        with page.line() as line:
            assert line.state_of(widget)["step"] == "hvorfor"


def test_two_connections_of_a_page_hear_the_kernel_both(page: OpenPage) -> None:
    widget = page.widget(step="hvorfor")
    with page.line() as first, page.line() as second:
        assert second.state_of(widget)["step"] == "hvorfor"
        heard = first.hear(lambda each: each.kind == "comm_msg" and "state" in each.content["data"])
        assert heard.content["comm_id"] == widget
        assert first.state_of(widget)["step"] == "hvorfor"


def test_a_page_that_leaves_before_its_kernel_is_heard_leaves_nothing_behind(page: OpenPage) -> None:
    server = page.visitor.server
    (kernel,) = kernels_of(server.process.pid)
    with paused(kernel), page.line() as line:
        line.say("comm_info_request", {})
        time.sleep(0.5)
    with page.line() as line:
        assert line.state_of(page.widget(step="hvorfor"))["step"] == "hvorfor"
    assert "Traceback" not in server.log
    assert "Exception" not in server.log


def test_nothing_a_page_says_is_read_before_its_kernel_is_heard(page: OpenPage) -> None:
    server, unread = page.visitor.server, "could not be read"
    (kernel,) = kernels_of(server.process.pid)
    with paused(kernel), page.line() as line:
        line.socket.send_bytes(b"nonsense")
        time.sleep(0.5)
        assert unread not in server.log
        os.kill(kernel, signal.SIGCONT)
        assert wait_until(lambda: unread in server.log)
        assert line.state_of(page.widget(step="hvorfor"))["step"] == "hvorfor"


def test_a_connection_leaves_no_socket_open(page: OpenPage) -> None:
    server = page.visitor.server

    def files() -> int:
        return len(os.listdir(f"/proc/{server.process.pid}/fd"))

    def connect(times: int) -> None:
        for _ in range(times):
            with page.line() as line:
                line.all_heard()

    connect(Limits().sockets_per_kernel)
    before = files()
    connect(20)
    assert wait_until(lambda: files() <= before + 4)


def test_a_kernel_names_the_code_that_its_page_has(page: OpenPage) -> None:
    widget = page.widget(step="hvorfor")
    with page.line() as line:
        state = full_state(line, widget)
    assert state["_esm"] == page.states[widget]["_esm"]
    assert state["_esm"].startswith(COMPONENT_CODE)
    assert state["_css"].startswith(COMPONENT_CODE)
    assert page.visitor.get(state["_esm"]).text.startswith("//")
    # Nor does it make a widget that is only for laying out the one that is shown.
    with page.line() as line:
        assert line.widgets() == set(page.states)
    assert {each["_model_name"] for each in page.states.values()} == {"AnyModel"}


def full_state(line: Line, widget: str) -> dict[str, str]:
    """All that a kernel says of a widget."""
    asked = line.tell(widget, {"method": "request_state"})
    heard = line.hear(lambda each: each.parent.get("msg_id") == asked and each.kind == "comm_msg")
    found: dict[str, str] = heard.content["data"]["state"]
    return found
