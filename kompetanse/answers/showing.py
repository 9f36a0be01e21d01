"""Showing a group what its members have given each by themselves: the contact's buttons, and what is shown then.

Once something is shown it is locked, and doing it again shows the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kompetanse.answers.answer import Answer, to_json
from kompetanse.answers.counting import who_answered
from kompetanse.answers.deputies import keep_out
from kompetanse.answers.leading import note_reveal
from kompetanse.answers.release import Release
from kompetanse.answers.sharing import hash_of, of_persons
from kompetanse.errors import AccessDenied, InputError
from kompetanse.language import Language, translate
from kompetanse.programme.models import Module, Programme

if TYPE_CHECKING:
    from kompetanse.answers.store import Transaction

#: With fewer, a figure would show one person's answers to another.
FEWEST_SHOWN = 3


@dataclass(frozen=True)
class PointsGiven:
    """How many have given their points away, and what each has given, in no order of persons; None before it is shown.

    None again where so much has been erased that too few are left.
    """

    people: int
    given: tuple[dict[str, int], ...] | None = None


def show_answers(
    here: Transaction, programme: Programme, module: Module, *, group: str, round: int, language: Language
) -> Release:
    """«Vis gruppas svar»: shows the group its answers of a round and locks them; AccessDenied where it may not yet."""
    shown, found = here.releases.newest(group, module.id, "room", round=round), here.groups.get(group)
    if shown is not None:
        return shown
    if found is None:
        raise InputError(f"There is no group {group!r:.80} in this home.")
    there = who_answered(here, module=module.id, group=group, round=round)
    counted = len(there.leaders) + len(there.filling(found.invited))
    _check_how_many(counted, len(there.leaders), found.invited, language=language)
    keep_out(here, there.without_place(found.invited), module=module, group=found, programme=programme)
    as_of = here.answers.latest()
    shown_hash = hash_of(of_persons(here, module, group, as_of=as_of, round=round))
    detail = f"module {module.id}, {counted} have answered"
    here.audit.add("reveal", "contact", detail, group=group, programme=programme.id)
    note_reveal(here, module=module.id, group=group, round=round)
    return here.releases.add(group, module.id, "room", as_of=as_of, hash=shown_hash, round=round)


def show_points(here: Transaction, programme: Programme, module: Module, *, group: str, language: Language) -> Release:
    """«Vis poengene»: shows the group what the points of its members come to, and locks them."""
    shown = here.releases.newest(group, module.id, "points")
    if shown is not None:
        return shown
    given = _points(here, module=module.id, group=group, as_of=None)
    found = here.groups.get(group)
    _check_how_many(len(given), len(given), found.invited if found else None, language=language)
    detail = f"module {module.id}, {len(given)} have given points"
    here.audit.add("reveal", "contact", detail, group=group, programme=programme.id)
    return here.releases.add(group, module.id, "points", as_of=here.answers.latest(), hash=hash_of(given.values()))


def points_of(here: Transaction, *, module: str, group: str) -> PointsGiven:
    """What a group may know of the points that its members have given away."""
    shown = here.releases.newest(group, module, "points")
    given = _points(here, module=module, group=group, as_of=shown.as_of if shown else None)
    if shown is None or len(given) < FEWEST_SHOWN:
        return PointsGiven(len(given))
    return PointsGiven(len(given), tuple(sorted((each.value for each in given.values()), key=to_json)))


def _points(here: Transaction, *, module: str, group: str, as_of: int | None) -> dict[str, Answer]:
    """What each person has given last: nobody counts twice, whatever round or step a page might name."""
    found = here.answers.current(as_of, group=group, module=module, aspect="points", round=1)
    return {each.participant: each for each in found if each.participant}


def _check_how_many(answered: int, leaders: int, invited: int | None, *, language: Language) -> None:
    if answered < FEWEST_SHOWN:
        words = translate("Minst {fewest} må svare før svarene kan vises.", language, fewest=FEWEST_SHOWN)
        raise AccessDenied(words)
    if invited and leaders > invited:
        # Somebody counts twice, or somebody is there who should not be: then few may look like many.
        words = translate("Flere har svart enn gruppa er. Rett størrelsen på forsiden før svarene vises.", language)
        raise AccessDenied(words)
