"""A poll that is put to a room: what it asks and of whom, and its state, which follows from what was done with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal, get_args

from kompetanse.programme.kinds.poll_content import WRITTEN, Content

#: What may be done with a run. Nothing is ever changed: the state is what all of it comes to.
Deed = Literal["lock", "open", "show", "hide", "freeze", "thaw", "reset", "allow", "ban", "unban", "merge"]
DEEDS: tuple[Deed, ...] = get_args(Deed)


@dataclass(frozen=True)
class PollRun:
    """One poll, put to one group, or to all groups of a date or of the programme: then nobody's group is known."""

    id: str
    code: str
    time: datetime
    programme: str
    module: str
    content: Content
    #: None for a quick poll that stands in no step.
    step: str | None = None
    #: The group whose own poll it is; None where several groups answer together.
    group: str | None = None
    #: The date whose groups see the results; None for all.
    gathering_date: date | None = None
    #: Whether somebody lets each text through before it is shown.
    moderated: bool = False

    @property
    def is_moderated(self) -> bool:
        """Whether anything waits to be let through."""
        return self.moderated and self.content.form in WRITTEN


@dataclass(frozen=True)
class PollEvent:
    """Something that was done with a run. `texts`: those it is about; of a merge the word and what it becomes."""

    deed: Deed
    texts: tuple[str, ...] = ()
    #: The newest answer at that time.
    as_of: int = 0


@dataclass(frozen=True)
class PollState:
    """How a run stands. A reset begins a new round; answers of earlier ones are kept and shown no more."""

    round: int = 1
    is_open: bool = True
    is_shown: bool = False
    #: Results stay as they were at this answer while people may go on answering.
    frozen_at: int | None = None
    allowed: frozenset[str] = frozenset()
    banned: frozenset[str] = frozenset()
    merged: Mapping[str, str] = field(default_factory=dict)

    def after(self, event: PollEvent) -> PollState:
        """The state once this has been done."""
        texts = tuple(plain_words(text) for text in event.texts)
        match event.deed:
            case "lock" | "open":
                return replace(self, is_open=event.deed == "open")
            case "show" | "hide":
                return replace(self, is_shown=event.deed == "show")
            case "freeze" | "thaw":
                return replace(self, frozen_at=event.as_of if event.deed == "freeze" else None)
            case "reset":
                return PollState(round=self.round + 1, banned=self.banned, merged=self.merged)
            case "allow":
                return replace(self, allowed=self.allowed | set(texts))
            case "ban":
                return replace(self, banned=self.banned | set(texts))
            case "unban":
                return replace(self, banned=self.banned - set(texts))
            case "merge":
                return replace(self, merged={**self.merged, texts[0]: texts[1]})

    @classmethod
    def of(cls, events: Iterable[PollEvent]) -> PollState:
        """What all that was done comes to."""
        state = cls()
        for event in events:
            state = state.after(event)
        return state


def plain_words(text: str) -> str:
    """A text as it is compared: without capitals and double spaces."""
    return " ".join(text.casefold().split())
