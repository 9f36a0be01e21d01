"""A practice group's invented members answer by themselves, and nothing of it counts or is left anywhere."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kompetanse.analysis.poll_results import poll_results
from kompetanse.answers import practising
from kompetanse.answers.demo.acting import Acting
from kompetanse.answers.demo.making import TEXTS
from kompetanse.answers.demo.polling import Texts, made_up_answer
from kompetanse.answers.erasure import shelf_of
from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.poll_run import PollRun, PollState
from kompetanse.answers.retention import erase_due
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.errors import AccessDenied, InputError
from kompetanse.importers.plain_csv import export_answers
from kompetanse.programme.kinds.poll_answers import poll_answer
from kompetanse.programme.kinds.poll_content import FEWEST, FORMS, Content, Form, Option
from kompetanse.programme.models import LeadershipGroup, Module, Programme, Text
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

    def voted(self, seconds: float) -> int:
        """How many answers to polls come when so much time has passed."""
        self.clock.now += timedelta(seconds=seconds)
        new = 0
        for vote in self.acting.votes(self.module):
            with self.store.writing() as here:
                new += here.polls.answer(vote.run, vote.round, vote.device, vote.id, vote.value)
            self.acting.voted(vote)
        return new

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
    # But for those who did not know the first time.
    assert practice.after(60) >= practising.MEMBERS // 2
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


ASKED: dict[Form, dict[str, Any]] = {
    "words": {"answers": 2, "words": 1}, "open": {"longest": 60}, "choice": {"most": 2}, "scale": {}, "ranking": {},
    "points": {}, "grid": {}, "tempo": {},
}  # fmt: skip


def asked(form: Form) -> Content:
    """A question in a form, with three options where it takes any."""
    options = tuple(Option(id=each, text=Text(nb=each)) for each in "abc") if form in FEWEST else ()
    more = {"options": options} if options else {}
    return Content.model_validate({"form": form, "prompt": Text(nb="Hva nå?"), **ASKED[form], **more})


def started(practice: Practice, content: Content, *, group: str | None) -> PollRun:
    with practice.store.writing() as here:
        run = here.polls.start(content, programme=practice.programme.id, module=practice.module.id, group=group)
    practice.clock.now = run.time
    return run


def test_polls_that_the_contact_puts_are_answered_by_all_within_half_a_minute(practice: Practice) -> None:
    runs = [started(practice, asked(form), group=practice.group.id) for form in FORMS]
    assert practice.voted(2) == 0
    one_by_one = [practice.voted(2) for _ in range(14)]
    assert max(one_by_one) <= 2 * len(runs)
    assert sum(one_by_one) == practising.MEMBERS * len(runs)
    # Nobody answers twice, also after the server was started again.
    assert replace(practice, acting=Acting(practice.store, practice.programme, practice.clock)).voted(0) == 0
    for run in runs:
        with practice.store.reading() as here:
            given = here.polls.answers(run, 1)
        assert len({each.device for each in given}) == len(given) == practising.MEMBERS
        assert all(poll_answer(run.content, each.value) == each.value for each in given)
        results = poll_results(run, PollState(), [each.value for each in given])
        assert results.is_enough
        assert results.rows


@pytest.mark.parametrize("form", FORMS)
def test_what_they_answer_is_valid_and_not_all_the_same(form: Form) -> None:
    texts = Texts(["mot", "tydelig retning", "ro", "tid"], ["Vi må velge bort noe.", "Det er lenge til.", "x" * 70])
    for room in map(str, range(200)):
        given = [
            made_up_answer(asked(form), texts, room=room, own=Random(f"{room} {place}"), place=place)
            for place in range(practising.MEMBERS)
        ]
        assert all(given)
        assert [poll_answer(asked(form), value) for value in given] == given
        if room == "0":
            assert len({str(value) for value in given}) > 1


def test_a_poll_is_answered_anew_after_a_reset_and_not_while_it_is_locked(practice: Practice) -> None:
    run = started(practice, asked("points"), group=practice.group.id)
    practice.voted(9)
    with practice.store.writing() as here:
        here.polls.do(run, "lock")
    assert practice.voted(60) == 0
    with practice.store.writing() as here:
        here.polls.do(run, "open")
        practice.clock.now = here.polls.asked(run)
    assert practice.voted(0) == 0
    assert 0 < practice.voted(30) < practising.MEMBERS
    with practice.store.writing() as here:
        here.polls.do(run, "reset")
        practice.clock.now = here.polls.asked(run)
    assert practice.voted(30) == practising.MEMBERS


def test_a_poll_of_those_who_take_part_is_not_answered_and_one_of_practice_counts_nowhere(practice: Practice) -> None:
    run = started(practice, asked("words"), group=practice.group.id)
    with practice.store.reading() as here:
        assert here.polls.first_times(practice.programme.id) == {}
    started(practice, asked("words"), group=None)
    practice.store.put_group(LeadershipGroup(id="fauske", name="Fauske"))
    started(practice, asked("words"), group="fauske")
    assert practice.voted(60) == practising.MEMBERS
    with practice.store.reading() as here:
        assert here.polls.devices(run, 1) == practising.MEMBERS
        assert list(here.polls.first_times(practice.programme.id)) == [practice.module.id]


def test_a_step_answers_words_in_the_preparation_and_leaves_other_forms_to_the_room(practice: Practice) -> None:
    (words,) = (step for step in practice.module.steps if step.kind == "poll")
    choice = words.model_copy(update={"content": asked("choice")})
    phases = tuple(
        phase.model_copy(update={"steps": tuple(choice if step == words else step for step in phase.steps)})
        for phase in practice.module.phases
    )
    module = practice.module.model_copy(update={"phases": phases})
    changed = practice.programme.model_copy(update={"modules": (module,)})
    replace(practice, programme=changed, acting=Acting(practice.store, changed, practice.clock)).after(300)
    assert practice.answered == practising.MEMBERS
    assert practice.store.current(group=practice.group.id, step=words.id) == []
    practice.after(0)
    given = practice.store.current(group=practice.group.id, step=words.id, aspect="answer")
    assert given
    assert all(1 <= len(each.value) <= words.content.answers for each in given)


def test_one_of_them_writes_nynorsk(practice: Practice) -> None:
    run = started(practice, asked("open"), group=practice.group.id)
    practice.voted(30)
    with practice.store.reading() as here:
        given = [each.value for each in here.polls.answers(run, 1)]
    sentences = {each[0] for each in given if isinstance(each, list)}
    assert len(sentences) == practising.MEMBERS
    assert len(sentences & set(json.loads(TEXTS.read_text("utf-8"))["nn"]["room"]["open"])) == 1


def test_who_practises_gives_points_and_the_others_follow(practice: Practice) -> None:
    module, other = practice.module.id, "utproving"
    practice.after(300)
    practice.contact.reveal(module)
    practice.contact.append([state(theme, "discussed", True) for theme in (THEME, other)])
    practice.clock.now = datetime.now(UTC)
    practice.after(120)
    assert practice.contact.points(module).people == 0
    practice.contact.append([state("prioriteringer", "points", {THEME: 100}, step="prioriteringer")])
    practice.clock.now = datetime.now(UTC)
    practice.after(12)
    assert 1 < practice.contact.points(module).people < practising.MEMBERS
    practice.after(20)
    assert practice.contact.points(module).people == practising.MEMBERS + 1
    # Another theme to compare: they think again.
    practice.contact.append([state("handlekraft", "priority", True, step="prioriteringer")])
    assert practice.after(30) == practising.MEMBERS
    practice.contact.show_points(module)
    given = practice.contact.points(module).given
    assert given
    assert len(given) == practising.MEMBERS + 1
    assert {theme for each in given for theme in each} == {THEME, other, "handlekraft"}
    assert all(sum(each.values()) == 100 for each in given)
    assert practice.after(60) == 0


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


def test_what_nobody_has_used_for_thirty_days_goes_with_everything(practice: Practice) -> None:
    practice.after(300)
    other = begun(practice.store, practice.programme)
    (used, *_) = practice.store.changed_since(0, group=practice.group.id)
    later = replace(used, id="used-later", time=used.time + timedelta(days=7))
    practice.store.append([replace(later, group=other.id)])
    reports = shelf_of(practice.store.home, practice.group.id) / "group"
    reports.mkdir(parents=True)
    (reports / "kommunerapport.pdf").write_text("report")
    with practice.store.reading() as here:
        day, next_day = (practising.last_day(here, group) for group in (practice.group, other))
    assert next_day == day + timedelta(days=7)
    assert erase_due(practice.store, practice.programme, day - timedelta(days=1)).is_nothing
    erased = erase_due(practice.store, practice.programme, day)
    assert erased.gone == {practice.group.id}
    assert erased.answers > 200
    assert tables_with(practice.store, practice.group.id) == {"audit"}
    assert not reports.parent.exists()
    (entry,) = practice.store.audit_log(kinds=["due_erasure"])
    assert entry.group == practice.group.id
    assert entry.detail == f"practice, unused for 30 days: {erased.sentence}"
    with practice.store.reading() as here:
        assert [group.id for group in here.groups.practising()] == [other.id]


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
