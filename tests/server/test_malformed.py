"""Thousands of requests and messages that no browser sends: nothing of others is told or touched, and all goes on.

A twentieth is tried on every change; `KOMPETANSE_SOAK=1` tries all. The seed is fixed: what fails once, fails again.
"""

from __future__ import annotations

import json
import os
import random
import re
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
import websocket

from kompetanse.server.messages import METHODS, Message
from tests.server.conftest import fill
from tests.server.running import Server, Visitor
from tests.server.talking import OpenPage

SEED = 20_260_901
COUNT = 10_000 if os.environ.get("KOMPETANSE_SOAK") else 500

#: What it is that must never come back to somebody of another group.
SECRET = re.compile(rb"Fauske|Traceback|File \"|kompetanse\.sqlite|cookie\.secret|/site-packages/")

#: Nor may what somebody wrote into an address become a header, or lead a browser elsewhere.
LED_ASTRAY = re.compile(rb"(?im)^(?:location:\s*(?://|\\\\|[a-z]+:)|set-cookie:\s*kompetanse=x)")

#: Texts that have made trouble somewhere.
TROUBLE = (
    "", " ", "\x00", "%00", "%", "%zz", "%ff%fe", "..%2f..%2f", "../../../../etc/passwd", "..;/", "//evil.example/",
    "\\\\x\\y",
    "\r\nSet-Cookie: kompetanse=x", "%0d%0aLocation:%20//evil", "\u202e\u0000", "\ud83d", "😀" * 50, "a" * 9000, "-1",
    "1e999", "NaN", "9" * 500, "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}", "__proto__",
    "[" * 3000, "null", "true", "[]", "{}", '{"a":', "bodo", "fauske", "operator", "p-" + "a" * 20,
)  # fmt: skip
ADDRESSES = (
    "/", "/inn", "/inn/{}", "/ut", "/ut/overalt", "/sprak", "/min-kode", "/mine-svar.csv", "/mine-svar.{}", "/slett",
    "/gruppe",
    "/gruppe/kode", "/gruppe/ark", "/gruppe/lapper", "/gruppe/steng", "/inviter", "/godkjenn", "/arbeidsbok/{}",
    "/rapport/{}/{}",
    "/rapport/fauske/{}", "/rapport/fauske/kommunerapport.html", "/api/kernels/{}", "/api/kernels/{kernel}",
    "/api/kernels/{kernel}/channels", "/voila/api/shutdown/{kernel}", "/statisk/{}", "/voila/static/{}", "/jobbkonto",
    "/tilbakemelding", "/tilbakemelding/svar", "/p", "/p/{}", "/p?kode={}", "/p/{}/resultat", "/avstemning",
    "/avstemning/{}",
    "/jobbkonto/svar?state={}&code={}", "/tilgjengelighet", "/personvern", "/healthz", "/readyz", "/metrics", "{}",
    "*",
    "http://evil.example/{}", "/{}",
)  # fmt: skip
METHODS_OF_HTTP = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "FOO", "get", "")
HEADERS = (
    "Host", "Cookie", "Origin", "Referer", "Accept-Language", "Accept-Encoding", "Content-Type", "Content-Length",
    "Transfer-Encoding", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Extensions", "Sec-Fetch-Site", "Sec-Purpose", "Authorization", "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Forwarded-Host", "X-Xsrftoken", "If-None-Match", "Range", "Expect", "X-Real-Ip", "X-Scheme",
)  # fmt: skip
KINDS_OF_BODY = (
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "application/json",
    "text/plain", "application/x-www-form-urlencoded; charset=utf-7", "multipart/form-data; boundary=" + "x" * 300,
)  # fmt: skip


