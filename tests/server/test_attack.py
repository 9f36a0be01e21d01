"""Two groups on one server, one of which does what no browser of ours would do, to the other and to its own kernel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import websocket

from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Session
from kompetanse.answers.store import Answer, Store
from kompetanse.programme.content import load_programme
from kompetanse.settings import workbooks_folder
from tests.server.conftest import Codes, fill
from tests.server.running import Server, Visitor, wait_until
from tests.server.talking import Line, OpenPage

SECRET = "Dette skrev Fauske, og ingen andre skal lese det"


@dataclass(frozen=True)
class Tenants:
    """The real workbooks, with a group that minds its own business and an attacker of another."""

    server: Server
    codes: Codes
    victim: Visitor
    attacker: Visitor

    @property
    def home(self) -> Path:
        """Where the answers lie."""
        return self.server.home

    def answers(self, **which: Any) -> list[Answer]:
        """What is in the store."""
        with Store.open(self.home) as store:
            return store.changed_since(0, **which)


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenants]:
    home = tmp_path_factory.mktemp("attack") / "home"
    codes = fill(home)
    server = Server(home, kernels=20, notebooks=workbooks_folder())
    yield Tenants(server, codes, Visitor(server).sign_in(codes.leader), Visitor(server).sign_in(codes.other_leader))
    server.stop()


@pytest.fixture(scope="module")
def victims_page(tenants: Tenants) -> OpenPage:
    """A page of Fauske's with something written on it."""
    page = OpenPage.of(tenants.victim, "forarbeid")
    with page.line() as line:
        assert saved(line, page.widget(step="hvorfor"), "fordi", "answer", SECRET)
    return page


@pytest.fixture(scope="module")
def own(tenants: Tenants) -> OpenPage:
    """The attacker's own page."""
    return OpenPage.of(tenants.attacker, "forarbeid")


def saved(line: Line, widget: str, subject: str, aspect: str, value: Any, **more: Any) -> bool:
    """Whether a draft that is sent to a widget is saved; else it has been refused."""
    draft = {"id": uuid4().hex, "subject": subject, "aspect": aspect, "value": value, **more}
    line.tell(widget, {"method": "custom", "content": {"type": "answers", "drafts": [draft]}})
    heard = line.hear(lambda each: draft["id"] in str(each.content.get("data", {}).get("content")))
    return bool(heard.content["data"]["content"]["type"] == "saved")


def test_a_stolen_kernel_id_opens_nothing(tenants: Tenants, victims_page: OpenPage) -> None:
    attacker, kernel = tenants.attacker, victims_page.kernel
    for method in ("GET", "HEAD", "OPTIONS", "DELETE", "PUT", "PATCH"):
        assert attacker.get(f"/api/kernels/{kernel}", method=method).status in {403, 404}
    for deed in ("shutdown", "restart", "interrupt"):
        assert attacker.post(f"/voila/api/{deed}/{kernel}").status == 404
        assert attacker.post(f"/api/kernels/{kernel}/{deed}").status == 404
    for address in (f"/voila/query/{kernel}", f"/voila/execution/{kernel}", f"/api/sessions/{kernel}"):
        assert attacker.get(address).status == 404
    with pytest.raises(websocket.WebSocketBadStatusException, match="404"), attacker.channels(kernel):
        pass
    assert tenants.victim.get(f"/api/kernels/{kernel}").status == 200
    with victims_page.line() as line:
        assert line.state_of(victims_page.widget(step="hvorfor"))["answers"]["fordi|answer"] == SECRET


def test_another_groups_cookies_and_tokens_do_not_mix(tenants: Tenants, victims_page: OpenPage) -> None:
    mixed = Visitor(tenants.server)
    for cookie in tenants.attacker.cookies:
        mixed.cookies.set_cookie(cookie)
    for cookie in tenants.victim.cookies:
        if cookie.name == "_xsrf":
            mixed.cookies.set_cookie(cookie)
    # With the other's token against forged forms, one is still oneself.
    assert "Bodø" in mixed.get("/").text
    assert mixed.post(f"/voila/api/shutdown/{victims_page.kernel}").status == 404
    # And with one's own session, the other's token is no better than none.
    (theirs,) = [each.value or "" for each in tenants.victim.cookies if each.name == "_xsrf"]
    assert tenants.attacker.post("/ut", {"_xsrf": theirs}, xsrf=False).status == 403
    assert tenants.attacker.get("/").status == 200


