"""A session is believed when our own key has signed it for this purpose, and in no other case."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from kompetanse.answers.session import Session, SessionSigner, new_session_key, verify
from kompetanse.errors import AccessDenied
from kompetanse.settings import MADE_BY_VOILA, Settings

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def signer() -> SessionSigner:
    return SessionSigner(new_session_key())


@pytest.fixture
def leader() -> Session:
    return Session(
        role="leader", programme="nordland", group="fauske", participant="p-" + "a" * 20, language="nn", expires=None
    )


def settings(**given: Any) -> Settings:
    """The settings of a process with nothing in its environment, except what is given."""
    bare = Settings(home=Path("home"), database=None, programme=None, session=None, public_key=None, under_voila=False)
    return replace(bare, **given)


def forged(claims: dict[str, Any], header: dict[str, Any]) -> str:
    """A token with no signature at all."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)]
    return ".".join([*parts, ""])


def claims_of(token: str) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found


def test_a_signed_session_comes_back(signer: SessionSigner, leader: Session) -> None:
    found = verify(signer.sign(leader, HOUR), signer.public_key_pem)
    assert replace(found, expires=None) == leader
    assert found.expires is not None
    assert timedelta(minutes=59) < found.expires - datetime.now(UTC) <= HOUR


def test_a_facilitator_has_neither_group_nor_participant(signer: SessionSigner, leader: Session) -> None:
    facilitator = replace(leader, role="facilitator", group=None, participant=None)
    assert verify(signer.sign(facilitator, HOUR), signer.public_key_pem).role == "facilitator"


def test_a_token_expires_with_its_session_if_that_is_sooner(signer: SessionSigner, leader: Session) -> None:
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=5)
    token = signer.sign(replace(leader, expires=soon), HOUR)
    assert verify(token, signer.public_key_pem).expires == soon


def test_a_clock_that_goes_back_shuts_nobody_out(signer: SessionSigner, leader: Session) -> None:
    """An hour after the token was signed the machine's clock is set back by a day."""
    claims = claims_of(signer.sign(leader, timedelta(days=2)))
    claims |= {"iat": claims["iat"] + 86400, "exp": claims["exp"] + 86400}
    token = jwt.encode(claims, signer._key, algorithm="EdDSA")
    assert replace(verify(token, signer.public_key_pem), expires=None) == leader


def test_a_clock_that_jumps_ahead_ends_what_it_says_is_over(signer: SessionSigner, leader: Session) -> None:
    claims = claims_of(signer.sign(leader, HOUR))
    claims |= {"iat": claims["iat"] - 86400, "exp": claims["exp"] - 86400}
    token = jwt.encode(claims, signer._key, algorithm="EdDSA")
    with pytest.raises(AccessDenied):
        verify(token, signer.public_key_pem)
    assert verify(signer.sign(leader, HOUR), signer.public_key_pem)


def test_an_expired_token_is_refused_after_a_short_leeway(signer: SessionSigner, leader: Session) -> None:
    assert verify(signer.sign(leader, timedelta(seconds=-2)), signer.public_key_pem)
    with pytest.raises(AccessDenied, match="sign in again"):
        verify(signer.sign(leader, timedelta(seconds=-60)), signer.public_key_pem)


def test_a_token_for_a_page_is_no_good_in_a_kernel(signer: SessionSigner, leader: Session) -> None:
    page, kernel = signer.sign(leader, HOUR, purpose="page"), signer.sign(leader, HOUR, purpose="kernel")
    with pytest.raises(AccessDenied):
        verify(page, signer.public_key_pem, purpose="kernel")
    with pytest.raises(AccessDenied):
        verify(kernel, signer.public_key_pem, purpose="page")
    assert verify(page, signer.public_key_pem, purpose="page")


def test_every_changed_character_is_noticed(signer: SessionSigner, leader: Session) -> None:
    token = signer.sign(leader, HOUR)
    for place in range(0, len(token) - 1, 7):
        changed = "A" if token[place] != "A" else "B"
        with pytest.raises(AccessDenied):
            verify(token[:place] + changed + token[place + 1 :], signer.public_key_pem)