@dataclass
class Ground:
    """A server with a victim's open page and an attacker's."""

    server: Server
    victim: Visitor
    attacker: Visitor
    victims: OpenPage
    own: OpenPage
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))

    def trouble(self) -> str:
        """A text of the bad sort."""
        return self.chance.choice(TROUBLE)

    def mangled(self, content: bytes) -> bytes:
        """The same bytes, but not quite."""
        chance, changed = self.chance, bytearray(content)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(changed) + 1)
            match chance.randrange(5):
                case 0:
                    changed[place:place] = chance.randbytes(chance.randint(1, 12))
                case 1:
                    del changed[place : place + chance.randint(1, 20)]
                case 2:
                    changed[place : place + 1] = bytes([chance.randrange(256)])
                case 3:
                    changed[place:place] = self.trouble().encode("utf-8", "surrogatepass")
                case 4:
                    changed[place:place] = changed[chance.randrange(len(changed) + 1) :][:200]
        return bytes(changed)

    def everybody_is_well(self) -> None:
        """The server answers, and the victim's kernel runs."""
        assert self.server.process.poll() is None
        assert self.victim.get("/healthz").status == 200
        assert self.victim.get(f"/api/kernels/{self.victims.kernel}").status == 200


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    home = tmp_path_factory.mktemp("malformed") / "home"
    codes = fill(home)
    server = Server(home, kernels=20)
    victim, attacker = Visitor(server).sign_in(codes.leader), Visitor(server).sign_in(codes.other_leader)
    victims = OpenPage.of(victim, "forarbeid")
    with victims.line():
        yield Ground(server, victim, attacker, victims, OpenPage.of(attacker, "forarbeid"))
    server.stop()


def request(ground: Ground) -> bytes:
    """One request: most of them reach a page, and all of them have something wrong with them."""
    chance, trouble = ground.chance, ground.trouble
    address = chance.choice(ADDRESSES).replace("{kernel}", chance.choice([ground.victims.kernel, str(uuid4())]))
    while "{}" in address:
        address = address.replace("{}", trouble(), 1)
    if chance.random() < 0.4:
        address += f"?{trouble()}={trouble()}&group=fauske&next={trouble()}"
    method = chance.choice(METHODS_OF_HTTP if chance.random() < 0.3 else ("GET", "POST"))
    headers = {"Host": f"127.0.0.1:{ground.server.port}", "Connection": "close"}
    if chance.random() < 0.7:
        headers["Cookie"] = (
            ground.attacker.cookie if chance.random() < 0.8 else f"kompetanse={trouble()}; _xsrf={trouble()}"
        )
    body = b""
    if method not in {"GET", "HEAD"} and chance.random() < 0.8:
        # Never with the attacker's own good token: it would sign the attacker out.
        kept = f"_xsrf={trouble()}&kode={trouble()}&antall={trouble()}&sprak={trouble()}&tilbake={trouble()}"
        body = chance.choice([kept.encode("utf-8", "surrogatepass"), trouble().encode("utf-8", "surrogatepass"),
                              json.dumps({trouble(): trouble()}).encode(), chance.randbytes(200)])  # fmt: skip
        headers["Content-Type"] = chance.choice(KINDS_OF_BODY)
        headers["Content-Length"] = str(len(body) if chance.random() < 0.9 else chance.choice([0, 1, 10**12, -1]))
    for _ in range(chance.randrange(4)):
        name = chance.choice(HEADERS)
        if name != "Cookie":
            headers[name] = trouble()
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    whole = f"{method} {address} HTTP/1.1\r\n{head}\r\n".encode("utf-8", "surrogatepass") + body
    return ground.mangled(whole) if chance.random() < 0.4 else whole


