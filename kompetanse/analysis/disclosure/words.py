"""Words, choices and free texts: what was said, without who said it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random

import pandas as pd

from kompetanse.analysis.disclosure.policy import Audience, PolicyError, region_policy_for
from kompetanse.analysis.disclosure.protected import ENGINE, Hidden, ProtectedTexts, ProtectedWords

#: The columns that `protect_words` reads: one row per person and word.
SAID_COLUMNS = ["word", "group", "participant"]
#: The columns of `ProtectedWords.frame`.
WORD_COLUMNS = ["word", "people"]

#: So many must have answered before what they wrote about a gathering goes to the facilitator.
FEEDBACK_FROM = 5


def protect_words(said: pd.DataFrame, audience: Audience, *, units: Mapping[str, str] | None = None) -> ProtectedWords:
    """Words or choices with how many people said them, as `audience` may see them.

    said: columns `SAID_COLUMNS`; a word that one person said twice counts once. units: which municipality (or other
    unit) each group belongs to; without it each group is one. In its own room a group sees every word that was said in
    it; outside, a word needs several people in several municipalities (S9).
    """
    if audience is Audience.REPORT:
        raise PolicyError("A report has no words but those that the group itself writes in it.")
    once = said[SAID_COLUMNS].drop_duplicates()
    if audience is Audience.ROOM:
        if once["group"].nunique() > 1:
            raise PolicyError("A room sees the words of its own group alone.")
        people, places = 1, 1
    else:
        policy = region_policy_for(audience, None)
        people, places = policy.word_people_from, policy.word_units_from
    rows, hidden = [], []
    for word, own in once.groupby("word"):
        where = {units.get(group, group) if units else group for group in own["group"]}
        if len(own) >= people and len(where) >= places:
            rows.append({"word": word, "people": len(own)})
        else:
            # The word itself would be in the log if it were named: the log is read by more than its writer.
            hidden.append(Hidden("", "word", "S9"))
    return ProtectedWords(pd.DataFrame(rows, columns=WORD_COLUMNS), audience, tuple(hidden), made_by=ENGINE)


def frozen_words(released: Iterable[Mapping[str, object]]) -> ProtectedWords:
    """Words of many groups as they were released; what too few have written is left out again (S9)."""
    people = region_policy_for(Audience.REGION, None).word_people_from
    rows = [{"word": str(row["word"]), "people": int(str(row["people"]))} for row in released]
    kept = [row for row in rows if int(str(row["people"])) >= people]
    return ProtectedWords(pd.DataFrame(kept, columns=WORD_COLUMNS), Audience.REGION, (), made_by=ENGINE)


def protect_texts(written: Iterable[tuple[str, str]], audience: Audience, *, released: bool) -> ProtectedTexts:
    """Free texts, by subject, that their writers let this audience see; others are never shown (S9).

    written: subject and text. released: the writers' own consent, which the log keeps (a member shares a comment with
    the group, a group ticks a text for its report). In the order of the alphabet: who came first would tell who wrote.
    """
    if audience in {Audience.REGION, Audience.PUBLIC}:
        raise PolicyError("No free text is shown outside the group by itself; the group puts it in its report.")
    texts = [(subject, text) for subject, text in written if text.strip()]
    if not released:
        return ProtectedTexts(
            {}, audience, tuple(Hidden(subject, "text", "S9") for subject, _ in texts), made_by=ENGINE
        )
    subjects = dict.fromkeys(subject for subject, _ in texts)
    found = {each: tuple(sorted(text for subject, text in texts if subject == each)) for each in subjects}
    return ProtectedTexts(found, audience, (), made_by=ENGINE)


def protect_feedback(written: Sequence[str], *, subject: str, answered: int, shuffle: Random) -> ProtectedTexts:
    """What members wrote about a gathering, to its facilitator: without group, shuffled, once five have answered.

    written: the texts of all groups of one date. answered: how many of that date have answered at all.
    """
    texts = [text for text in written if text.strip()]
    if answered < FEEDBACK_FROM:
        hidden = tuple(Hidden(subject, "text", "S1") for _ in texts)
        return ProtectedTexts({}, Audience.REGION, hidden, made_by=ENGINE)
    shuffle.shuffle(texts)
    return ProtectedTexts({subject: tuple(texts)}, Audience.REGION, (), made_by=ENGINE)
