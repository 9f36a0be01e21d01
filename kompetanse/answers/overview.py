"""What a facilitator may know of all groups: counts, dates and what has been done; never what anybody has answered.

How many have answered is counted as a group counts itself (`counting`), and as it was last night, so that nobody can
watch answers come in one by one and guess whose they are. Made-up groups have no days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from kompetanse.answers.counting import participations
from kompetanse.answers.erasure import shelf_of
from kompetanse.answers.gathering_dates import known_dates
from kompetanse.answers.moment import BOXES, Moment
from kompetanse.answers.release import Release
from kompetanse.language import Language
from kompetanse.programme.models import LeadershipGroup, Module, Programme

if TYPE_CHECKING:
    from kompetanse.answers.store import Transaction

#: How far a group's report has come: nothing to make it from, it can be made, the group has it, the group has
#: approved it, and the edition that it shares is made, too.
ReportState = Literal["not-yet", "draft", "with-group", "approved", "shared"]


@dataclass(frozen=True)
class GroupStatus:
    """One group, as its facilitator may know it.

    follows: it follows plenum. still_minutes: on the day of its gathering, how long its room has not moved on; else 0.
    changed: it has written something after it approved its report. shared: an approved report is there to be read.
    """

    group: LeadershipGroup
    answered: int = 0
    is_invited: bool = False
    is_revealed: bool = False
    has_actions: bool = False
    is_locked: bool = False
    follows: bool = False
    still_minutes: int = 0
    report: ReportState = "not-yet"
    changed: bool = False
    shared: bool = False


@dataclass(frozen=True)
class RunningPoll:
    """A poll of several groups: what it asks, in the reader's language, and how it stands."""

    code: str
    question: str
    gathering_date: date | None
    is_open: bool
    is_shown: bool


@dataclass(frozen=True)
class Overview:
    """All groups on one day. `words`: the polls of the preparation whose words have been released, by their steps."""

    today: date
    groups: tuple[GroupStatus, ...]
    polls: tuple[RunningPoll, ...] = ()
    released_words: tuple[str, ...] = ()
    #: When those who run the programme were last shown the groups together; None before that.
    region_released: date | None = None
    #: The module's dates, earliest first, also those that no group has chosen.
    dates: tuple[date, ...] = ()

    @property
    def is_made_up(self) -> bool:
        """Whether all groups are made up: these know no calendar."""
        return bool(self.groups) and all(each.group.made_up for each in self.groups)

    @property
    def day(self) -> date | None:
        """The gathering that is today, or the next; None after the last."""
        dates = {each.group.gathering_date for each in self.groups if each.group.gathering_date}
        return min((each for each in dates if each >= self.today), default=None)

    def on(self, day: date | None) -> tuple[GroupStatus, ...]:
        """The groups that gather on a day."""
        return tuple(each for each in self.groups if day is not None and each.group.gathering_date == day)


def overview(
    here: Transaction, home: Path, *, programme: Programme, module: Module, today: date, language: Language
) -> Overview:
    """All groups as they are now; how many have answered as it was last night."""
    midnight = datetime.combine(today, time.min).astimezone()
    found = _Found.of(here, module)
    groups = here.groups.all()
    counted = {
        **participations(here, [each for each in groups if not each.made_up], module=module.id, before=midnight),
        **participations(here, [each for each in groups if each.made_up], module=module.id),
    }
    moved = _Moved.of(here, module, groups, found, today)
    chosen = {group.gathering_date for group in groups if group.gathering_date}
    regional = here.releases.of_region(module.id, "region")
    runs = here.polls.all(programme.id, module.id, group=None)
    reports = {group.id: found.report(home, group) for group in groups}
    return Overview(
        today=today,
        groups=tuple(
            GroupStatus(
                group=group,
                answered=counted[group.id].answered,
                is_invited=group.id in found.invited,
                is_revealed=group.id in found.revealed,
                has_actions=group.id in found.with_actions,
                is_locked=found.moment(group).locked,
                follows=found.moment(group).follows,
                still_minutes=moved.still_minutes(group),
                report=reports[group.id].state,
                changed=reports[group.id].changed,
                shared=reports[group.id].shared,
            )
            for group in groups
        ),
        polls=tuple(
            RunningPoll(run.code, run.content.prompt.to(language), run.gathering_date, state.is_open, state.is_shown)
            for run in runs
            for state in (here.polls.state(run),)
        ),
        released_words=tuple(
            step.id for step in module.steps if step.kind == "poll" and here.releases.of_words(module.id, step.id)
        ),
        region_released=regional[-1].time.astimezone().date() if regional else None,
        dates=tuple(sorted({*known_dates(here, programme, module), *chosen})),
    )


