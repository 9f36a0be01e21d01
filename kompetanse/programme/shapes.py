"""Which keys the files of a programme have. Kinds of steps add the keys of their own, see `kompetanse.programme.kinds`.

Lists of `Children` are held against the shape of their entries one by one, so that one mistake does not hide another.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from kompetanse.language import Language
from kompetanse.programme.models import (
    Definition,
    Framework,
    Help,
    PhaseKind,
    Retention,
    ScaleNote,
    SpecialAnswers,
    Text,
    Who,
)

Children = tuple[Any, ...]


class ProgrammeEntry(Definition):
    """The keys of programme.yml."""

    id: str
    version: str
    title: Text
    region: str
    counties: tuple[str, ...] = ()
    languages: tuple[Language, ...] = Field(min_length=1)
    help: Help
    retention: Retention = Retention()
    instruments: tuple[str, ...] = ()
    modules: Children = Field(min_length=1)


class ModuleEntry(Definition):
    """The keys of a module."""

    id: str
    number: int = Field(ge=1)
    title: Text
    gathering_dates: tuple[date, ...] = ()
    review_date: date | None = None
    phases: Children = Field(min_length=1)


class PhaseEntry(Definition):
    """The keys of a phase; the files of its steps lie in its folder."""

    kind: PhaseKind
    folder: str
    title: Text
    opens: date
    closes: date
    steps: Children = Field(min_length=1)


class StepEntry(Definition):
    """The keys of a step in the running order."""

    id: str
    kind: str
    minutes: int = Field(ge=0, le=1440)
    who: Who


class PageEntry(Definition):
    """The keys at the head of a step's Markdown file."""

    title: str
    when: str | None = None
    sources: tuple[str, ...] = ()


class InstrumentEntry(Definition):
    """The keys of an instrument's file."""

    id: str
    version: str
    title: Text
    introduction: Text
    validation: Text | None = None
    scale_note: ScaleNote
    levels: dict[int, Text] = Field(min_length=2, max_length=11)
    families: dict[str, Any] = Field(min_length=1)
    special_answers: SpecialAnswers
    axes: Children = ()
    facets: Children = ()
    most_important: int | None = Field(default=None, ge=1)
    horizon_months: int = Field(default=24, ge=1, le=120)
    frameworks: tuple[Framework, ...] = ()


class FamilyEntry(Definition):
    """The keys of an answer family; its id is the key it stands under."""

    title: Text
    help: Text | None = None
    levels: dict[int, Text]


class AxisEntry(Definition):
    """The keys of an axis: its facets stand in clusters, or directly below it."""

    id: str
    code: str
    title: Text
    clusters: Children = ()
    facets: Children = ()


class ClusterEntry(Definition):
    """The keys of a cluster."""

    id: str
    title: Text
    facets: Children = Field(min_length=1)


class FacetEntry(Definition):
    """The keys of a facet."""

    id: str
    code: str
    title: Text
    lead: Text | None = None
    items: Children = Field(min_length=1)


class ItemEntry(Definition):
    """The keys of an item."""

    id: str
    number: int = Field(ge=1)
    family: str
    short: bool = False
    text: Text
    help: Text | None = None
    examples: dict[int, Text] = Field(default_factory=dict)
    crosswalk: tuple[str, ...] = ()
