"""`oidc.toml` in the home: which provider knows the job accounts, and who of them gets which role."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    model_validator,
)

from kompetanse.errors import InputError

FILE = "oidc.toml"

#: What a job account can make of somebody. Those who answer, and the operator, come in another way.
JobRole = Literal["facilitator", "analyst"]

#: National identity numbers: nobody writes them into a file here.
IDENTITY_NUMBERS = frozenset({"pid", "nin", "https://n.feide.no/claims/nin"})

#: What to write where something is missing.
EXAMPLES = {
    "issuer": 'issuer = "https://login.example.org"',
    "client_id": 'client_id = "kompetanse"',
    "client_secret_file": 'client_secret_file = "oidc.secret"',
    "address": 'address = "https://kompetanse.example.org"',
    "roles": "a [[roles]] for each role",
    "programme": "the programme's id",
    "role": '"facilitator" or "analyst"',
}


def is_safe_address(address: str) -> bool:
    """Whether what is sent to the address is read by nobody on the way: HTTPS, or a server on this very machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        plain = bool(host) and not parts.username and not parts.fragment and address.isprintable()
    except ValueError:
        return False
    return plain and (parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host)))


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _checked(address: str) -> str:
    if not is_safe_address(address) or "?" in address:
        raise ValueError("must be an address that begins with https:// (http:// on this machine only)")
    return address


def _checked_origin(address: str) -> str:
    if urlsplit(_checked(address)).path.strip("/"):
        raise ValueError("is the address of the front page, without anything after the host's name and port")
    return address.rstrip("/")


Text = Annotated[str, Field(min_length=1, max_length=500)]


class RoleRule(BaseModel):
    """Who gets a role in a programme: whose claim has one of the values, or whose mark is among the people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    programme: Text
    role: JobRole
    claim: Text | None = None
    values: tuple[Text, ...] = ()
    people: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        if self.claim in IDENTITY_NUMBERS:
            raise ValueError(f"must not name people by {self.claim}; write their marks instead: people = [...]")
        by_claim, by_mark = bool(self.claim and self.values), bool(self.people)
        if by_claim == by_mark or bool(self.claim) != bool(self.values):
            raise ValueError('needs either claim = "..." with values = [...], or people = [...]')
        return self

    def fits(self, claims: Mapping[str, Any], mark: str) -> bool:
        """Whether the person with these claims and this mark is meant."""
        if self.claim is None:
            return mark in self.people
        said = claims.get(self.claim)
        values = {value for value in (said if isinstance(said, list) else [said]) if isinstance(value, str)}
        if self.claim == "email":
            # An address that nobody has checked is whatever its owner wrote.
            verified = claims.get("email_verified") is True
            return verified and bool({_plain(each) for each in values} & {_plain(each) for each in self.values})
        return bool(values & set(self.values))


def _plain(email: str) -> str:
    return email.strip().casefold()


class OpenIdSettings(BaseModel):
    """What `oidc.toml` says, and the secret it names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: Annotated[str, AfterValidator(_checked)]
    client_id: Text
    client_secret_file: Text
    client_authentication: Literal["client_secret_basic", "client_secret_post"] = "client_secret_basic"
    #: Where people reach this server; the provider sends them back there.
    address: Annotated[str, AfterValidator(_checked_origin)]
    scopes: tuple[Text, ...] = ("openid",)
    #: How sure the provider must be of who it is, best last; one of these must come back.
    acr_values: tuple[Text, ...] = ()
    #: So long the provider may take, in seconds.
    timeout_seconds: Annotated[float, Field(gt=0, le=30)] = 8.0
    roles: tuple[RoleRule, ...]
    _secret: SecretStr = PrivateAttr(default=SecretStr(""))

    @model_validator(mode="after")
    def _asks_for_openid(self) -> Self:
        if "openid" not in self.scopes:
            raise ValueError('must have "openid" among its scopes')
        return self

    @classmethod
    def of_home(cls, home: Path, programme: str, address: str | None = None) -> OpenIdSettings | None:
        """The settings of a home for one programme; None where there is no file, InputError where it has mistakes.

        address: where people reach the server, if `kompetanse serve` was told; the file may say another.
        """
        path = home / FILE
        if not path.exists():
            return None
        try:
            own = {"address": address} if address else {}
            settings = cls.model_validate({**own, **tomllib.loads(_private_text(path))})
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{path} is not TOML: {error}.") from None
        except ValidationError as error:
            raise InputError("\n".join(_sentence(path, each) for each in error.errors(include_url=False))) from None
        secret = _private_text(home / settings.client_secret_file).strip()
        if not secret:
            raise InputError(f"{home / settings.client_secret_file} is empty; write the provider's secret into it.")
        if not settings.rules_for(programme):
            raise InputError(f"{path} gives nobody a role in {programme!r}; add a [[roles]] with that programme.")
        settings._secret = SecretStr(secret)
        return settings

    @property
    def secret(self) -> str:
        """The client's secret."""
        return self._secret.get_secret_value()

    def rules_for(self, programme: str) -> tuple[RoleRule, ...]:
        """The rules of one programme, in the file's order."""
        return tuple(rule for rule in self.roles if rule.programme == programme)


def _private_text(path: Path) -> str:
    """The file's text; InputError where others could read it, too."""
    try:
        if path.stat().st_mode & 0o077:
            raise InputError(f"{path} can be used by others than its owner; run: chmod 600 {path}")
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); check its name and its owner.") from None


def _sentence(path: Path, error: Mapping[str, Any]) -> str:
    """One mistake in words, with its place and what to write; never the value, which may be a secret or an address."""
    *within, last = error["loc"] or ("",)
    place = "".join(f"{step + 1}. " if isinstance(step, int) else f"{step}: " for step in within)
    name = f"{last + 1}. entry" if isinstance(last, int) else str(last)
    if error["type"] == "missing":
        words = f"{name} is missing; write {EXAMPLES.get(name, name)}."
    elif error["type"] == "extra_forbidden":
        known = OpenIdSettings.model_fields if len(error["loc"]) == 1 else RoleRule.model_fields
        words = f"there is no setting {name!r:.80}; the settings are {', '.join(known)}."
    elif error["type"] == "value_error":
        words = f"{name} {error['ctx']['error']}.".lstrip()
    elif error["type"] == "literal_error":
        words = f"{name} must be {error['ctx']['expected'].replace(chr(39), chr(34))}."
    else:
        words = f"{name} cannot be used: {error['msg'][:1].lower()}{error['msg'][1:]}."
    return f"{path}: {place}{words}"