def test_another_role_in_the_payload_is_noticed(signer: SessionSigner, leader: Session) -> None:
    header, _, signature = signer.sign(leader, HOUR).split(".")
    claims = claims_of(signer.sign(leader, HOUR)) | {"role": "operator"}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    with pytest.raises(AccessDenied):
        verify(f"{header}.{payload}.{signature}", signer.public_key_pem)


def test_another_key_is_refused(signer: SessionSigner, leader: Session) -> None:
    with pytest.raises(AccessDenied):
        verify(SessionSigner(new_session_key()).sign(leader, HOUR), signer.public_key_pem)


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "EdDSA"])
def test_an_unsigned_token_is_refused_whatever_it_calls_itself(
    signer: SessionSigner, leader: Session, algorithm: str
) -> None:
    claims = claims_of(signer.sign(leader, HOUR))
    with pytest.raises(AccessDenied):
        verify(forged(claims, {"alg": algorithm, "typ": "JWT"}), signer.public_key_pem)


def test_the_public_key_is_no_shared_secret(signer: SessionSigner, leader: Session) -> None:
    claims = claims_of(signer.sign(leader, HOUR))
    header = {"alg": "HS256", "typ": "JWT"}
    head, body, _ = forged(claims, header).split(".")
    signature = hmac.digest(signer.public_key_pem.encode(), f"{head}.{body}".encode(), "sha256")
    token = f"{head}.{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    with pytest.raises(AccessDenied):
        verify(token, signer.public_key_pem)


@pytest.mark.parametrize(
    "change",
    [
        {"role": "boss"},
        {"role": ["leader"]},
        {"language": "sv"},
        {"group": None},
        {"participant": None},
        {"participant": ""},
        {"group": 7},
        {"programme": None},
        {"exp": None},
        {"iss": "somebody"},
    ],
)
def test_a_session_that_makes_no_sense_is_refused(
    signer: SessionSigner, leader: Session, change: dict[str, Any]
) -> None:
    claims = claims_of(signer.sign(leader, HOUR)) | change
    token = jwt.encode(claims, signer._key, algorithm="EdDSA")
    with pytest.raises(AccessDenied):
        verify(token, signer.public_key_pem)


@pytest.mark.parametrize("key", ["", "not a key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"])
def test_a_broken_public_key_lets_nobody_in(signer: SessionSigner, leader: Session, key: str) -> None:
    with pytest.raises(AccessDenied):
        verify(signer.sign(leader, HOUR), key)


def test_a_process_with_nothing_from_a_server_is_the_operators() -> None:
    assert Session.from_environment(settings()).role == "operator"


def test_a_kernel_takes_its_session_from_the_environment(signer: SessionSigner, leader: Session) -> None:
    given = settings(session=signer.sign(leader, HOUR), public_key=signer.public_key_pem, under_voila=True)
    assert Session.from_environment(given).participant == leader.participant


@pytest.mark.parametrize("sign", MADE_BY_VOILA)
def test_under_voila_a_deleted_token_opens_nothing(sign: str) -> None:
    found = Settings.from_environment({sign: ""})
    with pytest.raises(AccessDenied, match="sign in"):
        Session.from_environment(found)


def test_half_a_token_opens_nothing(signer: SessionSigner, leader: Session) -> None:
    for given in ({"session": signer.sign(leader, HOUR)}, {"public_key": signer.public_key_pem}):
        with pytest.raises(AccessDenied):
            Session.from_environment(settings(**given))


def test_a_page_token_in_a_kernels_environment_opens_nothing(signer: SessionSigner, leader: Session) -> None:
    token = signer.sign(leader, HOUR, purpose="page")
    with pytest.raises(AccessDenied):
        Session.from_environment(settings(session=token, public_key=signer.public_key_pem))


def test_only_an_ed25519_key_signs() -> None:
    from_elsewhere = b"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEIA==\n-----END PRIVATE KEY-----\n"
    with pytest.raises(ValueError, match=r".+"):
        SessionSigner(from_elsewhere)
