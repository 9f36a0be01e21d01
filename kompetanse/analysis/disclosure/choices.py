"""Points that members give away, and choices between a few answers: what they come to, without who gave what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from kompetanse.analysis.disclosure.policy import Audience, PolicyError, policy_for, region_policy_for
from kompetanse.analysis.disclosure.protected import ENGINE, Hidden, ProtectedChoices, ProtectedPoints
from kompetanse.analysis.disclosure.words import SAID_COLUMNS

#: The columns of `ProtectedPoints.frame`, and of `ProtectedChoices.frame`.
POINT_COLUMNS = ["subject", "people", "points"]
CHOICE_COLUMNS = ["choice", "people"]


def protect_points(given: Sequence[Mapping[str, int]], audience: Audience) -> ProtectedPoints:
    """What the points of a group's members come to, for its own room: a mean in tenths, and how many gave any.

    given: what each person gave, by subject. Nothing from fewer people than a mean needs (S1). Outside the room points
    are not shown at all: what follows from them, the group says itself when it chooses.
    """
    policy = policy_for(audience, None)
    if audience is not Audience.ROOM or policy.mean_from is None:
        raise PolicyError("Points are for the group's own room; a report has what the group chose.")
    subjects = dict.fromkeys(subject for each in given for subject in each)
    if len(given) < policy.mean_from:
        hidden = tuple(Hidden(subject, "points", "S1") for subject in subjects)
        return ProtectedPoints(pd.DataFrame(columns=POINT_COLUMNS), audience, hidden, made_by=ENGINE)
    rows = [
        {
            "subject": subject,
            "people": sum(bool(each.get(subject)) for each in given),
            "points": round(sum(each.get(subject, 0) for each in given) / len(given), 1),
        }
        for subject in subjects
    ]
    return ProtectedPoints(pd.DataFrame(rows, columns=POINT_COLUMNS), audience, (), made_by=ENGINE)


def protect_choices(
    said: pd.DataFrame, choices: Sequence[str], *, units: Mapping[str, str] | None = None
) -> ProtectedChoices:
    """How many in all groups together gave each of a few answers, for those who run the programme.

    said: columns `SAID_COLUMNS`, one row per person; `choices` are the answers there are, in their order. units: which
    municipality each group belongs to. Nothing from fewer municipalities than a regional figure needs (S1), nothing
    where all, or all but one, answered alike (S3). An answer needs as many people in as many municipalities as a word
    (S9); where what is hidden would follow from the total, the smallest other answer is hidden, too (S4).
    """
    policy = region_policy_for(Audience.REGION, None)
    once = said[SAID_COLUMNS].drop_duplicates()
    where = [units.get(group, group) if units else group for group in once["group"]]
    once = once.assign(unit=where)
    count = {choice: int((once["word"] == choice).sum()) for choice in choices}
    total, places = sum(count.values()), once["unit"].nunique()
    if places < policy.units_from:
        return _choices({}, choices, 0, [Hidden(choice, "people", "S1") for choice in choices])
    if max(count.values(), default=0) >= total - 1:
        return _choices({}, choices, 0, [Hidden(choice, "people", "S3") for choice in choices])
    spread = {choice: once.loc[once["word"] == choice, "unit"].nunique() for choice in choices}
    shown = {
        choice: people
        for choice, people in count.items()
        if people >= policy.word_people_from and spread[choice] >= policy.word_units_from
    }
    hidden = [Hidden(choice, "people", "S9") for choice in choices if choice not in shown]
    while shown and _follows(choices, count, shown, policy.word_people_from):
        smallest = min(shown, key=lambda choice: (shown[choice], choices.index(choice)))
        del shown[smallest]
        hidden.append(Hidden(smallest, "people", "S4"))
    return _choices(shown, choices, total if shown else 0, hidden)


def _follows(choices: Iterable[str], count: Mapping[str, int], shown: Mapping[str, int], fewest: int) -> bool:
    """Whether the answers of a few people follow from the total and what is shown of the rest."""
    rest = [count[choice] for choice in choices if choice not in shown]
    return 0 < sum(rest) < fewest or (len(rest) == 1 and sum(rest) > 0)


def _choices(
    shown: Mapping[str, int], choices: Sequence[str], total: int, hidden: Sequence[Hidden]
) -> ProtectedChoices:
    rows = [{"choice": choice, "people": shown.get(choice)} for choice in choices]
    frame = pd.DataFrame(rows, columns=CHOICE_COLUMNS).astype({"people": "float64"})
    return ProtectedChoices(frame, Audience.REGION, tuple(hidden), people=total, made_by=ENGINE)
