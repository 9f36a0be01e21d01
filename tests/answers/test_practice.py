"""A practice group's invented members answer by themselves, and nothing of it counts or is left anywhere."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kompetanse.answers import practising
from kompetanse.answers.demo.acting import Acting
from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.errors import AccessDenied, InputError
from kompetanse.importers.plain_csv import export_answers
from kompetanse.programme.models import LeadershipGroup, Module, Programme
from tests.answers.conftest import make_draft
from tests.answers.test_operator_erasure import tables_with

TODAY = date(2026, 11, 27)
THEME = "omverdensblikk"


@dataclass
class Clock:
    """A time that the test sets."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Practice:
    """One practice group, its time, and whoever practises as its contact."""

    store: Store
    programme: Programme
    group: LeadershipGroup
    clock: Clock
    acting: Acting
    contact: AnswerLog

    @property
    def module(self) -> Module:
        return self.programme.modules[0]

    def after(self, seconds: float) -> int:
        """How many answers come when so much time has passed."""
        self.clock.now += timedelta(seconds=seconds)
        return self.acting.act(self.module)

    @property
    def answered(self) -> int:
        return self.contact.participation(self.module.id).answered


def begun(store: Store, programme: Programme) -> LeadershipGroup:
    with store.writing() as here:
        made = practising.begin(here, programme.modules[0], today=TODAY, by="facilitator", language="nb")
        return practising.practice_group(here, made)


@pytest.fixture
def practice(store: Store, programme: Programme) -> Practice:
    group = begun(store, programme)
    assert group.practice is not None
    code = store.create_code("contact", group.id)
    entry = store.enter(code)
    assert entry
    clock = Clock(group.practice)
    session = Session("contact", programme.id, group.id, entry.participant, "nb", None)
    acting = Acting(store, programme, clock)
    return Practice(store, programme, group, clock, acting, AnswerLog(session, store, programme))


def state(text: str, aspect: str, value: Any, *, step: str = "felles-vurdering") -> Draft:
    return make_draft(text, value, aspect=aspect, step=step)


def test_members_answer_one_after_the_other_and_only_once(practice: Practice) -> None:
    assert practice.after(0) == 0
    seen = []
    for _ in range(24):
        practice.after(10)
        seen.append(practice.answered)
    assert seen == sorted(seen)
    assert {1, 3, practising.MEMBERS} <= set(seen)
    assert seen[1] < practising.MEMBERS
    assert seen[-1] == practising.MEMBERS < practising.PLACES == practice.group.invited
    given = practice.store.changed_since(0, group=practice.group.id)
    assert len(given) > 200
    assert all(each.made_up for each in given)
    assert practice.after(3600) == 0
    # A server that was started again says nothing twice.
    assert Acting(practice.store, practice.programme, practice.clock).act(practice.module) == len(given)
    assert practice.store.changed_since(0, group=practice.group.id) == given


def test_whoever_practises_goes_all_the_way(practice: Practice) -> None:
    module = practice.module.id
    practice.after(300)
    practice.contact.reveal(module)
    assert practice.after(60) == 0
    practice.contact.append([state(THEME, "discussed", True), state(THEME, "agreed", 3)])
    practice.clock.now = datetime.now(UTC)
    assert practice.after(60) >= practising.MEMBERS - 1
    practice.contact.reveal(module, 2)
    again = practice.contact.revealed(module, 2)
    assert again
    assert {each.round for each in again} == {2}
    practice.contact.append([state(THEME, "priority", True, step="prioriteringer")])
    practice.contact.approve(module)
    assert practice.after(120) > 0
    feedback = {step.id for step in practice.module.steps if step.kind == "feedback"}
    assert practice.store.current(group=practice.group.id, step=feedback)


