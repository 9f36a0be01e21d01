"""Which step of a module takes an answer, when a row does not say it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kompetanse.errors import InputError
from kompetanse.programme.kinds import KINDS, assessment, consensus
from kompetanse.programme.models import Module, Programme, Step

#: Aspects of an item or theme; what other answers are about stands in the column subject.
ITEM_ASPECTS = (assessment.ASPECTS - {"withheld", "form"}) | consensus.ASPECTS | {"priority"}


class StepFinder:
    """Finds steps by what is answered; each question is worked out once."""

    def __init__(self, programme: Programme):
        self._programme = programme
        self._found: dict[tuple[str, str, str], tuple[Step, ...]] = {}

    def find(self, module: Module, subject: str, aspect: str) -> str:
        """The id of the one step that takes this answer; InputError if there is none, or more than one."""
        key = (module.id, subject, aspect)
        steps = self._found.get(key) or tuple(self._steps(module, subject, aspect))
        if len(steps) == 1:
            self._found[key] = steps
            return steps[0].id
        if steps:
            names = ", ".join(step.id for step in steps)
            raise InputError(f"{aspect} of {subject!r:.60} fits more than one step; name one of {names} in step")
        known = sorted({name for step in module.steps for name in KINDS[step.kind].ASPECTS})
        if aspect not in known:
            raise InputError(f"aspect {aspect!r:.60} is unknown; use one of {', '.join(known)}")
        column, example = ("item", self._example(aspect)) if aspect in ITEM_ASPECTS else ("subject", "that of its step")
        raise InputError(f"{column} {subject!r:.60} is nothing that {aspect} can be said of; write its id, {example}")

    def _steps(self, module: Module, subject: str, aspect: str) -> Iterator[Step]:
        for step in module.steps:
            if aspect not in KINDS[step.kind].ASPECTS:
                continue
            if self._asks_about(step, subject, aspect) if aspect in ITEM_ASPECTS else subject in _subjects(step):
                yield step

    def _asks_about(self, step: Step, subject: str, aspect: str) -> bool:
        instrument = self._programme.instrument_of(step)
        if instrument is None:
            return False
        facet = instrument.facet_of(subject) if aspect == "as-is" else instrument.facet(subject)
        if facet is None or step.kind != "assessment":
            return facet is not None
        # «Velg inntil fem» goes over all themes, and stands in one step.
        return bool(step.content.importance) if aspect == "importance" else step.content.axis in {None, facet.axis}

    def _example(self, aspect: str) -> str:
        instrument = next(iter(self._programme.instruments.values()), None)
        if instrument is None:
            return "as the programme names it"
        facet = instrument.facets[0]
        return f"such as {facet.items[0].code if aspect == 'as-is' else facet.code}"


def _subjects(step: Step) -> set[str]:
    """What an answer to the step can be about, where that is no item or theme."""
    content: Any = step.content
    # What several groups write together is no answer of any of them.
    names = ("prompts", "questions", "card", *(() if step.kind == "exchange" else ("notes",)))
    parts = [part for name in names for part in getattr(content, name, ())]
    places = [str(place) for place in range(1, content.most + 1)] if step.kind in {"actions", "practice"} else []
    return {"", step.id, *(part.id for part in parts), *places}
