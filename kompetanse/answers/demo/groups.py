"""What a made-up group agrees on, chooses and plans, in the steps where groups write."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from statistics import fmean, median
from typing import Any

from kompetanse.answers.demo.persons import Given
from kompetanse.answers.demo.truth import Truth
from kompetanse.answers.store import Answer
from kompetanse.programme.models import Facet, Instrument, Module, Step


@dataclass(frozen=True)
class Picture:
    """What the group sees of one theme before it agrees: each person's level today and ahead, and how many chose it."""

    facet: Facet
    today: tuple[float, ...]
    ahead: tuple[float, ...]
    chosen: int

    @property
    def urgency(self) -> tuple[float, str]:
        """What to talk about first: chosen by many, far to go, seen differently."""
        if not self.today or not self.ahead:
            return (0.0, self.facet.id)
        apart = max(self.today) - min(self.today)
        return ((1 + self.chosen) * (fmean(self.ahead) - fmean(self.today) + 0.5 * apart), self.facet.id)


@dataclass(frozen=True)
class Agreement:
    """What the group agrees on for one theme."""

    facet: Facet
    today: int
    ahead: int
    discussed: bool
    seen_apart: bool


def group_answers(
    module: Module,
    instrument: Instrument,
    answers: Sequence[Answer],
    *,
    truth: Truth,
    group: str,
    random: Random,
    texts: Mapping[str, Any],
) -> Iterator[Given]:
    """Everything the group has stated, in the order of the steps; `answers` are its members' own."""
    step_of = {step.kind: step for step in module.steps}
    pictures = _pictures(instrument, answers)
    discuss = step_of["consensus"].content.discuss if "consensus" in step_of else 5
    first = sorted(pictures, key=lambda picture: picture.urgency, reverse=True)[:discuss]
    agreed = [
        _agreement(picture, truth.groups[group].as_is[picture.facet.id], instrument, discussed=picture in first)
        for picture in pictures
    ]
    most = step_of["priorities"].content.most if "priorities" in step_of else 3
    chosen = [picture.facet for picture in first[:most]]
    write: dict[str, Callable[[Step], Iterable[Given]]] = {
        "question": lambda step: _texts(step, random, texts),
        "consensus": lambda step: _consensus(step, agreed, texts),
        "priorities": lambda step: ((step, facet.id, "priority", True) for facet in chosen),
        "actions": lambda step: _actions(step, module, chosen, random, texts),
    }
    for step in module.steps:
        if step.kind in write:
            yield from write[step.kind](step)


def _pictures(instrument: Instrument, answers: Sequence[Answer]) -> list[Picture]:
    today: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    ahead: dict[str, list[float]] = defaultdict(list)
    chosen: dict[str, int] = defaultdict(int)
    for answer in answers:
        if answer.aspect == "as-is" and isinstance(answer.value, int):
            facet = instrument.facet_of(answer.subject)
            if facet is not None:
                today[facet.id][answer.participant].append(answer.value)
        elif answer.aspect == "to-be" and isinstance(answer.value, int):
            ahead[answer.subject].append(answer.value)
        elif answer.aspect == "importance":
            chosen[answer.subject] += 1
    return [
        Picture(
            facet=facet,
            today=tuple(fmean(levels) for levels in today[facet.id].values()),
            ahead=tuple(ahead[facet.id]),
            chosen=chosen[facet.id],
        )
        for facet in instrument.facets
    ]


def _agreement(picture: Picture, true_level: float, instrument: Instrument, *, discussed: bool) -> Agreement:
    """«Godta resten» takes the median; a group that nobody knew the answer for settles for what is true."""
    low, high = instrument.scale.low, instrument.scale.high
    today = median_level(picture.today) if picture.today else min(max(round(true_level), low), high)
    ahead = median_level(picture.ahead) if picture.ahead else today
    if discussed and today == ahead:
        ahead = min(today + 1, high)
    apart = bool(picture.today) and max(picture.today) - min(picture.today) >= (high - low) / 2
    return Agreement(facet=picture.facet, today=today, ahead=max(today, ahead), discussed=discussed, seen_apart=apart)


def median_level(levels: Sequence[float]) -> int:
    """The rounded median; halfway goes to the lower level, so that it promises no more than half of the group said."""
    return math.ceil(median(levels) - 0.5)


def _consensus(step: Step, agreed: Sequence[Agreement], texts: Mapping[str, Any]) -> Iterator[Given]:
    for one in agreed:
        facet = one.facet
        yield step, facet.id, "agreed", one.today
        yield step, facet.id, "agreed-to-be", one.ahead
        if not one.discussed:
            continue
        about = _about(facet, texts)
        yield step, facet.id, "discussed", True
        yield step, facet.id, "rationale", about["low" if one.today <= 2 else "high"]
        if one.seen_apart:
            yield step, facet.id, "other-view", about["other"]


def _texts(step: Step, random: Random, texts: Mapping[str, Any]) -> Iterator[Given]:
    written = random.choice(texts["statements"])
    known = [prompt.id for prompt in step.content.prompts if prompt.id in written]
    for prompt in known:
        yield step, prompt, "answer", written[prompt]
    if known:
        yield step, step.id, "in-report", True


def _actions(
    step: Step, module: Module, chosen: Sequence[Facet], random: Random, texts: Mapping[str, Any]
) -> Iterator[Given]:
    begins = module.phase("gathering").opens
    for place, facet in enumerate(chosen[: step.content.most], start=1):
        action = random.choice(_about(facet, texts)["actions"])
        written = {name: action[name] for name in ("what", "effect", "role")}
        due = begins + timedelta(days=action["days"])
        value = {**written, "facet": facet.id, "due": due.isoformat(), "status": "planned", "in-report": True}
        yield step, str(place), "action", value


def _about(facet: Facet, texts: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = texts["facets"].get(facet.id, texts["any"])
    return found
