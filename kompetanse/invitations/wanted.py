"""What somebody wants of `kompetanse invite`: for whom, on what terms, and how it reaches them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from kompetanse.answers.session import Role
from kompetanse.answers.store import IssuedCode, Transaction
from kompetanse.answers.store.codes import GROUP_ROLES
from kompetanse.errors import InputError
from kompetanse.invitations.files import FORMATS, Format
from kompetanse.programme.models import LeadershipGroup
from kompetanse.reports.jobs import wanted_groups

#: Whom a group is invited by when nobody says more: who gathers it, and those who are gathered.
USUAL_ROLES: tuple[Role, ...] = ("contact", "leader")
INVITED: tuple[Role, ...] = (*USUAL_ROLES, "room", "facilitator", "analyst")
LONGEST_REASON = 120

Name = TypeVar("Name", bound=str)


@dataclass(frozen=True)
class Whom:
    """Whom a command is about: groups, or single codes by themselves or by the id they have on lists."""

    municipalities: Sequence[str] = ()
    groups: Sequence[str] = ()
    every: bool = False
    codes: Sequence[str] = ()
    roles: Sequence[Role] = ()

    @property
    def named_groups(self) -> bool:
        """Whether groups were named at all."""
        return bool(self.municipalities or self.groups or self.every)

    @property
    def group_roles(self) -> tuple[Role, ...]:
        """The roles that are asked for in groups."""
        return tuple(dict.fromkeys(self.roles)) or USUAL_ROLES

    def check(self) -> None:
        """InputError where what is named does not go together."""
        without = sorted(set(self.roles) - GROUP_ROLES)
        if self.codes and (self.named_groups or self.roles):
            raise InputError("Name either codes (--code) or whom they are for (--group, --role), not both.")
        if without and (self.named_groups or len(set(self.roles)) > 1):
            raise InputError(f"A code for the role {without[0]} belongs to no group: write --role {without[0]} alone.")

    def in_home(self, here: Transaction) -> list[LeadershipGroup]:
        """The groups that are meant."""
        return wanted_groups(
            here.groups.all(), municipalities=self.municipalities, groups=self.groups, every=self.every
        )

    def found_codes(self, here: Transaction) -> list[IssuedCode]:
        """The codes that are meant; InputError where one is not of this home."""
        by_id: dict[str, list[IssuedCode]] = {}
        for code in here.codes.all():
            by_id.setdefault(code.id, []).append(code)
        return [here.codes.find(name) or _only(by_id.get(name.lower(), [])) for name in self.codes]


@dataclass(frozen=True)
class Terms:
    """On what terms codes are made: until when, in whose name, and whether in the place of those that are there."""

    last_day: date | None = None
    anew: bool = False
    slips: int = 0
    another_contact: bool = False
    approved_by: str = ""
    reason: str = ""

    def check(self, roles: Sequence[Role], today: date) -> None:
        """InputError where a code could not be made like this."""
        if self.last_day is not None and self.last_day < today:
            raise InputError(f"{self.last_day} has passed; --until takes a day that is still to come.")
        if "analyst" in roles and not (self.approved_by.strip() and self.reason.strip()):
            raise InputError(
                "An analyst works with the figures of every group, so somebody must have approved it: "
                'add --approved-by "NAME" and --reason "TEXT". Both are written into the audit log.'
            )
        if max(len(self.approved_by), len(self.reason)) > LONGEST_REASON:
            raise InputError(f"--approved-by and --reason take at most {LONGEST_REASON} characters each.")

    @property
    def because(self) -> str:
        """Who approved it and why, for the audit log."""
        by = f"approved by {self.approved_by.strip()}" if self.approved_by.strip() else ""
        return ": ".join(filter(None, (by, self.reason.strip())))


@dataclass(frozen=True)
class Delivery:
    """How codes that were made reach people: printed here, or as files."""

    formats: Sequence[Format] = ()
    folder: Path = Path("invitations")
    address: str | None = None


def chosen_roles(names: Iterable[str]) -> list[Role]:
    """The roles with these names; InputError lists the ones that may be invited."""
    return [_chosen(name, INVITED, "role") for name in names]


def chosen_formats(names: Iterable[str]) -> list[Format]:
    """The formats with these names; InputError lists the ones there are."""
    return [_chosen(name, FORMATS, "format") for name in names]


def _chosen(name: str, there_are: Sequence[Name], what: str) -> Name:
    found = next((each for each in there_are if each == name), None)
    if found is None:
        raise InputError(f"There is no {what} {name!r:.60}; write one of {', '.join(there_are)}.")
    return found


def _only(found: list[IssuedCode]) -> IssuedCode:
    if len(found) != 1:
        # What was typed may be a code with a slip of the finger in it, so it is not said again.
        raise InputError("There is no such code here; --list shows the ids of those that hold.")
    return found[0]
