"""The OpenID provider: its metadata, its keys, and who it says that somebody is; nothing here blocks the event loop."""

from __future__ import annotations

import asyncio
import base64
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import quote_plus

from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from httpx2 import HTTPError, HTTPStatusError, create_ssl_context
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from kompetanse.language import Language
from kompetanse.server.job_account import Attempt
from kompetanse.server.openid_settings import JobRole, OpenIdSettings, is_safe_address

#: Where the provider sends people back to, and where they are after they have signed out there.
RETURN = "/jobbkonto/svar"
SIGNED_OUT = "/inn"

#: How an ID token may be signed: with the provider's private key, never with our secret, and never not at all.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")

#: Metadata and keys are asked for again after this long.
KEPT_SECONDS = 3600.0
#: While the provider is down, what is kept is old for so long until it is asked again.
OLD_SECONDS = 60.0

#: Clocks of two organisations.
LEEWAY_SECONDS = 60

_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_ERROR_CODE = re.compile(r"[a-z_]{1,60}")


class ProviderDown(Exception):
    """The provider does not answer, or not in time; the text says to the log what was asked for."""


class SignInRefused(Exception):
    """What came back is no sign-in; the text says to the log why, without anything about the person."""


@dataclass
class Kept:
    """Something that the provider was asked for, for a while."""

    value: dict[str, Any] = field(default_factory=dict)
    until: float = 0.0

    async def get(self, ask: Callable[[], Awaitable[dict[str, Any]]], *, anew: bool = False) -> dict[str, Any]:
        """What is kept, asked for anew where it is old; where the provider is down, an old one will do."""
        if not anew and time.monotonic() < self.until:
            return self.value
        try:
            self.value = await ask()
        except ProviderDown:
            if anew or not self.value:
                raise
            self.until = time.monotonic() + OLD_SECONDS
        else:
            self.until = time.monotonic() + KEPT_SECONDS
        return self.value


