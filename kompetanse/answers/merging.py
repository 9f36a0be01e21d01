"""Two who have changed the same value: both changes on top of what both began with, and no letter lost.

A text is compared word by word, and a word that differs letter by letter. What either has taken out is gone, what
either has put in is there. Whoever goes on where they wrote last stays together with that, whatever another has put in
at the same place meanwhile. The pages do the same before they send (widgets/merging.js).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

#: A word with what follows it, or what stands between words.
_WORD = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")

#: Texts that differ in more than this are taken as one change from where they begin to differ to where they end.
MOST_WORDS = 5000
MOST_CHANGES = 100


class Change(NamedTuple):
    """What has come in place of `start` to `end` of a text."""

    start: int
    end: int
    put: str


def merged(base: Any, theirs: Any, mine: Any, *, goes_on: bool = False, texts: Collection[str] | None = None) -> Any:
    """`mine` with what `theirs` has changed since `base`: texts by their letters, fields one by one, else mine.

    goes_on: `mine` goes on where its writer wrote last. texts: the fields that are texts, None for all; of what is
    chosen in another, the last choice stands.
    """
    if base == theirs:
        return mine
    if base == mine:
        return theirs
    if all(isinstance(each, str | None) for each in (base, theirs, mine)):
        return merged_text(base or "", theirs or "", mine or "", goes_on=goes_on)
    if not all(isinstance(each, Mapping) for each in (base, theirs, mine)):
        return mine
    found = {}
    for name in {**theirs, **mine}:
        if texts is None or name in texts:
            found[name] = merged(base.get(name), theirs.get(name), mine.get(name), goes_on=goes_on)
        else:
            found[name] = mine[name] if mine.get(name) not in (None, base.get(name)) else theirs.get(name)
    return {name: value for name, value in found.items() if value is not None}


def merged_text(base: str, theirs: str, mine: str, *, goes_on: bool = False) -> str:
    """Both changes to a text.

    Where both have put something in at one place, theirs stands first, and mine if that goes on with what it stands
    after. Two who have put in the same have both written it; two who have replaced the same by the same, once.
    """
    come, own = changes(base, theirs), changes(base, mine)
    own = [each for each in own if each.start == each.end or each not in come]
    both = sorted([*own, *come] if goes_on else [*come, *own], key=lambda change: change.start)
    text, at = [], 0
    for change in both:
        # What one has taken out, the other may have taken out in part already.
        text += [base[at : change.start], change.put]
        at = max(at, change.start, change.end)
    return "".join([*text, base[at:]])


def changes(base: str, text: str) -> list[Change]:
    """How one comes from `base` to `text`, in order; no two of them touch the same letter of `base`."""
    start, end, last = _ends(base, text)
    words, others = _WORD.findall(base[start:end]), _WORD.findall(text[start:last])
    found, place, other = [], start, start
    for kept, gone, come in _hunks(words, others):
        place, other = place + kept, other + kept
        before, after = base[place : place + gone], text[other : other + come]
        first, end, last = _ends(before, after)
        if before != after:
            found.append(Change(place + first, place + end, after[first:last]))
        place, other = place + gone, other + come
    return found


def _ends(base: str, text: str) -> tuple[int, int, int]:
    """From where on two texts differ, and until where in each of them."""
    most = min(len(base), len(text))
    start = next((n for n in range(most) if base[n] != text[n]), most)
    tail = next((n for n in range(most - start) if base[-1 - n] != text[-1 - n]), most - start)
    return start, len(base) - tail, len(text) - tail


def _hunks(words: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """How many letters are the same, then how many are gone and how many have come, again and again."""
    path = _path(words, others) if len(words) + len(others) <= MOST_WORDS else None
    if path is None:
        yield 0, sum(map(len, words)), sum(map(len, others))
        return
    at, to, kept, gone, come = 0, 0, 0, 0, 0
    for x, y in path:
        while at < x or to < y:
            if at < x and to < y and words[at] == others[to] and x - at == y - to:
                if gone or come:
                    yield kept, gone, come
                    kept = gone = come = 0
                kept += len(words[at])
                at, to = at + 1, to + 1
            elif at < x and x - at > y - to:
                gone, at = gone + len(words[at]), at + 1
            else:
                come, to = come + len(others[to]), to + 1
    if gone or come:
        yield kept, gone, come


def _path(words: Sequence[str], others: Sequence[str]) -> list[tuple[int, int]] | None:
    """Where the shortest way from one to the other turns (Myers, 1986); None where it is too long."""
    reached, trace = {1: 0}, []
    for changed in count():
        if changed > MOST_CHANGES:
            return None
        trace.append(dict(reached))
        for k in range(-changed, changed + 1, 2):
            down = k == -changed or (k != changed and reached[k - 1] < reached[k + 1])
            x = reached[k + 1] if down else reached[k - 1] + 1
            while x < len(words) and x - k < len(others) and words[x] == others[x - k]:
                x += 1
            reached[k] = x
            if x >= len(words) and x - k >= len(others):
                return _turns(trace, x, x - k)
    raise AssertionError("a count does not end")


def _turns(trace: Sequence[Mapping[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    """The way back through what was reached, as points from the beginning to the end."""
    points = [(x, y)]
    for changed in range(len(trace) - 1, 0, -1):
        reached, k = trace[changed], x - y
        down = k == -changed or (k != changed and reached[k - 1] < reached[k + 1])
        before = k + 1 if down else k - 1
        from_x = reached[before]
        # After the one step away from `before`, and before it.
        points.append((from_x, from_x - before + 1) if down else (from_x + 1, from_x - before))
        x, y = from_x, from_x - before
        points.append((x, y))
    return points[::-1]
