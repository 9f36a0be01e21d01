"""The part of the log that is about other groups: what a session may read and write across them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from kompetanse.answers.calendar import check_open
from kompetanse.answers.crossing import Card, CrossGroup, Exchange, Share
from kompetanse.answers.drafts import Draft, Receipt
from kompetanse.answers.exchanging import (
    cards_for,
    check_shareable,
    given_now,
    note_sharing,
    save_notes,
    seen_by,
    shared_now,
    step_of,
)
from kompetanse.answers.rights import Rights
from kompetanse.answers.session import Session
from kompetanse.errors import AccessDenied, InvalidAnswer
from kompetanse.language import translate
from kompetanse.programme.models import LeadershipGroup, Programme

if TYPE_CHECKING:
    from kompetanse.answers.store import Store, Transaction


class ExchangeLog:
    """What groups do with each other, as one session may; `AnswerLog` adds the rest, and is made with a store."""

    session: Session
    _rights: Rights
    _store: Store
    _programme: Programme
    _today: Callable[[], date]

    def exchange(self, module: str) -> Exchange:
        """All that the own group has with others in a module: for its leaders and its contact only."""
        group = self._rights.exchanging_group()
        with self._store.reading() as here:
            return seen_by(here, self._known(here, group), self._programme.id, module)

    def cards(self) -> list[Card]:
        """The practice cards that other groups share with all, by the groups' names."""
        group = self._rights.exchanging_group()
        with self._store.reading() as here:
            return cards_for(here, self._known(here, group), self._programme)

    def open_cross_group(self, module: str, step: str) -> None:
        """«Lag en tverrgruppe»: a new one with the own group in it; the contact's alone. Again changes nothing."""
        group = self._rights.contact_group()
        with self._store.writing() as here:
            self._check_exchange(here, group, module, step)
            if not self._current(here, group, module, step):
                here.exchanges.open(programme=self._programme.id, module=module, step=step, group=group)

    def join_cross_group(self, module: str, step: str, code: str) -> None:
        """«Bli med»: takes the own group into the cross group with this code; the contact's alone."""
        group, language = self._rights.contact_group(), self.session.language
        with self._store.writing() as here:
            self._check_exchange(here, group, module, step)
            found = here.exchanges.with_code(code[:40])
            if found is None or (found.programme, found.module, found.step) != (self._programme.id, module, step):
                raise AccessDenied(
                    translate("Vi finner ingen tverrgruppe med den koden. Se etter en gang til.", language)
                )
            if group in found.members:
                return
            if self._current(here, group, module, step):
                raise AccessDenied(translate("Dere er alt med i en tverrgruppe. Gå ut av den først.", language))
            if not found.takes_in(datetime.now(UTC)):
                raise AccessDenied(translate("Tverrgruppa er full, eller koden er for gammel. Lag en ny.", language))
            if self._known(here, group).made_up != self._known(here, found.members[0]).made_up:
                raise AccessDenied(translate("En øvingsgruppe kan ikke være med sammen med andre grupper.", language))
            here.exchanges.enter(found, group)

    def leave_cross_group(self, cross: str) -> None:
        """«Gå ut»: the own group goes on reading what stood there until now; the contact's alone."""
        group = self._rights.contact_group()
        with self._store.writing() as here:
            found = here.exchanges.get(cross)
            if found is None or group not in found.left:
                here.exchanges.leave(self._rights.in_cross_group(found), group)

    def write_notes(self, cross: str, drafts: Iterable[Draft]) -> Receipt:
        """Saves what somebody of the cross group has written, all or none, with what others have written meanwhile.

        A draft's subject is the prompt; which module and step it is for, the cross group says.
        """
        group, now, given = self._rights.exchanging_group(), datetime.now(UTC), list(drafts)
        with self._store.writing() as here:
            found = self._rights.in_cross_group(here.exchanges.get(cross))
            self._check_exchange(here, group, found.module, found.step)
            step = step_of(self._programme, found.module, found.step)
            if step is None or found.programme != self._programme.id:
                raise InvalidAnswer("This step is not there any more.")
            standing = save_notes(here, found, group, given, step, now)
        merged = {draft.id: standing[draft.id] for draft in given if standing[draft.id] != draft.value}
        return Receipt(ids=tuple(draft.id for draft in given), time=now, merged=merged)

    def share(self, module: str, step: str, subject: str = "", to_group: str = "", cross: str = "") -> None:
        """Shows others what the group has written as it stands now: a case one group or a cross group, a card all.

        Whoever takes part may do it for the group; what a person has answered cannot be shared.
        """
        group = self._rights.exchanging_group()
        with self._store.writing() as here:
            wanted = self._share(group, module, step, subject, to_group, cross, as_of=here.answers.latest())
            check_shareable(step_of(self._programme, module, step), subject, shared_now(here, wanted))
            self._check_whom(here, wanted)
            there = self._there(here, wanted)
            if there is None or there[1]:
                here.exchanges.add_share(wanted)
                note_sharing(here, wanted, "shared", role=self.session.role)

    def take_back(self, module: str, step: str, subject: str = "", to_group: str = "", cross: str = "") -> None:
        """Shows it no longer; again changes nothing."""
        group = self._rights.exchanging_group()
        with self._store.writing() as here:
            wanted = self._share(group, module, step, subject, to_group, cross, as_of=None)
            if self._there(here, wanted) is not None:
                here.exchanges.add_share(wanted)
                note_sharing(here, wanted, "taken back", role=self.session.role)

    def _share(
        self, group: str, module: str, step: str, subject: str, to_group: str, cross: str, *, as_of: int | None
    ) -> Share:
        return Share(
            programme=self._programme.id,
            module=module,
            step=step,
            subject=subject,
            group=group,
            to_group=to_group or None,
            cross=cross or None,
            as_of=as_of,
            time=datetime.now(UTC),
        )

    def _there(self, here: Transaction, wanted: Share) -> tuple[Share, bool] | None:
        """The same share as it is in force, and whether the group has written more since."""
        place = (wanted.step, wanted.subject, wanted.to_group, wanted.cross)
        given = given_now(here, wanted.group, self._programme.id, wanted.module)
        return next(
            ((each, more) for each, more in given if (each.step, each.subject, each.to_group, each.cross) == place),
            None,
        )

    def _check_whom(self, here: Transaction, wanted: Share) -> None:
        """A card is for all; a case is for one other group or a cross group that the own group is in."""
        if wanted.subject:
            if wanted.to_group or wanted.cross:
                raise InvalidAnswer("A card is shared with all groups.")
            return
        if (wanted.to_group is None) == (wanted.cross is None):
            raise InvalidAnswer("A case is shared with one group, or with one cross group.")
        if wanted.cross is not None:
            self._rights.in_cross_group(here.exchanges.get(wanted.cross))
            return
        other = here.groups.get(wanted.to_group or "")
        if other is None or other.id == wanted.group or other.made_up != self._known(here, wanted.group).made_up:
            raise InvalidAnswer("There is no such group to share with.")

    def _check_exchange(self, here: Transaction, group: str, module: str, step: str) -> None:
        found = self._programme.module(module)
        wanted = found.step(step) if found else None
        if found is None or wanted is None or wanted.kind != "exchange" or not wanted.content.notes:
            raise InvalidAnswer("This is no step where groups write together.")
        known = self._known(here, group)
        check_open(found, wanted, group=known, today=self._today(), language=self.session.language)

    def _current(self, here: Transaction, group: str, module: str, step: str) -> list[CrossGroup]:
        found = here.exchanges.of_group(group, self._programme.id, module)
        return [each for each in found if each.step == step and group in each.members]

    def _known(self, here: Transaction, group: str) -> LeadershipGroup:
        found = here.groups.get(group)
        if found is None:
            raise AccessDenied(translate("Dette er bare for gruppa selv.", self.session.language))
        return found
