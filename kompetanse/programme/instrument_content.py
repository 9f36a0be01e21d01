"""From an instrument's file to an Instrument: what must fit together in it, beyond the keys it has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from kompetanse.programme.document import Part
from kompetanse.programme.inspection import Inspection, suggestion
from kompetanse.programme.models import Axis, Cluster, Definition, Facet, Family, Instrument, Item, Scale
from kompetanse.programme.sentences import listed
from kompetanse.programme.shapes import AxisEntry, ClusterEntry, FacetEntry, FamilyEntry, InstrumentEntry, ItemEntry

Entry = TypeVar("Entry", bound=Definition)

CODE = re.compile(r"[A-Za-z0-9.]{1,12}")
DEFAULT_MOST_IMPORTANT = 5


class InstrumentReader:
    """One reading of an instrument's file."""

    def __init__(self, part: Part, inspection: Inspection):
        self.part = part
        self.inspection = inspection
        levels, frameworks = part.part("levels").data, part.parts("frameworks")
        self.levels = sorted(level for level in levels if type(level) is int) if isinstance(levels, dict) else []
        self.families = [name for name, _ in part.named("families")]
        self.crosswalks = {
            f"{framework.part('id').data}:{code}"
            for framework in frameworks
            for code in _texts(framework.part("codes").data)
        }
        self.names: dict[str, tuple[Part, int | None]] = {}

    def read(self) -> Instrument | None:
        """The instrument; None, with all its mistakes noted, where it has any."""
        before = len(self.inspection.mistakes)
        entry = self.inspection.entry(self.part, InstrumentEntry)
        self._check_scale()
        families = [self._family(name, part) for name, part in self.part.named("families")]
        axes = [self._axis(part) for part in self.part.parts("axes")]
        facets = self._facets()
        self.inspection.unique(_with(self.part.parts("axes"), "id"), "id")
        self.inspection.unique(_with(self.part.parts("axes"), "code"), "code")
        if entry is not None:
            self._check_most_important(entry, len(facets))
        if entry is None or len(self.inspection.mistakes) > before:
            return None
        return Instrument(
            **{
                name: getattr(entry, name)
                for name in ("id", "version", "title", "introduction", "validation", "scale_note")
            },
            scale=Scale(names=entry.levels),
            families={family.id: family for family in _found(families)},
            special=entry.special_answers,
            axes=_found(axes),
            facets=_found(facets),
            most_important=entry.most_important or min(DEFAULT_MOST_IMPORTANT, len(facets)),
            horizon_months=entry.horizon_months,
            frameworks=entry.frameworks,
        )

    def _check_scale(self) -> None:
        levels = self.levels
        if levels and (levels[0] < 0 or levels != list(range(levels[0], levels[0] + len(levels)))):
            wanted = list(range(max(levels[0], 0), max(levels[0], 0) + len(levels)))
            self.inspection.note(
                self.part,
                f"The levels are {listed(levels)}; levels are whole numbers from 0 or up without a hole: "
                f"write {listed(wanted)}.",
                "levels",
            )

    def _check_most_important(self, entry: InstrumentEntry, facets: int) -> None:
        if entry.most_important and entry.most_important > facets:
            self.inspection.note(
                self.part,
                f"'most_important' is {entry.most_important}, but there are {facets} facets to choose from; "
                f"write at most {facets}.",
                "most_important",
            )

    def _family(self, name: str, part: Part) -> Family | None:
        entry = self.inspection.entry(part, FamilyEntry)
        if entry is None:
            return None
        if self.levels and sorted(entry.levels) != self.levels:
            self.inspection.note(
                part,
                f"Family {name!r} has words for the levels {listed(sorted(entry.levels)) if entry.levels else 'none'}; "
                f"the scale has {listed(self.levels)}: write words for exactly these.",
                "levels",
            )
        return Family(id=name, title=entry.title, help=entry.help, levels=entry.levels)

    def _axis(self, part: Part) -> Axis | None:
        entry = self.inspection.entry(part, AxisEntry)
        clusters = [self._cluster(cluster) for cluster in part.parts("clusters")]
        if entry is None:
            return None
        self._check_code(part, entry.code)
        if bool(entry.facets) == bool(entry.clusters):
            self.inspection.note(part, f"Axis {entry.id!r} needs either `clusters` or `facets`; write one of them.")
        return Axis(id=entry.id, code=entry.code, title=entry.title, clusters=_found(clusters))

    def _cluster(self, part: Part) -> Cluster | None:
        entry = self.inspection.entry(part, ClusterEntry)
        return Cluster(id=entry.id, title=entry.title) if entry else None

    def _facets(self) -> list[Facet | None]:
        """The facets in their order, wherever in the file they stand."""
        if bool(self.part.parts("axes")) == bool(self.part.parts("facets")):
            self.inspection.note(self.part, "An instrument needs either `axes` or `facets`; write one of them.")
        facets = [self._facet(part, None, None) for part in self.part.parts("facets")]
        clusters: list[tuple[Part, str]] = []
        for axis in self.part.parts("axes"):
            clusters += _with(axis.parts("clusters"), "id")
            facets += [self._facet(part, axis, None) for part in axis.parts("facets")]
            for cluster in axis.parts("clusters"):
                facets += [self._facet(part, axis, cluster) for part in cluster.parts("facets")]
        self.inspection.unique(clusters, "id")
        return facets

    def _facet(self, part: Part, axis: Part | None, cluster: Part | None) -> Facet | None:
        entry = self.inspection.entry(part, FacetEntry)
        if entry is not None:
            self._check_code(part, entry.code)
            self._claim(part, entry.id, "id")
            self._claim(part, entry.code, "code")
        code = entry.code if entry else None
        items = [self._item(item, code) for item in part.parts("items")]
        if entry is None or None in items:
            return None
        return Facet(
            id=entry.id,
            code=entry.code,
            axis=_text(axis, "id"),
            cluster=_text(cluster, "id"),
            title=entry.title,
            lead=entry.lead,
            items=_found(items),
        )

    def _item(self, part: Part, facet: str | None) -> Item | None:
        entry = self.inspection.entry(part, ItemEntry)
        if entry is None:
            return None
        code = f"{facet}-{entry.number}"
        self._claim(part, entry.id, "id")
        if facet is not None:
            self._claim(part, code, "number")
        if self.families:
            self.inspection.choose(part, entry.family, self.families, "family", what="answer family of this instrument")
        for level in entry.examples:
            if self.levels and level not in self.levels:
                self.inspection.note(
                    part, f"{level} is no level; give examples for {listed(self.levels)}.", "examples", level
                )
        for number, crosswalk in enumerate(entry.crosswalk):
            if crosswalk not in self.crosswalks:
                advice = suggestion(crosswalk, sorted(self.crosswalks))
                message = f"{crosswalk!r} is in none of the `frameworks`; {advice}"
                self.inspection.note(part, message, "crosswalk", number)
        return Item(code=code, **{name: value for name, value in entry if name != "number"})

    def _check_code(self, part: Part, code: str) -> None:
        if not CODE.fullmatch(code):
            message = f"{code!r:.80} cannot be a code; use 1 to 12 letters a to z, digits and full stops: 'A1'."
            self.inspection.note(part, message, "code")

    def _claim(self, part: Part, name: str, key: str) -> None:
        """Answers are filed under ids and codes of facets and items alike, so no two may share one."""
        holder = self.names.setdefault(name, (part, part.line(key)))
        if holder[0] is not part:
            message = (
                f"{name!r} is taken by line {holder[1]}; ids and codes of facets and items must all differ: "
                f"give this one another {key}."
            )
            self.inspection.note(part, message, key)


def _found(entries: Iterable[Entry | None]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry is not None)


def _with(parts: Iterable[Part], key: str) -> list[tuple[Part, str]]:
    """The parts that have a text under this key, with it."""
    return [(part, value) for part in parts if (value := _text(part, key)) is not None]


def _text(part: Part | None, key: str) -> str | None:
    value = part.part(key).data if part else None
    return value if isinstance(value, str) else None


def _texts(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, tuple) else []
