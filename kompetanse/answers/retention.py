"""How long single answers are kept: on which day those of a module are erased, and the erasing.

All of a module's go on one day, so that nobody can compare a picture of some with a picture of all. What groups have
stated stays, and so do the figures that were released. Practice groups that nobody uses go with everything.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kompetanse.answers.erased import Erased
from kompetanse.answers.erasure import remove_drafts, remove_shelf
from kompetanse.answers.practising import UNUSED, unused
from kompetanse.language import Language, translate
from kompetanse.programme.models import Programme

if TYPE_CHECKING:
    from kompetanse.answers.store import Store, Transaction

#: So long before the day it stands on the page of those who run the programme.
WARNED_BEFORE = timedelta(weeks=8)


@dataclass(frozen=True)
class Due:
    """The single answers of one module, and the day they are erased on."""

    module: str
    day: date
    because_compared: bool


def due_days(here: Transaction, programme: Programme) -> list[Due]:
    """When the answers of each module that has any are erased, the soonest first.

    The months are counted from the module's first answer, poll or cross group, so that nothing is older than that.
    """
    compared = _compared(here, programme)
    found = []
    firsts = here.polls.first_times(programme.id)
    for others in (here.answers.first_of_persons(programme.id), here.exchanges.first_times(programme.id)):
        for module, first in others.items():
            firsts[module] = min(first, firsts.get(module, first))
    for module, first in firsts.items():
        day = _months_after(first.astimezone().date(), programme.retention.months)
        sooner = compared is not None and compared < day
        found.append(Due(module, compared if compared and sooner else day, because_compared=sooner))
    return sorted(found, key=lambda due: (due.day, due.module))


def coming(store: Store, programme: Programme, today: date) -> list[Due]:
    """What is erased within the next weeks."""
    with store.reading() as here:
        return [due for due in due_days(here, programme) if due.day - WARNED_BEFORE <= today]


def erase_due(store: Store, programme: Programme, today: date) -> Erased:
    """Erases the single answers of every module whose day has come, and unused practice groups; what went, in numbers.

    Whoever makes reports forgets those of the groups that are `gone`.
    """
    total = Erased()
    with store.reading() as here:
        if not any(due.day <= today for due in due_days(here, programme)) and not unused(here, today):
            return total
    with store.writing() as here:
        for due in due_days(here, programme):
            if due.day > today:
                continue
            erased = here.erasing.delete(here.erasing.of_persons(programme.id, due.module))
            why = "compared" if due.because_compared else f"kept for {programme.retention.months} months"
            detail = f"module {due.module}, {why}: {erased.sentence}"
            here.audit.add("due_erasure", "operator", detail, programme=programme.id)
            remove_drafts(store.home, here, erased.groups)
            total += erased
        for group in unused(here, today):
            erased = here.erasing.delete(here.erasing.of_groups([group.id]))
            detail = f"practice, unused for {UNUSED.days} days: {erased.sentence}"
            here.audit.add("due_erasure", "operator", detail, group=group.id)
            remove_shelf(store.home, group.id)
            total += erased
    store.forget_erased()
    return total


def told_of_due(store: Store, programme: Programme, erased: Erased) -> str:
    """What went of what was due, and what is next."""
    with store.reading() as here:
        rest = due_days(here, programme)
    next_day = f"Next: module {rest[0].module} on {rest[0].day}." if rest else "No single answers are left."
    return f"Nothing was due. {next_day}" if erased.is_nothing else f"Erased {erased.sentence}. {next_day}"


def retention_words(programme: Programme, language: Language) -> str:
    """How long single answers are kept, for those who have given them."""
    kept = programme.retention
    longest = translate(
        "Enkeltsvarene i en modul slettes senest {months} måneder etter det første av dem.",
        language,
        months=kept.months,
    )
    if kept.compared_module is None:
        return longest
    sooner = translate(
        "De slettes før det når modul {number} er sammenlignet: {weeks} uker etter at tallene for regionen er vist.",
        language,
        number=kept.compared_module,
        weeks=kept.weeks_after,
    )
    return f"{longest} {sooner}"


def _compared(here: Transaction, programme: Programme) -> date | None:
    """The day that follows from the last module's comparison; None where that has not been released."""
    kept = programme.retention
    for module in programme.modules:
        if module.number == kept.compared_module and (shown := here.releases.of_region(module.id, "region")):
            return shown[0].time.astimezone().date() + timedelta(weeks=kept.weeks_after)
    return None


def _months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
