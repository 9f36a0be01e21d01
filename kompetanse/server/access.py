"""Who may open what: one table for workbooks, one rule for reports."""

from __future__ import annotations

from kompetanse.answers.release import Edition
from kompetanse.answers.session import Role, Session
from kompetanse.programme.models import PhaseKind

#: Every live workbook, the phase it belongs to and the roles that may open it. What is not here cannot be opened.
WORKBOOKS: dict[str, tuple[PhaseKind, frozenset[Role]]] = {
    "forarbeid": ("preparation", frozenset({"leader", "contact"})),
    "samling": ("gathering", frozenset({"leader", "contact"})),
    "etterarbeid": ("follow_up", frozenset({"leader", "contact"})),
}

#: Those who belong to one leadership group.
GROUP_ROLES: frozenset[Role] = frozenset({"leader", "contact"})


def may_open(session: Session | None, workbook: str) -> bool:
    """Whether the session's role is in the table for this workbook."""
    if session is None or workbook not in WORKBOOKS:
        return False
    return session.role in WORKBOOKS[workbook][1] and session.group is not None


def may_read_report(session: Session | None, *, group: str, edition: Edition, approved: bool) -> bool:
    """Whether the session may read this edition of the group's report.

    A group reads its own; a facilitator reads what the group has approved, in the shared edition only.
    """
    if session is None:
        return False
    if session.role in GROUP_ROLES:
        return session.group == group
    return session.role == "facilitator" and edition == "shared" and approved
