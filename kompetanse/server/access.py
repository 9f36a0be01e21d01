"""Who may open what: a table of roles for everything there is, and one rule for reports."""

from __future__ import annotations

from typing import Final

from kompetanse.answers.release import Edition
from kompetanse.answers.session import ROLES, Role, Session
from kompetanse.programme.models import PhaseKind

#: Those who belong to one leadership group.
GROUP_ROLES: frozenset[Role] = frozenset({"leader", "contact"})

#: What needs no sign-in.
OPEN: Final = "open"

#: Everything else that a page can be, and the roles that may use it. What is not here is refused to everybody.
RESOURCES: dict[str, frozenset[Role]] = {
    "own page": frozenset(ROLES),
    "own answers": GROUP_ROLES,
    "actions": GROUP_ROLES,
    "own devices": GROUP_ROLES,
    "own group": frozenset({"contact"}),
    "invitations": frozenset({"facilitator"}),
    "gathering dates": frozenset({"facilitator"}),
    "gathering file": GROUP_ROLES,
    "own date": frozenset({"leader"}),
    "practice groups": frozenset({"facilitator"}),
    "own practice": frozenset({"contact"}),
    "all groups": frozenset({"facilitator"}),
    "room screen": frozenset({"room"}),
    "workbooks": GROUP_ROLES | {"facilitator"},
    "reports": GROUP_ROLES | {"facilitator"},
    "kernels": GROUP_ROLES | {"facilitator"},
    "feedback": GROUP_ROLES | {"facilitator"},
    "feedback reply": frozenset({"facilitator"}),
    "polls": frozenset({"contact", "facilitator"}),
    "poll results": frozenset({"room", "contact", "facilitator"}),
}

#: Every live workbook, the phase it belongs to, if any, and the roles that may open it. What is not here cannot be.
WORKBOOKS: dict[str, tuple[PhaseKind | None, frozenset[Role]]] = {
    "forarbeid": ("preparation", GROUP_ROLES),
    "samling": ("gathering", GROUP_ROLES),
    "etterarbeid": ("follow_up", GROUP_ROLES),
    "fasilitator": (None, frozenset({"facilitator"})),
}

#: The files of a report that exist at all: name in the address, edition, and what a browser is told that it is.
REPORTS: dict[str, tuple[Edition, str]] = {
    "kommunerapport.html": ("group", "text/html; charset=utf-8"),
    "kommunerapport.pdf": ("group", "application/pdf"),
    "kommunerapport-delt.html": ("shared", "text/html; charset=utf-8"),
    "kommunerapport-delt.pdf": ("shared", "application/pdf"),
}


def may_use(session: Session | None, resource: str) -> bool:
    """Whether the session's role is in the table for this kind of page."""
    return resource == OPEN or (session is not None and session.role in RESOURCES.get(resource, ()))


def may_open(session: Session | None, workbook: str) -> bool:
    """Whether the session's role is in the table for this workbook; those of a group have one of their own."""
    if session is None or workbook not in WORKBOOKS:
        return False
    return session.role in WORKBOOKS[workbook][1] and (session.group is not None) == (session.role in GROUP_ROLES)


def may_lead_poll(session: Session | None, group: str | None) -> bool:
    """Whether the session may start a poll and lead it: a contact in the own group, a facilitator for several groups.

    Nobody leads a poll in another group's room.
    """
    if session is None:
        return False
    if group is None:
        return session.role == "facilitator"
    return session.role == "contact" and session.group == group


def may_see_poll(session: Session | None, group: str | None) -> bool:
    """Whether the session may see a poll's results: a group its own and those of all, a facilitator only the latter."""
    if session is None or session.role not in RESOURCES["poll results"]:
        return False
    return group is None or session.group == group


def may_read_report(session: Session | None, *, group: str, edition: Edition, approved: bool) -> bool:
    """Whether the session may read this edition of the group's report.

    A group reads its own; a facilitator reads what the group has approved, in the shared edition only.
    """
    if session is None:
        return False
    if session.role in GROUP_ROLES:
        return session.group == group
    return session.role == "facilitator" and edition == "shared" and approved
