"""A poll as a form of plain HTML: what is sent by it becomes an answer, and an answer fills it in again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from typing import TypeVar

from kompetanse.errors import InvalidAnswer
from kompetanse.language import Language, translate
from kompetanse.programme.kinds.poll_answers import LONGEST_WORD, poll_answer
from kompetanse.programme.kinds.poll_content import POINTS, Content

#: What was typed, by the names of the fields.
Typed = Mapping[str, list[str]]
Kept = TypeVar("Kept", bound=Sized)
#: All values that were sent under the name of a field.
Sent = Callable[[str], list[str]]

ANSWER = "svar"
#: No form of ours is as long as this.
MOST_BYTES = 32_000


class FormMistake(InvalidAnswer):
    """What a person has forgotten or has too much of, said in their own language."""


def sent_answer(content: Content, sent: Sent, language: Language) -> object:
    """The answer that was sent; FormMistake for what a person can put right, InvalidAnswer for what no page sends."""
    match content.form:
        case "words" | "open":
            value: object = _texts(content, sent, language)
        case "choice":
            value = _chosen(content, sent, language)
        case "tempo":
            value = next(iter(_needed(sent(ANSWER), language)))
        case "ranking":
            value = _ranked(content, sent, language)
        case "points":
            value = _points(content, sent, language)
        case "scale":
            levels = {option: _number(text) for option in content.option_ids for text in sent(f"v-{option}") if text}
            value = dict(_needed(levels, language))
        case "grid":
            value = _placed(content, sent, language)
    return poll_answer(content, value)


def typed(content: Content, value: object) -> Typed:
    """What the fields hold for an answer."""
    if isinstance(value, str):
        return {ANSWER: [value]}
    if isinstance(value, list) and content.form == "ranking":
        return {f"v-{option}": [str(place)] for place, option in enumerate(value, start=1)}
    if isinstance(value, list):
        return {ANSWER: [str(each) for each in value]}
    if not isinstance(value, dict):
        return {}
    if content.form == "grid":
        sides = {f"n-{option}": [str(pair[0])] for option, pair in value.items()}
        return sides | {f"i-{option}": [str(pair[1])] for option, pair in value.items()}
    return {f"v-{option}": [str(number)] for option, number in value.items()}


def names(content: Content) -> list[str]:
    """The names of all fields of the form."""
    return [ANSWER, *(f"{side}-{option}" for option in content.option_ids for side in "vni")]


def _texts(content: Content, sent: Sent, language: Language) -> list[str]:
    texts = [text for text in (" ".join(each.split()) for each in sent(ANSWER)) if text]
    longest = LONGEST_WORD if content.form == "words" else content.longest
    for text in texts:
        if len(text) > longest:
            raise FormMistake(translate("Et svar er for langt: skriv høyst {count} tegn.", language, count=longest))
        if content.form == "words" and len(text.split()) > content.words:
            raise FormMistake(
                translate("Et svar har for mange ord: skriv høyst {count}.", language, count=content.words)
            )
    return list(_needed(texts, language))


def _chosen(content: Content, sent: Sent, language: Language) -> list[str]:
    chosen = list(_needed(sent(ANSWER), language))
    if len(chosen) > content.most:
        raise FormMistake(translate("Velg høyst {count}.", language, count=content.most))
    return chosen


def _ranked(content: Content, sent: Sent, language: Language) -> list[str]:
    places = {option: _number(next(iter(sent(f"v-{option}")), "")) for option in content.option_ids}
    if sorted(places.values()) != list(range(1, len(places) + 1)):
        raise FormMistake(translate("Gi hver sin plass: alle plassene skal brukes, hver av dem én gang.", language))
    return sorted(places, key=lambda option: places[option])


def _points(content: Content, sent: Sent, language: Language) -> dict[str, int]:
    given = {option: _number(next(iter(sent(f"v-{option}")), "") or "0") for option in content.option_ids}
    total = sum(given.values())
    if total != POINTS:
        raise FormMistake(
            translate(
                "Poengene blir {total} til sammen. Del ut akkurat {points}.", language, total=total, points=POINTS
            )
        )
    return given


def _placed(content: Content, sent: Sent, language: Language) -> dict[str, list[int]]:
    placed = {}
    for option in content.option_ids:
        both = [_number(text) for side in "ni" for text in sent(f"{side}-{option}") if text]
        if len(both) == 1:
            raise FormMistake(translate("Svar på både nytte og innsats, eller hopp over begge.", language))
        if both:
            placed[option] = both
    return dict(_needed(placed, language))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else -1


def _needed(kept: Kept, language: Language) -> Kept:
    if not kept:
        raise FormMistake(translate("Du har ikke svart på noe ennå.", language))
    return kept
