"""`kompetanse ...`: parses, calls, prints.

Only a command that needs pandas, papermill or Voilà imports it, inside the command, so that `--help` and `check` answer
at once. These are the package's only function-level imports.
"""

from __future__ import annotations

import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from kompetanse.commands.home import audit, backup, erase, restore, sessions
from kompetanse.commands.invite import invite
from kompetanse.commands.options import Every, Groups, Home, Municipalities, Programme
from kompetanse.commands.options import home_folder as _home
from kompetanse.commands.options import opened_store as _store
from kompetanse.commands.options import programme_folder as _programme
from kompetanse.commands.serving import Port, doctor, serve, serve_home
from kompetanse.errors import ContentError, InputError, KompetanseError
from kompetanse.imports import leave_out_unused
from kompetanse.settings import DEFAULT_PORT, Settings

app = typer.Typer(
    name="kompetanse",
    help="Workbooks for municipal leadership groups: serve them, move answers in and out, make reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

INTERRUPTED = 130

#: Options that take several values in a row, as in `--municipality 1841 1804`.
REPEATED = frozenset({"--municipality", "--group", "--format", "--kind", "--role", "--code", "--recipient"})


#: Where reports land.
OUT = Path("reports")


class Edition(StrEnum):
    """Whom a report is made for."""

    group = "group"
    shared = "shared"


class Format(StrEnum):
    """What a report is made as, besides the notebook."""

    html = "html"
    pdf = "pdf"


@app.command()
def demo(
    home: Home = None,
    port: Port = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Make the home and the reports, and stop.")] = False,
) -> None:
    """Open the programme with made-up answers.

    Every municipality of the programme has a group, and three groups have their report.

    Example: kompetanse demo --home /tmp/demo --port 8900
    """
    from kompetanse.programme.content import load_programme
    from kompetanse.reports.demonstration import demonstrate
    from kompetanse.reports.result import summary

    with _store(home) as store:
        shown = demonstrate(store, load_programme(), out=OUT)
    if shown.results:
        print(summary(shown.results), end="\n\n")
    print(shown.directions(f"http://127.0.0.1:{port or DEFAULT_PORT}", served=not no_serve))
    if not no_serve:
        serve_home(_home(home), None, port=port or DEFAULT_PORT)


app.command()(serve)


@app.command()
def check(
    directory: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="The folder of a programme.yml.", show_default=False)
    ] = None,
) -> None:
    """Find every mistake in a programme's content.

    Each is told with its file, its line and what to write instead.

    Example: kompetanse check my-programme
    """
    from kompetanse.programme.content import check_content

    mistakes = check_content(_programme(directory))
    if mistakes:
        raise ContentError(mistakes)
    print("No mistakes.")


@app.command("import")
def import_answers(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Answers, or the sizes of groups.")],
    home: Home = None,
    programme: Programme = None,
) -> None:
    """Take in answers from a CSV file.

    All of them, or none and the first mistakes by line.

    Columns: municipality, participant, item, aspect, value; optional: group, module, step, round, subject, made_up.
    A file with the columns municipality and members sets the sizes of groups.

    Example: kompetanse import answers.csv --home /srv/kompetanse
    """
    from kompetanse.importers.plain_csv import import_answers as bring_in
    from kompetanse.programme.content import load_programme

    content = load_programme(_programme(programme))
    with _store(home) as store:
        print(bring_in(file, store, content).sentence)


@app.command("export")
def export_answers(
    home: Home = None,
    out: Annotated[Path, typer.Option(metavar="FILE.csv", help="The file to write.")] = Path("kompetanse-export.csv"),
    raw: Annotated[bool, typer.Option("--raw", help="For an analyst, under new ids; needs the next two.")] = False,
    approved_by: Annotated[
        str, typer.Option(metavar="NAME", help="Who has approved it; goes into the audit log.")
    ] = "",
    reason: Annotated[str, typer.Option(metavar="TEXT", help="What it is needed for; goes into the audit log.")] = "",
    programme: Programme = None,
) -> None:
    """Write all answers to a CSV file that `import` reads.

    It is for moving them to another home, with single answers in it, and the groups in a second file beside it: nobody
    but the operator may read them. An analyst gets --raw instead, with what its writers let out of their hands.

    Example: kompetanse export --out moving.csv
    """
    from kompetanse.importers.plain_csv import export_answers as write_out
    from kompetanse.importers.raw_export import Approval, export_raw
    from kompetanse.programme.content import load_programme

    if not raw and (approved_by or reason):
        raise InputError("--approved-by and --reason belong to --raw; say that, too.")
    approval = Approval(approved_by, reason)
    if raw:
        approval.check()
    with _store(home, must_exist=True) as store:
        done = export_raw(store, load_programme(_programme(programme)), out, approval) if raw else write_out(store, out)
        print(done.sentence)


