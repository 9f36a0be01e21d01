"""Where a step or section is shown: the programme around it, the group, who asks, and the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kompetanse.answers.log import AnswerLog
from kompetanse.answers.session import Session
from kompetanse.language import Language
from kompetanse.programme.models import Instrument, LeadershipGroup, Module, Programme, Step


@dataclass(frozen=True)
class GroupContext:
    """Everything a step or section needs to show itself; it never reaches for anything else."""

    programme: Programme
    module: Module
    instrument: Instrument
    group: LeadershipGroup
    language: Language
    session: Session
    log: AnswerLog

    @property
    def is_revealed(self) -> bool:
        """Whether the group has shown itself its answers."""
        return self.log.is_revealed(self.module.id, group=self.group.id)

    def answers(self, step: Step) -> dict[str, Any]:
        """The current answers of a step that this session may see, keyed "subject|aspect" as the widgets want them."""
        own = [*self.log.own(self.module.id), *self.log.of_group(self.module.id, self.group.id)]
        first = [a for a in own if a.step == step.id and a.round == 1]
        return {f"{a.subject}|{a.aspect}": a.value for a in first if a.value is not None}

    def group_answers(self, aspect: str) -> dict[str, Any]:
        """The group's own statements of one aspect by subject, whichever step they were given in."""
        found = self.log.of_group(self.module.id, self.group.id)
        return {
            answer.subject: answer.value for answer in found if answer.aspect == aspect and answer.value is not None
        }

    def group_statements(self, step: Step) -> dict[tuple[str, str], Any]:
        """What the group has written in one step, by aspect and subject."""
        found = self.log.of_group(self.module.id, self.group.id)
        return {(a.aspect, a.subject): a.value for a in found if a.step == step.id and a.value is not None}
