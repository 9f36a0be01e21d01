"""Options that many commands have, and the home and the programme that they lead to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kompetanse.settings import DEFAULT_HOME, Settings

if TYPE_CHECKING:
    from kompetanse.answers.store import Store

Home = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help=f"Where the answers lie.  [default: $KOMPETANSE_HOME, else ./{DEFAULT_HOME}]"),
]
Programme = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="The folder of a programme.yml.  [default: the programme that comes with it]"),
]
Municipalities = Annotated[
    list[str] | None, typer.Option("--municipality", metavar="NR ...", help="Municipalities, by number.")
]
Groups = Annotated[list[str] | None, typer.Option("--group", metavar="ID ...", help="Groups, by id.")]
Every = Annotated[bool, typer.Option("--all", help="Every group of the home.")]


def home_folder(home: Path | None) -> Path:
    """The home that was named, or else the one of the environment."""
    return home or Settings.from_environment().home


def opened_store(home: Path | None, *, must_exist: bool = False) -> Store:
    """The store of the home."""
    from kompetanse.answers.store import Store

    return Store.open(home_folder(home), Settings.from_environment().database, must_exist=must_exist)


def programme_folder(folder: Path | None) -> Path | None:
    """The programme's folder that was named, or else the one of the environment."""
    return folder or Settings.from_environment().programme
