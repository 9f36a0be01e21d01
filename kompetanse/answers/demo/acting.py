"""The invented members of all practice groups, answering when it is their time, through the log as anybody does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kompetanse.answers.demo.members import Done, Members
from kompetanse.answers.drafts import Draft
from kompetanse.answers.log import AnswerLog
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.errors import AccessDenied, InvalidAnswer
from kompetanse.programme.models import LeadershipGroup, Module, Programme


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Acting:
    """One server's practice groups."""

    store: Store
    programme: Programme
    clock: Callable[[], datetime] = _now
    _members: dict[tuple[str, datetime | None, str], Members] = field(default_factory=dict)
    #: The ids of what was said, by practice; all of it could be said again, which would change nothing.
    _said: dict[tuple[str, datetime | None, str], set[str]] = field(default_factory=dict)

    def act(self, module: Module) -> int:
        """Says what is due by now in every practice group; how many answers were saved."""
        with self.store.reading() as here:
            groups = here.groups.practising()
        practices = {(group.id, group.practice, module.id): group for group in groups}
        for gone in self._members.keys() - practices.keys():
            del self._members[gone], self._said[gone]
        return sum(self._act_in(key, group, module) for key, group in practices.items())

    def _act_in(self, key: tuple[str, datetime | None, str], group: LeadershipGroup, module: Module) -> int:
        if self.programme.instrument_of_module(module) is None:
            return 0
        members = self._members.setdefault(key, Members(group, self.programme, module))
        said, now = self._said.setdefault(key, set()), self.clock()
        due: dict[str, list[Draft]] = {}
        for saying in members.sayings(self._done(group, module)):
            if saying.at <= now and saying.draft.id not in said:
                due.setdefault(saying.participant, []).append(saying.draft)
        if not due:
            return 0
        with self.store.together() as store:
            found = store.group(group.id)
            if found is None or found.practice != group.practice:
                # Removed or begun again since we looked: what was due then is not any more.
                return 0
            return sum(self._say(store, group, participant, drafts, said) for participant, drafts in due.items())

    def _done(self, group: LeadershipGroup, module: Module) -> Done:
        with self.store.reading() as here:
            stated = here.answers.current(group=group.id, participant="", module=module.id)
            approved = here.releases.newest(group.id, module.id, "report")
        return Done(
            discussed={each.subject: each.time for each in stated if each.aspect == "discussed" and each.value is True},
            approved=approved.time if approved else None,
        )

    def _say(self, store: Store, group: LeadershipGroup, participant: str, drafts: list[Draft], said: set[str]) -> int:
        session = Session("leader", self.programme.id, group.id, participant, self.programme.languages[0], None)
        try:
            AnswerLog(session, store, self.programme).append(drafts)
            saved = len(drafts)
        except (AccessDenied, InvalidAnswer):
            # The group has shown itself its answers meanwhile, or its contact has locked them.
            saved = 0
        said.update(draft.id for draft in drafts)
        return saved
