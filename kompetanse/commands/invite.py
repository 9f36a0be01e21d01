"""The command that lets people in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from kompetanse.commands.options import (
    Every,
    Groups,
    Home,
    Municipalities,
    Programme,
    home_folder,
    opened_store,
    programme_folder,
)
from kompetanse.settings import LOCAL_ADDRESS


def invite(
    municipality: Municipalities = None,
    group: Groups = None,
    every: Every = False,
    role: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROLE ...", help="Of contact, leader, room, facilitator, analyst.  [default: the first two]"
        ),
    ] = None,
    slips: Annotated[int, typer.Option(metavar="N", help="So many leaders' codes to cut out, each for one.")] = 0,
    format: Annotated[
        list[str] | None, typer.Option(metavar="pdf|html|csv ...", help="Sheets.  [default: links are shown here]")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where sheets land.")] = Path("invitations"),
    address: Annotated[
        str | None,
        typer.Option(metavar="URL", help=f"Where people reach the server.  [default: its setting, or {LOCAL_ADDRESS}]"),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Last day.  [default: the module's]")
    ] = None,
    rotate: Annotated[bool, typer.Option("--rotate", help="Make new codes; those that are there end.")] = False,
    another_person: Annotated[
        bool, typer.Option("--another-person", help="A new contact; the one before goes on as a leader.")
    ] = False,
    revoke: Annotated[bool, typer.Option("--revoke", help="End codes, and make none.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="Show which codes there are, without the codes.")] = False,
    code: Annotated[list[str] | None, typer.Option(metavar="CODE ...", help="Of these three, single ones.")] = None,
    approved_by: Annotated[str, typer.Option(metavar="NAME", help="Who has approved an analyst.")] = "",
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why an analyst is let in.")] = "",
    home: Home = None,
    programme: Programme = None,
) -> None:
    """Invite groups, facilitators and analysts.

    A code is shown once, here or on the sheets: the home keeps only a keyed hash. A group that has a code keeps it, so
    running this again makes what is missing. The first facilitator: `kompetanse invite --role facilitator`.

    Example: kompetanse invite --all --format pdf --address https://kom.example
    """
    from kompetanse.invitations.command import action
    from kompetanse.invitations.wanted import Delivery, Terms, Whom, chosen_formats, chosen_roles
    from kompetanse.programme.content import load_programme
    from kompetanse.server.settings import ServerSettings

    whom = Whom(municipality or (), group or (), every, code or (), chosen_roles(role or ()))
    terms = Terms(
        until and until.date(),
        anew=rotate,
        slips=slips,
        another_contact=another_person,
        approved_by=approved_by,
        reason=reason,
    )
    reached_at = address or ServerSettings.read(home_folder(home)).address
    delivery = Delivery(chosen_formats(format or ()), out, reached_at)
    act = action(rotate=rotate, revoke=revoke, listed=listed)
    content = load_programme(programme_folder(programme))
    # A facilitator may be the first in a new home.
    with opened_store(home, must_exist=role != ["facilitator"] or revoke or listed) as store:
        print(act(store, content, whom, terms, delivery))
