"""The practice groups of one server: their invented members answer, and their reports are made while one waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from kompetanse.answers.release import Edition
from kompetanse.answers.store import Store
from kompetanse.answers.writer import unexpected
from kompetanse.errors import InvalidAnswer, StoreError
from kompetanse.programme.models import Module, Programme
from kompetanse.server.poll_desk import PollClosed, PollDesk
from kompetanse.server.report_desk import ReportDesk

if TYPE_CHECKING:
    from kompetanse.answers.demo.acting import Acting
    from kompetanse.answers.demo.members import Vote

#: How often it is looked who of the invented members has something to say.
LOOK_EVERY = 1.5

_log = logging.getLogger(__name__)


@dataclass
class PracticeDesk:
    """Lets invented members act, and makes reports, one at a time."""

    store: Store
    programme: Programme
    reports: ReportDesk
    polls: PollDesk
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def act(self, module: Callable[[], Module]) -> None:
        """Says what is due in every practice group, until it is cancelled."""
        while True:
            try:
                for vote in await asyncio.to_thread(self._act, module()):
                    await self._vote(vote)
            except StoreError:
                # A store that is busy or away for a moment: what is due stays due.
                _log.warning("The invented members of practice groups could not answer; they try again.")
            except Exception as error:
                unexpected(error, "Answering in practice groups")
            await asyncio.sleep(LOOK_EVERY)

    def _act(self, module: Module) -> list[Vote]:
        with self.store.reading() as here:
            is_any = bool(here.groups.practising())
        if not is_any:
            return []
        self._acting.act(module)
        return self._acting.votes(module)

    async def _vote(self, vote: Vote) -> None:
        """Answers a poll as a phone does, so that screens are told."""
        try:
            await self.polls.answer(vote.run, vote.round, vote.device, vote.id, vote.value)
        except PollClosed:
            # Locked or reset since we looked: what is due then is found anew.
            return
        except InvalidAnswer:
            _log.warning("A poll of a practice group takes no more answers.")
        self._acting.voted(vote)

    @cached_property
    def _acting(self) -> Acting:
        # Only a server where somebody practises takes what answers are made up with into its memory.
        acting: Acting = import_module("kompetanse.answers.demo.acting").Acting(self.store, self.programme)
        return acting

    async def make_report(self, group_id: str, name: str) -> bool:
        """Makes the group's report, and the edition that it shares once it is approved; whether both came about."""
        with self.store.reading() as here:
            approved = here.releases.all(group=group_id, audience="report")
        editions: list[Edition] = ["group", "shared"] if approved else ["group"]
        async with self._turn:
            made = await asyncio.gather(*(self.reports.make({group_id: name}, edition) for edition in editions))
        return not any(each.failed for each in made)
