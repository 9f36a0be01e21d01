"""What the log does for a facilitator, who has no group: leads a date, and sees what all groups have done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from kompetanse.answers.answer import Answer
from kompetanse.answers.leading import check_lead, lead_plenum
from kompetanse.answers.moment import Lead, Moment
from kompetanse.answers.overview import Overview, overview
from kompetanse.answers.rights import Rights
from kompetanse.answers.session import Session
from kompetanse.errors import InputError
from kompetanse.programme.models import Module, Programme

if TYPE_CHECKING:
    from kompetanse.answers.store import Store


class Facilitating:
    """The part of the log that is about all groups of a date, or of the programme."""

    session: Session
    _rights: Rights
    _store: Store
    _programme: Programme
    _today: Callable[[], date]

    def overview(self, module: str) -> Overview:
        """All groups as a facilitator may know them: counts as they were last night, dates, and what has been done."""
        self._rights.oversee()
        found = self._module(module)
        with self._store.reading() as here:
            return overview(
                here,
                self._store.home,
                programme=self._programme,
                module=found,
                today=self._today(),
                language=self.session.language,
            )

    def poll_answers(self, module: str, step: str, *, as_of: int | None = None) -> tuple[list[Answer], int]:
        """What persons of all groups have answered to a poll, and until which answer: the operator's.

        as_of: the last answer that counts; without it, all that there are.
        """
        self._rights.operate()
        with self._store.reading() as here:
            groups = [each.id for each in here.groups.all()]
            found = here.answers.current(as_of, group=groups, module=module, step=step, aspect="answer")
            return [each for each in found if each.participant], here.answers.latest() if as_of is None else as_of

    def poll_extent(self, module: str, step: str, *, as_of: int | None = None) -> tuple[int, int]:
        """Two numbers that are the same for as long as `poll_answers` of the same groups is: the operator's."""
        self._rights.operate()
        with self._store.reading() as here:
            return here.answers.extent(as_of, module=module, step=step, aspect="answer")

    def lead_plenum(self, module: str, day: date, lead: Lead) -> Moment:
        """Leads all groups of a date that follow, without showing any of them its answers: the facilitator's alone."""
        self._rights.lead_plenum()
        check_lead(lead, self._programme, self._module(module))
        with self._store.writing() as here:
            return lead_plenum(here, lead, module=module, day=day)

    def plenum(self, module: str, day: date) -> Moment | None:
        """Where all groups of a date are led; None where nobody leads them."""
        with self._store.reading() as here:
            return here.moments.of_plenum(day, module)

    def lock_date(self, module: str, day: date, *, locked: bool) -> list[str]:
        """Locks what all groups of a date have agreed on, or opens it again; the ids of those that were not so already.

        The facilitator's alone. A contact may open the own group's again, so that it can mend what it has written.
        """
        self._rights.lead_plenum()
        self._module(module)
        with self._store.writing() as here:
            rooms = here.moments.of_groups(module)
            groups = [group.id for group in here.groups.all() if group.gathering_date == day]
            moved = [group for group in groups if rooms.get(group, Moment()).locked != locked]
            for group in moved:
                # Nothing else in the room changes, its time goes on.
                now = replace(rooms.get(group, Moment()), locked=locked, time=datetime.now(UTC))
                here.moments.add(now, module=module, group=group)
        return moved

    def _module(self, module: str) -> Module:
        found = self._programme.module(module)
        if found is None:
            known = ", ".join(each.id for each in self._programme.modules)
            raise InputError(f"There is no module {module!r:.80} in this programme; it has {known}.")
        return found
