"""What a programme is: frozen definitions without any I/O."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kompetanse.language import Language

PhaseKind = Literal["preparation", "gathering", "follow_up"]
Who = Literal["leader", "group", "contact"]

#: Answers that are no level; they are counted apart and never enter a mean.
DONT_KNOW = "vet-ikke"
NOT_RELEVANT = "ikke-relevant"


class Definition(BaseModel):
    """A frozen value that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class Text(Definition):
    """The same words in every language the programme is written in."""

    nb: str | None = None
    nn: str | None = None
    en: str | None = None

    def to(self, language: Language) -> str:
        """The words in `language`; another language of the programme where it has none in this."""
        wanted = (getattr(self, language), self.nb, self.nn, self.en)
        return next((words for words in wanted if words), "")


class Scale(Definition):
    """Consecutive whole-number levels (2 to 11 of them) with a name each."""

    names: dict[int, Text] = Field(min_length=2, max_length=11)

    @property
    def low(self) -> int:
        return min(self.names)

    @property
    def high(self) -> int:
        return max(self.names)

    @property
    def levels(self) -> range:
        return range(self.low, self.high + 1)


class Family(Definition):
    """The wording of the levels for a kind of item."""

    id: str
    title: Text
    help: Text | None = None
    levels: dict[int, Text]


class Reason(Definition):
    """A fixed reason why an item is not relevant."""

    id: str
    text: Text


class SpecialAnswers(Definition):
    """The words for the two answers that are no level."""

    dont_know: Text
    not_relevant: Text
    reasons: tuple[Reason, ...] = ()


class Item(Definition):
    """One statement, answered on the levels of its family."""

    id: str
    code: str
    family: str
    short: bool = False
    text: Text
    help: Text | None = None
    examples: dict[int, Text] = {}
    crosswalk: tuple[str, ...] = ()


class Facet(Definition):
    """A theme: the smallest thing that has a level."""

    id: str
    code: str
    axis: str | None = None
    cluster: str | None = None
    title: Text
    lead: Text | None = None
    items: tuple[Item, ...] = Field(min_length=1)


class Cluster(Definition):
    """Facets of one axis that belong together."""

    id: str
    title: Text


class Axis(Definition):
    """A part of the instrument; axes are never added into one figure."""

    id: str
    code: str
    title: Text
    clusters: tuple[Cluster, ...] = ()


class Framework(Definition):
    """A published framework that the items' crosswalk codes point to."""

    id: str
    title: Text
    source: str
    codes: tuple[str, ...]


class ScaleNote(Definition):
    """What is said beside every scale."""

    as_is: Text
    to_be: Text


class Instrument(Definition):
    """A versioned self-assessment: facets of items, on one scale, with or without axes."""

    id: str
    version: str
    title: Text
    introduction: Text
    #: How far the instrument has been tested, and what remains; printed in the method of every report.
    validation: Text | None = None
    scale: Scale
    scale_note: ScaleNote
    families: dict[str, Family]
    special: SpecialAnswers
    axes: tuple[Axis, ...] = ()
    facets: tuple[Facet, ...] = Field(min_length=1)
    most_important: int = Field(default=5, ge=1)
    horizon_months: int = 24
    frameworks: tuple[Framework, ...] = ()

    @cached_property
    def _facets(self) -> dict[str, Facet]:
        return {name: facet for facet in self.facets for name in (facet.id, facet.code)}

    @cached_property
    def _items(self) -> dict[str, tuple[Facet, Item]]:
        return {name: (facet, item) for facet in self.facets for item in facet.items for name in (item.id, item.code)}

    def facet(self, reference: str) -> Facet | None:
        """The facet with this id or code."""
        return self._facets.get(reference)

    def item(self, reference: str) -> Item | None:
        """The item with this id or code."""
        found = self._items.get(reference)
        return found[1] if found else None

    def facet_of(self, item: str) -> Facet | None:
        """The facet that an item (by id or code) belongs to."""
        found = self._items.get(item)
        return found[0] if found else None

    def facets_of(self, axis: str | None) -> tuple[Facet, ...]:
        """The facets of one axis; all of them when `axis` is None."""
        return tuple(facet for facet in self.facets if axis is None or facet.axis == axis)

    def short_items(self, facet: Facet) -> tuple[Item, ...]:
        """The facet's items in the short form; its first item when none is marked."""
        return tuple(item for item in facet.items if item.short) or facet.items[:1]


class Step(Definition):
    """One thing to read, answer or do."""

    id: str
    kind: str
    title: Text
    minutes: int = Field(ge=0)
    who: Who
    when: Text | None = None
    body: Text = Text()
    sources: dict[Language, tuple[str, ...]] = {}
    #: The content model of the step's kind, see `kompetanse.programme.kinds`.
    content: Any = None


class Phase(Definition):
    """Preparation, gathering or follow-up, with the dates it is open."""

    kind: PhaseKind
    title: Text
    opens: date
    closes: date
    steps: tuple[Step, ...]


class Module(Definition):
    """One round of preparation, gathering and follow-up."""

    id: str
    number: int
    title: Text
    phases: tuple[Phase, ...]
    gathering_dates: tuple[date, ...] = ()
    #: When the group goes through its actions, before the next module.
    review_date: date | None = None

    def phase(self, kind: PhaseKind) -> Phase:
        """The phase of this kind; KeyError if the module has none."""
        for phase in self.phases:
            if phase.kind == kind:
                return phase
        raise KeyError(kind)

    @property
    def steps(self) -> Iterator[Step]:
        """All steps, in order."""
        return (step for phase in self.phases for step in phase.steps)

    def step(self, step_id: str) -> Step | None:
        """The step with this id."""
        return next((step for step in self.steps if step.id == step_id), None)


class Help(Definition):
    """Whom a participant can call, and where the accessibility statement stands."""

    name: str
    phone: str
    email: str


class Retention(Definition):
    """How long single answers are kept: so many months, or until the comparison of a later module has been shown.

    compared_module: the number of that module. weeks_after: from its release to the erasure.
    """

    months: int = Field(default=24, ge=1, le=60)
    compared_module: int | None = Field(default=4, ge=1)
    weeks_after: int = Field(default=4, ge=1, le=26)


class Programme(Definition):
    """A programme: its modules, its instruments and the municipalities it is for."""

    id: str
    version: str
    title: Text
    region: str
    counties: tuple[str, ...] = ()
    languages: tuple[Language, ...]
    help: Help
    retention: Retention = Retention()
    modules: tuple[Module, ...] = Field(min_length=1)
    instruments: dict[str, Instrument]

    def module(self, module_id: str) -> Module | None:
        """The module with this id."""
        return next((module for module in self.modules if module.id == module_id), None)

    def instrument_of(self, step: Step) -> Instrument | None:
        """The instrument that a step asks about."""
        name = getattr(step.content, "instrument", None)
        return self.instruments.get(name) if name else None

    def instrument_of_module(self, module: Module) -> Instrument | None:
        """The instrument of the module's first assessment step."""
        return next((found for step in module.steps if (found := self.instrument_of(step))), None)


class LeadershipGroup(Definition):
    """Those who take part together: usually one municipality's leaders."""

    id: str
    name: str
    invited: int | None = Field(default=None, ge=1)
    contact: str | None = None
    gathering_date: date | None = None
    municipalities: tuple[str, ...] = ()
    made_up: bool = False
    #: When the practice of a practice group began, whose other members are made up; None for every other group.
    practice: datetime | None = None