def answered(server: Server, sent: bytes) -> bytes:
    """What comes back, if anything does."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        parts = []
        try:
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            while part := line.recv(65536):
                parts.append(part)
        except OSError:
            pass
        return b"".join(parts)


def test_no_request_breaks_the_server_or_learns_of_others(ground: Ground) -> None:
    statuses: Counter[int] = Counter()
    for number in range(COUNT):
        sent = request(ground)
        came = answered(ground.server, sent)
        found = re.match(rb"HTTP/1\.[01] (\d{3})", came)
        status = int(found[1]) if found else 0
        statuses[status] += 1
        assert status < 500 or status == 503, (number, sent, came[:500])
        head, _, body = came.partition(b"\r\n\r\n")
        assert not SECRET.search(body), (number, sent, body)
        assert not LED_ASTRAY.search(head), (number, sent, head)
        if number % 100 == 0:
            ground.everybody_is_well()
    ground.everybody_is_well()
    # They came as far as pages of all sorts, and were not all thrown away at the door.
    assert statuses[200] > COUNT / 50
    assert statuses[403] + statuses[404] + statuses[405] > COUNT / 5
    assert "Traceback" not in ground.server.log, ground.server.log.partition("Traceback")[2][:3000]


#: What messages are made of.
KEYS = (
    "method", "state", "content", "data", "comm_id", "target_name", "drafts", "id", "subject", "aspect", "value",
    "type", "buffer_paths", "msg_id", "msg_type", "answers", "locked", "_esm", "scope", "__class__",
)  # fmt: skip
WORDS = (
    *sorted(METHODS), "answers", "command", "state", "saved", "comm_msg", "comm_open", "execute_request",
    "kernel_info_request", "shutdown_request", "jupyter.widget", "jupyter.widget.control", "shell", "control",
)  # fmt: skip


def said(ground: Ground) -> bytes | str:
    """One message: rubbish, a good one that was damaged, or a whole one that says what cannot be."""
    chance = ground.chance
    ids = [*ground.own.states, *ground.victims.states, "", "x"]

    def value(depth: int = 0) -> Any:
        match chance.randrange(6 if depth < 3 else 4):
            case 0:
                return ground.trouble()
            case 1:
                return chance.choice([None, True, False, 0, -1, 1e308, 10**30, 0.1])
            case 2:
                return chance.choice(WORDS)
            case 3:
                return chance.choice(ids)
            case 4:
                return [value(depth + 1) for _ in range(chance.randrange(4))]
            case _:
                return {chance.choice(KEYS): value(depth + 1) for _ in range(chance.randrange(5))}

    header: Any = {"msg_id": uuid4().hex, "msg_type": "comm_msg", "session": "x", "username": "", "version": "5.3"}
    data = {"method": chance.choice(sorted(METHODS)), "state": {}, "content": {"type": "state"}}
    content: Any = {"comm_id": chance.choice(sorted(ground.own.states)), "data": data}
    match chance.randrange(6):
        case 0:
            return chance.randbytes(chance.randrange(300))
        case 1:
            return json.dumps(value())
        case 2:
            return chance.randrange(2**63).to_bytes(8, "little") + chance.randbytes(40)
        case 3:
            return ground.mangled(Message("shell", header, {}, {}, content, ()).written())
        case 4:
            content["data"] = value()
        case _:
            header, content = (part if chance.random() < 0.5 else value() for part in (header, content))
    channel = chance.choice(["shell", "shell", "shell", "control", "stdin", "iopub", "x"])
    parts = [value() if chance.random() < 0.2 else {} for _ in range(2)]
    buffers = tuple(chance.randbytes(10) for _ in range(chance.randrange(3)))
    return Message(channel, header, parts[0], parts[1], content, buffers).written()


def test_no_message_breaks_a_kernel_or_learns_of_others(ground: Ground) -> None:
    sent = 0
    while sent < COUNT:
        # A new line now and then: the server may end one that says too much.
        with ground.own.line() as line:
            try:
                for _ in range(100):
                    message = said(ground)
                    if isinstance(message, str):
                        line.socket.send(message)
                    else:
                        line.socket.send_binary(message)
                    sent += 1
                heard = b"".join(each.written() for each in line.all_heard())
                assert not SECRET.search(heard)
            except (websocket.WebSocketException, OSError):
                # Its kernel is still there, and it may come back.
                pass
        # So many a second are passed on, and no more.
        time.sleep(2.5)
        ground.everybody_is_well()
        assert ground.attacker.get(f"/api/kernels/{ground.own.kernel}").status == 200
    assert "Traceback" not in ground.server.log, ground.server.log.partition("Traceback")[2][:3000]
    assert "Fauske" not in ground.server.log
