"""What a facilitator may know of all groups: as it was last night, and nothing that anybody has answered."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest

from kompetanse.answers.answer import Answer
from kompetanse.answers.erasure import erase_participant, shelf_of
from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.moment import Lead
from kompetanse.answers.overview import GroupStatus
from kompetanse.answers.session import Role, Session
from kompetanse.answers.store import Store
from kompetanse.errors import AccessDenied
from kompetanse.programme.models import LeadershipGroup, Programme

MODULE, ITEM = "modul-1", "endringer-rundt-oss"
DAY = date(2026, 12, 8)

Make = Callable[..., Draft]


@pytest.fixture
def facilitator(logs: Any) -> AnswerLog:
    log: AnswerLog = logs.of("facilitator", group=None)
    return log


def of(log: AnswerLog, group: str = "fauske") -> GroupStatus:
    return next(each for each in log.overview(MODULE).groups if each.group.id == group)


def put(store: Store, group: str = "fauske", **changed: Any) -> LeadershipGroup:
    found = store.group(group)
    assert found
    changed_group = found.model_copy(update=changed)
    store.put_group(changed_group)
    return changed_group


@pytest.mark.parametrize("role", ["leader", "contact", "room", "analyst"])
def test_it_is_for_those_who_run_the_programme(logs: Any, role: Role) -> None:
    log = logs.of(role, group=None if role == "analyst" else "fauske")
    for call in (log.overview, lambda module: log.lock_date(module, DAY, locked=True)):
        with pytest.raises(AccessDenied):
            call(MODULE)


def test_nothing_in_it_is_an_answer() -> None:
    kinds = {each.name: each.type for each in fields(GroupStatus)}
    assert kinds == {
        "group": "LeadershipGroup", "answered": "int", "is_invited": "bool", "is_revealed": "bool",
        "has_actions": "bool", "is_locked": "bool", "follows": "bool", "still_minutes": "int",
        "report": "ReportState", "changed": "bool", "shared": "bool",
    }  # fmt: skip


def test_answers_of_real_groups_count_from_the_next_day(
    logs: Any, facilitator: AnswerLog, draft: Make, store: Store, programme: Programme
) -> None:
    for name in ("kari", "per"):
        logs.of(name=name).append([draft(ITEM, 3)])
    assert of(facilitator).answered == 2
    put(store, made_up=False)
    assert of(facilitator).answered == 0
    tomorrow = date.today() + timedelta(days=1)
    assert of(AnswerLog(facilitator.session, store, programme, today=lambda: tomorrow)).answered == 2


class Group:
    """A group as a test keeps count of it: who has answered what, and who was among those that it saw."""

    def __init__(self, store: Store, id: str, chance: Random):
        self.store, self.id, self.chance = store, id, chance
        self.invited = chance.choice([None, 2, 4, 6])
        store.put_group(LeadershipGroup(id=id, name=id, invited=self.invited))
        with store.writing() as here:
            self.leaders = [here.groups.join(id, "leader") for _ in range(5)]
            self.deputies = [here.groups.join(id, "leader", deputy=True) for _ in range(3)]
        self.answered: dict[str, set[str]] = {each: set() for each in (*self.leaders, *self.deputies)}
        self.seen: set[str] | None = None

    @property
    def count(self) -> int:
        there = {each for each, items in self.answered.items() if items} if self.seen is None else self.seen
        leaders = len(there & {*self.leaders})
        deputies = len(there) - leaders
        return leaders + (deputies if self.invited is None else min(deputies, max(self.invited - leaders, 0)))

    def go_on(self, when: datetime) -> None:
        """One of them does something, or all see their answers."""
        who, item = self.chance.choice(list(self.answered)), self.chance.choice("ab")
        deed = self.chance.choice(["answer"] * 6 + ["take back", "erase", "reveal"])
        if deed == "reveal" and self.seen is None:
            self.seen = {each for each, items in self.answered.items() if items}
            self.store.release(self.id, MODULE, "room", self.store.latest(), "")
        elif deed == "erase":
            erase_participant(self.store, who, role="leader")
            self.answered[who] = set()
            self.seen = self.seen and self.seen - {who}
        elif deed in {"answer", "take back"} and who not in (self.seen or ()):
            self.answered[who] = (self.answered[who] | {item}) if deed == "answer" else self.answered[who] - {item}
            self.store.append([Answer(
                id=f"random-{secrets.token_hex(8)}", time=when, programme="p", version="1", module=MODULE, step="evne",
                round=1, subject=item, aspect="as-is", group=self.id, municipality=None, participant=who,
                value=3 if deed == "answer" else None,
            )])  # fmt: skip


def test_a_facilitator_is_told_what_the_groups_counted_themselves(
    logs: Any, facilitator: AnswerLog, store: Store, programme: Programme
) -> None:
    """Late answers, deputies with a place and without, what is taken back and what is erased, in any order."""
    operator, chance = logs.operator(), Random(11)
    groups = [Group(store, f"tilfeldig-{number}", chance) for number in range(8)]
    midnight = datetime.combine(date.today(), time.min).astimezone()

    def told(today: date) -> list[int]:
        log = AnswerLog(facilitator.session, store, programme, today=lambda: today)
        return [of(log, each.id).answered for each in groups]

    for when in (midnight - timedelta(minutes=5), midnight + timedelta(seconds=1)):
        for each in groups * 20:
            each.go_on(when)
        counted, as_of = [each.count for each in groups], store.latest()
        assert told(when.date() + timedelta(days=1)) == counted
        assert [operator.participation(MODULE, each.id, as_of=as_of).answered for each in groups] == counted
        if when < midnight:
            assert told(when.date()) == [0] * len(groups)
    # What was erased today is gone from yesterday, too.
    last_night = max(each.seq or 0 for each in store.changed_since(0) if each.time < midnight)
    then = [operator.participation(MODULE, each.id, as_of=last_night).answered for each in groups]
    assert told(date.today()) == then
    assert sum(operator.participation(MODULE, each.id).late for each in groups) > 3
    assert len({*then}) > 1


def test_the_report_goes_from_draft_to_the_group_and_is_shared_once_it_is_approved(
    logs: Any, facilitator: AnswerLog, draft: Make, store: Store
) -> None:
    shelf = shelf_of(store.home, "fauske")

    def made(edition: str, *, at: datetime | None = None) -> None:
        (shelf / edition).mkdir(parents=True, exist_ok=True)
        (shelf / edition / "kommunerapport.html").write_text("x")
        if at:
            os.utime(shelf / edition / "kommunerapport.html", (at.timestamp(), at.timestamp()))

    contact = logs.of("contact", name="ida")
    assert of(facilitator).report == "not-yet"
    for name in ("kari", "per", "ole"):
        logs.of(name=name).append([draft(ITEM, 3)])
    contact.reveal(MODULE)
    assert of(facilitator).report == "draft"
    made("group")
    assert of(facilitator).report == "with-group"
    contact.approve(MODULE)
    assert (of(facilitator).report, of(facilitator).shared) == ("approved", False)
    made("shared", at=datetime.now(UTC) - timedelta(hours=1))
    assert (of(facilitator).report, of(facilitator).shared) == ("approved", True)
    made("shared")
    os.utime(shelf / "shared" / "kommunerapport.html")
    assert (of(facilitator).report, of(facilitator).changed) == ("shared", False)
    contact.append([draft("1", {"what": "Øve"}, aspect="action", step="tiltak")])
    assert (of(facilitator).changed, of(facilitator).has_actions) == (True, True)


def test_a_room_stands_still_only_on_its_day_and_while_it_has_nothing_to_do(
    logs: Any, facilitator: AnswerLog, draft: Make, store: Store
) -> None:
    today = date.today()
    put(store, gathering_date=today)
    contact = logs.of("contact", name="ida")

    def half_an_hour_ago(lead: Lead) -> None:
        now = contact.lead(MODULE, lead)
        before = now.time - timedelta(minutes=30)
        with store.writing() as here:
            here.moments.add(replace(now, time=before, begun=now.begun and before), module=MODULE, group="fauske")

    assert of(facilitator).still_minutes == 0
    half_an_hour_ago(Lead("hidden"))
    if (datetime.now().astimezone() - timedelta(minutes=31)).date() != today:
        # Half an hour ago was yesterday, and nobody has begun today.
        assert of(facilitator).still_minutes == 0
        return
    assert of(facilitator).still_minutes in {30, 31}
    half_an_hour_ago(Lead("hidden", box="15"))
    assert of(facilitator).still_minutes in {15, 16}
    half_an_hour_ago(Lead("hidden", follows=True))
    assert of(facilitator).still_minutes == 0
    half_an_hour_ago(Lead("hidden"))
    logs.of().append([draft("1", {"what": "Øve"}, aspect="action", step="tiltak")])
    assert of(facilitator).still_minutes == 0
    put(store, gathering_date=today + timedelta(days=1))
    assert of(facilitator).still_minutes == 0


def test_a_date_is_locked_for_its_groups_alone_and_once(
    logs: Any, facilitator: AnswerLog, draft: Make, store: Store
) -> None:
    put(store, gathering_date=DAY)
    put(store, "bodo", gathering_date=DAY + timedelta(days=2))
    contact = logs.of("contact", name="ida")
    contact.lead(MODULE, Lead("hidden", box="7"))
    begun = contact.moment(MODULE).begun
    assert facilitator.lock_date(MODULE, DAY, locked=True) == ["fauske"]
    revision = store.revision()
    assert facilitator.lock_date(MODULE, DAY, locked=True) == []
    assert store.revision() == revision
    agreed = draft("omverdensblikk", 3, aspect="agreed", step="felles-vurdering")
    with pytest.raises(AccessDenied, match="låst"):
        contact.append([agreed])
    # What comes of it afterwards can be written.
    contact.append([draft("til-politikerne", "Vi øver.", aspect="answer", step="veien-videre")])
    now = contact.moment(MODULE)
    assert (now.name, now.box, now.begun, now.locked) == ("hidden", "7", begun, True)
    assert not of(facilitator, "bodo").is_locked
    # The group's own contact may open it, to mend what was written.
    contact.lead(MODULE, Lead("hidden", box="7"))
    contact.append([agreed])
    assert facilitator.lock_date(MODULE, DAY, locked=True) == ["fauske"]
    assert facilitator.lock_date(MODULE, DAY, locked=False) == ["fauske"]
    assert not of(facilitator).is_locked


@pytest.mark.parametrize("call", ["reveal", "approve", "lead"])
def test_a_facilitator_can_never_show_a_group_its_answers(
    logs: Any, facilitator: AnswerLog, draft: Make, call: str
) -> None:
    for name in ("kari", "per", "ole"):
        logs.of(name=name).append([draft(ITEM, 3)])
    arguments = (MODULE, Lead("revealed")) if call == "lead" else (MODULE,)
    # Not even one who claims to sit in a group's room.
    forged = AnswerLog(
        Session("facilitator", "", "fauske", "p-x", "nb", None), facilitator._store, facilitator._programme
    )
    for log in (facilitator, forged):
        with pytest.raises(AccessDenied):
            getattr(log, call)(*arguments)
    facilitator.lead_plenum(MODULE, DAY, Lead("revealed"))
    assert not of(facilitator).is_revealed
