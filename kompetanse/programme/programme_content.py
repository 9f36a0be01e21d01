"""From programme.yml and the files it names to a Programme: what must fit together, beyond the keys there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kompetanse.language import LANGUAGES
from kompetanse.programme.dates import with_dates
from kompetanse.programme.document import Part, Shelf
from kompetanse.programme.folder import NO_PATH, is_path
from kompetanse.programme.inspection import Inspection
from kompetanse.programme.instrument_content import InstrumentReader
from kompetanse.programme.models import Module, Phase, Programme
from kompetanse.programme.municipality import counties
from kompetanse.programme.sentences import listed
from kompetanse.programme.shapes import ModuleEntry, PhaseEntry, ProgrammeEntry
from kompetanse.programme.step_content import KnownInstruments, StepReader


class ProgrammeReader:
    """One reading of a programme."""

    def __init__(self, top: Part, shelf: Shelf, inspection: Inspection):
        self.top = top
        self.shelf = shelf
        self.inspection = inspection
        self.instruments = KnownInstruments()

    def read(self) -> Programme | None:
        """The programme; None, with all its mistakes noted, where it has any."""
        named = self.top.part("languages").data
        self.inspection.languages = tuple(one for one in LANGUAGES if isinstance(named, tuple) and one in named)
        entry = self.inspection.entry(self.top, ProgrammeEntry)
        if entry is not None:
            self._check_programme(entry)
        for part in self.top.parts("instruments"):
            self._instrument(part)
        modules = [self._module(part) for part in self.top.parts("modules")]
        self.inspection.unique(_with(self.top.parts("modules"), "id"), "id")
        if entry is None or self.inspection.mistakes:
            return None
        return Programme(
            **{key: value for key, value in entry if key not in {"modules", "instruments"}},
            modules=tuple(module for module in modules if module),
            instruments={name: found for name, found in self.instruments.by_id.items() if found},
        )

    def _check_programme(self, entry: ProgrammeEntry) -> None:
        known = [f"{number} ({name})" for number, name in counties().items()]
        for place, county in enumerate(entry.counties):
            if county not in counties():
                message = f"{county!r:.80} is no county; use the numbers of {listed(known)}."
                self.inspection.note(self.top, message, "counties", place)
        for language, times in Counter(entry.languages).items():
            if times > 1:
                self.inspection.note(self.top, f"{language!r} is listed {times} times; once is enough.", "languages")

    def _instrument(self, part: Part) -> None:
        document = self.shelf.document(part.data, named_by=part) if isinstance(part.data, str) else None
        instrument = InstrumentReader(document, self.inspection).read() if document else None
        instrument_id = document.part("id").data if document else None
        if document is None or not isinstance(instrument_id, str):
            self.instruments.unread = True
            return
        if instrument_id in self.instruments.by_id:
            message = f"id {instrument_id!r:.80} is taken by another instrument; give this one another id."
            self.inspection.note(document, message, "id")
        self.instruments.by_id[instrument_id] = instrument

    def _module(self, part: Part) -> Module | None:
        entry = self.inspection.entry(part, ModuleEntry)
        found = [self._phase(phase) for phase in part.parts("phases")]
        self.inspection.unique(_with(part.parts("phases"), "kind"), "kind")
        steps = [step for phase in part.parts("phases") for step in phase.parts("steps")]
        self.inspection.unique(_with(steps, "id"), "id")
        if entry is None:
            return None
        phases = tuple(phase for phase in found if phase)
        self._check_gatherings(part, entry, phases)
        module = Module(
            id=entry.id,
            number=entry.number,
            title=entry.title,
            phases=phases,
            gathering_dates=entry.gathering_dates,
            review_date=entry.review_date,
        )
        return with_dates(module)

    def _check_gatherings(self, part: Part, entry: ModuleEntry, phases: tuple[Phase, ...]) -> None:
        gathering = next((phase for phase in phases if phase.kind == "gathering"), None)
        for place, day in enumerate(entry.gathering_dates):
            if day in entry.gathering_dates[:place]:
                self.inspection.note(part, f"{day} is listed twice; take one out.", "gathering_dates", place)
            if gathering and gathering.opens <= gathering.closes and not gathering.opens <= day <= gathering.closes:
                message = (
                    f"{day} lies outside the gathering, which is open from {gathering.opens} to {gathering.closes}; "
                    "change the date, or `opens` or `closes` of that phase."
                )
                self.inspection.note(part, message, "gathering_dates", place)

    def _phase(self, part: Part) -> Phase | None:
        entry = self.inspection.entry(part, PhaseEntry)
        folder = part.part("folder").data
        reader = StepReader(str(folder), self.instruments, self.shelf, self.inspection)
        readable = isinstance(folder, str) and is_path(folder)
        steps = [reader.read(step) for step in part.parts("steps")] if readable else []
        if isinstance(folder, str) and not readable:
            self.inspection.note(part, NO_PATH.format(name=folder), "folder")
        if entry is None:
            return None
        if entry.closes < entry.opens:
            message = f"The phase closes on {entry.closes}, before it opens on {entry.opens}; change one of the two."
            self.inspection.note(part, message, "closes")
        return Phase(
            kind=entry.kind,
            title=entry.title,
            opens=entry.opens,
            closes=entry.closes,
            steps=tuple(step for step in steps if step),
        )


def _with(parts: Iterable[Part], key: str) -> list[tuple[Part, str]]:
    """The parts that have a text under this key, with it."""
    return [(part, value) for part in parts if isinstance(value := part.part(key).data, str)]
