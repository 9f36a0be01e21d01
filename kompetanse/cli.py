"""`kompetanse ...`: parses, calls, prints.

Only a command that needs pandas, papermill or Voilà imports it, inside the command: `kompetanse check` and `--help`
answer at once. These are the package's only function-level imports.
"""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from kompetanse.errors import KompetanseError
from kompetanse.settings import DEFAULT_PORT, Settings

app = typer.Typer(
    name="kompetanse",
    help="Workbooks for municipal leadership groups: serve them, move answers in and out, make reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Home = Annotated[Path | None, typer.Option(metavar="DIR", help="Where answers lie.  [default: $KOMPETANSE_HOME]")]


@app.command()
def demo(home: Home = None) -> None:
    """Open the programme with made-up answers."""
    raise KompetanseError("The demo is not ready yet.")


@app.command()
def check() -> None:
    """Find every mistake in a programme's content."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run one command and end the process with its exit code."""
    try:
        app(arguments, prog_name="kompetanse")
    except KompetanseError as error:
        print(f"kompetanse: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    sys.exit(0)
