"""What a room sees of a poll that was put to it: counts, means and texts, from three answers on, and nobody's own.

A poll is answered to be shown in the room at once, and its page says so. A group's own poll is seen by that group
alone; one of several groups is counted without groups and municipalities, so nothing in it is about any of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kompetanse.analysis.words import group_words
from kompetanse.answers.poll_run import PollRun, PollState, plain_words
from kompetanse.programme.kinds.poll_content import LEVELS, POINTS

#: Below this there are no figures: with two answers each knows the other's.
FEWEST = 3


@dataclass(frozen=True)
class ResultRow:
    """An option or a word: how many it rests on, and what they come to. `share` is what is drawn, from 0 to 1."""

    id: str
    count: int
    #: Points, a mean level or a mean place, to a tenth; None for a mere count, or where too few have answered.
    value: float | None = None
    share: float = 0.0
    #: How useful and how much work, in a grid.
    place: tuple[float, float] | None = None
    #: How many gave each level, of a scale.
    levels: tuple[int, ...] = ()


@dataclass(frozen=True)
class PollResults:
    """What a poll has come to; `waiting`: texts that nobody has let through yet."""

    people: int
    rows: tuple[ResultRow, ...] = ()
    waiting: tuple[str, ...] = ()

    @property
    def is_enough(self) -> bool:
        """Whether there are enough answers to show any."""
        return self.people >= FEWEST


def poll_results(run: PollRun, state: PollState, values: Iterable[object]) -> PollResults:
    """The results of the values that devices stand by: one each."""
    given = [value for value in values if value]
    if run.content.form in {"words", "open"}:
        return _written(run, state, given)
    if len(given) < FEWEST:
        return PollResults(len(given))
    rows = tuple(_row(run, option, given) for option in run.content.option_ids)
    if run.content.form in {"choice", "ranking", "points"}:
        # What most have chosen first, else in the order in which it was asked.
        rows = tuple(sorted(rows, key=lambda row: -row.share))
    return PollResults(len(given), rows)


def _row(run: PollRun, option: str, given: list[object]) -> ResultRow:
    form = run.content.form
    if form in {"choice", "tempo"}:
        count = sum(option in value if isinstance(value, list) else option == value for value in given)
        return ResultRow(option, count, share=count / len(given))
    if form == "ranking":
        places = [value.index(option) + 1 for value in given if isinstance(value, list)]
        mean = sum(places) / len(places)
        return ResultRow(option, len(places), round(mean, 1), 1 - (mean - 1) / len(run.content.options))
    said = [value[option] for value in given if isinstance(value, dict) and option in value]
    if form == "points":
        mean = sum(said) / len(given)
        return ResultRow(option, len(said), round(mean, 1), mean / POINTS)
    if len(said) < FEWEST:
        return ResultRow(option, len(said))
    if form == "grid":
        use, effort = (sum(pair[side] for pair in said) / len(said) for side in (0, 1))
        return ResultRow(option, len(said), place=(round(use, 1), round(effort, 1)))
    mean, counted = sum(said) / len(said), Counter(said)
    levels = tuple(counted[level] for level in LEVELS)
    return ResultRow(option, len(said), round(mean, 1), mean / LEVELS[-1], levels=levels)


def _written(run: PollRun, state: PollState, given: list[object]) -> PollResults:
    """Texts that may be shown, each once with how many wrote it; those that wait, by the alphabet."""
    by_device = [[text for text in value if text.strip()] for value in given if isinstance(value, list)]
    waiting: dict[str, str] = {}
    for text in (text for texts in by_device for text in texts):
        if run.is_moderated and plain_words(text) not in state.allowed | state.banned:
            waiting.setdefault(plain_words(text), text)
    rows: tuple[ResultRow, ...] = ()
    if len(given) >= FEWEST:
        free = [[text for text in texts if _is_free(run, state, text)] for texts in by_device]
        rows = _words(free, state) if run.content.form == "words" else _texts(free, state)
    return PollResults(len(given), rows, tuple(sorted(waiting.values(), key=str.casefold)))


def _is_free(run: PollRun, state: PollState, text: str) -> bool:
    said = plain_words(text)
    return said not in state.banned and (not run.is_moderated or said in state.allowed)


def _words(by_device: list[list[str]], state: PollState) -> tuple[ResultRow, ...]:
    """Forms of one word together, as `group_words` counts them: how many people said each."""
    said = [", ".join(texts) for texts in by_device if texts]
    groups = group_words(said, banned=state.banned, merged=state.merged)
    most = max((group.count for group in groups), default=1)
    return tuple(ResultRow(group.shown, group.count, share=group.count / most) for group in groups)


def _texts(by_device: list[list[str]], state: PollState) -> tuple[ResultRow, ...]:
    """Open answers as they were written; those that are alike, once."""
    once: dict[str, ResultRow] = {}
    for text in (text for texts in by_device for text in texts):
        key = plain_words(text)
        found = once.get(state.merged.get(key, key))
        shown = found or ResultRow(text.strip(), 0)
        once[state.merged.get(key, key)] = ResultRow(shown.id, shown.count + 1)
    return tuple(sorted(once.values(), key=lambda row: (-row.count, row.id.casefold())))
