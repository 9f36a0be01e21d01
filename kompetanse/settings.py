"""The environment, read once at the edge; everything else takes what it needs as an argument."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

HOME = "KOMPETANSE_HOME"
DATABASE = "KOMPETANSE_DATABASE"
PROGRAMME = "KOMPETANSE_PROGRAMME"
#: What backups are sealed by, where no file holds it.
PASSPHRASE = "KOMPETANSE_PASSPHRASE"
SESSION = "KOMPETANSE_SESSION"
KERNEL = "KOMPETANSE_KERNEL"
PUBLIC_KEY = "KOMPETANSE_PUBLIC_KEY"
#: Sockets of the process that started this one: who keeps the answers, who draws, who starts kernels.
ANSWER_LOG = "KOMPETANSE_ANSWER_LOG"
RENDERER = "KOMPETANSE_RENDERER"
FORK_SERVER = "KOMPETANSE_FORK_SERVER"
#: The version of the components' code that the server gives out.
CODE = "KOMPETANSE_CODE"
#: What one kernel may use.
KERNEL_MEMORY = "KOMPETANSE_KERNEL_MEMORY"
KERNEL_SECONDS = "KOMPETANSE_KERNEL_SECONDS"
#: What each variable of ours begins with; those of a server's settings are named in server/settings.py.
PREFIX = "KOMPETANSE_"
MADE_BY_VOILA = ("VOILA_KERNEL_ID", "VOILA_REQUEST_URL", "VOILA_APP_PORT", "SERVER_SOFTWARE")

#: All that a process inherits from the surroundings of whoever starts it to serve somebody: never a server's secrets.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH")

DEFAULT_HOME = "kompetanse-home"
DEFAULT_PORT = 8866
#: Where the server of this machine is reached: good on this machine alone.
LOCAL_ADDRESS = f"http://127.0.0.1:{DEFAULT_PORT}"


@dataclass(frozen=True)
class Settings:
    """What the surroundings decide: where the data lies and on whose behalf this process runs."""

    home: Path
    database: str | None
    programme: Path | None
    session: str | None
    public_key: str | None
    under_voila: bool
    answer_log: Path | None = None
    renderer: Path | None = None
    fork_server: Path | None = None
    code: str | None = None
    passphrase: str = field(default="", repr=False)
    #: The kernel that `session` was signed for.
    kernel: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """The settings of this process; `environment` stands in for `os.environ` in tests."""
        env = os.environ if environment is None else environment

        def path(name: str) -> Path | None:
            return Path(env[name]) if env.get(name) else None

        return cls(
            home=Path(env.get(HOME) or DEFAULT_HOME),
            database=env.get(DATABASE) or None,
            programme=path(PROGRAMME),
            session=env.get(SESSION) or None,
            public_key=env.get(PUBLIC_KEY) or None,
            under_voila=any(name in env for name in MADE_BY_VOILA),
            answer_log=path(ANSWER_LOG),
            renderer=path(RENDERER),
            fork_server=path(FORK_SERVER),
            code=env.get(CODE) or None,
            passphrase=env.get(PASSPHRASE, ""),
            kernel=env.get(KERNEL) or None,
        )


def inherited(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """What of the surroundings is passed on; `environment` stands in for `os.environ`."""
    env = os.environ if environment is None else environment
    return {name: env[name] for name in INHERITED if name in env}


@dataclass(frozen=True)
class KernelLimits:
    """What a kernel may use of the machine: bytes of memory of its own, and seconds of processor time in all."""

    memory_bytes: int | None = None
    cpu_seconds: int | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> KernelLimits:
        """The limits that this process was given; none where there is nothing, as in JupyterLab."""
        env = os.environ if environment is None else environment
        return cls(*(int(env[name]) if env.get(name) else None for name in (KERNEL_MEMORY, KERNEL_SECONDS)))

    def to_environment(self) -> dict[str, str]:
        """The limits as a kernel reads them."""
        given = {KERNEL_MEMORY: self.memory_bytes, KERNEL_SECONDS: self.cpu_seconds}
        return {name: str(value) for name, value in given.items() if value is not None}


def named_in_environment(names: Collection[str], environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Those of these variables that are set to something."""
    env = os.environ if environment is None else environment
    return {name: env[name] for name in names if env.get(name)}


def of_ours_in_environment(environment: Mapping[str, str] | None = None) -> list[str]:
    """The names of all variables that begin as ours do, whether we know them or not."""
    env = os.environ if environment is None else environment
    return sorted(name for name in env if name.startswith(PREFIX))


def package_folder() -> Path:
    """The folder of the installed package."""
    return Path(__file__).resolve().parent


def workbooks_folder() -> Path:
    """The live workbooks: beside the package in a checkout, inside it in a wheel."""
    inside = package_folder() / "workbooks"
    return inside if inside.is_dir() else package_folder().parent / "workbooks"