@pytest.mark.parametrize(
    "query",
    ["?group=fauske", "?municipality=1841", "?session=x&participant=y&role=operator", "?edition=shared#steg-evne"],
)
def test_no_address_cookie_or_header_names_another_group(tenants: Tenants, query: str) -> None:
    foreign = {
        "Cookie": f"{tenants.attacker.cookie}; group=fauske; municipality=1841; kompetanse-group=fauske",
        "X-Group": "fauske",
        "X-Forwarded-User": "operator",
        "Authorization": "Bearer x",
    }
    for address in ("/", "/arbeidsbok/samling", "/mine-svar.json"):
        answer = tenants.attacker.get(address + query, headers=foreign)
        assert answer.status == 200
        # Whom a case may be shared with is chosen by name; whose page it is stands at its top.
        assert "Fauske" not in (answer.text.partition("</header>")[0] if "samling" in address else answer.text)
        assert SECRET not in answer.text


def test_forged_traits_change_nothing(own: OpenPage) -> None:
    forged = {
        "answers": {"fordi|answer": "<script>alert(1)</script>"}, "content": {"html": "<b>x</b>"}, "locked": False,
        "scope": "fauske/p-" + "a" * 20, "step": "evne", "words": {}, "_esm": "export default 1", "_css": "* {}",
        "comm": None, "keys": [], "_on_drafts": "x",
    }  # fmt: skip
    with own.line() as line:
        for name, state in own.states.items():
            if "scope" not in state:
                continue
            before = line.state_of(name)
            line.tell(name, {"method": "update", "state": forged, "buffer_paths": []})
            line.tell(
                name, {"method": "update", "state": forged, "buffer_paths": [["content", "html"]]}, buffers=(b"x",)
            )
            assert line.state_of(name) == before


def test_locked_and_unknown_widgets_take_nothing(tenants: Tenants) -> None:
    """A group that has shown itself its answers has locked them: unlocking them in the browser is of no use."""
    with Store.open(tenants.home) as store:
        participants = [store.enter(tenants.codes.other_leader) for _ in range(3)]
        programme = load_programme()
        for entry in participants:
            assert entry
            session = Session("leader", programme.id, "bodo", entry.participant, "nb", None)
            draft = Draft(uuid4().hex, "modul-1", "evne", "endringer-rundt-oss", "as-is", 2)
            AnswerLog(session, store, programme).append([draft])
        # The attacker is in the picture, too: whoever is not may still answer late.
        own = store.enter(tenants.attacker.own_code())
        assert own
        draft = Draft(uuid4().hex, "modul-1", "evne", "endringer-rundt-oss", "as-is", 2)
        AnswerLog(Session("leader", programme.id, "bodo", own.participant, "nb", None), store, programme).append(
            [draft]
        )
        contact = Session("contact", programme.id, "bodo", "p-" + "k" * 20, "nb", None)
        AnswerLog(contact, store, programme).reveal("modul-1")
    page = OpenPage.of(tenants.attacker, "forarbeid")
    before = tenants.answers(group="bodo")
    with page.line() as line:
        widget = page.widget(step="evne")
        assert line.state_of(widget)["locked"]
        line.tell(widget, {"method": "update", "state": {"locked": False}, "buffer_paths": []})
        assert not saved(line, widget, "endringer-rundt-oss", "as-is", 5)
        # Another group in what is sent, another participant, another role: nothing but the session counts.
        foreign = {"group": "fauske", "participant": "p-x", "role": "contact", "step": "hvorfor"}
        assert not saved(line, widget, "endringer-rundt-oss", "as-is", 5, **foreign)
        for name in page.states:
            for command in ("reveal", "approve", "erase"):
                line.tell(name, {"method": "custom", "content": {"type": "command", "name": command, "id": "x"}})
        assert not [each for each in line.all_heard() if '"done"' in json.dumps(each.content)]
    assert tenants.answers(group="bodo") == before
    with Store.open(tenants.home) as store:
        assert [(each.group, each.audience) for each in store.releases()] == [("bodo", "room")]