def test_who_has_not_answered_when_the_group_sees_its_answers_comes_late(practice: Practice) -> None:
    practice.after(75)
    shown = practice.answered
    assert 3 <= shown < practising.MEMBERS
    practice.contact.reveal(practice.module.id)
    practice.after(300)
    counted = practice.contact.participation(practice.module.id)
    assert (counted.answered, counted.late) == (shown, practising.MEMBERS - shown)
    seen = {each.participant for each in practice.contact.revealed(practice.module.id) or ()}
    assert len(seen) == shown


def test_practice_counts_nowhere(practice: Practice, logs: Any, tmp_path: Path) -> None:
    module, own = practice.module.id, practice.group.id
    practice.after(300)
    practice.contact.reveal(module)
    operator = logs.operator()
    assert own not in {each.id for each in practice.store.groups()}
    assert own not in {each.id for each in operator.groups()}
    assert own not in {each.group for each in operator.everything(module)}
    assert own not in {each.group for each in operator.shown_in_rooms(module)}
    # Its own report is made from it all the same.
    assert operator.everything(module, own)
    with practice.store.reading() as here:
        assert here.answers.first_of_persons(practice.programme.id) == {}
    summary = export_answers(practice.store, tmp_path / "out.csv")
    for path in (summary.path, summary.members_path):
        with path.open() as file:
            assert not [row for row in csv.DictReader(file) if own in row.values()]


def test_practice_begins_again_from_the_beginning(practice: Practice) -> None:
    practice.after(300)
    practice.contact.reveal(practice.module.id)
    room = practice.store.create_code("room", practice.group.id)
    with practice.store.writing() as here:
        practising.begin_again(here, practice.group.id, practice.module, today=TODAY, by="contact")
        again = practising.practice_group(here, practice.group.id)
    assert tables_with(practice.store, practice.group.id) == {
        "leadership_group", "participation", "access_code", "audit",
    }  # fmt: skip
    assert practice.answered == 0
    assert not practice.contact.is_revealed(practice.module.id)
    assert practice.store.enter(room)
    assert again.practice is not None
    assert practice.group.practice is not None
    assert again.practice > practice.group.practice
    practice.clock.now = again.practice
    practice.after(300)
    assert practice.answered == practising.MEMBERS


def test_removed_practice_leaves_no_orphan(practice: Practice) -> None:
    practice.after(300)
    practice.contact.reveal(practice.module.id)
    practising.remove(practice.store, practice.group.id, by="facilitator")
    # What was done stays, and tells of no answer.
    assert tables_with(practice.store, practice.group.id) == {"audit"}
    assert practice.after(300) == 0
    with practice.store.reading() as here:
        assert here.groups.practising() == []


def test_several_practise_at_once_and_only_so_many(practice: Practice) -> None:
    other = begun(practice.store, practice.programme)
    assert (practice.group.name, other.name) == ("Øvingsgruppe 1", "Øvingsgruppe 2")
    practice.clock.now = other.practice or practice.clock.now
    practice.after(300)
    answers = practice.store.changed_since(0)
    by_group = {
        group: {each.participant for each in answers if each.group == group} for group in (practice.group.id, other.id)
    }
    assert [len(people) for people in by_group.values()] == [practising.MEMBERS] * 2
    assert not by_group[practice.group.id] & by_group[other.id]
    for _ in range(practising.MOST - 2):
        begun(practice.store, practice.programme)
    with pytest.raises(AccessDenied, match=f"{practising.MOST} øvingsgrupper"):
        begun(practice.store, practice.programme)


@pytest.mark.parametrize("group", ["fauske", "nowhere"])
def test_only_a_practice_group_is_begun_again_or_removed(store: Store, programme: Programme, group: str) -> None:
    with pytest.raises(InputError, match=f"no practice group '{group}'"):
        practising.remove(store, group, by="facilitator")
    with store.writing() as here, pytest.raises(InputError, match="no practice group"):
        practising.begin_again(here, group, programme.modules[0], today=TODAY, by="facilitator")
    assert store.group("fauske")
