"""What an operator decides about a server, in one place: by an option, else the environment, else a file in the home.

The file is `kompetanse.toml`; the variable of a setting is `KOMPETANSE_` and its name in capitals, that of a limit
`KOMPETANSE_LIMITS_` and its name. docs/drift.md lists them all, and a test holds that list and this code together.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from kompetanse.errors import InputError
from kompetanse.server.limits import Limits
from kompetanse.settings import DEFAULT_PORT, PREFIX, named_in_environment

FILE = "kompetanse.toml"
LIMITS = "limits"

#: What brings a workbook to life in the browser: our own, or Voilà's, which knows every widget that JupyterLab knows.
FrontEnd = Literal["slim", "voila"]
LogFormat = Literal["text", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]


class ServerSettings(BaseModel):
    """How one server is reached, what it says about itself, and its limits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Where it listens.
    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = DEFAULT_PORT
    #: Where browsers reach it, such as https://kompetanse.example.no; None: wherever a request says it came to.
    address: str | None = None
    #: Whether a proxy in front says who asks and over what; None: where only this machine reaches the server anyway.
    behind_proxy: bool | None = None
    front_end: FrontEnd = "slim"
    log_format: LogFormat = "text"
    log_level: LogLevel = "info"
    limits: Limits = Field(default_factory=Limits)

    @field_validator("address")
    @classmethod
    def _is_address(cls, address: str | None) -> str | None:
        if address is None:
            return None
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("write it as https://name, without anything behind the name")
        return f"{parts.scheme}://{parts.netloc}"

    @classmethod
    def read(
        cls, home: Path, given: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None
    ) -> Self:
        """The settings of a home's server; InputError in one sentence for each value that will not do.

        given: options of the command line; None among them is none. environment stands in for the real one in tests.
        """
        options = {name: value for name, value in (given or {}).items() if value is not None}
        from_file, from_environment = _from_file(home / FILE), _from_environment(environment)
        limits = {**from_file.pop(LIMITS, {}), **from_environment.pop(LIMITS, {})}
        try:
            return cls(**{**from_file, **from_environment, **options, LIMITS: limits})
        except ValidationError as error:
            sentences = [_sentence(each, home, environment) for each in error.errors()]
            raise InputError("\n".join(sentences)) from None

    @property
    def trusts_proxy(self) -> bool:
        """Whether a request's own word for where it came from counts."""
        return is_loopback(self.host) if self.behind_proxy is None else self.behind_proxy


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens here."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def names() -> Iterator[tuple[str, ...]]:
    """The path of each setting in the file, in the order in which they are listed."""
    for name in ServerSettings.model_fields:
        if name != LIMITS:
            yield (name,)
    for limit in fields(Limits):
        yield (LIMITS, limit.name)


def variable(path: tuple[str, ...]) -> str:
    """The environment's name of a setting."""
    return PREFIX + "_".join(path).upper()


def _from_file(path: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise InputError(f"The settings in {path} cannot be read: {said}.") from None
    if not isinstance(content.get(LIMITS, {}), dict):
        raise InputError(f"{LIMITS!r} in {path} is one value; write a line [{LIMITS}] and the limits below it.")
    return content


def _from_environment(environment: Mapping[str, str] | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    given = named_in_environment({variable(path) for path in names()}, environment)
    for path in names():
        if variable(path) in given:
            (found if len(path) == 1 else found.setdefault(LIMITS, {}))[path[-1]] = given[variable(path)]
    return found


def _sentence(error: Any, home: Path, environment: Mapping[str, str] | None) -> str:
    path = tuple(map(str, error["loc"]))
    name = ".".join(path)
    if error["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        known = ", ".join(each[-1] for each in names() if each[:-1] == path[:-1])
        return f"There is no setting {name!r}, as {home / FILE} has it; there are {known}."
    by_variable = named_in_environment({variable(path)}, environment)
    place = f"{variable(path)} in the environment" if by_variable else f"an option, or {name} in {home / FILE},"
    said = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input ").replace("should be", "it should be")
    return f"The setting {name!r} cannot be {error['input']!r} ({place} says so): {said}."
