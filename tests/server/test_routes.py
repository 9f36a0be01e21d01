"""A first walk over every route the application has, for every role and for nobody.

The table below must name exactly the routes in `kompetanse.server.routes`: a new route fails here until somebody has
said who may open it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import websocket

from kompetanse.server.routes import routes
from tests.server.conftest import Codes
from tests.server.running import Server, Visitor

VISITORS = ("nobody", "leader", "other_leader", "contact", "facilitator", "analyst", "operator", "room")

FOR_ALL = dict.fromkeys(VISITORS, 200)
SIGNED_IN = {**FOR_ALL, "nobody": 302}
NOT_FOUND = dict.fromkeys(VISITORS, 404)
GROUP = {**dict.fromkeys(VISITORS, 403), "nobody": 302, "leader": 200, "other_leader": 200, "contact": 200}
CONTACT = {**dict.fromkeys(VISITORS, 403), "nobody": 302, "contact": 200}
OWN_REPORT = {**NOT_FOUND, "nobody": 302, "leader": 200, "contact": 200}
OWN_KERNEL = {**NOT_FOUND, "nobody": 403, "leader": 200}
ONLY_POST = {**dict.fromkeys(VISITORS, 405), "nobody": 302}

#: Each route: an address of it, and what a GET says to each visitor.
GETS: dict[str, tuple[str, dict[str, int]]] = {
    r"/inn": ("/inn", FOR_ALL),
    r"/inn/(?P<code>[A-Za-z0-9-]{1,64})": ("/inn/ABCD-EFGH", FOR_ALL),
    r"/ut": ("/ut", FOR_ALL),
    r"/sprak": ("/sprak", ONLY_POST),
    # There are none where no provider is set up; tests/server/test_openid.py looks at them where one is.
    r"/jobbkonto": ("/jobbkonto", NOT_FOUND),
    r"/jobbkonto/svar": ("/jobbkonto/svar", NOT_FOUND),
    r"/jobbkonto/ut": ("/jobbkonto/ut", NOT_FOUND),
    r"/tilgjengelighet": ("/tilgjengelighet", FOR_ALL),
    r"/personvern": ("/personvern", FOR_ALL),
    r"/healthz": ("/healthz", FOR_ALL),
    r"/readyz": ("/readyz", FOR_ALL),
    r"/metrics": ("/metrics", NOT_FOUND),
    r"(?P<address>/statisk/[A-Za-z0-9._/-]+)": ("/statisk/page.css", FOR_ALL),
    r"(?P<address>/voila/static/[A-Za-z0-9._/-]+)": ("/voila/static/nothing.js", NOT_FOUND),
    r"(?P<address>/voila/labextensions/[A-Za-z0-9@._/-]+)": ("/voila/labextensions/anywidget/package.json", NOT_FOUND),
    r"/": ("/", SIGNED_IN),
    r"/min-kode": (
        "/min-kode",
        {**dict.fromkeys(VISITORS, 303), **dict.fromkeys(("leader", "other_leader", "contact"), 200), "nobody": 302},
    ),
    r"/mine-svar\.(?P<form>csv|json)": ("/mine-svar.csv", GROUP),
    r"/slett": ("/slett", GROUP),
    r"/gruppe": ("/gruppe", ONLY_POST),
    r"/gruppe/kode": ("/gruppe/kode", ONLY_POST),
    r"/gruppe/ark": ("/gruppe/ark", ONLY_POST),
    r"/gruppe/lapper": ("/gruppe/lapper", ONLY_POST),
    r"/gruppe/steng": ("/gruppe/steng?rolle=leader", CONTACT),
    r"/inviter": ("/inviter", {**dict.fromkeys(VISITORS, 403), "nobody": 302, "facilitator": 200}),
    r"/godkjenn": ("/godkjenn", CONTACT),
    r"/arbeidsbok/(?P<name>[a-z0-9][a-z0-9-]{0,63})": ("/arbeidsbok/forarbeid", GROUP),
    r"/rapport/(?P<group>[a-z0-9][a-z0-9-]{0,63})/(?P<file>[a-z0-9.-]{1,64})": (
        "/rapport/fauske/kommunerapport.html",
        OWN_REPORT,
    ),
    r"/api/kernels/KERNEL": ("/api/kernels/{kernel}", OWN_KERNEL),
    r"/api/kernels/KERNEL/channels": ("/api/kernels/{kernel}/channels", {**OWN_KERNEL, "leader": 400}),
    r"/voila/api/shutdown/KERNEL": ("/voila/api/shutdown/{kernel}", {**dict.fromkeys(VISITORS, 405), "nobody": 403}),
    r".*": ("/nothing/here", NOT_FOUND),
}

#: What a POST with a good token says; every other route refuses POST.
POSTS: dict[str, dict[str, int]] = {
    "/gruppe": {**dict.fromkeys(VISITORS, 403), "contact": 400},
    # Nothing is said about for whom: what they make is looked at in a home of its own.
    "/gruppe/kode": {**dict.fromkeys(VISITORS, 403), "contact": 400},
    "/gruppe/ark": {**dict.fromkeys(VISITORS, 403), "contact": 400},
    "/gruppe/lapper": {**dict.fromkeys(VISITORS, 403), "contact": 400},
    "/inviter": {**dict.fromkeys(VISITORS, 403), "facilitator": 400},
    # The contact's too: this group has not seen its answers yet, so there is nothing to approve.
    "/godkjenn": dict.fromkeys(VISITORS, 403),
    "/voila/api/shutdown/{kernel}": {**NOT_FOUND, "nobody": 403},
    "/sprak": dict.fromkeys(VISITORS, 400),
}
POSTED_ELSEWHERE = {"/inn", "/inn/ABCD-EFGH", "/ut", "/slett", "/gruppe/steng?rolle=leader"}


def patterns() -> list[str]:
    """The routes' patterns, with the kernel's id made short."""
    return [re.sub(r"\(\?P<kernel_id>.*?\}\)(?=/|$)", "KERNEL", route[0]) for route in routes()]


@pytest.fixture(scope="module")
def visitors(server: Server, codes: Codes) -> dict[str, Visitor]:
    signed_in = {
        name: Visitor(server).sign_in(getattr(codes, name)) for name in VISITORS if name not in {"nobody", "leader"}
    }
    return {"nobody": Visitor(server), "leader": Visitor(server).sign_in(codes.leader), **signed_in}


@pytest.fixture(scope="module")
def kernel(visitors: dict[str, Visitor]) -> Iterator[str]:
    """A kernel whose page stays open."""
    started = visitors["leader"].open_workbook()
    with visitors["leader"].channels(started):
        yield started


@pytest.fixture(scope="module", autouse=True)
def reports(home: Path) -> None:
    for edition in ("group", "shared"):
        folder = home / "reports" / "fauske" / edition
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "kommunerapport.html").write_text(f"<title>{edition}</title>")


def test_every_route_is_in_the_table() -> None:
    assert sorted(patterns()) == sorted(GETS)


@pytest.mark.parametrize("name", VISITORS)
@pytest.mark.parametrize("pattern", GETS)
def test_get_is_for_those_it_is_for(pattern: str, name: str, visitors: dict[str, Visitor], kernel: str) -> None:
    address, expected = GETS[pattern]
    answer = visitors[name].get(address.format(kernel=kernel))
    assert answer.status == expected[name], answer.text[:300]
    if answer.status == 302:
        assert answer.headers["Location"].startswith("/inn?next=")


@pytest.mark.parametrize("name", VISITORS)
@pytest.mark.parametrize("pattern", GETS)
def test_post_without_a_token_changes_nothing(
    pattern: str, name: str, visitors: dict[str, Visitor], kernel: str
) -> None:
    address = GETS[pattern][0].format(kernel=kernel)
    assert visitors[name].post(address, xsrf=False).status in {403, 404, 405}
    assert visitors["leader"].get(f"/api/kernels/{kernel}").status == 200


@pytest.mark.parametrize("name", [name for name in VISITORS if name != "leader"])
@pytest.mark.parametrize("pattern", GETS)
def test_post_with_a_token_is_for_those_it_is_for(
    pattern: str, name: str, visitors: dict[str, Visitor], kernel: str
) -> None:
    address = GETS[pattern][0]
    if address in POSTED_ELSEWHERE:
        # These pages sign people in and out, erase, or end codes; their own tests say who may.
        return
    answer = visitors[name].post(address.format(kernel=kernel))
    expected = POSTS.get(address)
    if expected is None:
        assert answer.status in {403, 404, 405}
    else:
        assert answer.status == expected[name], answer.text[:300]
    assert visitors["leader"].get(f"/api/kernels/{kernel}").status == 200


@pytest.mark.parametrize("name", [name for name in VISITORS if name != "leader"])
def test_websocket_of_another_is_refused(name: str, visitors: dict[str, Visitor], kernel: str) -> None:
    with pytest.raises(websocket.WebSocketBadStatusException, match=r"40[34]"), visitors[name].channels(kernel):
        pass
    with visitors["leader"].channels(kernel) as channels:
        assert channels.connected


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
    ],
)
def test_jupyters_own_routes_are_not_there(address: str, visitors: dict[str, Visitor]) -> None:
    assert visitors["leader"].get(address).status == 404
    assert visitors["operator"].get(address).status == 404


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
def test_no_path_leads_out(address: str, visitors: dict[str, Visitor]) -> None:
    answer = visitors["contact"].get(address)
    assert answer.status == 404, answer.text[:200]


def test_every_answer_has_the_security_headers(visitors: dict[str, Visitor]) -> None:
    for address in (
        "/",
        "/inn",
        "/nothing",
        "/arbeidsbok/forarbeid",
        "/statisk/page.css",
        "/rapport/fauske/kommunerapport.html",
    ):
        headers = visitors["leader"].get(address).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        scripts = re.search(r"script-src ([^;]*)", headers["Content-Security-Policy"])
        assert scripts is None or "unsafe" not in scripts[1]


def test_error_page_says_what_to_do_and_how_to_reach_us(visitors: dict[str, Visitor]) -> None:
    for name, address, status in (("leader", "/nothing", 404), ("facilitator", "/arbeidsbok/forarbeid", 403)):
        answer = visitors[name].get(address)
        assert answer.status == status
        assert 'href="/tilgjengelighet"' in answer.text
        assert 'href="/"' in answer.text
        assert "tel:" in answer.text
        assert "Traceback" not in answer.text
