"""On whose behalf a process or a page runs: signed by the server, read by kernels, closed when in doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from kompetanse.errors import AccessDenied
from kompetanse.language import LANGUAGES, Language
from kompetanse.settings import Settings

Role = Literal["leader", "contact", "facilitator", "analyst", "operator", "room"]
ROLES: tuple[Role, ...] = get_args(Role)

#: Those who answer: they have a group and a participant.
ANSWERING: frozenset[Role] = frozenset({"leader", "contact"})

_ISSUER = "kompetanse"
#: A token is for one kernel: in every other it is no better than none.
_AUDIENCE = "kernel "
_ALGORITHM = "EdDSA"
#: Clocks of two processes on one machine, not of two continents.
_LEEWAY = timedelta(seconds=5)
_REQUIRED = ("iss", "aud", "iat", "exp", "role", "programme", "language")


@dataclass(frozen=True)
class Session:
    """Who asks: a role in a programme, for a group and as a participant where the role has them."""

    role: Role
    programme: str
    group: str | None
    participant: str | None
    language: Language
    expires: datetime | None
    #: The id of the device that somebody is signed in on: the server's pages have one.
    device: str | None = None

    @classmethod
    def from_environment(cls, settings: Settings | None = None) -> Session:
        """The session of this process; AccessDenied when there is a trace of the server but no good token for it.

        Only where nothing at all comes from the server, as in JupyterLab, papermill and the command line, does the
        process speak for the operator, who has the files anyway.
        """
        found = settings or Settings.from_environment()
        if found.session and found.public_key and found.kernel:
            return verify(found.session, found.public_key, kernel=found.kernel)
        if found.session or found.public_key or found.kernel or found.answer_log or found.under_voila:
            raise AccessDenied("This page has no valid sign-in; go to the front page and sign in with your code.")
        return cls(role="operator", programme="", group=None, participant=None, language="nb", expires=None)


class SessionSigner:
    """Signs sessions; only the server has one."""

    def __init__(self, private_key_pem: str | bytes):
        key = load_pem_private_key(_bytes(private_key_pem), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("The session key is not an Ed25519 key.")
        self._key = key

    @property
    def public_key_pem(self) -> str:
        """The key that verifies what this one signs."""
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def sign(self, session: Session, lifetime: timedelta, *, kernel: str) -> str:
        """A token for this session, good in one kernel, that expires after `lifetime` or with the session."""
        now = datetime.now(UTC)
        expires = now + lifetime
        claims = {
            "iss": _ISSUER,
            "aud": _AUDIENCE + kernel,
            "iat": now,
            "exp": min(expires, session.expires) if session.expires else expires,
            "role": session.role,
            "programme": session.programme,
            "group": session.group,
            "participant": session.participant,
            "language": session.language,
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)


def verify(token: str, public_key_pem: str | bytes, *, kernel: str) -> Session:
    """The session in a token that was signed for this kernel; AccessDenied, always in the same words, if it was not."""
    try:
        key = load_pem_public_key(_bytes(public_key_pem))
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("not an Ed25519 key")
        claims = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE + kernel,
            issuer=_ISSUER,
            leeway=_LEEWAY,
            # When it was signed decides nothing: a clock that has gone back must not shut out a page that is open.
            options={"require": list(_REQUIRED), "strict_aud": True, "verify_iat": False},
        )
        return _session(claims)
    except (jwt.InvalidTokenError, UnsupportedAlgorithm, KeyError, ValueError, TypeError):
        # Which part was wrong helps nobody but the one who made the token up.
        raise AccessDenied("The sign-in has run out or is not valid; sign in again with your code.") from None


def new_session_key() -> bytes:
    """A new private key for a `SessionSigner`, as PEM."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _session(claims: Mapping[str, Any]) -> Session:
    role, language = claims["role"], claims["language"]
    group, participant = claims["group"], claims["participant"]
    texts = all(isinstance(each, str | None) for each in (group, participant)) and isinstance(claims["programme"], str)
    if role not in ROLES or language not in LANGUAGES or not texts:
        raise ValueError("not a session of ours")
    if role in ANSWERING and not (group and participant):
        raise ValueError("this role has a group and a participant")
    return Session(
        role=role,
        programme=claims["programme"],
        group=group,
        participant=participant,
        language=language,
        expires=datetime.fromtimestamp(claims["exp"], UTC),
    )


def _bytes(pem: str | bytes) -> bytes:
    return pem.encode() if isinstance(pem, str) else pem
