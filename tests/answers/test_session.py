"""A session is believed when our own key has signed it for this kernel, and in no other case."""

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
KERNEL = "a-kernel"


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


def from_server(signer: SessionSigner, session: Session) -> dict[str, str]:
    """What a kernel is told by the server."""
    token = signer.sign(session, HOUR, kernel=KERNEL)
    return {"session": token, "public_key": signer.public_key_pem, "kernel": KERNEL}


def forged(claims: dict[str, Any], header: dict[str, Any]) -> str:
    """A token with no signature at all."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)]
    return ".".join([*parts, ""])


def claims_of(token: str) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found


def test_a_signed_session_comes_back(signer: SessionSigner, leader: Session) -> None:
    found = verify(signer.sign(leader, HOUR, kernel=KERNEL), signer.public_key_pem, kernel=KERNEL)
    assert replace(found, expires=None) == leader
    assert found.expires is not None
    assert timedelta(minutes=59) < found.expires - datetime.now(UTC) <= HOUR


def test_a_facilitator_has_neither_group_nor_participant(signer: SessionSigner, leader: Session) -> None:
    facilitator = replace(leader, role="facilitator", group=None, participant=None)
    assert (
        verify(signer.sign(facilitator, HOUR, kernel=KERNEL), signer.public_key_pem, kernel=KERNEL).role
        == "facilitator"
    )


def test_a_token_expires_with_its_session_if_that_is_sooner(signer: SessionSigner, leader: Session) -> None:
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=5)
    token = signer.sign(replace(leader, expires=soon), HOUR, kernel=KERNEL)
    assert verify(token, signer.public_key_pem, kernel=KERNEL).expires == soon


def test_a_clock_that_goes_back_shuts_nobody_out(signer: SessionSigner, leader: Session) -> None:
    """An hour after the token was signed the machine's clock is set back by a day."""
    claims = claims_of(signer.sign(leader, timedelta(days=2), kernel=KERNEL))
    claims |= {"iat": claims["iat"] + 86400, "exp": claims["exp"] + 86400}
    token = jwt.encode(claims, signer._key, algorithm="EdDSA")
    assert replace(verify(token, signer.public_key_pem, kernel=KERNEL), expires=None) == leader


def test_a_clock_that_jumps_ahead_ends_what_it_says_is_over(signer: SessionSigner, leader: Session) -> None:
    claims = claims_of(signer.sign(leader, HOUR, kernel=KERNEL))
    claims |= {"iat": claims["iat"] - 86400, "exp": claims["exp"] - 86400}
    token = jwt.encode(claims, signer._key, algorithm="EdDSA")
    with pytest.raises(AccessDenied):
        verify(token, signer.public_key_pem, kernel=KERNEL)
    assert verify(signer.sign(leader, HOUR, kernel=KERNEL), signer.public_key_pem, kernel=KERNEL)


def test_an_expired_token_is_refused_after_a_short_leeway(signer: SessionSigner, leader: Session) -> None:
    assert verify(signer.sign(leader, timedelta(seconds=-2), kernel=KERNEL), signer.public_key_pem, kernel=KERNEL)
    with pytest.raises(AccessDenied, match="sign in again"):
        verify(signer.sign(leader, timedelta(seconds=-60), kernel=KERNEL), signer.public_key_pem, kernel=KERNEL)


def test_a_token_for_one_kernel_is_no_good_in_another(signer: SessionSigner, leader: Session) -> None:
    token = signer.sign(leader, HOUR, kernel=KERNEL)
    for other in ("", "another", KERNEL.upper(), f"{KERNEL} "):
        with pytest.raises(AccessDenied):
            verify(token, signer.public_key_pem, kernel=other)


def test_every_changed_character_is_noticed(signer: SessionSigner, leader: Session) -> None:
    token = signer.sign(leader, HOUR, kernel=KERNEL)
    for place in range(0, len(token) - 1, 7):
        changed = "A" if token[place] != "A" else "B"
        with pytest.raises(AccessDenied):
            verify(token[:place] + changed + token[place + 1 :], signer.public_key_pem, kernel=KERNEL)


