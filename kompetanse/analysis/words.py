"""Open answers as words to count: forms of one word together, typing errors with the word that was meant.

Nothing here protects anybody: what others see of it passes `disclosure`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kompetanse.analysis.leadership_words import leadership_words
from kompetanse.analysis.lemma import is_word, lemma

#: Shorter words are never taken for a typing error: a letter more or less makes another word of them.
SHORTEST_TYPO = 5
#: Words from this length may have two letters wrong.
LONG_WORD = 9
#: A word that no dictionary has is what people mean once so many write it, and so many times more than the other.
OFTEN = 3

_SEPARATORS = re.compile(r"[,;/\n\r•·|+&]+|\s[-–—]\s|(?<=\w)\.\s+")
_EDGES = re.compile(r"^[^\w]+|[^\w]+$")
_AND = re.compile(r"\s+(?:og|samt|and)\s+")


@dataclass(frozen=True)
class WordGroup:
    """A word or phrase as most wrote it, the forms it was written in, and in how many answers."""

    shown: str
    forms: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class _Said:
    """A word or phrase of one answer: as it was written, and the name under which it is counted."""

    form: str
    key: str
    #: Whether it was written as somebody who spells it right writes it.
    spelled: bool


def group_words(
    answers: Iterable[str], *, banned: Collection[str] = (), merged: Mapping[str, str] = {}
) -> tuple[WordGroup, ...]:
    """The words of open answers with how many answers have each, the most frequent first, then by the alphabet.

    A group is shown in the form that most have written; of several, the shortest, then the first of the alphabet.
    banned: words that are left out, in any of their forms. merged: words that are counted as another, by hand.

    >>> group_words(["Mot", "samarbeid", "å samarbeide", "samarbeidet", "motet", "samarbeid"])[0]
    WordGroup(shown='samarbeid', forms=('samarbeid', 'samarbeide', 'samarbeidet'), count=4)
    """
    said_by, written, shown = _gathered(answers, banned=banned, merged=merged)
    people = Counter(key for said in said_by for key in {each.key for each in said})
    groups = [
        WordGroup(shown[key], tuple(sorted(forms, key=lambda form: (-forms[form], form))), people[key])
        for key, forms in written.items()
    ]
    return tuple(sorted(groups, key=lambda group: (-group.count, group.shown)))


def shown_words(
    answers: Iterable[str], *, banned: Collection[str] = (), merged: Mapping[str, str] = {}
) -> list[tuple[str, ...]]:
    """For each answer the words it has, as `group_words` shows them: for who must know how many people said a word."""
    said_by, _, shown = _gathered(answers, banned=banned, merged=merged)
    return [tuple(dict.fromkeys(shown[each.key] for each in said)) for said in said_by]


def _gathered(
    answers: Iterable[str], *, banned: Collection[str], merged: Mapping[str, str]
) -> tuple[list[tuple[_Said, ...]], dict[str, Counter[str]], dict[str, str]]:
    """What each answer says; by group, in which forms; and by group, the form in which it is shown."""
    said_by = list(_said(list(answers), banned=banned, merged=merged))
    written: dict[str, Counter[str]] = {}
    for said in said_by:
        for key, form in {(each.key, each.form) for each in said}:
            written.setdefault(key, Counter())[form] += 1
    return said_by, written, _shown(said_by, written, merged)


def _shown(
    said_by: list[tuple[_Said, ...]], written: Mapping[str, Counter[str]], merged: Mapping[str, str]
) -> dict[str, str]:
    """The form in which each group is shown."""
    spelled = {each.form for said in said_by for each in said if each.spelled}
    by_hand = {_key(into): _clean(into) for into in merged.values()}
    shown = {}
    for key, forms in written.items():
        own = {form: count for form, count in forms.items() if form in spelled}
        if key in by_hand:
            # Who merges words says what they are called, unless others have written that word otherwise.
            own = {form: count for form, count in own.items() if _key(form) == key} or {by_hand[key]: 1}
        shown[key] = min(own or {key: 1}, key=lambda form: (-own.get(form, 0), len(form), form))
    return shown


def _said(answers: list[str], *, banned: Collection[str], merged: Mapping[str, str]) -> Iterator[tuple[_Said, ...]]:
    """For each answer what it says, after typing errors are put right and what was banned is gone."""
    phrases = [list(_phrases(answer)) for answer in answers]
    meant = _meant(phrases)
    out = {_key(word) for word in banned}
    into = {_key(word): _key(target) for word, target in merged.items()}
    for answer in phrases:
        said = []
        for form in answer:
            corrected = _opened(" ".join(meant.get(word, word) for word in form.split()))
            key = _key(corrected)
            if key not in out and into.get(key, key) not in out:
                said.append(_Said(form, into.get(key, key), spelled=corrected == form))
        yield tuple(said)


def _phrases(answer: str) -> Iterator[str]:
    """The words and phrases that an answer lists, without what says nothing."""
    for part in _SEPARATORS.split(unicodedata.normalize("NFC", answer)):
        phrase = _opened(_clean(part))
        sides = [_opened(side) for side in _AND.split(phrase)]
        both = sides if len(sides) > 1 and all(side and " " not in side for side in sides) else [phrase]
        yield from (_joined(each) for each in both if _says_something(each))


def _clean(text: str) -> str:
    """In small letters, with one space between words, and without what stands around words."""
    printed = "".join(letter for letter in text.lower() if letter.isspace() or letter.isprintable())
    words = (_EDGES.sub("", word) for word in printed.split())
    return " ".join(word for word in words if word)


def _opened(phrase: str) -> str:
    """The phrase without what answers begin with."""
    table = leadership_words()
    while phrase not in table.families:
        opener = next((each for each in table.openers if phrase.startswith(each)), None)
        if opener is None:
            break
        phrase = phrase.removeprefix(opener)
    return phrase


def _joined(phrase: str) -> str:
    """Two words as one where a compound was torn apart: «endrings vilje»."""
    words = phrase.split()
    if len(words) != 2 or phrase in leadership_words().families:
        return phrase
    first, second = words
    torn = first.endswith("s") and not is_word(first) and is_word(first.removesuffix("s"))
    return first + second if torn and is_word(first + second) else phrase


def _says_something(phrase: str) -> bool:
    table = leadership_words()
    is_word = sum(letter.isalpha() for letter in phrase) > 1
    return is_word and phrase not in table.nothing and f"{phrase} " not in table.openers


def _key(phrase: str) -> str:
    """The name under which a phrase is counted."""
    phrase = _opened(_clean(phrase))
    families = leadership_words().families
    if phrase in families:
        return families[phrase]
    words = [lemma(word) for word in phrase.split()]
    key = " ".join(words)
    return families.get(key, key)


def _meant(answers: list[list[str]]) -> dict[str, str]:
    """For each typing error the word that was meant: a near one that is known, or that many have written."""
    people = Counter(word for answer in answers for word in {word for phrase in answer for word in phrase.split()})
    unknown = [word for word in people if len(word) >= SHORTEST_TYPO and word.isalpha() and not is_word(word)]
    table = {word for word in leadership_words().families if " " not in word}
    known = {word for word in people if is_word(word) and people[word] > 1} | table
    found = {}
    for word in unknown:
        others = {other for other in unknown if people[other] >= OFTEN * people[word] and other != word}
        near = _near(word, sorted(known | others))
        if near:
            found[word] = min(near, key=lambda other: (near[other], -people[other], other))
    return found


def _near(word: str, candidates: list[str]) -> dict[str, int]:
    """Those of the candidates that this may be a typing error of, with how many letters are wrong."""
    most = 2 if len(word) >= LONG_WORD else 1
    found = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=most, limit=None)
    return {
        other: int(wrong)
        for other, wrong, _ in found
        if len(other) >= SHORTEST_TYPO and _beginning(other) == _beginning(word)
    }


def _beginning(word: str) -> str:
    """The first letter, as a keyboard without æ, ø and å has it: hardly anybody gets that one wrong."""
    return word[0].translate(str.maketrans("æøå", "aoa"))
