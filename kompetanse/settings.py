"""The environment, read once at the edge; everything else takes what it needs as an argument."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOME = "KOMPETANSE_HOME"
DATABASE = "KOMPETANSE_DATABASE"
PROGRAMME = "KOMPETANSE_PROGRAMME"
SESSION = "KOMPETANSE_SESSION"
PUBLIC_KEY = "KOMPETANSE_PUBLIC_KEY"
MADE_BY_VOILA = ("VOILA_KERNEL_ID", "VOILA_REQUEST_URL", "VOILA_APP_PORT", "SERVER_SOFTWARE")

DEFAULT_HOME = "kompetanse-home"
DEFAULT_PORT = 8866


@dataclass(frozen=True)
class Settings:
    """What the surroundings decide: where the data lies and on whose behalf this process runs."""

    home: Path
    database: str | None
    programme: Path | None
    session: str | None
    public_key: str | None
    under_voila: bool

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """The settings of this process; `environment` stands in for `os.environ` in tests."""
        env = os.environ if environment is None else environment
        programme = env.get(PROGRAMME)
        return cls(
            home=Path(env.get(HOME) or DEFAULT_HOME),
            database=env.get(DATABASE) or None,
            programme=Path(programme) if programme else None,
            session=env.get(SESSION) or None,
            public_key=env.get(PUBLIC_KEY) or None,
            under_voila=any(name in env for name in MADE_BY_VOILA),
        )


def package_folder() -> Path:
    """The folder of the installed package."""
    return Path(__file__).resolve().parent


def workbooks_folder() -> Path:
    """The live workbooks: beside the package in a checkout, inside it in a wheel."""
    inside = package_folder() / "workbooks"
    return inside if inside.is_dir() else package_folder().parent / "workbooks"
