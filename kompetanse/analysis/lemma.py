"""From a form of a Norwegian word to the word: by our table of leadership words, a dictionary, and a few rules.

The dictionaries are read as streams: 10 MB for bokmål and nynorsk instead of 70, and 12 microseconds for a word.
They are read when the first word is looked up, which a warm process does before kernels are forked from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from simplemma.strategies.dictionaries import DictionaryFactory
from simplemma.strategies.dictionaries.stream_dictionary_factory import StreamDictionaryFactory

from kompetanse.analysis.leadership_words import leadership_words

#: Shorter parts of a compound are met by chance in whatever somebody mistypes.
SHORTEST_PART = 4
#: What words of our table may end in besides, and how long such a word is at least.
_ENDINGS = ("ene", "ane", "er", "ar", "en", "a", "et", "e", "t")
LONG_ENOUGH = 8
#: Bokmål first: where both have a form, theirs is the more common word.
_LANGUAGES = ("nb", "nn")
#: How nynorsk spells what bokmål spells otherwise; used only where it makes a word.
_SPELLINGS = (("leghet", "lighet"), ("leg", "lig"), ("løysing", "løsning"), ("lause", "løse"), ("laus", "løs"))
#: How somebody writes whose keyboard has no æ, ø and å.
_KEYBOARDS = (("aa", "å"), ("oe", "ø"), ("ae", "æ"))


@lru_cache(maxsize=20_000)
def lemma(word: str) -> str:
    """The name under which all forms of a word are counted: of its family, else as it stands in a dictionary."""
    forms = tuple(_forms(word))
    for form in forms:
        if form in _families():
            return _families()[form]
    return forms[-1]


@lru_cache(maxsize=20_000)
def is_word(word: str) -> bool:
    """Whether the word is Norwegian as far as we know: in our table, a dictionary, or made of two words that are."""
    return any(form in _families() or _looked_up(form) for form in _spelled(word)) or bool(_compound(word))


@cache
def _dictionaries() -> DictionaryFactory:
    return StreamDictionaryFactory()


def _looked_up(word: str) -> str | None:
    """The word as it stands in a dictionary; None where none has it."""
    found = (_dictionaries().get_dictionary(language).get(word) for language in _LANGUAGES)
    return next((base for base in found if base), None)


def _forms(word: str) -> Iterator[str]:
    """The word, and what it is a form of: further away each time."""
    yield word
    for spelled in _spelled(word):
        yield spelled
        for language in _LANGUAGES:
            if base := _dictionaries().get_dictionary(language).get(spelled):
                yield base
                yield from _quality(base)
        yield from _quality(spelled)
    if base := _looked_up(word) or _compound(word):
        yield from _without_ending(word)
        yield base


def _without_ending(word: str) -> Iterator[str]:
    """Of a word that no dictionary has, such as løysingsorienterte, the one of our table that it is a form of."""
    stems = (word.removesuffix(ending) for ending in _ENDINGS if len(word) > LONG_ENOUGH)
    yield from (stem for stem in stems if stem != word and not _looked_up(word) and stem in _families())


def _families() -> Mapping[str, str]:
    return leadership_words().families


def _spelled(word: str) -> Iterator[str]:
    """The word, and as bokmål and a full keyboard spell it, where that is a word."""
    yield word
    if _looked_up(word):
        return
    candidate = word.replace("heit", "het")
    for theirs, ours in _SPELLINGS:
        candidate = candidate.replace(theirs, ours)
    typed = word
    for theirs, ours in _KEYBOARDS:
        typed = typed.replace(theirs, ours)
    for other in dict.fromkeys((candidate, typed)):
        if other != word and (_looked_up(other) or other in _families()):
            yield other


def _quality(word: str) -> Iterator[str]:
    """Of a word such as trygghet what stands before -het, where that is a word: it belongs to the same family."""
    for ending in ("het", "heit"):
        stem = word.removesuffix(ending)
        long_enough = stem != word and len(stem) >= SHORTEST_PART
        if long_enough and word not in leadership_words().not_a_quality and (stem in _families() or _looked_up(stem)):
            yield stem


def _compound(word: str) -> str | None:
    """A word made of two, with its second part as it stands in a dictionary; None where it is not so made."""
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        head, tail = word[:cut], word[cut:]
        base = _looked_up(tail)
        if base and any(_looked_up(each) for each in (head, head.removesuffix("s"), head.removesuffix("e"))):
            return head + base
    return None