def test_what_is_sent_for_another_is_ones_own(tenants: Tenants, own: OpenPage) -> None:
    with own.line() as line:
        widget = own.widget(step="hvorfor")
        assert saved(line, widget, "fordi", "answer", "Bodø", group="fauske", municipality="1841", participant="p-x")
    (mine,) = tenants.answers(group="bodo", step="hvorfor")
    assert (mine.group, mine.municipality, mine.value) == ("bodo", "1804", "Bodø")
    assert [each.value for each in tenants.answers(group="fauske", step="hvorfor")] in ([], [SECRET])


@pytest.mark.parametrize("target", ["jupyter.widget", "jupyter.widget.control", "made.up", "os.system", "", 7, None])
def test_made_up_widgets_are_never_opened(own: OpenPage, target: Any) -> None:
    state = {
        "_model_module": "@jupyter-widgets/controls", "_model_module_version": "2.0.0",
        "_view_module": "@jupyter-widgets/controls", "_view_module_version": "2.0.0",
        "_model_name": "FileUploadModel", "_view_name": "FileUploadView",
    }  # fmt: skip
    with own.line() as line:
        before = line.widgets()
        opened = uuid4().hex
        for channel in ("shell", "control"):
            content = {"comm_id": opened, "target_name": target, "data": {"state": state}}
            line.say("comm_open", content, channel=channel)
            line.say("comm_msg", {"comm_id": opened, "data": {"method": "request_states"}}, channel=channel)
        assert line.widgets() == before


def test_code_is_run_on_no_channel(own: OpenPage, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    code = f"open({str(mark)!r}, 'w').close()"
    kinds = (
        "execute_request", "execute_input", "input_reply", "inspect_request", "complete_request", "debug_request",
        "create_subshell_request", "shutdown_request", "interrupt_request",
    )  # fmt: skip
    with own.line() as line:
        for channel in ("shell", "control", "stdin", "iopub", "", "shell\n"):
            for kind in kinds:
                line.say(kind, {"code": code, "value": code, "restart": False, "command": "x"}, channel=channel)
        line.all_heard()
    assert not mark.exists()
    assert own.visitor.get(f"/api/kernels/{own.kernel}").status == 200


@pytest.mark.parametrize("size", [200_000, 450_000, 3_000_000])
def test_oversized_states_reach_no_further_than_their_sender(tenants: Tenants, own: OpenPage, size: int) -> None:
    """The first two come as far as the kernel, which takes nothing of them; the last is cut off."""
    widget, large = own.widget(step="hvorfor"), "x" * size
    with own.line() as line:
        before = line.state_of(widget)
    drafts = [{"id": "x" * 20, "subject": "fordi", "aspect": "answer", "value": large}]
    for data, buffers in (
        ({"method": "update", "state": {"answers": {"fordi|answer": large}}, "buffer_paths": []}, ()),
        ({"method": "custom", "content": {"type": "answers", "drafts": drafts}}, ()),
        ({"method": "update", "state": {"content": None}, "buffer_paths": [["content"]]}, (large.encode(),)),
    ):
        with own.line() as line, suppress(OSError, websocket.WebSocketException):
            line.tell(widget, data, buffers=buffers)
            if size < 500_000:
                line.all_heard()
            else:
                assert wait_until(lambda: closed(line))
    with own.line() as line:
        assert line.state_of(widget) == before
    assert tenants.attacker.get(f"/api/kernels/{own.kernel}").status == 200
    assert tenants.victim.get("/").status == 200


def closed(line: Line) -> bool:
    """Whether the server has ended the connection."""
    try:
        return bool(line.socket.recv_data()[0] == websocket.ABNF.OPCODE_CLOSE)
    except (OSError, websocket.WebSocketException):
        return True


def test_nobody_else_was_touched(tenants: Tenants, victims_page: OpenPage) -> None:
    """After all of the above: the victim's page goes on, and holds what was written on it."""
    assert tenants.victim.get(f"/api/kernels/{victims_page.kernel}").status == 200
    assert {each.value for each in tenants.answers(group="fauske", step="hvorfor")} == {SECRET}
    assert "Bodø" not in tenants.victim.get("/mine-svar.json").text
    assert SECRET not in tenants.server.log
    assert "Traceback" not in tenants.server.log
