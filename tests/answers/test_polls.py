"""Polls in the store, on both databases: states that follow from deeds, answers once each, and how all of it goes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kompetanse.answers.poll_run import PollRun
from kompetanse.answers.retention import due_days, erase_due
from kompetanse.answers.store import Store
from kompetanse.answers.store.codes import LETTERS
from kompetanse.answers.store.polls import MOST_CHANGES
from kompetanse.errors import InvalidAnswer
from kompetanse.programme.kinds.poll_content import Content
from kompetanse.programme.models import LeadershipGroup, Programme, Text
from tests.answers.conftest import MODULE

WORDS = Content(form="words", prompt=Text(nb="Hva tar du med deg?"))


def started(store: Store, programme: Programme, group: str | None = None) -> PollRun:
    """A run of one group or of all."""
    if group:
        store.put_group(LeadershipGroup(id=group, name=group.title(), municipalities=("1841",)))
    with store.writing() as here:
        return here.polls.start(WORDS, programme=programme.id, module=MODULE, group=group)


def answered(store: Store, run: PollRun, token: str, id: str, *words: str) -> bool:
    """Whether a device's answer was new."""
    with store.writing() as here:
        return here.polls.answer(run, here.polls.state(run).round, token, id, list(words))


def test_run_is_found_by_a_code_that_reads_from_afar(store: Store, programme: Programme) -> None:
    run = started(store, programme)
    assert len(run.code) == 6
    assert set(run.code) <= set(LETTERS)
    with store.reading() as here:
        assert here.polls.find(run.code) == run
        assert here.polls.find("AAAAAA") is None
        state = here.polls.state(run)
    assert (state.is_open, state.is_shown, state.round) == (True, False, 1)


def test_form_that_is_sent_twice_is_one_answer_and_the_last_one_counts(store: Store, programme: Programme) -> None:
    run = started(store, programme)
    assert answered(store, run, "phone", "form-1", "mot")
    assert not answered(store, run, "phone", "form-1", "mot")
    assert answered(store, run, "phone", "form-2", "ro")
    with store.reading() as here:
        assert here.polls.own(run, 1, "phone") == ["ro"]
        assert here.polls.own(run, 1, "other") is None
        assert [each.value for each in here.polls.answers(run, 1)] == [["mot"], ["ro"]]
        assert here.polls.devices(run, 1) == 1


def test_device_is_another_one_in_each_run(store: Store, programme: Programme) -> None:
    first, second = started(store, programme), started(store, programme)
    for run in (first, second):
        answered(store, run, "phone", f"form-{run.id}", "mot")
    with store.reading() as here:
        (one,), (other,) = here.polls.answers(first, 1), here.polls.answers(second, 1)
    assert one.device != other.device
    assert "phone" not in one.device


def test_reset_begins_anew_and_deletes_nothing(store: Store, programme: Programme) -> None:
    run = started(store, programme)
    answered(store, run, "phone", "form-1", "mot")
    with store.writing() as here:
        here.polls.do(run, "show")
        here.polls.do(run, "freeze")
        assert here.polls.state(run).frozen_at == here.polls.latest(run) > 0
        here.polls.do(run, "ban", ("Tull",))
        here.polls.do(run, "merge", ("Motet", "mot"))
        here.polls.do(run, "allow", ("mot",))
        here.polls.do(run, "reset")
        state = here.polls.state(run)
        assert (state.round, state.is_shown, state.frozen_at, state.allowed) == (2, False, None, frozenset())
        assert (state.banned, state.merged) == ({"tull"}, {"motet": "mot"})
        assert here.polls.answers(run, 2) == []
        assert len(here.polls.answers(run, 1)) == 1


def test_device_can_change_its_answer_only_so_often(store: Store, programme: Programme) -> None:
    run = started(store, programme)
    for number in range(MOST_CHANGES):
        answered(store, run, "phone", f"form-{number}", "mot")
    with pytest.raises(InvalidAnswer, match="too often"):
        answered(store, run, "phone", "one more", "mot")
    assert answered(store, run, "other", "another", "mot")


def test_polls_go_with_their_group_their_module_and_their_programme(store: Store, programme: Programme) -> None:
    own, common = started(store, programme, "fauske"), started(store, programme)
    for run in (own, common):
        answered(store, run, "phone", f"form-{run.id}", "mot")
    with store.writing() as here:
        here.polls.do(own, "show")
        erased = here.erasing.delete(here.erasing.of_groups(["fauske"]))
        assert (erased.answers, erased.gone) == (1, {"fauske"})
        assert here.polls.find(own.code) is None
        assert here.polls.find(common.code) == common
    with store.reading() as here:
        (due,) = due_days(here, programme)
    assert due.day > date.today() + timedelta(days=700)
    assert erase_due(store, programme, due.day - timedelta(days=1)).is_nothing
    assert erase_due(store, programme, due.day).answers == 1
    with store.reading() as here:
        assert here.polls.find(common.code) is None
    again = started(store, programme)
    with store.writing() as here:
        for rows in here.erasing.of_programme(programme.id):
            here.erasing.delete(rows)
        assert here.polls.find(again.code) is None
