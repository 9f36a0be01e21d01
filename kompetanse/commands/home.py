"""The operator's commands about what a home holds: what was done in it, and what is to be erased."""

from __future__ import annotations

import sys
from datetime import date, datetime
from typing import Annotated, Literal

import typer

from kompetanse.commands.options import Home, Programme, opened_store, programme_folder
from kompetanse.errors import InputError


def audit(
    home: Home = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="What was done from this day on.")
    ] = None,
    kind: Annotated[list[str] | None, typer.Option(metavar="KIND ...", help="Only these, such as export.")] = None,
    format: Annotated[Literal["table", "csv", "json"], typer.Option(help="How to print it.")] = "table",
) -> None:
    """Show what was done in a home, by role.

    Sign-ins, exports, approvals, erasures and more. There is no name, no answer and no address in it.

    Example: kompetanse audit --since 2026-10-01 --kind export erasure
    """
    from kompetanse.answers.audit_listing import chosen_kinds, listing

    kinds = chosen_kinds(kind or ())
    with opened_store(home, must_exist=True) as store:
        print(listing(store.audit_log(since=since and since.astimezone(), kinds=kinds), format))


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
    from kompetanse.answers.retention import told_of_due
    from kompetanse.programme.content import load_programme
    from kompetanse.reports.removal import remove_reports

    if sum((participant is not None, bool(group), whole_programme, due)) != 1:
        raise InputError("Say what to erase: one of --participant, --group, --whole-programme and --due.")
    with opened_store(home, must_exist=True) as store:
        if due:
            print(told_of_due(store, load_programme(programme_folder(programme)), date.today()))
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


def _confirm(what: str, *, yes: bool) -> None:
    """Goes on only with --yes, or where somebody says so."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise InputError(f"{what} Say so with --yes; nothing was erased.")
    if not typer.confirm(f"{what} Go on?"):
        raise InputError("Nothing was erased.")
