"""Where people are signed in, for the operator: how many, and signing them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kompetanse.answers.session import ROLES
from kompetanse.errors import InputError

if TYPE_CHECKING:
    from kompetanse.answers.store import Store


def signed_in(store: Store) -> str:
    """How many devices are signed in, a line for each role and group."""
    with store.reading() as here:
        rows = [(role, group or "-", str(number)) for role, group, number in here.devices.count()]
    if not rows:
        return "Nobody is signed in."
    table = [("role", "group", "devices"), *rows]
    widths = [max(len(row[column]) for row in table) for column in range(3)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in table)
    return "\n".join(line.rstrip() for line in lines)


def sign_out(store: Store, *, role: str | None, group: str | None, every: bool) -> str:
    """Signs out the devices of a role, of a group, or of both at once, or every one; a sentence says how many."""
    chosen = next((known for known in ROLES if known == role), None)
    if chosen != role:
        raise InputError(f"There is no role {role!r:.80}; use one of {', '.join(ROLES)}.")
    if every == (role is not None or group is not None):
        raise InputError("Say whose devices are signed out: --role, --group or both, or --all for every one.")
    if group is not None and store.group(group) is None:
        raise InputError(f"There is no group {group!r:.80} in this home; see `kompetanse sessions`.")
    with store.writing() as here:
        number = len(here.devices.remove_all(role=chosen, group=group))
        here.audit.add("sign_out", "operator", f"{role or 'all'}: {number} devices", group=group)
    return (
        f"{number} {'device is' if number == 1 else 'devices are'} signed out; a running server knows within seconds."
    )
