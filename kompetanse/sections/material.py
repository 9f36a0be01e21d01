"""What the sections are made from: the group, its protected picture and its own statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from kompetanse.analysis.disclosure import Audience, Protected, ProtectedRegion, ProtectedTexts
from kompetanse.analysis.findings import ThemePicture, Voice, theme_pictures
from kompetanse.answers.answer import Answer
from kompetanse.answers.release import Edition
from kompetanse.figures.grid import Placed
from kompetanse.language import Language
from kompetanse.programme.models import Facet, Instrument, LeadershipGroup, Module, Programme
from kompetanse.sections.actions import Action, actions_of
from kompetanse.sections.carried import Carried
from kompetanse.sections.comparing import placed_actions, placed_themes


@dataclass(frozen=True)
class Statements:
    """The group's own statements: agreed values, reasons, priorities, actions, texts. Never one person's answers."""

    values: dict[tuple[str, str, str], Any]

    @classmethod
    def of(cls, answers: Iterable[Answer]) -> Statements:
        """The statements among `answers`: those without a participant."""
        return cls(
            {(a.step, a.aspect, a.subject): a.value for a in answers if not a.participant and a.value is not None}
        )

    def by_subject(self, aspect: str) -> dict[str, Any]:
        """The values of one aspect by their subject, whichever step they were given in."""
        return {subject: value for (_, found, subject), value in self.values.items() if found == aspect}

    def in_step(self, step: str, aspect: str = "answer") -> dict[str, Any]:
        """The values of one aspect given in one step, by subject."""
        return {s: value for (found, its, s), value in self.values.items() if found == step and its == aspect}

    def released(self) -> dict[str, str]:
        """The texts that the group wants in its report, by the prompt they answer."""
        steps = {step for (step, aspect, _), value in self.values.items() if aspect == "in-report" and value is True}
        return {
            subject: value
            for (step, aspect, subject), value in self.values.items()
            if aspect == "answer" and step in steps and isinstance(value, str) and value.strip()
        }


@dataclass(frozen=True)
class Material:
    """Everything a page or report about one group is made from."""

    programme: Programme
    module: Module
    instrument: Instrument
    group: LeadershipGroup
    place: str
    protected: Protected
    statements: Statements
    answered: int
    invited: int | None
    language: Language
    edition: Edition
    dated: date
    approved: date | None = None
    #: Whether the group has shown itself its answers; until then nothing is made from them.
    shown: bool = True
    #: What members let the group see, by theme: comments without a name, in no order of persons.
    comments: ProtectedTexts | None = None
    #: The municipalities together, beside the group's own picture; None before the first release, and in reports.
    region: ProtectedRegion | None = None
    #: The actions of earlier modules that are for reports, with what the group says of them in this one.
    carried: tuple[Carried, ...] = ()

    @cached_property
    def pictures(self) -> tuple[ThemePicture, ...]:
        """Every theme as the audience may see it."""
        return theme_pictures(self.protected, self.instrument)

    def pictures_of(self, axis: str | None) -> tuple[ThemePicture, ...]:
        """The themes of one axis."""
        return tuple(picture for picture in self.pictures if axis in (None, picture.facet.axis))

    @property
    def discussed(self) -> tuple[ThemePicture, ...]:
        """The themes that the group talked about before it agreed."""
        talked = {facet for facet, value in self.statements.by_subject("discussed").items() if value}
        return tuple(picture for picture in self.pictures if picture.facet.id in talked)

    @property
    def priorities(self) -> tuple[Facet, ...]:
        """The themes that the group chose to do something about."""
        chosen = {facet for facet, value in self.statements.by_subject("priority").items() if value}
        return tuple(facet for facet in self.instrument.facets if facet.id in chosen)

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions that the group wants in its report."""
        return actions_of(self.statements.by_subject("action"))

    @property
    def placed(self) -> tuple[tuple[Placed, ...], tuple[Placed, ...]]:
        """The themes, and the actions of the report, that the group has placed by use and effort."""
        use, effort = self.statements.by_subject("use"), self.statements.by_subject("effort")
        themes = placed_themes(self.instrument.facets, use, effort, self.language)
        return themes, placed_actions(self.actions, use, effort)

    @property
    def voice(self) -> Voice:
        """Who speaks: a report is the group's own, in the room somebody speaks to the group."""
        return "you" if self.protected.audience is Audience.ROOM else "we"

    @property
    def is_draft(self) -> bool:
        return self.approved is None
