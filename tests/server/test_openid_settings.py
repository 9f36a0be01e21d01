"""`oidc.toml`: every mistake is one sentence with its place, and never shows a secret or a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from kompetanse.errors import InputError
from kompetanse.server.openid_settings import OpenIdSettings, RoleRule, is_safe_address
from tests.server.provider import write_private

GOOD = """
issuer = "https://login.example.org/tenant/"
client_id = "kompetanse"
client_secret_file = "oidc.secret"
address = "https://kompetanse.example.org/"

[[roles]]
programme = "p"
role = "facilitator"
claim = "email"
values = ["kari@example.org"]
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_private(tmp_path / "oidc.secret", "hemmelig\n")
    return tmp_path


def mistake(home: Path, text: str, programme: str = "p") -> str:
    write_private(home / "oidc.toml", text)
    with pytest.raises(InputError) as found:
        OpenIdSettings.of_home(home, programme)
    return str(found.value)


def test_home_without_the_file_has_no_provider(tmp_path: Path) -> None:
    assert OpenIdSettings.of_home(tmp_path, "p") is None


def test_good_file_is_read_and_keeps_its_secret_to_itself(home: Path) -> None:
    write_private(home / "oidc.toml", GOOD)
    settings = OpenIdSettings.of_home(home, "p")
    assert settings
    assert (settings.secret, settings.address) == ("hemmelig", "https://kompetanse.example.org")
    assert settings.issuer == "https://login.example.org/tenant/"
    assert "hemmelig" not in repr(settings)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('client_id = "kompetanse"', "", 'client_id is missing; write client_id = "kompetanse".'),
        ('client_id = "kompetanse"', "client_id = 1", "client_id cannot be used: input should be a valid string."),
        ('issuer = "https:', 'issuer = "http:', "issuer must be an address that begins with https://"),
        ('issuer = "https:', 'isuer = "https:', "there is no setting 'isuer'; the settings are issuer, client_id"),
        ('example.org/"\n\n', 'example.org/inn"\n\n', "address is the address of the front page"),
        ('"facilitator"', '"contact"', '1. role must be "facilitator" or "analyst".'),
        ('"facilitator"', '"leader"', '1. role must be "facilitator" or "analyst".'),
        ('"facilitator"', '"operator"', '1. role must be "facilitator" or "analyst".'),
        ("values =", "people =", '1. entry needs either claim = "..." with values = [...], or people = [...].'),
        ('claim = "email"', "", "1. entry needs either claim"),
        ('claim = "email"', 'claim = "pid"', "1. entry must not name people by pid; write their marks instead"),
        ('["kari@example.org"]', "[1]", "values: 1. entry cannot be used: input should be a valid string."),
        ("[[roles]]", 'scopes = ["email"]\n[[roles]]', 'must have "openid" among its scopes.'),
        ('issuer = "https', "issuer = https", "is not TOML: "),
        ('"oidc.secret"', '"no.secret"', "no.secret cannot be read (No such file or directory)"),
        ('programme = "p"', 'programme = "q"', "gives nobody a role in 'p'; add a [[roles]] with that programme."),
    ],
)
def test_mistake_is_one_sentence_that_says_where(home: Path, old: str, new: str, words: str) -> None:
    assert GOOD.count(old) == 1
    said = mistake(home, GOOD.replace(old, new))
    assert words in said
    assert str(home) in said
    assert "kari" not in said


def test_all_mistakes_are_told_at_once(home: Path) -> None:
    said = mistake(home, GOOD.replace("client_id", "klient_id").replace('"facilitator"', '"leder"'))
    assert len(said.splitlines()) == 3, said


def test_servers_own_address_does(home: Path) -> None:
    write_private(home / "oidc.toml", GOOD.replace('address = "https://kompetanse.example.org/"', ""))
    settings = OpenIdSettings.of_home(home, "p", "https://served.example.org")
    assert settings
    assert settings.address == "https://served.example.org"


@pytest.mark.parametrize("name", ["oidc.toml", "oidc.secret"])
def test_file_that_others_can_read_is_refused(home: Path, name: str) -> None:
    write_private(home / "oidc.toml", GOOD)
    (home / name).chmod(0o640)
    with pytest.raises(InputError, match=rf"{name} can be used by others than its owner; run: chmod 600"):
        OpenIdSettings.of_home(home, "p")


def test_empty_secret_is_refused(home: Path) -> None:
    write_private(home / "oidc.secret", "\n")
    assert "oidc.secret is empty" in mistake(home, GOOD)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://login.example.org/x", True),
        ("http://localhost:8080", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("http://login.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("http://localhost@example.org", False),
        ("https://user@login.example.org", False),
        ("javascript:alert(1)", False),
        ("https://[broken", False),
        ("", False),
    ],
)
def test_address_is_read_by_nobody_on_the_way(address: str, safe: bool) -> None:
    assert is_safe_address(address) is safe


@pytest.mark.parametrize(
    ("claims", "fits"),
    [
        ({"email": "KARI@example.org ", "email_verified": True}, True),
        ({"email": "kari@example.org", "email_verified": "true"}, False),
        ({"email": "kari@example.org"}, False),
        ({"email": ["kari@example.org"], "email_verified": True}, True),
        ({"email": {"kari@example.org": 1}, "email_verified": True}, False),
        ({}, False),
    ],
)
def test_email_counts_when_somebody_has_checked_it(claims: dict[str, object], fits: bool) -> None:
    rule = RoleRule(programme="p", role="analyst", claim="email", values=("kari@example.org",))
    assert rule.fits(claims, "") is fits