@dataclass(frozen=True)
class _Found:
    """What the store says about the groups, by their ids."""

    invited: frozenset[str]
    revealed: frozenset[str]
    with_actions: frozenset[str]
    moments: dict[str, Moment]
    approvals: dict[str, Release]
    written: dict[str, int]

    @classmethod
    def of(cls, here: Transaction, module: Module) -> _Found:
        actions = [step.id for step in module.steps if step.kind == "actions"]
        planned = here.answers.current(module=module.id, participant="", step=actions) if actions else []
        shown = here.releases.all(module=module.id, audience="room")
        return cls(
            invited=frozenset(code.group for code in here.codes.all() if code.group and code.state in {"open", "used"}),
            revealed=frozenset(each.group for each in shown),
            with_actions=frozenset(each.group for each in planned),
            moments=here.moments.of_groups(module.id),
            approvals={each.group: each for each in here.releases.all(module=module.id, audience="report")},
            written=here.answers.newest_statements(module.id),
        )

    def moment(self, group: LeadershipGroup) -> Moment:
        return self.moments.get(group.id, Moment())

    def report(self, home: Path, group: LeadershipGroup) -> _Report:
        """How far the report has come: by what was approved, and by what lies in the home."""
        shelf, approval = shelf_of(home, group.id), self.approvals.get(group.id)
        if approval is not None:
            made = _made(shelf / "shared")
            # Made-up groups have approved theirs in a time that is still to come.
            is_fresh = made is not None and (made >= approval.time or approval.time > datetime.now(UTC))
            changed = self.written.get(group.id, 0) > approval.as_of
            return _Report("shared" if is_fresh else "approved", changed, made is not None)
        if _made(shelf / "group") is not None:
            return _Report("with-group")
        return _Report("draft" if group.id in self.revealed else "not-yet")


class _Report(NamedTuple):
    state: ReportState
    changed: bool = False
    shared: bool = False


@dataclass(frozen=True)
class _Moved:
    """When the rooms of today's gathering last moved on."""

    now: datetime
    times: dict[str, datetime]

    @classmethod
    def of(cls, here: Transaction, module: Module, groups: list[LeadershipGroup], found: _Found, today: date) -> _Moved:
        rooms = {group.id: found.moment(group) for group in groups if group.gathering_date == today}
        led = {name: moment.time for name, moment in rooms.items() if moment.time.astimezone().date() == today}
        if not led:
            return cls(datetime.now(UTC), {})
        # A room that nobody has led yet has stood still since the first of the others moved.
        begun, written = min(led.values()), here.answers.newest_statement_times(module.id)
        return cls(
            datetime.now(UTC),
            {
                name: max(begun, moment.time, written.get(name, begun), _time_is_out(moment) or begun)
                for name, moment in rooms.items()
                # Who follows plenum is led by the facilitator.
                if not moment.follows
            },
        )

    def still_minutes(self, group: LeadershipGroup) -> int:
        moved = self.times.get(group.id)
        return 0 if moved is None else max(0, int((self.now - moved).total_seconds() // 60))


def _time_is_out(moment: Moment) -> datetime | None:
    """When the time that a room has been given ends: as long as that it has something to do."""
    if moment.begun is None:
        return None
    return moment.begun + timedelta(minutes=sum(minutes for _, minutes in BOXES.get(moment.box, ())))


def _made(folder: Path) -> datetime | None:
    """When the report in a folder was made; None where there is none."""
    try:
        return datetime.fromtimestamp((folder / "kommunerapport.html").stat().st_mtime, UTC)
    except OSError:
        return None
