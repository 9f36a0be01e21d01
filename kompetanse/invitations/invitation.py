"""An invitation: a code that was just made, and whom it is for. Only now is the code known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kompetanse.answers.session import Role
from kompetanse.errors import InputError
from kompetanse.programme.models import LeadershipGroup, Programme

#: How long an invitation holds at least, and one that is not about a module.
SHORTEST = timedelta(days=14)
LONGER: dict[Role, timedelta] = {"facilitator": timedelta(days=365), "analyst": timedelta(days=90)}
OTHERWISE = timedelta(days=90)


@dataclass(frozen=True)
class Invitation:
    """One code, whom it lets in, and its last day. A slip is a leader's code for one person, to be cut out."""

    role: Role
    group: LeadershipGroup | None
    code: str
    last_day: date
    slip: bool = False


def link_of(invitation: Invitation, address: str) -> str:
    """The address that opens the sign-in page with the code filled in; opening it does not use the code up."""
    return f"{address}/inn/{invitation.code}"


def usual_last_day(role: Role, programme: Programme, *, today: date) -> date:
    """Until when an invitation holds if nothing else is said: for a group to the end of the module it is for."""
    if role in LONGER:
        return today + LONGER[role]
    ends = (max(phase.closes for phase in module.phases) for module in programme.modules)
    return next((end for end in ends if end >= today + SHORTEST), today + OTHERWISE)


def end_of(last_day: date) -> datetime:
    """The moment after a code's last day, in the time of this machine."""
    return datetime.combine(last_day + timedelta(days=1), time.min).astimezone()


def last_day_of(expires: datetime) -> date:
    """The last day of a code that holds until this moment."""
    return (expires.astimezone() - timedelta(seconds=1)).date()


def plain_address(address: str) -> str:
    """Where the server is reached, as links begin with it; InputError if that is no address."""
    plain = address.rstrip("/")
    scheme, _, host = plain.partition("://")
    if scheme not in {"http", "https"} or not host or set(host) & set(' /?#"<>\\@') or not plain.isascii():
        raise InputError(
            f"{address!r:.80} is not where a server is reached; write it as https://kompetanse.example.no."
        )
    return plain
