"""Signing in with a job account, at a certified provider that runs beside the server."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from copy import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.server.job_account import Attempt
from kompetanse.server.openid_provider import KEPT_SECONDS, Kept, OpenIdProvider, ProviderDown, SignInRefused
from kompetanse.server.openid_settings import OpenIdSettings
from tests.server.conftest import fill
from tests.server.provider import SECRET, Provider, write_private
from tests.server.running import Answer, Server, Visitor, free_port, wait_until

PROGRAMME = load_programme().id
REFUSED = "Du ble ikke logget inn med jobbkontoen"


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def provider(port: int) -> Iterator[Provider]:
    running = Provider(f"http://127.0.0.1:{port}")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def job_home(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("openid") / "home"
    fill(home)
    write_private(home / "oidc.toml", provider.settings(PROGRAMME))
    write_private(home / "oidc.secret", f"{SECRET}\n")
    return home


@pytest.fixture(scope="module")
def job_server(job_home: Path, port: int) -> Iterator[Server]:
    running = Server(job_home, port=port)
    yield running
    running.stop()


@pytest.fixture
def visitor(job_server: Server) -> Visitor:
    return Visitor(job_server)


@pytest.fixture
def settings(job_home: Path) -> OpenIdSettings:
    found = OpenIdSettings.of_home(job_home, PROGRAMME)
    assert found
    return found


def away(visitor: Visitor, goal: str = "/") -> str:
    answer = visitor.get(f"/jobbkonto?next={quote(goal)}")
    assert answer.status == 303, answer.text
    return str(answer.headers["Location"])


def come_back(visitor: Visitor, provider: Provider, account: str, *, goal: str = "/") -> Answer:
    return visitor.get(provider.sign_in(away(visitor, goal), account))


def test_browser_is_sent_away_with_all_that_ties_the_answer_to_it(visitor: Visitor, provider: Provider) -> None:
    answer = visitor.get("/jobbkonto")
    address = urlsplit(answer.headers["Location"])
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{provider.issuer}/auth"
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 32
    assert len(asked["nonce"]) >= 32
    assert SECRET not in answer.headers["Location"]
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/jobbkonto"} <= set(cookie.split("; "))
    again = visitor.get("/jobbkonto").headers["Location"]
    assert not {asked["state"], asked["nonce"], asked["code_challenge"]} & {
        value for values in parse_qs(urlsplit(again).query).values() for value in values
    }


@pytest.mark.parametrize(("account", "title"), [("frida", "Gruppene"), ("arne", "Oversikt")])
def test_facilitator_and_analyst_come_in(visitor: Visitor, provider: Provider, account: str, title: str) -> None:
    answer = come_back(visitor, provider, account)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert f"<h1>{title}</h1>" in visitor.get("/").text
    assert visitor.get("/arbeidsbok/forarbeid").status == 403


@pytest.mark.parametrize("account", ["ukjent", "lars", "pia"])
def test_somebody_without_a_role_is_told_so_and_gets_nothing(
    visitor: Visitor, provider: Provider, account: str
) -> None:
    answer = come_back(visitor, provider, account)
    assert answer.status == 403
    assert "Jobbkontoen din har ingen rolle her" in answer.text
    assert visitor.get("/").status == 302
    for secret in (account, "@example.org", "01010112345"):
        assert secret not in answer.text


def test_answer_counts_once_and_in_its_own_browser_only(visitor: Visitor, provider: Provider) -> None:
    thief = Visitor(visitor.server)
    address = away(visitor)
    for cookie in visitor.cookies:
        thief.cookies.set_cookie(copy(cookie))
    back = provider.sign_in(address, "frida")
    stranger = Visitor(visitor.server)
    away(stranger)
    assert REFUSED in stranger.get(back).text
    assert visitor.get(back).status == 303
    for replayed in (visitor.get(back), thief.get(back)):
        assert replayed.status == 400
        assert REFUSED in replayed.text
    assert thief.get("/").status == stranger.get("/").status == 302


@pytest.mark.parametrize(
    "change",
    [
        lambda back: back.replace("state=", "state=x"),
        lambda back: back.replace("iss=", "iss=https://login.example.org&was="),
        lambda back: back.replace("iss=", "was="),
        lambda back: back.replace("code=", "code=x"),
        lambda back: back.replace("code=", "was="),
    ],
)
def test_changed_answer_is_refused(visitor: Visitor, provider: Provider, change: object) -> None:
    back = provider.sign_in(away(visitor), "frida")
    assert callable(change)
    answer = visitor.get(change(back))
    assert answer.status == 400
    assert REFUSED in answer.text
    assert visitor.get("/").status == 302


@pytest.mark.parametrize(
    "how",
    [
        "expired", "other audience", "other party", "other issuer", "other nonce", "no nonce", "alg none", "our secret",
        "other key", "changed claims", "no token", "no text", "somebody else",
    ],
)  # fmt: skip
def test_spoiled_token_lets_nobody_in(visitor: Visitor, provider: Provider, how: str) -> None:
    provider.spoil(how)
    try:
        answer = come_back(visitor, provider, "frida")
    finally:
        provider.spoil("")
    assert answer.status == 400
    assert REFUSED in answer.text
    assert visitor.get("/").status == 302


def test_provider_may_change_its_keys(visitor: Visitor, provider: Provider) -> None:
    assert come_back(Visitor(visitor.server), provider, "frida").status == 303
    provider.tell("keys")
    assert come_back(visitor, provider, "frida").status == 303


def test_cancelled_sign_in_is_one_plain_page_in_the_readers_language(visitor: Visitor, provider: Provider) -> None:
    assert visitor.post("/sprak", {"sprak": "nn"}).status == 303
    answer = visitor.get(provider.cancel(away(visitor)))
    assert answer.status == 400
    assert "Du vart ikkje logga inn med jobbkontoen" in answer.text
    assert 'href="/inn"' in answer.text
    assert "access_denied" in visitor.server.log


def test_frozen_provider_holds_nobody_up(visitor: Visitor, provider: Provider) -> None:
    back = provider.sign_in(away(visitor), "frida")
    provider.freeze()
    try:
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(visitor.get, back)
            time.sleep(0.3)
            begin = time.monotonic()
            assert Visitor(visitor.server).get("/inn").status == 200
            assert time.monotonic() - begin < 1
            assert not waiting.done()
            answer = waiting.result()
    finally:
        provider.thaw()
    assert answer.status == 503
    assert "Innlogging med jobbkonto svarer ikke" in answer.text


@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_nobody_is_sent_to_another_site(visitor: Visitor, provider: Provider, goal: str) -> None:
    assert come_back(visitor, provider, "frida", goal=goal).headers["Location"] == "/"


def test_page_that_was_asked_for_comes_after_signing_in(visitor: Visitor, provider: Provider) -> None:
    assert come_back(visitor, provider, "frida", goal="/personvern?x=1").headers["Location"] == "/personvern?x=1"


def test_signing_in_is_written_down_without_the_person(
    visitor: Visitor, provider: Provider, job_home: Path, job_server: Server
) -> None:
    for account in ("frida", "arne", "frida"):
        back = provider.sign_in(away(visitor), account)
        assert visitor.get(back).status == 303
    with Store.open(job_home) as store:
        entries = [each for each in store.audit_log(kinds=("sign_in",)) if each.detail == "job account"][-3:]
    assert [each.role for each in entries] == ["facilitator", "analyst", "facilitator"]
    assert entries[0].participant == entries[2].participant != entries[1].participant
    code = parse_qs(urlsplit(back).query)["code"][0]
    files = [path.read_bytes() for path in job_home.rglob("*") if path.is_file() and path.name != "oidc.toml"]
    kept = b"\n".join([job_server.log.encode(), *(each for each in files if SECRET.encode() not in each)])
    for word in ("frida", "arne", "@example.org", "01010112345", SECRET, code, "eyJ"):
        assert word.encode() not in kept


def test_job_account_lasts_a_working_day(visitor: Visitor, provider: Provider, job_home: Path) -> None:
    come_back(visitor, provider, "frida")
    with closing(sqlite3.connect(job_home / "kompetanse.sqlite")) as home, home:
        ((until,),) = home.execute("SELECT max(expires) FROM device WHERE code IS NULL")
        left = datetime.fromisoformat(until) - datetime.now(UTC)
        assert timedelta(hours=11.9) < left < timedelta(hours=12)
        assert visitor.get("/").status == 200
        home.execute("UPDATE device SET expires = ?", [datetime.now(UTC).isoformat(timespec="microseconds")])
    assert wait_until(lambda: visitor.get("/").status == 302)


def test_mark_that_the_page_shows_gives_a_role(
    provider: Provider, job_home: Path, visitor: Visitor, settings: OpenIdSettings
) -> None:
    words = come_back(visitor, provider, "pia").text
    mark = words.split("gir du merket ")[1].split()[0]
    rule = {"programme": PROGRAMME, "role": "analyst", "people": [mark]}
    with_her = OpenIdSettings.model_validate({**settings.model_dump(), "roles": [rule]})
    assert OpenIdProvider(with_her, PROGRAMME).role_of({}, mark) == "analyst"
    assert OpenIdProvider(with_her, PROGRAMME).role_of({}, mark[:-1]) is None
    assert OpenIdProvider(settings, PROGRAMME).role_of({}, mark) is None


def test_wanted_certainty_is_asked_for_and_must_come_back(provider: Provider, settings: OpenIdSettings) -> None:
    sure = settings.model_copy(update={"acr_values": ("high",)})
    client = OpenIdProvider(sure, PROGRAMME)
    attempt = Attempt.new("/")

    async def sign_in() -> None:
        address = await client.authorization_address(attempt, "nb")
        assert parse_qs(urlsplit(address).query)["acr_values"] == ["high"]
        back = await asyncio.to_thread(provider.sign_in, address, "frida")
        await client.claims(parse_qs(urlsplit(back).query)["code"][0], attempt)

    with pytest.raises(SignInRefused, match="acr"):
        asyncio.run(sign_in())


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"issuer": "http://127.0.0.1:1"}, ProviderDown, "ConnectError"),
        ({"issuer": "https://localhost:1/tenant"}, ProviderDown, "ConnectError"),
        ({"issuer": "http://127.0.0.1:{port}"}, SignInRefused, "another issuer"),
        ({"issuer": "http://localhost:{port}/"}, SignInRefused, "another issuer"),
        ({"issuer": "http://localhost:{port}/nothing"}, SignInRefused, "404"),
    ],
)
def test_metadata_is_the_issuers_or_there_is_no_sign_in(
    provider: Provider, settings: OpenIdSettings, change: dict[str, str], error: type[Exception], words: str
) -> None:
    other = settings.model_copy(update={name: value.format(port=provider.port) for name, value in change.items()})
    with pytest.raises(error, match=words):
        asyncio.run(OpenIdProvider(other, PROGRAMME).metadata())


def test_what_is_kept_outlives_a_provider_that_is_down() -> None:
    answers = [{"a": 1}, ProviderDown("down"), {"a": 2}]

    async def ask() -> dict[str, int]:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def use() -> list[dict[str, int]]:
        kept = Kept()
        seen = [await kept.get(ask), await kept.get(ask)]
        kept.until -= KEPT_SECONDS
        seen += [await kept.get(ask), await kept.get(ask)]
        kept.until -= KEPT_SECONDS
        return [*seen, await kept.get(ask)]

    assert asyncio.run(use()) == [{"a": 1}, {"a": 1}, {"a": 1}, {"a": 1}, {"a": 2}]


def test_browser_signs_in_and_out_of_both(browser: Browser, job_server: Server, provider: Provider) -> None:
    page = browser.new_page()
    page.goto(f"{job_server.address}/inn?next=/personvern")
    page.get_by_role("link", name="Logg inn med jobbkonto").click()
    page.get_by_placeholder("Enter any login").fill("frida")
    page.get_by_placeholder("and password").fill("x")
    page.get_by_role("button", name="Sign-in").click()
    page.wait_for_url(f"{job_server.address}/personvern")
    page.goto(f"{job_server.address}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gruppene")
    page.get_by_role("button", name="Logg ut").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Du er logget ut")
    page.get_by_role("link", name="Logg ut av jobbkontoen").click()
    page.get_by_role("button", name="Yes").click()
    page.wait_for_url(f"{job_server.address}/inn")
    page.get_by_role("link", name="Logg inn med jobbkonto").click()
    expect(page.get_by_placeholder("Enter any login")).to_be_visible()
    page.close()
