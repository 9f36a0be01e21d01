"""What a valid answer to a poll is, form by form: plain JSON in, the value as it is stored out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Final

from kompetanse.errors import InvalidAnswer
from kompetanse.programme.kinds.poll_content import LEVELS, POINTS, Content, Form
from kompetanse.programme.plain_text import plain_text

#: The longest answer of a word cloud, in characters.
LONGEST_WORD = 40


def poll_answer(content: Content, value: object) -> object:
    """The answer as it is stored; InvalidAnswer for what the form does not accept."""
    return _FORMS[content.form](content, value)


def _words(content: Content, value: object) -> list[str]:
    """Some answers of a few words each; words may be left empty while somebody writes."""
    answers = [" ".join(text.split()) for text in _texts(content, value, longest=LONGEST_WORD)]
    for answer in answers:
        if len(answer.split()) > content.words:
            raise InvalidAnswer(f"{answer!r} has too many words; write at most {content.words}.")
    return answers


def _open(content: Content, value: object) -> list[str]:
    """Some answers of a few sentences each."""
    return [text.strip() for text in _texts(content, value, longest=content.longest)]


def _texts(content: Content, value: object, *, longest: int) -> list[str]:
    if not isinstance(value, list) or len(value) > content.answers:
        raise InvalidAnswer(f"Expected a list of at most {content.answers} answers, got {value!r:.80}.")
    return [plain_text(answer, longest=longest) for answer in value]


def _choice(content: Content, value: object) -> list[str]:
    """The chosen options."""
    chosen = _options(content, value)
    if not 1 <= len(chosen) <= content.most:
        raise InvalidAnswer(f"Expected 1 to {content.most} options, got {len(chosen)}.")
    return chosen


def _ranking(content: Content, value: object) -> list[str]:
    """All options, the most important first."""
    ranked = _options(content, value)
    if len(ranked) != len(content.options):
        raise InvalidAnswer(f"Expected all {len(content.options)} options in an order, got {len(ranked)}.")
    return ranked


def _tempo(content: Content, value: object) -> str:
    """One of the three tempi."""
    if not isinstance(value, str) or value not in content.option_ids:
        raise InvalidAnswer(f"{value!r:.80} is no tempo; use one of {_listed(content.option_ids)}.")
    return value


def _scale(content: Content, value: object) -> dict[str, int]:
    """A level for each statement that is not skipped."""
    return {option: level_given(level) for option, level in _by_option(content.option_ids, value).items()}


def _grid(content: Content, value: object) -> dict[str, list[int]]:
    """How useful and how much work each one is; skipped ones are left out."""
    placed = {}
    for option, place in _by_option(content.option_ids, value).items():
        if not isinstance(place, list) or len(place) != 2:
            raise InvalidAnswer(f"Expected two levels for {option!r}, got {place!r:.80}.")
        placed[option] = [level_given(level) for level in place]
    return placed


def _points(content: Content, value: object) -> dict[str, int]:
    return points_given(content.option_ids, value)


def points_given(options: Collection[str], value: object) -> dict[str, int]:
    """All points given away between the options; one without any is left out."""
    given = _by_option(options, value)
    for option, points in given.items():
        if isinstance(points, bool) or not isinstance(points, int) or not 0 <= points <= POINTS:
            raise InvalidAnswer(f"Expected 0 to {POINTS} points for {option!r}, got {points!r:.80}.")
    numbers = {option: points for option, points in given.items() if isinstance(points, int) and points}
    if (total := sum(numbers.values())) != POINTS:
        raise InvalidAnswer(f"The points come to {total}; give away exactly {POINTS}.")
    return numbers


def _options(content: Content, value: object) -> list[str]:
    if not isinstance(value, list):
        raise InvalidAnswer(f"Expected a list of options, got {value!r:.80}.")
    _check_known(content.option_ids, value)
    if len(set(value)) != len(value):
        raise InvalidAnswer("An option is named twice; name each once.")
    return list(value)


def _by_option(options: Collection[str], value: object) -> dict[str, object]:
    if not isinstance(value, dict) or not value:
        raise InvalidAnswer(f"Expected values by option, at least one, got {value!r:.80}.")
    _check_known(options, value)
    return dict(value)


def _check_known(options: Collection[str], names: Iterable[object]) -> None:
    for name in names:
        if not isinstance(name, str) or name not in options:
            raise InvalidAnswer(f"There is no option {name!r:.80}; the options are {_listed(options)}.")


def level_given(value: object) -> int:
    """A level of a scale, or of one side of a grid."""
    if isinstance(value, bool) or not isinstance(value, int) or value not in LEVELS:
        raise InvalidAnswer(f"{value!r:.80} is not a level; use a whole number from {LEVELS[0]} to {LEVELS[-1]}.")
    return value


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


_FORMS: Final[dict[Form, Callable[[Content, object], object]]] = {
    "words": _words,
    "open": _open,
    "choice": _choice,
    "scale": _scale,
    "ranking": _ranking,
    "points": _points,
    "grid": _grid,
    "tempo": _tempo,
}
