"""The operator's commands about a home: what was done in it, who is in it, what goes, and all in one file."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from kompetanse.commands.options import Home, Programme, home_folder, opened_store, programme_folder
from kompetanse.errors import InputError
from kompetanse.settings import Settings

PassphraseFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="The passphrase is its first line.  [default: $KOMPETANSE_PASSPHRASE]"),
]


def audit(
    home: Home = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="What was done from this day on.")
    ] = None,
    kind: Annotated[list[str] | None, typer.Option(metavar="KIND ...", help="Only these, such as export.")] = None,
    format: Annotated[Literal["table", "csv", "json"], typer.Option(help="How to print it.")] = "table",
) -> None:
    """Show what was done in a home, by role.

    Sign-ins, exports, approvals, erasures and more. There is no answer and no address in it, and no name but of those
    who have approved that an analyst sees single answers.

    Example: kompetanse audit --since 2026-10-01 --kind export erasure
    """
    from kompetanse.answers.audit_listing import chosen_kinds, listing

    kinds = chosen_kinds(kind or ())
    with opened_store(home, must_exist=True) as store:
        print(listing(store.audit_log(since=since and since.astimezone(), kinds=kinds), format))


def sessions(
    end: Annotated[bool, typer.Option("--end", help="Sign devices out, instead of counting them.")] = False,
    role: Annotated[str | None, typer.Option(metavar="ROLE", help="Those of a role, such as facilitator.")] = None,
    group: Annotated[str | None, typer.Option(metavar="ID", help="Those of a group, by its id.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every one.")] = False,
    home: Home = None,
) -> None:
    """Count the devices that are signed in, or sign them out.

    Whoever is signed out comes back with a code, and has lost nothing that was saved.

    Example: kompetanse sessions --end --role facilitator
    """
    from kompetanse.answers.signed_in import sign_out, signed_in

    with opened_store(home, must_exist=True) as store:
        print(sign_out(store, role=role, group=group, every=every) if end else signed_in(store))


def erase(
    participant: Annotated[
        str | None, typer.Option(metavar="CODE|ID|-", help="A person, by their personal code or id; - asks for it.")
    ] = None,
    group: Annotated[list[str] | None, typer.Option(metavar="ID ...", help="Groups with all their members.")] = None,
    whole_programme: Annotated[
        bool, typer.Option("--whole-programme", help="All answers of the programme, and the groups in it alone.")
    ] = False,
    due: Annotated[
        bool,
        typer.Option("--due", help="Single answers that have been kept as long as the programme says; never asks."),
    ] = False,
    programme: Programme = None,
    home: Home = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a participant, groups, a programme, or what is due, for good.

    With all that is known of them: answers, texts, memberships, codes, drafts; of a group its reports, too. What stays:
    the audit log, the figures of regions as they were released, and reports that groups have approved.

    Example: kompetanse erase --group fauske --home /srv/kompetanse
    """
    from kompetanse.answers.erasure import Wanted, count_wanted, erase_wanted, find_participant
    from kompetanse.answers.retention import erase_due, told_of_due
    from kompetanse.programme.content import load_programme
    from kompetanse.reports.removal import remove_reports

    if sum((participant is not None, bool(group), whole_programme, due)) != 1:
        raise InputError("Say what to erase: one of --participant, --group, --whole-programme and --due.")
    with opened_store(home, must_exist=True) as store:
        if due:
            loaded = load_programme(programme_folder(programme))
            gone = erase_due(store, loaded, date.today())
            remove_reports(store.home, gone.gone)
            print(told_of_due(store, loaded, gone))
            return
        wanted = Wanted(
            participant=find_participant(store, _told(participant)) if participant else None,
            groups=tuple(dict.fromkeys(group or ())),
            programme=load_programme(programme_folder(programme)).id if whole_programme else None,
        )
        _confirm(f"This erases for good: {count_wanted(store, wanted).sentence}.", yes=yes)
        erased = erase_wanted(store, wanted)
        reports = remove_reports(store.home, erased.gone)
    of_reports = f", {reports} report {'file' if reports == 1 else 'files'}" if reports else ""
    print(f"Erased {erased.sentence}{of_reports}.")
    print(f"What stays: {STAYS}")


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    home: Home = None,
    passphrase_file: PassphraseFile = None,
    recipient: Annotated[
        list[str] | None, typer.Option(metavar="AGE1 ...", help="Public keys of age, instead of a passphrase.")
    ] = None,
) -> None:
    """Write a whole home into one sealed file.

    Answers, codes, releases, the audit log, keys and reports, as they are at one moment; the server may run meanwhile.
    It is sealed by a passphrase (or $KOMPETANSE_PASSPHRASE) of 12 signs or more, or for public keys.

    Example: kompetanse backup today.kompetanse --passphrase-file passphrase
    """
    from kompetanse.backups.making import make_backup
    from kompetanse.backups.sealing import Seal

    seal = Seal(_passphrase(passphrase_file, asked=not recipient), tuple(recipient or ()))
    with opened_store(home, must_exist=True) as store:
        print(make_backup(store, file, seal).sentence)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `kompetanse backup` has written.")],
    home: Home = None,
    passphrase_file: PassphraseFile = None,
    identity: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The key of age, where it was sealed for its public one.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="In place of the home that is there.")] = False,
) -> None:
    """Make a home out of a backup.

    In SQLite, or in the PostgreSQL of $KOMPETANSE_DATABASE, whichever it was made from. All of it is put in its place,
    or nothing. Stop the server first.

    Example: kompetanse restore today.kompetanse --passphrase-file passphrase
    """
    from kompetanse.backups.restoring import restore as put_back
    from kompetanse.backups.sealing import Secret

    keys = [line.strip() for line in identity.read_text("utf-8").splitlines()] if identity else []
    secret = Secret(
        _passphrase(passphrase_file, asked=identity is None),
        tuple(line for line in keys if line and not line.startswith("#")),
    )
    url = Settings.from_environment().database
    print(put_back(file, home_folder(home), url, secret, replace=replace).sentence)


#: What is told after every erasure.
STAYS = (
    "the audit log, the figures of regions as they were released, reports that groups have approved, and copies that "
    "you have made: backups, exports, reports that were moved. Those are yours to erase."
)


def _told(named: str) -> str:
    """The code or id; asked for where it is "-", because others can read a command line."""
    if named != "-":
        return named
    asked: str = typer.prompt("Code or id", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    return asked.strip()


def _passphrase(file: Path | None, *, asked: bool) -> str:
    """The passphrase in the first line of a file, or else in the environment where one is asked for."""
    if file is not None:
        return file.read_text("utf-8").partition("\n")[0].strip("\r")
    return Settings.from_environment().passphrase if asked else ""


def _confirm(what: str, *, yes: bool) -> None:
    """Goes on only with --yes, or where somebody says so."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise InputError(f"{what} Say so with --yes; nothing was erased.")
    if not typer.confirm(f"{what} Go on?"):
        raise InputError("Nothing was erased.")
