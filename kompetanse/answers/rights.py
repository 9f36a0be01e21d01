"""What a session may do: by its role, its group and its participant."""

from __future__ import annotations

from kompetanse.answers.crossing import CrossGroup
from kompetanse.answers.session import ANSWERING, Session
from kompetanse.errors import AccessDenied, InputError
from kompetanse.language import translate


class Rights:
    """Answers with the group or participant that the session may act for, or with AccessDenied."""

    def __init__(self, session: Session):
        self._session = session

    def participant(self) -> str:
        """The participant who answers: a leader or the contact."""
        if self._session.role not in ANSWERING or not self._session.participant:
            raise AccessDenied(translate("Bare ledergruppa selv kan svare.", self._session.language))
        return self._session.participant

    def own_group(self) -> str:
        """The session's own group."""
        if not self._session.group:
            raise AccessDenied(translate("Dette er bare for gruppa selv.", self._session.language))
        return self._session.group

    def contact_group(self) -> str:
        """The own group of a contact: for the buttons that only the contact has."""
        if self._session.role != "contact":
            raise AccessDenied(translate("Bare gruppekontakten kan gjøre dette.", self._session.language))
        return self.own_group()

    def exchanging_group(self) -> str:
        """The own group of those who take part: only they see and write what groups have with each other."""
        self.participant()
        return self.own_group()

    def in_cross_group(self, cross: CrossGroup | None) -> CrossGroup:
        """The cross group, where the own group is in it now; AccessDenied also for one that there is not."""
        if cross is None or self.exchanging_group() not in cross.members:
            raise AccessDenied(translate("Gruppa deres er ikke med i denne tverrgruppa.", self._session.language))
        return cross

    def content_of(self, group: str | None) -> str:
        """The group whose content is asked for: one's own; any for the operator."""
        return _named(group) if self._session.role == "operator" else self._own(group)

    def status_of(self, group: str | None) -> str:
        """The group whose status is asked for, counts and dates but no content: any for the facilitator, too."""
        return _named(group) if self._session.role in {"operator", "facilitator"} else self._own(group)

    def groups(self) -> str | None:
        """The one group that this session may know of; None where it may know of all."""
        return self.own_group() if self._session.group or self._session.role in {*ANSWERING, "room"} else None

    def lead_plenum(self) -> None:
        """Nothing for the facilitator, who leads all groups of a date; AccessDenied for everyone else."""
        if self._session.role != "facilitator":
            raise AccessDenied(translate("Bare prosesslederen kan gjøre dette.", self._session.language))

    def oversee(self) -> None:
        """Nothing for those who know how far all groups have come, and nobody's answers by it."""
        if self._session.role not in {"operator", "facilitator"}:
            raise AccessDenied(translate("Bare prosesslederen kan gjøre dette.", self._session.language))

    def release(self) -> None:
        """Nothing for those who may let protected figures and words of all groups out; AccessDenied for the others."""
        self.oversee()

    def operate(self) -> None:
        """Nothing for the operator, AccessDenied for everyone else."""
        if self._session.role != "operator":
            raise AccessDenied(translate("Bare den som drifter løsningen, kan gjøre dette.", self._session.language))

    def _own(self, group: str | None) -> str:
        own = self.own_group()
        if group not in {None, own}:
            raise AccessDenied(translate("Dette er en annen gruppe enn din.", self._session.language))
        return own


def _named(group: str | None) -> str:
    if group is None:
        raise InputError("Name the group; this session belongs to none.")
    return group
