"""A walk over every route the application has, with every method, for every role, for nobody, and with a copied cookie.

The table below must name exactly the routes in `kompetanse.server.routes`: a new route fails here until somebody has
said who may open it. What a visitor is told follows from the table by one rule, `expected`.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import product
from pathlib import Path
from urllib.parse import urlencode

import pytest
import websocket
from jupyter_server.base.handlers import JupyterHandler

from kompetanse.server.access import OPEN, RESOURCES, may_use
from kompetanse.server.health import Health
from kompetanse.server.page import Page
from kompetanse.server.routes import routes
from kompetanse.server.static_files import StaticFile
from tests.server.conftest import CAST
from tests.server.running import Answer, Server, Visitor, message

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
#: What a browser may be made to send by another site's page without having seen one of ours.
SAFE = ("GET", "HEAD", "OPTIONS")

STRANGERS = frozenset({"nobody", "signed_out"})
EVERYBODY = frozenset(CAST)
SIGNED_IN = EVERYBODY - STRANGERS
OF_A_GROUP = frozenset({"leader", "other_device", "other_leader", "contact"})
OF_FAUSKE = OF_A_GROUP - {"other_leader"}

#: Of these nobody is looked up, whatever they ask.
LOOK_NOBODY_UP = {"/healthz", "/readyz", "/metrics"}

#: These sign people out, erase answers or end codes and kernels for those who may: their own tests say so.
NOT_TRIED = {"/ut", "/ut/overalt", "/slett", "/gruppe/steng?rolle=leader", "/voila/api/shutdown/{kernel}"}


@dataclass(frozen=True)
class Route:
    """An address of a route, who may open it, what they are told by method, and what everybody else is told."""

    address: str
    opens_for: frozenset[str]
    told: dict[str, int] = field(default_factory=lambda: {"GET": 200})
    refused: int = 403
    #: Whether it is a script that asks, which is told 403 and not sent to another page.
    script: bool = False


ROUTES: dict[str, Route] = {
    r"/inn": Route("/inn", EVERYBODY, {"GET": 200, "HEAD": 200, "POST": 403}),
    r"/inn/(?P<code>[A-Za-z0-9-]{1,64})": Route("/inn/ABCD-EFGH", EVERYBODY, {"GET": 200, "HEAD": 200, "POST": 403}),
    r"/ut": Route("/ut", EVERYBODY, {"GET": 200, "HEAD": 200, "POST": 303}),
    r"/sprak": Route("/sprak", EVERYBODY, {"POST": 400}),
    r"/tilgjengelighet": Route("/tilgjengelighet", EVERYBODY),
    r"/personvern": Route("/personvern", EVERYBODY),
    # No poll has this code: tests/server/test_polls.py looks at those that are there.
    r"/p": Route("/p", EVERYBODY, {"GET": 200, "HEAD": 200}),
    r"/p/(?P<code>[A-Za-z0-9-]{1,12})": Route("/p/ABC234", EVERYBODY, {"GET": 404, "HEAD": 404, "POST": 404}),
    r"/p/(?P<code>[A-Za-z0-9-]{1,12})/resultat": Route("/p/ABC234/resultat", frozenset(), refused=404),
    r"/p/(?P<code>[A-Za-z0-9-]{1,12})/resultat/nytt": Route("/p/ABC234/resultat/nytt", frozenset(), refused=404),
    r"/avstemning": Route("/avstemning", frozenset({"contact", "facilitator"}), {"GET": 200, "POST": 400}),
    r"/avstemning/(?P<code>[A-Za-z0-9-]{1,12})": Route("/avstemning/ABC234", frozenset(), refused=404),
    # There are none where no provider is set up; tests/server/test_openid.py looks at them where one is.
    r"/jobbkonto": Route("/jobbkonto", EVERYBODY, {"GET": 404}),
    r"/jobbkonto/svar": Route("/jobbkonto/svar", EVERYBODY, {"GET": 404}),
    r"/jobbkonto/ut": Route("/jobbkonto/ut", EVERYBODY, {"GET": 404}),
    r"/healthz": Route("/healthz", EVERYBODY, {"GET": 200, "HEAD": 200}),
    r"/readyz": Route("/readyz", EVERYBODY, {"GET": 200, "HEAD": 200}),
    # For the operator's token alone.
    r"/metrics": Route("/metrics", EVERYBODY, {"GET": 404}),
    r"(?P<address>/statisk/[A-Za-z0-9._/-]+)": Route("/statisk/page.css", EVERYBODY, {"GET": 200, "HEAD": 200}),
    r"(?P<address>/voila/static/[A-Za-z0-9._/-]+)": Route(
        "/voila/static/nothing.js", EVERYBODY, {"GET": 404, "HEAD": 404}
    ),
    r"(?P<address>/voila/labextensions/[A-Za-z0-9@._/-]+)": Route(
        "/voila/labextensions/anywidget/package.json", EVERYBODY, {"GET": 404, "HEAD": 404}
    ),
    r"/": Route("/", SIGNED_IN),
    r"/min-kode": Route("/min-kode", SIGNED_IN, {"GET": 200, "HEAD": 200}),
    r"/ut/overalt": Route("/ut/overalt", OF_A_GROUP, {"GET": 200, "POST": 303}),
    r"/mine-svar\.(?P<form>csv|json)": Route("/mine-svar.csv", OF_A_GROUP),
    r"/tiltak\.(?P<form>csv|ics|md)": Route("/tiltak.csv", OF_A_GROUP),
    r"/slett": Route("/slett", OF_A_GROUP, {"GET": 200, "POST": 200}),
    r"/tilbakemelding": Route("/tilbakemelding", OF_A_GROUP | {"facilitator"}),
    r"/tilbakemelding/svar": Route("/tilbakemelding/svar", frozenset({"facilitator"}), {"POST": 400}),
    r"/gruppe": Route("/gruppe", frozenset({"contact"}), {"POST": 400}),
    # Nothing is said about for whom: what they make is looked at in a home of its own.
    r"/gruppe/kode": Route("/gruppe/kode", frozenset({"contact"}), {"POST": 400}),
    r"/gruppe/ark": Route("/gruppe/ark", frozenset({"contact"}), {"POST": 400}),
    r"/gruppe/lapper": Route("/gruppe/lapper", frozenset({"contact"}), {"POST": 400}),
    r"/gruppe/steng": Route("/gruppe/steng?rolle=leader", frozenset({"contact"}), {"GET": 200, "POST": 303}),
    r"/gruppe/vikar": Route("/gruppe/vikar", frozenset({"contact"}), {"POST": 200}),
    r"/datoer": Route("/datoer", frozenset({"facilitator"}), {"GET": 200, "POST": 400}),
    r"/min-dato": Route("/min-dato", OF_A_GROUP - {"contact"}, {"POST": 303}),
    r"/samling\.ics": Route("/samling.ics", OF_A_GROUP),
    r"/oving": Route("/oving", frozenset({"facilitator"}), {"GET": 200, "POST": 400}),
    # No contact among these is of a practice group: tests/server/test_practice_pages.py makes one.
    r"/oving/gruppe": Route("/oving/gruppe", frozenset(), {"GET": 200, "POST": 400}),
    r"/inviter": Route("/inviter", frozenset({"facilitator"}), {"GET": 200, "POST": 400}),
    r"/paminn": Route("/paminn", frozenset({"facilitator"})),
    r"/las": Route("/las", frozenset({"facilitator"}), {"GET": 200, "POST": 400}),
    # No group of this home has seen its answers, so there is nothing to make.
    r"/rapporter": Route("/rapporter", frozenset({"facilitator"}), {"GET": 200, "POST": 303}),
    r"/slipp": Route("/slipp", frozenset({"facilitator"}), {"GET": 200, "POST": 400}),
    # This group has not seen its answers yet, so there is nothing to approve.
    r"/godkjenn": Route("/godkjenn", frozenset({"contact"}), {"GET": 200, "POST": 403}),
    r"/rom": Route("/rom", frozenset({"room"})),
    # The room has seen nothing yet, so it need not wait.
    r"/rom/na": Route("/rom/na", frozenset({"room"})),
    r"/arbeidsbok/(?P<name>[a-z0-9][a-z0-9-]{0,63})": Route("/arbeidsbok/forarbeid", OF_A_GROUP),
    r"/rapport/(?P<group>[a-z0-9][a-z0-9-]{0,63})/(?P<file>[a-z0-9.-]{1,64})": Route(
        "/rapport/fauske/kommunerapport.html", OF_FAUSKE, refused=404
    ),
    r"/api/kernels/KERNEL": Route(
        "/api/kernels/{kernel}", frozenset({"leader"}), {"GET": 200, "OPTIONS": 200}, 404, script=True
    ),
    r"/api/kernels/KERNEL/channels": Route(
        "/api/kernels/{kernel}/channels", frozenset({"leader"}), {"GET": 400}, 404, script=True
    ),
    r"/voila/api/shutdown/KERNEL": Route(
        "/voila/api/shutdown/{kernel}", frozenset({"leader"}), {"POST": 204, "OPTIONS": 200}, 404, script=True
    ),
    r".*": Route("/nothing/here", EVERYBODY, dict.fromkeys(METHODS, 404)),
}


def expected(pattern: str, visitor: str, method: str, *, token: bool) -> set[int]:
    """What this visitor may be told: by the table alone."""
    route = ROUTES[pattern]
    told = route.told.get(method, 405)
    if pattern in LOOK_NOBODY_UP or pattern.startswith("(?P<address>"):
        return {told}
    if method not in SAFE and not token:
        return {403}
    if visitor in STRANGERS and (visitor not in route.opens_for or told == 405):
        return {302} if method in {"GET", "HEAD"} and not route.script else {403}
    if visitor not in route.opens_for:
        # What no one may do is refused before or after it has been looked who asks; both say no.
        return {route.refused, 405} if pattern.endswith("channels") and method != "GET" else {route.refused}
    if pattern == "/min-kode" and told == 200:
        return {200 if visitor in OF_A_GROUP else 303}
    if pattern == "/" and visitor == "room" and method == "GET":
        # The screen in the room has one page.
        return {303}
    return {told}


def is_left_out(route: Route, visitor: str, method: str, *, token: bool) -> bool:
    """Whether the walk does not go there because something would come of it."""
    if visitor not in route.opens_for or method not in route.told:
        return False
    if route.address.startswith("/arbeidsbok"):
        # Each opening is a kernel, and a person has only so many.
        return token or visitor in {"leader", "other_device"}
    return token and method not in SAFE and route.address in NOT_TRIED


def patterns() -> list[str]:
    """The routes' patterns, with the kernel's id made short."""
    return [re.sub(r"\(\?P<kernel_id>.*?\}\)(?=/|$)", "KERNEL", route[0]) for route in routes()]


def asked(line: HTTPConnection, visitor: Visitor, method: str, address: str, *, token: bool) -> Answer:
    """What comes back over a connection that stays open."""
    xsrf = next((each.value for each in visitor.cookies if each.name == "_xsrf"), "") if token else ""
    body = urlencode({"_xsrf": xsrf}) if xsrf and method not in SAFE else None
    headers = {"Cookie": visitor.cookie, **({"Content-Type": "application/x-www-form-urlencoded"} if body else {})}
    line.request(method, address, body, headers)
    answer = line.getresponse()
    return Answer(answer.status, answer.headers, answer.read())


@pytest.fixture(scope="module")
def kernel(cast: dict[str, Visitor]) -> Iterator[str]:
    """A kernel of the leader's whose page stays open."""
    started = cast["leader"].open_workbook()
    with cast["leader"].channels(started) as channels:
        # As a browser does, it hears what the server says, and so answers whether it is still there.
        threading.Thread(target=hear_everything, args=(channels,), daemon=True).start()
        yield started


