"""Making invitations, making them anew, and ending them: in one transaction, and written into the audit log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from kompetanse.answers.session import Role
from kompetanse.answers.store import IssuedCode, Transaction
from kompetanse.answers.store.codes import GROUP_ROLES, Kind
from kompetanse.errors import InputError
from kompetanse.invitations.invitation import Invitation, end_of, usual_last_day
from kompetanse.programme.models import LeadershipGroup, Programme

#: What the group's code of a role is: a new one takes the place of these. A leader's own code is never among them.
THE_CODE: dict[Role, frozenset[Kind]] = {
    "leader": frozenset({"shared"}),
    "contact": frozenset({"once", "personal"}),
    "room": frozenset({"shared"}),
}
#: Codes that have been given out and not used, which end with the group's.
ALSO_ENDED: dict[Role, frozenset[Kind]] = {"leader": frozenset({"once"})}

MOST_SLIPS = 60


@dataclass(frozen=True)
class Issued:
    """What was made, how many codes it took the place of, and which groups had theirs already."""

    invitations: tuple[Invitation, ...] = ()
    ended: int = 0
    had_one: tuple[tuple[LeadershipGroup, Role], ...] = ()


@dataclass(frozen=True)
class Issuing:
    """The invitations of a programme in one transaction, on behalf of somebody in the role `by`."""

    here: Transaction
    programme: Programme
    by: Role
    today: date = field(default_factory=date.today)

    def codes(
        self, groups: Iterable[LeadershipGroup], roles: Sequence[Role], *, last_day: date | None, anew: bool = False
    ) -> Issued:
        """The code of each group for each of the roles; one that is there already is left alone, or made anew."""
        there = self._there()
        made: list[Invitation] = []
        had_one: list[tuple[LeadershipGroup, Role]] = []
        ended = 0
        for group in groups:
            for role in roles:
                open_ones = [code for code in there.get((group.id, role), ()) if code.kind in THE_CODE[role]]
                if open_ones and not anew:
                    had_one.append((group, role))
                    continue
                ended += self._end(open_ones, group=group.id, role=role)
                made.append(self._invitation(role, group, last_day, once=role == "contact"))
        return Issued(tuple(made), ended, tuple(had_one))

    def slips(self, group: LeadershipGroup, count: int, *, last_day: date | None) -> Issued:
        """Codes for so many leaders of a group, each for one person and once."""
        if not 1 <= count <= MOST_SLIPS:
            raise InputError(f"{count} slips cannot be made; a group gets 1 to {MOST_SLIPS} at a time.")
        day = last_day or usual_last_day("leader", self.programme, today=self.today)
        codes = [self.here.codes.create("leader", group=group.id, once=True, expires=end_of(day)) for _ in range(count)]
        self._note("leader", f"{count} codes on slips, until {day}", group=group.id)
        return Issued(tuple(Invitation("leader", group, code, day, slip=True) for code in codes))

    def deputy(self, group: LeadershipGroup, *, last_day: date | None) -> Issued:
        """A code for one person, who answers in a leader's place."""
        day = last_day or usual_last_day("leader", self.programme, today=self.today)
        code = self.here.codes.create("leader", group=group.id, once=True, expires=end_of(day), deputy=True)
        self._note("leader", f"a deputy's code until {day}", group=group.id)
        return Issued((Invitation("leader", group, code, day, slip=True),))

    def own(self, role: Role, *, last_day: date | None, because: str = "") -> Issued:
        """One person's own code for a role without a group."""
        return Issued((self._invitation(role, None, last_day, because=because),))

    def anew(self, code: IssuedCode, *, last_day: date | None, because: str = "") -> Issued:
        """A new code in the place of this one, for the same group and role."""
        if code.role in GROUP_ROLES and code.kind not in THE_CODE[code.role]:
            raise InputError(f"Code {code.id} is one person's own and cannot be made anew; it can be ended (--revoke).")
        group = self.here.groups.get(code.group) if code.group else None
        ended = self._end([code], group=code.group, role=code.role)
        invitation = self._invitation(code.role, group, last_day, once=code.role == "contact", because=because)
        return Issued((invitation,), ended)

    def another_contact(self, groups: Iterable[LeadershipGroup], *, last_day: date | None) -> Issued:
        """A code for somebody else as each group's contact, who does not get to see what the one before has answered.

        The one before goes on as a leader, with the personal code they have.
        """
        made = []
        for group in groups:
            contact = self.here.groups.contact(group.id)
            if contact is not None:
                self.here.devices.remove_all(role="contact", group=group.id)
                self.here.codes.end_contact(group.id)
                self.here.audit.add(
                    "revocation", self.by, "contact: is a leader from now on", group=group.id,
                    programme=self.programme.id, participant=contact,
                )  # fmt: skip
            made.append(self._invitation("contact", group, last_day, once=True))
        return Issued(tuple(made))

    def end(self, groups: Iterable[LeadershipGroup], roles: Sequence[Role]) -> int:
        """Ends the groups' codes for these roles; how many. Who has a code of their own stays."""
        there = self._there()
        return sum(
            self._end([code for code in there.get((group.id, role), ()) if code.kind in _ending(role)],
                      group=group.id, role=role)
            for group in groups
            for role in roles
        )  # fmt: skip

    def end_one(self, code: IssuedCode) -> int:
        """Ends this code; 0 if it was of no use any more."""
        return self._end([code], group=code.group, role=code.role)

    def _there(self) -> dict[tuple[str | None, Role], list[IssuedCode]]:
        found: dict[tuple[str | None, Role], list[IssuedCode]] = {}
        for code in self.here.codes.all():
            if code.state == "open":
                found.setdefault((code.group, code.role), []).append(code)
        return found

    def _invitation(
        self, role: Role, group: LeadershipGroup | None, last_day: date | None, *, once: bool = False, because: str = ""
    ) -> Invitation:
        day = last_day or usual_last_day(role, self.programme, today=self.today)
        group_id = group.id if group else None
        code = self.here.codes.create(role, group=group_id, once=once, expires=end_of(day))
        self._note(role, f"code until {day}{because and f'; {because}'}", group=group_id)
        return Invitation(role, group, code, day)

    def _end(self, codes: Collection[IssuedCode], *, group: str | None, role: Role) -> int:
        ended = self.here.codes.end(codes)
        if ended:
            kinds = Counter(code.kind for code in codes if code.state == "open")
            counted = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
            self.here.audit.add("revocation", self.by, f"{role}: {counted}", group=group, programme=self.programme.id)
        return ended

    def _note(self, role: Role, words: str, *, group: str | None) -> None:
        self.here.audit.add("invitation", self.by, f"{role}: {words}", group=group, programme=self.programme.id)


def has_code(codes: Iterable[IssuedCode], role: Role) -> IssuedCode | None:
    """The newest of a group's codes that still lets somebody in for this role; None if there is none."""
    found = [code for code in codes if code.role == role and code.state == "open" and code.kind in THE_CODE[role]]
    return found[-1] if found else None


def _ending(role: Role) -> frozenset[Kind]:
    return THE_CODE[role] | ALSO_ENDED.get(role, frozenset())
