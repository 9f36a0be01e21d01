"""The pictures that groups have shown themselves, for the screens in their rooms: made once, and kept while they hold.

A screen looks again whenever its group writes anything, and to make a picture out of answers takes longer than all else
that it does. What is kept is what the room may see; an answer that is erased makes the next look make it anew.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

from kompetanse.answers.sharing import assessments_of
from kompetanse.answers.store import Store
from kompetanse.sections.context import GroupContext

if TYPE_CHECKING:
    from kompetanse.analysis.findings import ThemePicture

#: More rooms than a county has on one day, and then those that nobody has looked at for longest go.
MOST_KEPT = 500


@dataclass
class RoomDesk:
    """Makes pictures for whoever looks, in a thread of theirs."""

    store: Store
    _kept: OrderedDict[tuple[str, str], tuple[object, tuple[ThemePicture, ...]]] = field(default_factory=OrderedDict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def pictures(self, context: GroupContext) -> tuple[ThemePicture, ...]:
        """Every theme as the group's answers alone show it, without what the group has agreed on since."""
        key = (context.group.id, context.module.id)
        # Asked first: what is erased meanwhile makes the next look differ, and none too old is ever kept.
        rests_on = self._rests_on(context)
        before, found = self._kept.get(key, (None, None))
        if found is None or before != rests_on:
            answers = context.log.revealed(context.module.id, group=context.group.id) or []
            found = import_module("kompetanse.sections.gathered").pictures_of_round(context, answers)
        with self._turn:
            self._kept[key] = (rests_on, found)
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found

    def _rests_on(self, context: GroupContext) -> object:
        """What the picture follows from: until which answer the group saw, how many of them there are, and its size."""
        module, group = context.module, context.group
        with self.store.reading() as here:
            shown = here.releases.newest(group.id, module.id, "room", round=1)
            as_of = shown.as_of if shown else 0
            return as_of, group.invited, here.answers.extent(
                as_of, group=group.id, module=module.id, step=assessments_of(module)
            )  # fmt: skip