def hear_everything(channels: websocket.WebSocket) -> None:
    channels.settimeout(None)
    with suppress(websocket.WebSocketException, OSError):
        while True:
            channels.recv()


@pytest.fixture(scope="module", autouse=True)
def reports(home: Path) -> None:
    for edition in ("group", "shared"):
        folder = home / "reports" / "fauske" / edition
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "kommunerapport.html").write_text(f"<title>{edition} Fauske</title>")


def test_every_route_is_in_the_table() -> None:
    assert sorted(patterns()) == sorted(ROUTES)


def test_every_page_says_what_it_is() -> None:
    for pattern, handler, *_ in routes():
        looks_nobody_up = issubclass(handler, (StaticFile, Health))
        assert looks_nobody_up or issubclass(handler, JupyterHandler), pattern
        assert looks_nobody_up or handler.auth_resource in {OPEN, *RESOURCES}, pattern
    assert Page.auth_resource == ""
    assert not may_use(None, "")
    for role in ("operator", "contact"):
        assert may_use(None, "own page") is may_use(None, "kernels") is False, role


@pytest.mark.parametrize("name", CAST)
def test_every_route_is_for_those_it_is_for(name: str, server: Server, cast: dict[str, Visitor], kernel: str) -> None:
    visitor, wrong = cast[name], {}
    visitor.get("/inn")
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as line:
        for pattern, method, token in product(ROUTES, METHODS, (False, True)):
            route = ROUTES[pattern]
            if is_left_out(route, name, method, token=token):
                continue
            address = route.address.format(kernel=kernel)
            answer, known = (
                asked(line, visitor, method, address, token=token),
                expected(pattern, name, method, token=token),
            )
            if answer.status not in known:
                wrong[method, address, token] = (answer.status, known)
            if answer.status == 302:
                assert answer.headers["Location"].startswith("/inn?next=")
            assert b"Traceback" not in answer.content
            assert "Server" not in answer.headers
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"], (method, address)
            if name not in OF_FAUSKE | {"facilitator", "room"}:
                assert b"Fauske" not in answer.content, (method, address)
    assert not wrong
    assert cast["leader"].get(f"/api/kernels/{kernel}").status == 200


