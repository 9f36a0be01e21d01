"""The facilitator's compass: what is worth doing now, said by plain rules. It says so, and does nothing by itself.

A rule looks at the day, the dates of the module and what the groups have done, and answers with a hint or with nothing.
They stand in the order of what cannot wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kompetanse.answers.overview import GroupStatus, Overview
from kompetanse.language import Language, day, translate
from kompetanse.programme.models import Module, Phase, PhaseKind, Step
from kompetanse.programme.municipality import place_title

#: Minutes that a room may stand still on the day before somebody should look in.
STILL_FROM = 10
#: Groups are made ready so long before the preparation opens.
READY = timedelta(days=14)
#: A group is reminded when so little is left until its gathering.
REMIND = timedelta(days=10)
#: An approval is asked for again so long after the gathering; by then a date is locked, or left open.
APPROVE = timedelta(days=5)
#: The words of the preparation open the gathering, so they are looked through before it.
WORDS = timedelta(days=2)
#: After a date the groups are shown together where so many of those who gathered have shown themselves their answers.
FEWEST_OF_A_DATE = 5
#: So many groups are named; of more one is told how many.
MOST_NAMED = 3


@dataclass(frozen=True)
class Hint:
    """One thing worth doing: what is so and what to do, and where, if that is a page of ours."""

    rule: str
    text: str
    href: str = ""
    action: str = ""


@dataclass(frozen=True)
class Where:
    """All that a rule looks at."""

    overview: Overview
    module: Module
    language: Language
    #: The gathering that somebody has asked for.
    chosen: date | None = None

    @property
    def day(self) -> date | None:
        """The gathering that is asked for; else today's, or the next."""
        return self.chosen or self.overview.day

    @property
    def today(self) -> date:
        """The day that it is."""
        return self.overview.today

    def phase(self, kind: PhaseKind) -> Phase | None:
        """The phase of this kind, where the module has one."""
        return next((phase for phase in self.module.phases if phase.kind == kind), None)

    def opens_within(self, before: timedelta) -> bool:
        """Whether the preparation has opened, or will so soon; made-up groups know no calendar."""
        preparation = self.phase("preparation")
        return self.overview.is_made_up or preparation is None or self.today >= preparation.opens - before

    def those(self, wanted: Callable[[GroupStatus], bool]) -> list[GroupStatus]:
        """The groups of which this is so, by name."""
        return by_name(each for each in self.overview.groups if wanted(each))

    def who(self, groups: list[GroupStatus]) -> str:
        """The groups in words: by their names where they are few."""
        if len(groups) > MOST_NAMED:
            return translate("{count} grupper", self.language, count=len(groups))
        names = [place_of(each) for each in groups]
        if len(names) == 1:
            return names[0]
        return translate("{first} og {last}", self.language, first=", ".join(names[:-1]), last=names[-1])

    def is_over(self, status: GroupStatus, *, since: timedelta = timedelta()) -> bool:
        """Whether the group's gathering has been, so long ago; of made-up groups, whether they have seen answers."""
        if status.group.made_up:
            return status.is_revealed
        gathered = status.group.gathering_date
        return gathered is not None and gathered + since < self.today


Rule = Callable[[Where], Hint | None]


def hints(where: Where) -> tuple[Hint, ...]:
    """What is worth doing now, the most urgent first; nothing where nothing is."""
    return tuple(hint for rule in RULES if (hint := rule(where)) is not None)


def place_of(status: GroupStatus) -> str:
    """The group's municipality with its Sámi form; its own name where it has none or several."""
    return place_title(status.group.municipalities, otherwise=status.group.name)


def by_name(groups: Iterable[GroupStatus]) -> list[GroupStatus]:
    """Groups in the order of their names, which is the only order that they have."""
    return sorted(groups, key=lambda each: place_of(each).casefold())


def is_under_half(status: GroupStatus) -> bool:
    """Whether fewer than half of those who are invited have answered."""
    return status.group.invited is not None and status.answered < status.group.invited / 2


def is_stuck(status: GroupStatus) -> bool:
    """Whether the group's room has stood still for too long on its day."""
    return status.still_minutes > STILL_FROM


def region_day(overview: Overview) -> date | None:
    """The last gathering that is over and after which the groups may be shown together; None while there is none."""
    dates = {each.group.gathering_date for each in overview.groups if each.group.gathering_date}
    over = [each for each in dates if overview.is_made_up or each < overview.today]
    ready = [each for each in over if sum(one.is_revealed for one in overview.on(each)) >= FEWEST_OF_A_DATE]
    return max(ready, default=None)


def stuck(where: Where) -> Hint | None:
    """On the day: rooms that have stood still."""
    if not (groups := where.those(is_stuck)):
        return None
    words = translate(
        "{who} har ikke gått videre på {minutes} minutter. Ring, eller stikk innom.",
        where.language,
        who=where.who(groups),
        minutes=STILL_FROM,
    )
    return Hint("stuck", words)


def without_contact(where: Where) -> Hint | None:
    """Groups that nobody can be called for."""
    groups = where.those(lambda each: each.group.contact is None)
    if not groups or not where.opens_within(READY):
        return None
    words = translate("{who} mangler kontakt. Finn en denne uka.", where.language, who=where.who(groups))
    return Hint("without-contact", words)


def without_date(where: Where) -> Hint | None:
    """Groups that have chosen no date."""
    groups = where.those(lambda each: each.group.gathering_date is None)
    if not groups or not where.opens_within(READY):
        return None
    words = translate("{who} mangler dato. Ring denne uka.", where.language, who=where.who(groups))
    return Hint("without-date", words)


