"""`kompetanse invite`: which codes are made, ended or listed, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from kompetanse.answers.store import IssuedCode, Store
from kompetanse.answers.store.codes import GROUP_ROLES
from kompetanse.errors import InputError
from kompetanse.invitations.files import Printing, check_folder, write_files
from kompetanse.invitations.invitation import Invitation, last_day_of, link_of, plain_address
from kompetanse.invitations.issuing import Issued, Issuing
from kompetanse.invitations.wanted import Delivery, Terms, Whom
from kompetanse.programme.models import Programme
from kompetanse.reports.jobs import report_folders
from kompetanse.settings import LOCAL_ADDRESS

Action = Callable[[Store, Programme, Whom, Terms, Delivery], str]


def action(*, rotate: bool, revoke: bool, listed: bool) -> Action:
    """What a command does with codes; InputError if it is to do several things."""
    if rotate + revoke + listed > 1:
        raise InputError("Say one of --rotate, --revoke and --list.")
    return list_codes if listed else end_codes if revoke else make_codes


def make_codes(store: Store, programme: Programme, whom: Whom, terms: Terms, delivery: Delivery) -> str:
    """Makes codes and their sheets; what to say about it."""
    today = date.today()
    whom.check()
    address = plain_address(delivery.address or LOCAL_ADDRESS)
    if delivery.formats:
        check_folder(delivery.folder)
    with store.writing() as here:
        issued = _issue(Issuing(here, programme, by="operator", today=today), whom, terms, today)
        names = report_folders(here.groups.all())
    lines = [*_delivered(issued.invitations, Printing(programme, address, today), delivery, names)]
    if issued.ended:
        lines.append(f"Ended {_count(issued.ended, 'earlier code')}.")
    if issued.had_one:
        some = ", ".join(f"{group.id} ({role})" for group, role in issued.had_one[:8])
        more = " ..." if len(issued.had_one) > 8 else ""
        lines.append(f"Left alone, for they have a code: {some}{more}. --rotate ends it and makes a new one.")
    if issued.invitations and not delivery.address:
        lines.append(
            f"The links lead to {address}, which only this machine reaches: "
            "set the server's address, or say --address https://..."
        )
    return "\n".join(lines)


def end_codes(store: Store, programme: Programme, whom: Whom, _terms: Terms, _delivery: Delivery) -> str:
    """Ends codes; what to say about it. Who is signed in with one stays signed in."""
    whom.check()
    with store.writing() as here:
        issuing = Issuing(here, programme, by="operator")
        if whom.codes:
            ended = sum(issuing.end_one(code) for code in whom.found_codes(here))
        elif set(whom.roles) - GROUP_ROLES:
            raise InputError("Say which code to end with --code; --list shows their ids.")
        else:
            ended = issuing.end(whom.in_home(here), whom.group_roles)
    return f"Ended {_count(ended, 'code')}. Who is signed in already stays signed in."


def list_codes(store: Store, _programme: Programme, whom: Whom, _terms: Terms, _delivery: Delivery) -> str:
    """The codes that let somebody in, without the codes."""
    whom.check()
    with store.reading() as here:
        groups = {group.id for group in whom.in_home(here)} if whom.named_groups else None
        codes = whom.found_codes(here) if whom.codes else here.codes.all()
    shown = [
        code
        for code in codes
        if (code.state == "open" or whom.codes)
        and (groups is None or code.group in groups)
        and (not whom.roles or code.role in whom.roles)
    ]
    if not shown:
        return "No codes."
    rows = [("id", "group", "role", "kind", "state", "made", "until"), *map(_row, shown)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _delivered(
    invitations: Sequence[Invitation], printing: Printing, delivery: Delivery, names: Mapping[str, str]
) -> Iterator[str]:
    """Writes the files that are wanted, and says what there is; else the links themselves."""
    if not invitations:
        yield "No code was made."
    elif not delivery.formats:
        for each in invitations:
            whose = f"{each.group.id}  " if each.group else ""
            yield f"{whose}{each.role}  {link_of(each, printing.address)}  until {each.last_day}"
    else:
        try:
            paths = write_files(invitations, delivery.formats, printing=printing, folder=delivery.folder, names=names)
        except OSError as error:
            raise InputError(
                f"The sheets in {delivery.folder} could not be written ({error.strerror}), and nobody knows the codes "
                "that were made for them: make room, and run this again with --rotate."
            ) from None
        yield f"Made {_count(len(invitations), 'code')} and wrote {_count(len(paths), 'file')}:"
        yield from (f"  {path}" for path in paths)
        yield "Whoever has these files can sign in with the codes: delete them when they are printed or sent."


def _issue(issuing: Issuing, whom: Whom, terms: Terms, today: date) -> Issued:
    if whom.codes:
        if not terms.anew:
            raise InputError("A code that is there can be made anew (--rotate), ended (--revoke) or shown (--list).")
        codes = whom.found_codes(issuing.here)
        terms.check([code.role for code in codes], today)
        return _together(issuing.anew(code, last_day=terms.last_day, because=terms.because) for code in codes)
    terms.check(whom.roles, today)
    own = next((role for role in whom.roles if role not in GROUP_ROLES), None)
    if own is not None:
        if terms.anew:
            raise InputError(f"Say which {own}'s code to make anew with --code; --list shows their ids.")
        return issuing.own(own, last_day=terms.last_day, because=terms.because)
    groups = whom.in_home(issuing.here)
    if terms.slips:
        if whom.roles:
            raise InputError("Slips are for leaders: leave out --role.")
        return _together(issuing.slips(group, terms.slips, last_day=terms.last_day) for group in groups)
    if terms.another_contact:
        if whom.group_roles != ("contact",) or not whom.named_groups:
            raise InputError("--another-person is for contacts: write --group ID --role contact --another-person.")
        return issuing.another_contact(groups, last_day=terms.last_day)
    return issuing.codes(groups, whom.group_roles, last_day=terms.last_day, anew=terms.anew)


def _together(several: Iterable[Issued]) -> Issued:
    made = list(several)
    return Issued(
        tuple(invitation for each in made for invitation in each.invitations), sum(each.ended for each in made)
    )


def _row(code: IssuedCode) -> tuple[str, ...]:
    until = str(last_day_of(code.expires)) if code.expires else "-"
    return (
        code.id,
        code.group or "-",
        code.role,
        code.kind,
        code.state,
        f"{code.created.astimezone():%Y-%m-%d}",
        until,
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