for _command in (audit, sessions, erase, backup, restore, invite):
    app.command()(_command)


@app.command()
def report(
    municipality: Municipalities = None,
    group: Groups = None,
    every: Every = False,
    edition: Annotated[Edition, typer.Option(help="The group's own, or the one it has approved.")] = Edition.group,
    home: Home = None,
    programme: Programme = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the reports land.")] = OUT,
    format: Annotated[
        list[Format] | None, typer.Option(metavar="html|pdf ...", help="Besides the notebook.  [default: both]")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Also those that would become what they are.")] = False,
    jobs: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=256, help="How many at a time.  [default: one more than processors]"),
    ] = None,
    dask: Annotated[
        str | None, typer.Option(metavar="tcp://HOST:PORT", help="A Dask scheduler whose workers make them.")
    ] = None,
) -> None:
    """Make reports of groups.

    Each lands in a folder of its own, such as OUT/1841-fauske/kommunerapport.ipynb, .html and .pdf. A report that is
    there already is made again only when something that it rests on has changed.

    Example: kompetanse report --municipality 1841 1804 --edition shared
    """
    from kompetanse.programme.content import load_programme
    from kompetanse.reports.cluster import Cluster
    from kompetanse.reports.job import FORMATS
    from kompetanse.reports.jobs import report_jobs, wanted_groups
    from kompetanse.reports.ledger import Ledger
    from kompetanse.reports.result import summary
    from kompetanse.reports.runner import make_reports
    from kompetanse.reports.workers import PROCESSES, WorkerProcesses

    if dask and jobs:
        raise InputError(
            "Say either --jobs or --dask: how many reports a Dask cluster makes at a time is its own choice."
        )
    folder = _programme(programme)
    with _store(home, must_exist=True) as store:
        wanted = report_jobs(
            wanted_groups(store.groups(), municipalities=municipality or (), groups=group or (), every=every),
            store=store,
            programme=load_programme(folder),
            programme_folder=folder,
            database=Settings.from_environment().database,
            out=out,
            edition=edition.value,
            formats=[each.value for each in format] if format else FORMATS,
        )
        home = store.home
    with ExitStack() as stack:
        ledger = stack.enter_context(Ledger.of_home(home))
        if dask:
            cluster = stack.enter_context(Cluster(dask))
            results = make_reports(wanted, workers=cluster, at_once=cluster.at_once, ledger=ledger, again=again)
        else:
            processes = partial(WorkerProcesses, processes=jobs or PROCESSES, programme=folder)
            at_once = (jobs or PROCESSES) + 2
            results = make_reports(wanted, workers=processes, at_once=at_once, ledger=ledger, again=again)
    print(summary(results))
    details = "\n".join(f"{result.job.meta.name}\n{result.details}" for result in results if result.details)
    if details:
        print(f"kompetanse: the details are in {_log(details)}", file=sys.stderr)
    raise typer.Exit(int(any(result.problem for result in results)))


app.command()(doctor)


def main() -> None:
    """Run the command that was asked for, and end the process with its exit code."""
    leave_out_unused()
    sys.exit(ended(lambda: app(list(spread(sys.argv[1:])), prog_name="kompetanse")))


def ended(run: Callable[[], object]) -> int:
    """The exit code of what was run; what went wrong is one sentence on stderr, and never a traceback."""
    try:
        run()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except KompetanseError as error:
        print(error if isinstance(error, ContentError) else f"kompetanse: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"kompetanse: {error.filename or 'A file'} cannot be used: {error.strerror or error}.", file=sys.stderr)
    except Exception as error:
        log = _log(traceback.format_exc())
        print(
            f"kompetanse: something nobody foresaw ({type(error).__name__}); the details are in {log}", file=sys.stderr
        )
    return 1


def spread(arguments: Sequence[str]) -> Iterator[str]:
    """The arguments with an option of several values repeated before each: `--group a b` as `--group a --group b`."""
    option = None
    for position, argument in enumerate(arguments):
        if argument.startswith("-"):
            option = argument if argument in REPEATED else None
        elif option and arguments[position - 1] != option:
            yield option
        yield argument


def _log(text: str) -> Path:
    """A file, readable by this user alone, with what would frighten people on their screen."""
    with tempfile.NamedTemporaryFile("w", prefix="kompetanse-", suffix=".log", delete=False, encoding="utf-8") as file:
        file.write(text)
    return Path(file.name)