def without_size(where: Where) -> Hint | None:
    """Groups of which nobody knows how many they are."""
    groups = where.those(lambda each: each.group.invited is None)
    if not groups or not where.opens_within(READY):
        return None
    words = translate(
        "{who} mangler størrelse. Be kontakten skrive hvor mange som er invitert.",
        where.language,
        who=where.who(groups),
    )
    return Hint("without-size", words)


def without_invitation(where: Where) -> Hint | None:
    """Groups that no code was made for."""
    groups = where.those(lambda each: not each.is_invited)
    if not groups or not where.opens_within(READY):
        return None
    words = translate("{who} har ikke fått invitasjon. Lag arkene.", where.language, who=where.who(groups))
    return Hint("without-invitation", words, "/inviter", translate("Inviter gruppene", where.language))


def few_answers(where: Where) -> Hint | None:
    """Groups that gather soon, of which less than half have answered."""

    def is_soon(each: GroupStatus) -> bool:
        gathers = each.group.gathering_date
        return gathers is not None and where.today <= gathers <= where.today + REMIND

    groups = where.those(lambda each: is_under_half(each) and is_soon(each) and not each.is_revealed)
    if not groups or not where.opens_within(timedelta()):
        return None
    words = translate(
        "{who} har under halvparten av svarene, og samles snart. Påminn hele gruppa.",
        where.language,
        who=where.who(groups),
    )
    return Hint("few-answers", words, "/paminn", translate("Påminn gruppene", where.language))


def words_wait(where: Where) -> Hint | None:
    """The words that open the gathering have not been looked through."""
    first = min(where.module.gathering_dates, default=None)
    if first is None or where.today < first - WORDS:
        return None
    if all(step.id in where.overview.released_words for step in word_polls(where.module)):
        return None
    words = translate("Ordene fra forarbeidet åpner samlingen, og er ikke sluppet. Se gjennom dem.", where.language)
    return Hint("words-wait", words, "/slipp", translate("Slipp", where.language))


def word_polls(module: Module) -> list[Step]:
    """The polls of the preparation that ask for words."""
    steps = [step for phase in module.phases if phase.kind == "preparation" for step in phase.steps]
    return [step for step in steps if step.kind == "poll" and step.content.form == "words"]


def unlocked(where: Where) -> Hint | None:
    """A date that has just been, with groups that are not locked; later they mend what they have written."""
    dates = {each.group.gathering_date for each in where.overview.groups if not each.group.made_up}
    last = max((each for each in dates if each and each < where.today <= each + APPROVE), default=None)
    groups = where.those(lambda each: each.group.gathering_date == last and not each.is_locked)
    if last is None or not groups:
        return None
    words = translate(
        "Samlingen {day} er over, og ikke låst for {who}. Lås datoen.",
        where.language,
        day=day(last, where.language),
        who=where.who(groups),
    )
    return Hint("unlocked", words, "/las", translate("Lås en dato", where.language))


def without_draft(where: Where) -> Hint | None:
    """Groups whose report can be made."""
    groups = where.those(lambda each: each.report == "draft" and where.is_over(each))
    if not groups:
        return None
    words = translate(
        "{who} venter på utkast til rapport. Det bør komme innen to virkedager.",
        where.language,
        who=where.who(groups),
    )
    return Hint("without-draft", words, "/rapporter", translate("Lag rapporter", where.language))


def not_approved(where: Where) -> Hint | None:
    """Groups that have had their draft for a while."""
    groups = where.those(lambda each: each.report == "with-group" and where.is_over(each, since=APPROVE))
    if not groups:
        return None
    words = translate(
        "{who} har ikke godkjent rapporten ennå. Minn kontaktene på det.", where.language, who=where.who(groups)
    )
    return Hint("not-approved", words, "/paminn", translate("Påminn gruppene", where.language))


def not_shared(where: Where) -> Hint | None:
    """Reports that are approved, and whose shared edition is not made."""
    groups = where.those(lambda each: each.report == "approved")
    if not groups:
        return None
    words = translate("{who} har godkjent rapporten. Slipp den delte utgaven.", where.language, who=where.who(groups))
    return Hint("not-shared", words, "/slipp", translate("Slipp", where.language))


def region_waits(where: Where) -> Hint | None:
    """A date is over, and the groups have not been shown together since."""
    over, last = region_day(where.overview), where.overview.region_released
    if over is None or (last is not None and (where.overview.is_made_up or last > over)):
        return None
    words = translate(
        "Tallene for kommunene samlet kan slippes etter samlingen {day}.", where.language, day=day(over, where.language)
    )
    return Hint("region-waits", words, "/slipp", translate("Slipp", where.language))


def without_actions(where: Where) -> Hint | None:
    """Groups that have gathered and planned nothing."""
    groups = where.those(lambda each: each.is_revealed and where.is_over(each) and not each.has_actions)
    if not groups:
        return None
    words = translate(
        "{who} har ikke skrevet tiltak. Ring og spør hva som skal til.", where.language, who=where.who(groups)
    )
    return Hint("without-actions", words)


#: The rules, the most urgent first.
RULES: Final[tuple[Rule, ...]] = (
    stuck, without_contact, without_date, without_size, without_invitation, few_answers, words_wait, unlocked,
    without_draft, not_approved, not_shared, region_waits, without_actions,
)  # fmt: skip
