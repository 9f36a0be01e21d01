"""A device is signed in by a key that nobody can read, copy after the end, or go on with when its code is revoked."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from copy import copy
from datetime import timedelta
from pathlib import Path

import pytest
import websocket
from sqlalchemy import event

from kompetanse.answers.store import Store
from kompetanse.server.devices import BELIEVED_SECONDS, SignedInDevices
from tests.server.conftest import Codes, fill
from tests.server.running import Server, Visitor, kernels_of, wait_until

#: So long a device may be believed that was signed out by another process, and as long again on a busy machine.
PATIENCE = 2 * BELIEVED_SECONDS + 4


def copied(visitor: Visitor) -> Visitor:
    """Somebody who has got hold of all the cookies."""
    thief = Visitor(visitor.server)
    for cookie in visitor.cookies:
        thief.cookies.set_cookie(copy(cookie))
    return thief


def is_in(visitor: Visitor) -> bool:
    """Whether a visitor is signed in, by every way there is to ask."""
    answers = {visitor.get(address).status for address in ("/", "/mine-svar.json", "/arbeidsbok/none")}
    return answers != {302}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Codes]]:
    """A server on a home that these tests change from the outside."""
    home = tmp_path_factory.mktemp("sessions") / "home"
    codes = fill(home)
    running = Server(home, kernels=20)
    yield running, codes
    running.stop()


def test_cookie_is_out_of_reach_for_scripts_and_other_sites(nobody: Visitor, codes: Codes) -> None:
    set_cookie = nobody.post("/inn", {"kode": codes.contact}).headers["Set-Cookie"]
    assert set_cookie.startswith("kompetanse.")
    assert "HttpOnly" in set_cookie
    assert "SameSite=Lax" in set_cookie
    assert "Path=/" in set_cookie
    assert "Domain" not in set_cookie


def test_cookies_are_for_tls_alone_behind_a_proxy_that_has_it(nobody: Visitor, codes: Codes) -> None:
    over_tls = {"X-Forwarded-Proto": "https"}
    answer = nobody.post("/inn", {"kode": codes.contact}, headers=over_tls)
    (cookie,) = answer.headers.get_all("Set-Cookie")  # type: ignore[attr-defined]  # it is a message
    # No neighbour under the same name can plant one of these, nor anybody on the way who has no TLS.
    assert cookie.startswith("__Host-kompetanse.")
    assert "Secure" in cookie
    anew = Visitor(nobody.server).get("/inn", headers=over_tls)
    assert "Secure" in anew.headers["Set-Cookie"]
    assert anew.headers["Set-Cookie"].startswith("_xsrf=")


def test_cookie_says_nothing(leader: Visitor, codes: Codes) -> None:
    (cookie,) = [each for each in leader.cookies if each.name.startswith("kompetanse.")]
    assert cookie.value is not None
    content = base64.b64decode(cookie.value.split("|")[4].split(":")[1]).decode()
    assert len(content) == 43
    for known in (codes.leader, leader.own_code()):
        assert known not in content
        assert known.replace("-", "") not in content
    assert "fauske" not in content


@pytest.mark.parametrize(
    "change", [lambda value: value.replace("|", "|x", 1), lambda value: value[:-1] + "0", lambda _: ""]
)
def test_changed_cookie_is_nobody(leader: Visitor, change: Callable[[str], str]) -> None:
    for cookie in leader.cookies:
        if cookie.name.startswith("kompetanse."):
            cookie.value = change(cookie.value or "")
    assert not is_in(leader)


def test_cookie_of_another_home_is_nobody(server: Server, own: tuple[Server, Codes]) -> None:
    stranger = Visitor(own[0]).sign_in(own[1].leader)
    stranger.server = server
    assert not is_in(stranger)


def test_signing_out_ends_every_copy_of_the_cookie(server: Server, leader: Visitor, codes: Codes) -> None:
    kernel, before = leader.open_workbook(), copied(leader)
    elsewhere = Visitor(server).sign_in(leader.own_code())
    also = elsewhere.open_workbook()
    leader.get("/ut")
    assert leader.get(f"/api/kernels/{kernel}").status == 200
    with leader.channels(kernel) as channels:
        assert leader.post("/ut").status == 303
        assert wait_until(lambda: channels.recv_data()[0] == websocket.ABNF.OPCODE_CLOSE)
    assert not is_in(leader)
    assert not is_in(before)
    assert before.get(f"/api/kernels/{kernel}").status == 403
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"), before.channels(kernel):
        pass
    # The same person goes on elsewhere.
    assert is_in(elsewhere)
    assert elsewhere.get(f"/api/kernels/{also}").status == 200


def test_a_kernel_is_its_own_devices_and_not_the_persons(server: Server, leader: Visitor) -> None:
    elsewhere = Visitor(server).sign_in(leader.own_code())
    kernel = leader.open_workbook()
    assert elsewhere.get(f"/api/kernels/{kernel}").status == 404
    assert elsewhere.post(f"/voila/api/shutdown/{kernel}").status == 404
    with pytest.raises(websocket.WebSocketBadStatusException, match="404"), elsewhere.channels(kernel):
        pass
    assert leader.get(f"/api/kernels/{kernel}").status == 200


def test_signing_out_everywhere_is_asked_first_and_ends_all_devices(server: Server, leader: Visitor) -> None:
    before = kernels_of(server.process.pid)
    phone, thief = Visitor(server).sign_in(leader.own_code()), copied(leader)
    with phone.channels(phone.open_workbook()), leader.channels(leader.open_workbook()):
        assert 'href="/ut/overalt"' in leader.get("/").text
        assert "Ja, logg ut på alle enheter" in leader.get("/ut/overalt").text
        assert is_in(phone)
        assert leader.post("/ut/overalt").headers["Location"] == "/inn"
        assert [is_in(each) for each in (leader, phone, thief)] == [False] * 3
        assert wait_until(lambda: not kernels_of(server.process.pid) - before)


def test_signing_in_as_somebody_else_ends_who_was_there(server: Server, leader: Visitor, codes: Codes) -> None:
    kernel, before = leader.open_workbook(), copied(leader)
    leader.sign_in(codes.other_leader)
    assert not is_in(before)
    assert leader.get(f"/api/kernels/{kernel}").status == 404
    assert "Bodø" in leader.get("/").text


def test_revoked_code_ends_what_it_opened(own: tuple[Server, Codes]) -> None:
    server, codes = own
    with Store.open(server.home) as store:
        leaked = store.create_code("facilitator")
    intruder, facilitator = Visitor(server).sign_in(leaked), Visitor(server).sign_in(codes.facilitator)
    with Store.open(server.home) as store:
        assert store.revoke_code(leaked)
    assert wait_until(lambda: not is_in(intruder), seconds=PATIENCE)
    assert is_in(facilitator)


def test_personal_code_that_is_revoked_ends_the_persons_pages_everywhere(own: tuple[Server, Codes]) -> None:
    server, codes = own
    before = kernels_of(server.process.pid)
    # The first came by the invitation and the second by their own code: it is the latter that both depend on.
    phone = Visitor(server).sign_in(codes.leader)
    laptop, other = Visitor(server).sign_in(phone.own_code()), Visitor(server).sign_in(codes.leader)
    with phone.channels(phone.open_workbook()):
        assert len(kernels_of(server.process.pid) - before) == 1
        with Store.open(server.home) as store:
            assert store.revoke_code(phone.own_code())
        assert wait_until(lambda: not is_in(phone) and not is_in(laptop), seconds=PATIENCE)
        assert wait_until(lambda: not kernels_of(server.process.pid) - before, seconds=PATIENCE)
    assert is_in(other)


def test_invitation_that_is_ended_leaves_those_who_have_come(own: tuple[Server, Codes]) -> None:
    server, _ = own
    with Store.open(server.home) as store:
        invitation = store.create_code("leader", "fauske")
        member = Visitor(server).sign_in(invitation)
        assert store.revoke_code(invitation)
    time.sleep(BELIEVED_SECONDS)
    assert is_in(member)
    assert Visitor(server).post("/inn", {"kode": invitation}).status == 403


def test_operator_signs_a_role_out_of_a_running_server(own: tuple[Server, Codes]) -> None:
    server, codes = own
    facilitator, contact = Visitor(server).sign_in(codes.facilitator), Visitor(server).sign_in(codes.contact)
    assert is_in(facilitator)
    ended = ["sessions", "--end", "--role", "facilitator", "--home", str(server.home)]
    done = subprocess.run([sys.executable, "-m", "kompetanse", *ended], capture_output=True, text=True, check=True)
    # Those who signed in before, in other tests, are signed out, too.
    assert re.fullmatch(r"\d+ devices? (is|are) signed out; a running server knows within seconds\.\n", done.stdout)
    assert wait_until(lambda: not is_in(facilitator), seconds=PATIENCE)
    assert is_in(contact)


def test_sign_in_and_sign_out_survive_a_restart(own: tuple[Server, Codes]) -> None:
    server, codes = own
    stays, left = Visitor(server).sign_in(codes.leader), Visitor(server).sign_in(codes.leader)
    before, code = copied(left), stays.own_code()
    left.post("/ut")
    server.process.kill()
    server.process.wait()
    server.start()
    assert stays.own_code() == code
    assert not is_in(before)


def test_who_is_signed_in_is_looked_up_once_in_a_while(tmp_path: Path) -> None:
    fill(tmp_path / "home")
    with Store.open(tmp_path / "home") as store:
        devices = SignedInDevices(store, "p", timedelta(days=1))
        code = store.create_code("facilitator")
        entry = store.enter(code)
        assert entry is not None
        key = devices.sign_in(entry, code, personal=None)
        asked: list[str] = []
        event.listen(store._database._engine, "before_cursor_execute", lambda *seen: asked.append(seen[2]))
        for _ in range(100):
            assert devices.get(key.id) is not None
            assert devices.get("nobody") is None
        assert len([each for each in asked if "device" in each]) == 2
        for _ in range(20):
            devices.get(devices.sign_in(entry, code, personal=None).id)
        del asked[:]
        devices._looked_up -= BELIEVED_SECONDS
        assert devices.get(key.id) is not None
        assert len([each for each in asked if "device" in each]) == 1, "all that are in use are looked up at once"
        devices.sign_out(key.id)
        assert devices.get(key.id) is None
        # Another programme on the same home knows nobody of this one.
        other = devices.sign_in(entry, code, personal=None)
        assert SignedInDevices(store, "q", timedelta(days=1)).get(other.id) is None