def test_another_role_in_the_payload_is_noticed(signer: SessionSigner, leader: Session) -> None:
    header, _, signature = signer.sign(leader, HOUR, kernel=KERNEL).split(".")
    claims = claims_of(signer.sign(leader, HOUR, kernel=KERNEL)) | {"role": "operator"}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    with pytest.raises(AccessDenied):
        verify(f"{header}.{payload}.{signature}", signer.public_key_pem, kernel=KERNEL)


def test_another_key_is_refused(signer: SessionSigner, leader: Session) -> None:
    with pytest.raises(AccessDenied):
        verify(SessionSigner(new_session_key()).sign(leader, HOUR, kernel=KERNEL), signer.public_key_pem, kernel=KERNEL)


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "EdDSA"])
def test_an_unsigned_token_is_refused_whatever_it_calls_itself(
    signer: SessionSigner, leader: Session, algorithm: str
) -> None:
    claims = claims_of(signer.sign(leader, HOUR, kernel=KERNEL))
    with pytest.raises(AccessDenied):
        verify(forged(claims, {"alg": algorithm, "typ": "JWT"}), signer.public_key_pem, kernel=KERNEL)


def test_the_public_key_is_no_shared_secret(signer: SessionSigner, leader: Session) -> None:
    claims = claims_of(signer.sign(leader, HOUR, kernel=KERNEL))
    header = {"alg": "HS256", "typ": "JWT"}
    head, body, _ = forged(claims, header).split(".")
    signature = hmac.digest(signer.public_key_pem.encode(), f"{head}.{body}".encode(), "sha256")
    token = f"{head}.{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    with pytest.raises(AccessDenied):
        verify(token, signer.public_key_pem, kernel=KERNEL)


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
    claims = claims_of(signer.sign(leader, HOUR, kernel=KERNEL)) | change
    token = jwt.encode(claims, signer._key, algorithm="EdDSA")
    with pytest.raises(AccessDenied):
        verify(token, signer.public_key_pem, kernel=KERNEL)


@pytest.mark.parametrize("key", ["", "not a key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"])
def test_a_broken_public_key_lets_nobody_in(signer: SessionSigner, leader: Session, key: str) -> None:
    with pytest.raises(AccessDenied):
        verify(signer.sign(leader, HOUR, kernel=KERNEL), key, kernel=KERNEL)


def test_a_process_with_nothing_from_a_server_is_the_operators() -> None:
    assert Session.from_environment(settings()).role == "operator"


def test_a_kernel_takes_its_session_from_the_environment(signer: SessionSigner, leader: Session) -> None:
    given = settings(**from_server(signer, leader), under_voila=True)
    assert Session.from_environment(given).participant == leader.participant


@pytest.mark.parametrize("sign", MADE_BY_VOILA)
def test_under_voila_a_deleted_token_opens_nothing(sign: str) -> None:
    found = Settings.from_environment({sign: ""})
    with pytest.raises(AccessDenied, match="sign in"):
        Session.from_environment(found)


def test_half_a_token_opens_nothing(signer: SessionSigner, leader: Session) -> None:
    whole = from_server(signer, leader)
    for missing in whole:
        with pytest.raises(AccessDenied):
            Session.from_environment(settings(**{missing: whole[missing]}))
        with pytest.raises(AccessDenied):
            Session.from_environment(settings(**{**whole, missing: None}))
    with pytest.raises(AccessDenied):
        Session.from_environment(settings(answer_log=Path("answers")))


def test_another_kernels_token_in_a_kernels_environment_opens_nothing(signer: SessionSigner, leader: Session) -> None:
    with pytest.raises(AccessDenied):
        Session.from_environment(settings(**{**from_server(signer, leader), "kernel": "another"}))


def test_only_an_ed25519_key_signs() -> None:
    from_elsewhere = b"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEIA==\n-----END PRIVATE KEY-----\n"
    with pytest.raises(ValueError, match=r".+"):
        SessionSigner(from_elsewhere)
