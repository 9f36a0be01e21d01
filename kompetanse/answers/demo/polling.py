"""What an invented member answers to a poll that is put to their room, in each of its forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from kompetanse.programme.kinds.poll_answers import LONGEST_WORD, poll_answer
from kompetanse.programme.kinds.poll_content import LEVELS, POINTS, TEMPI, Content

#: People give their points in fives, to a few things each, and choose no more where they may choose many.
PIECE, FEW = 5, 4
#: So many leave out something to rate or to place.
SKIPPED = 0.1


@dataclass(frozen=True)
class Texts:
    """What may be written where one answers in one's own words."""

    words: Sequence[str]
    sentences: Sequence[str]


def made_up_answer(content: Content, texts: Texts, *, room: str, own: Random, place: int) -> object:
    """An answer as it is stored; None where none of the texts is as short as what is asked.

    room: a seed that is the same for everybody there, so that they lean the same way; `own` is what the member thinks
    beside that, and `place` their number: no two write the same sentence.
    """
    about = Random(room)
    leanings = {option: about.random() for option in content.option_ids}
    value: object
    match content.form:
        case "words":
            value = _words(content, texts, about, own)
        case "open":
            value = _sentence(content, texts, about, place)
        case "choice":
            weights = {option: 0.1 + leaning for option, leaning in leanings.items()}
            value = _likely(weights, own.randint(1, min(content.most, FEW)), own)
        case "ranking":
            value = list(_by_liking(leanings, own))
        case "points":
            value = _shared_out(leanings, own)
        case "scale":
            value = {option: _level(leanings[option], own) for option in _kept(leanings, own)}
        case "grid":
            # How much work something is has little to do with how useful it is.
            effort = {option: about.random() for option in leanings}
            value = {
                option: [_level(leanings[option], own), _level(effort[option], own)] for option in _kept(leanings, own)
            }
        case "tempo":
            value = own.choices(TEMPI, [0.3 + leanings[tempo] + (tempo == TEMPI[1]) for tempo in TEMPI])[0]
    # What they say goes through the same check as what anybody says.
    return poll_answer(content, value) if value else None


def made_up_points(options: Sequence[str], *, room: str, own: Random) -> dict[str, int]:
    """All points given away between a few of the options, in fives."""
    about = Random(room)
    return _shared_out({option: about.random() for option in options}, own)


def _words(content: Content, texts: Texts, about: Random, own: Random) -> list[str]:
    short = [word for word in texts.words if len(word.split()) <= content.words and len(word) <= LONGEST_WORD]
    # A few words are on many tongues, and most on few.
    weights = {word: 1 / (1 + number) for number, word in enumerate(about.sample(short, len(short)))}
    return _likely(weights, min(content.answers, own.randint(2, 3)), own)


def _sentence(content: Content, texts: Texts, about: Random, place: int) -> list[str]:
    sentences, words = (
        [each for each in some if len(each) <= content.longest] for some in (texts.sentences, texts.words)
    )
    known = sentences or words
    return [about.sample(known, len(known))[place % len(known)]] if known else []


def _likely(weights: Mapping[str, float], count: int, own: Random) -> list[str]:
    # Different ones, the likely ones more often.
    drawn = {each: own.random() ** (1 / weight) for each, weight in weights.items()}
    return sorted(drawn, key=lambda each: -drawn[each])[:count]


def _by_liking(leanings: Mapping[str, float], own: Random) -> dict[str, float]:
    seen = {option: max(0.05, leaning + own.gauss(0, 0.25)) for option, leaning in leanings.items()}
    return dict(sorted(seen.items(), key=lambda pair: -pair[1]))


def _shared_out(leanings: Mapping[str, float], own: Random) -> dict[str, int]:
    liked = list(_by_liking(leanings, own).items())[: own.randint(2, FEW)]
    (first, _), *others = liked
    total = sum(weight for _, weight in liked)
    given = {option: max(PIECE, PIECE * int(POINTS * weight / total / PIECE)) for option, weight in others}
    # What does not come out even goes to what matters most.
    return {first: POINTS - sum(given.values()), **given}


def _kept(leanings: Mapping[str, float], own: Random) -> list[str]:
    return [option for option in leanings if own.random() >= SKIPPED] or list(leanings)


def _level(leaning: float, own: Random) -> int:
    middle = LEVELS[0] + 0.5 + leaning * (LEVELS[-1] - LEVELS[0] - 1)
    return min(max(round(own.gauss(middle, 0.7)), LEVELS[0]), LEVELS[-1])