@pytest.mark.parametrize("name", [name for name in CAST if name != "leader"])
def test_websocket_of_another_is_refused(name: str, cast: dict[str, Visitor], kernel: str) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException, match=r"40[34]"), cast[name].channels(kernel):
        pass
    with cast["leader"].channels(kernel) as channels:
        assert channels.connected


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example", "http://127.0.0.1", "http://127.0.0.1:1", "null", "http://127.0.0.1.evil.example",
        "file://", "javascript:alert(1)", "http://[", "http://localhost:{port}", "http://127.0.0.1:{port}.evil.example",
        "http://evil.example#http://127.0.0.1:{port}", "http://evil.example@127.0.0.1:{port}x",
    ],
)  # fmt: skip
def test_another_sites_page_cannot_open_the_channels(
    origin: str, server: Server, cast: dict[str, Visitor], kernel: str
) -> None:
    with (
        pytest.raises(websocket.WebSocketBadStatusException, match=r"40[034]"),
        cast["leader"].channels(kernel, origin=origin.format(port=server.port)),
    ):
        pass
    with cast["leader"].channels(kernel, origin=server.address) as channels:
        channels.send_bytes(message("kernel_info_request", {}))
        assert channels.recv()


@pytest.mark.parametrize(
    "said",
    [
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)  # fmt: skip
def test_another_sites_form_changes_nothing(said: dict[str, str], cast: dict[str, Visitor], kernel: str) -> None:
    for address in (f"/voila/api/shutdown/{kernel}", "/ut", "/ut/overalt", "/slett", "/sprak"):
        assert cast["leader"].post(address, headers=said).status in {403, 404}
    assert cast["leader"].get(f"/api/kernels/{kernel}").status == 200


@pytest.mark.parametrize(("session_id", "protocol"), [("x" * 300, None), ("", None), ("a\nb", None), ("x", "")])
def test_page_that_does_not_speak_as_ours_is_not_let_in(
    session_id: str, protocol: str | None, cast: dict[str, Visitor], kernel: str
) -> None:
    other = {} if protocol is None else {"protocol": protocol}
    with (
        pytest.raises(websocket.WebSocketBadStatusException, match="400"),
        cast["leader"].channels(kernel, session_id=session_id, **other),
    ):
        pass


@pytest.mark.parametrize(
    "address",
    [
        "/voila/tree",
        "/voila/render/forarbeid.ipynb",
        "/voila/files/forarbeid.ipynb",
        "/voila/api/contents",
        "/voila/query/00000000-0000-0000-0000-000000000000",
        "/voila/templates/lab/static/index.css",
        "/api/kernels",
        "/api/contents",
        "/api/status",
        "/login",
        "/logout",
        "/api/sessions",
        "/api/kernelspecs",
        "/api/terminals",
        "/api/me",
        "/api/config/notebook",
        "/api/security/csp-report",
        "/terminals/1",
        "/terminals/websocket/1",
        "/lab",
        "/tree",
        "/static/favicon.ico",
        "/files/forarbeid.ipynb",
        "/nbconvert/html/forarbeid.ipynb",
        "/view/forarbeid.ipynb",
        "/kernelspecs/python3/logo-64x64.png",
        "/custom/custom.css",
        "/voila/execution/00000000-0000-0000-0000-000000000000",
        "/voila/",
    ],
)
def test_jupyters_own_routes_are_not_there(address: str, cast: dict[str, Visitor]) -> None:
    assert cast["leader"].get(address).status == 404
    assert cast["operator"].get(address).status == 404


@pytest.mark.parametrize(
    "address",
    [
        "/rapport/fauske/..%2f..%2f..%2fkompetanse.sqlite",
        "/rapport/fauske/../../keys/cookie.secret",
        "/rapport/..%2fkeys/cookie.secret",
        "/rapport/%2e%2e/kommunerapport.html",
        "/rapport/fauske/kommunerapport.ipynb",
        "/rapport/fauske/%2e%2e%2fshared%2fkommunerapport.html",
        "/statisk/../../../pyproject.toml",
        "/statisk/%2e%2e/%2e%2e/settings.py",
        "/statisk//etc/passwd",
        "/voila/static/%2e%2e/%2e%2e/etc/passwd",
        "/voila/labextensions/../../etc/passwd",
        "/arbeidsbok/templates%2fkommunerapport",
        "/arbeidsbok/analyse",
        "/arbeidsbok/..%2fforarbeid",
        "/arbeidsbok/forarbeid.ipynb",
    ],
)
def test_no_path_leads_out(address: str, cast: dict[str, Visitor]) -> None:
    answer = cast["contact"].get(address)
    assert answer.status == 404, answer.text[:200]


def test_every_answer_has_the_security_headers(cast: dict[str, Visitor]) -> None:
    for address in (
        "/",
        "/inn",
        "/nothing",
        "/arbeidsbok/forarbeid",
        "/statisk/page.css",
        "/rapport/fauske/kommunerapport.html",
    ):
        headers = cast["leader"].get(address).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        scripts = re.search(r"script-src ([^;]*)", headers["Content-Security-Policy"])
        assert scripts is None or "unsafe" not in scripts[1]


def test_error_page_says_what_to_do_and_how_to_reach_us(cast: dict[str, Visitor]) -> None:
    for name, address, status in (("leader", "/nothing", 404), ("facilitator", "/arbeidsbok/forarbeid", 403)):
        answer = cast[name].get(address)
        assert answer.status == status
        assert 'href="/tilgjengelighet"' in answer.text
        assert 'href="/"' in answer.text
        assert "tel:" in answer.text
        assert "Traceback" not in answer.text
