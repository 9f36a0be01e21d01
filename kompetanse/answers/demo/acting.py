"""The invented members of all practice groups, answering when it is their time, through the log as anybody does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kompetanse.answers.answer import Answer
from kompetanse.answers.demo.members import Done, Members, Vote
from kompetanse.answers.drafts import Draft
from kompetanse.answers.log import AnswerLog
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.errors import AccessDenied, InvalidAnswer
from kompetanse.programme.kinds.actions import key_of
from kompetanse.programme.kinds.priorities import ACTION
from kompetanse.programme.models import LeadershipGroup, Module, Programme

#: A practice: its group, when it began, and the module.
Practice = tuple[str, datetime | None, str]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Acting:
    """One server's practice groups."""

    store: Store
    programme: Programme
    clock: Callable[[], datetime] = _now
    _members: dict[Practice, Members] = field(default_factory=dict)
    #: The ids of what was said, by practice; all of it could be said again, which would change nothing.
    _said: dict[Practice, set[str]] = field(default_factory=dict)

    def act(self, module: Module) -> int:
        """Says what is due by now in every practice group; how many answers were saved."""
        return sum(self._act_in(members, said) for members, said in self._practices(module))

    def votes(self, module: Module) -> list[Vote]:
        """What is due by now of the answers to the polls that contacts have put to their practice groups."""
        now = self.clock()
        return [
            vote
            for members, said in self._practices(module)
            for vote in self._votes_in(members)
            if vote.at <= now and vote.id not in said
        ]

    def voted(self, vote: Vote) -> None:
        """Notes that an answer to a poll was saved, or never will be."""
        for (group, _, _), said in self._said.items():
            if group == vote.run.group:
                said.add(vote.id)

    def _practices(self, module: Module) -> list[tuple[Members, set[str]]]:
        """The members of every practice group, with what they have said already."""
        if self.programme.instrument_of_module(module) is None:
            return []
        with self.store.reading() as here:
            groups = here.groups.practising()
        practices: dict[Practice, LeadershipGroup] = {(group.id, group.practice, module.id): group for group in groups}
        for gone in self._members.keys() - practices.keys():
            del self._members[gone], self._said[gone]
        return [
            (self._members.setdefault(key, Members(group, self.programme, module)), self._said.setdefault(key, set()))
            for key, group in practices.items()
        ]

    def _act_in(self, members: Members, said: set[str]) -> int:
        group, now = members.group, self.clock()
        due: dict[tuple[str, str, int], list[Draft]] = {}
        for saying in members.sayings(self._done(members)):
            draft = saying.draft
            if saying.at <= now and draft.id not in said:
                # Step by step: what is locked in one must not take with it what is said in another.
                due.setdefault((saying.participant, draft.step, draft.round), []).append(draft)
        if not due:
            return 0
        with self.store.together() as store:
            found = store.group(group.id)
            if found is None or found.practice != group.practice:
                # Removed or begun again since we looked: what was due then is not any more.
                return 0
            return sum(
                self._say(store, group, participant, drafts, said) for (participant, _, _), drafts in due.items()
            )

    def _votes_in(self, members: Members) -> list[Vote]:
        votes: list[Vote] = []
        with self.store.reading() as here:
            for run in here.polls.all(self.programme.id, members.module.id, group=members.group.id):
                state = here.polls.state(run)
                if state.is_open:
                    votes.extend(members.votes(run, state.round, here.polls.asked(run)))
        return votes

    def _done(self, members: Members) -> Done:
        group, module = members.group.id, members.module.id
        with self.store.reading() as here:
            stated = here.answers.current(group=group, participant="", module=module)
            pointed = here.answers.current(group=group, module=module, aspect="points")
            approved = here.releases.newest(group, module, "report")
        own = [each for each in pointed if each.participant not in members.participants]
        return Done(
            discussed={each.subject: each.time for each in stated if each.aspect == "discussed" and each.value is True},
            approved=approved.time if approved else None,
            pointed=min((each.time for each in own), default=None),
            comparable=_comparable(members.module, stated) | {option for each in own for option in each.value},
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


def _comparable(module: Module, stated: Iterable[Answer]) -> set[str]:
    """What the group can give points to: the themes it has talked about or chosen, or the actions it has written."""
    ways = [way for step in module.steps if step.kind == "priorities" for way in step.content.ways]
    if any(way.form == "points" and way.over == "actions" for way in ways):
        actions = [each for each in stated if each.aspect == "action" and each.value.get("what")]
        return {ACTION.format(key=key_of(each.subject, each.value)) for each in actions}
    return {each.subject for each in stated if each.aspect in {"discussed", "priority"} and each.value is True}