class OpenIdProvider:
    """One provider, as one server's client."""

    def __init__(self, settings: OpenIdSettings, programme: str):
        self._settings = settings
        self._rules = settings.rules_for(programme)
        self._metadata = Kept()
        self._keys = Kept()
        # Reading the machine's certificates takes long, so once; a client for each sign-in, because it holds a token.
        self._tls = create_ssl_context()

    @property
    def issuer(self) -> str:
        """Who vouches for the people."""
        return self._settings.issuer

    async def metadata(self) -> dict[str, Any]:
        """The provider's endpoints, as it tells them itself."""
        return await self._metadata.get(self._ask_for_metadata)

    async def authorization_address(self, attempt: Attempt, language: Language) -> str:
        """Where the browser goes to sign in."""
        metadata = await self.metadata()
        settings = self._settings
        optional = {"acr_values": " ".join(settings.acr_values)} if settings.acr_values else {}
        address: str = prepare_grant_uri(
            metadata["authorization_endpoint"],
            client_id=settings.client_id,
            response_type="code",
            redirect_uri=settings.address + RETURN,
            scope=" ".join(settings.scopes),
            state=attempt.state,
            nonce=attempt.nonce,
            code_challenge=create_s256_code_challenge(attempt.verifier),
            code_challenge_method="S256",
            ui_locales=language,
            **optional,
        )
        return address

    async def claims(self, code: str, attempt: Attempt) -> dict[str, Any]:
        """The claims of a verified ID token and, where more is needed, of the userinfo endpoint."""
        metadata = await self.metadata()
        async with self._client() as client, _Answering(self._settings.timeout_seconds, "its tokens"):
            tokens = await client.fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                redirect_uri=self._settings.address + RETURN,
                code_verifier=attempt.verifier,
            )
            known = await self._verified(tokens, attempt.nonce)
            wanted = {rule.claim for rule in self._rules if rule.claim}
            if wanted <= known.keys() or "userinfo_endpoint" not in metadata:
                return known
            answer = await client.request("GET", metadata["userinfo_endpoint"])
            said = _mapping(answer.raise_for_status().json())
            if said.get("sub") != known["sub"]:
                raise SignInRefused("userinfo is about somebody else")
            return {**said, **known}

    def role_of(self, claims: Mapping[str, Any], mark: str) -> JobRole | None:
        """The role of whoever has these claims and this mark; None for somebody without one."""
        return next((rule.role for rule in self._rules if rule.fits(claims, mark)), None)

    async def sign_out_address(self) -> str | None:
        """Where one signs out of the job account itself; None where the provider has no such place."""
        endpoint = (await self.metadata()).get("end_session_endpoint")
        if endpoint is None:
            return None
        # No `id_token_hint`: to have one, the ID token would have to be kept.
        address: str = prepare_grant_uri(
            endpoint,
            client_id=self._settings.client_id,
            response_type=None,
            post_logout_redirect_uri=self._settings.address + SIGNED_OUT,
        )
        return address

    def _client(self) -> AsyncOAuth2Client:
        settings = self._settings
        basic = settings.client_authentication == "client_secret_basic"
        # RFC 6749, 2.3.1: in the header both are written as in a form, which authlib leaves to us.
        as_sent = quote_plus if basic else str
        return AsyncOAuth2Client(
            client_id=as_sent(settings.client_id),
            client_secret=as_sent(settings.secret),
            token_endpoint_auth_method=settings.client_authentication,
            timeout=settings.timeout_seconds,
            verify=self._tls,
            follow_redirects=False,
        )

    async def _verified(self, tokens: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        raw = tokens.get("id_token")
        if not isinstance(raw, str):
            raise SignInRefused("there is no ID token")
        keys = await self._keys.get(self._ask_for_keys)
        try:
            try:
                token = jwt.decode(raw, KeySet.import_key_set(cast(Any, keys)), algorithms=ALGORITHMS)
            except (InvalidKeyIdError, BadSignatureError):
                # The provider may have changed its keys since.
                keys = await self._keys.get(self._ask_for_keys, anew=True)
                token = jwt.decode(raw, KeySet.import_key_set(cast(Any, keys)), algorithms=ALGORITHMS)
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self._settings.client_id},
                },
                params={
                    "nonce": nonce,
                    "client_id": self._settings.client_id,
                    "access_token": tokens.get("access_token"),
                },
            )
            claims.validate(leeway=LEEWAY_SECONDS)
        except JoseError as error:
            raise SignInRefused(f"the ID token is not valid ({type(error).__name__})") from None
        except (ValueError, TypeError, KeyError) as error:
            raise SignInRefused(f"the ID token cannot be read ({type(error).__name__})") from None
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise SignInRefused("the ID token has no subject")
        if self._settings.acr_values and claims.get("acr") not in self._settings.acr_values:
            raise SignInRefused("the ID token does not have the wanted acr")
        return dict(claims)

    async def _ask_for_metadata(self) -> dict[str, Any]:
        found = await self._read(get_well_known_url(self.issuer, external=True), "its metadata")
        if found.get("issuer") != self.issuer:
            raise SignInRefused("the metadata is of another issuer than oidc.toml names, down to the last slash")
        optional = [name for name in ("userinfo_endpoint", "end_session_endpoint") if name in found]
        if not all(is_safe_address(str(found.get(name, ""))) for name in (*_ENDPOINTS, *optional)):
            raise SignInRefused("the metadata lacks an endpoint, or has one that is not HTTPS")
        return found

    async def _ask_for_keys(self) -> dict[str, Any]:
        return await self._read((await self.metadata())["jwks_uri"], "its keys")

    async def _read(self, address: str, what: str) -> dict[str, Any]:
        async with self._client() as client, _Answering(self._settings.timeout_seconds, what):
            answer = await client.request("GET", address, withhold_token=True)
            return _mapping(answer.raise_for_status().json())


class _Answering:
    """A stretch in which the provider is asked: it ends in time, and its errors are one of our two."""

    def __init__(self, seconds: float, what: str):
        self._timeout = asyncio.timeout(seconds)
        self._what = what

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        try:
            await self._timeout.__aexit__(kind, error, traceback)
        except TimeoutError as late:
            error = late
        match error:
            case HTTPStatusError() if error.response.status_code < 500:
                raise SignInRefused(f"the provider refuses {self._what} ({error.response.status_code})") from None
            case HTTPError() | TimeoutError() | OSError():
                raise ProviderDown(f"the provider does not give {self._what} ({type(error).__name__})") from None
            case OAuthError():
                raise SignInRefused(f"the provider refuses {self._what} ({error_code(error.error)})") from None
            case ValueError():
                raise SignInRefused(f"the provider's answer about {self._what} cannot be read") from None


def error_code(said: str | None) -> str:
    """A provider's error as a log may have it: a short code, or nothing of what was sent."""
    return said if said and _ERROR_CODE.fullmatch(said) else "an error without a code"


def mark_text(digest: bytes) -> str:
    """A keyed hash of issuer and subject as people can read it out: `abcd-efgh-ijkl-mnop`."""
    letters = base64.b32encode(digest[:10]).decode().lower()
    return "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))


def _mapping(found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")
    return found
