"""The operator's commands about a server: to serve a home, and to see what is wrong with an installation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from kompetanse.commands.options import Home, Programme, home_folder, programme_folder
from kompetanse.imports import made_to_stay
from kompetanse.settings import DEFAULT_PORT

Port = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, max=65535, help=f"The port on this machine.  [default: {DEFAULT_PORT}]"),
]


def serve(
    home: Home = None,
    programme: Programme = None,
    host: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Where it listens.  [default: 127.0.0.1]")] = None,
    port: Port = None,
    front_end: Annotated[
        Literal["slim", "voila"] | None,
        typer.Option(help="What draws a workbook: voila knows every widget that JupyterLab knows, and is slower."),
    ] = None,
    log_format: Annotated[
        Literal["text", "json"] | None,
        typer.Option("--log-format", help="How the log is written: lines of text, or of JSON.  [default: text]"),
    ] = None,
) -> None:
    """Serve the workbooks of a home, until Ctrl-C.

    These options, and more, may also stand in the environment or in kompetanse.toml in the home: see docs/drift.md.

    Example: kompetanse serve --home /srv/kompetanse --log-format json
    """
    given = {"host": host, "port": port, "front_end": front_end, "log_format": log_format}
    serve_home(home_folder(home), programme_folder(programme), **given)


def serve_home(home: Path, programme: Path | None, **given: object) -> None:
    """Serves until it is told to stop; `given` are settings that go before all others."""
    with made_to_stay():
        from kompetanse.server.application import run
        from kompetanse.server.settings import ServerSettings

    settings = ServerSettings.read(home, given)
    if settings.log_format == "text":
        address = settings.address or f"http://{settings.host}:{settings.port}"
        print(f"Serving {home} at {address}/ until Ctrl-C.", flush=True)
    run(home, programme, settings=settings)


def doctor(
    home: Home = None,
    programme: Programme = None,
    as_json: Annotated[bool, typer.Option("--json", help="The findings as JSON.")] = False,
) -> None:
    """Say what is wrong with this installation, and how to mend it.

    It looks at everything and changes nothing; it takes some ten seconds.

    Example: kompetanse doctor --home /srv/kompetanse
    """
    from kompetanse.doctor import visit

    findings = visit.examine(home_folder(home), programme_folder(programme))
    print(visit.as_json(findings) if as_json else visit.as_table(findings))
    raise typer.Exit(int(any(finding.status == "fail" for finding in findings)))
