"""What is filled in, what is left, and where a group is on its way."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kompetanse.answers.store import Answer
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import LeadershipGroup, Module, Programme
from kompetanse.server.calendar import gathering_day, phase_dates, stage
from kompetanse.server.progress import expected_answers, phase_progress


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load_programme()


@pytest.fixture(scope="module")
def module(programme: Programme) -> Module:
    return programme.modules[0]


def given(step: str, subject: str, aspect: str, value: object = 3) -> Answer:
    return Answer(
        id="x" * 8, time=datetime.now(UTC), programme="p", version="1", module="modul-1", step=step, round=1,
        subject=subject, aspect=aspect, group="g", municipality=None, participant="p", value=value,
    )  # fmt: skip


def everything(programme: Programme, step_id: str, *, form: str = "short") -> list[Answer]:
    step = programme.modules[0].step(step_id)
    assert step
    expected = expected_answers(step, programme.instrument_of(step), form=form)
    assert expected is not None
    return [given(step_id, subject, aspect) for subject, aspect in expected]


def test_nothing_is_done_before_anything_is_answered(programme: Programme, module: Module) -> None:
    progress = phase_progress(programme, module.phase("preparation"), [], {"leader"})
    assert not progress.begun
    assert progress.minutes_left == sum(each.step.minutes for each in progress.steps)
    assert progress.next_step
    assert progress.next_step.step.id == "velkommen"


def test_texts_no_longer_count_once_something_is_answered(programme: Programme, module: Module) -> None:
    progress = phase_progress(programme, module.phase("preparation"), everything(programme, "evne"), {"leader"})
    left = {each.step.id for each in progress.to_fill_in if not each.done}
    assert left == {"modenhet", "lederegenskaper"}
    assert progress.minutes_left == 10
    assert progress.next_step
    assert progress.next_step.step.id == "modenhet"


def test_long_form_waits_for_all_its_statements(programme: Programme, module: Module) -> None:
    answers = [*everything(programme, "evne"), given("evne", "evne", "form", "long")]
    progress = phase_progress(programme, module.phase("preparation"), answers, {"leader"})
    assert not next(each for each in progress.steps if each.step.id == "evne").done


def test_withdrawn_answer_does_not_count(programme: Programme, module: Module) -> None:
    answers = everything(programme, "evne")
    answers[0] = given(answers[0].step, answers[0].subject, answers[0].aspect, None)
    assert not phase_progress(programme, module.phase("preparation"), answers, {"leader"}).to_fill_in[0].done


def test_group_gathers_on_its_own_date(module: Module) -> None:
    group = LeadershipGroup(id="g", name="G", gathering_date=date(2026, 12, 15))

    def at(today: date, *, revealed: bool = False, approved: bool = False) -> str:
        return stage(module, group, today=today, revealed=revealed, approved=approved)

    assert at(date(2026, 12, 10)) == "preparation"
    assert at(date(2026, 12, 15)) == "gathering"
    assert at(date(2026, 12, 10), revealed=True) == "gathering"
    assert at(date(2026, 12, 16)) == "follow_up"
    assert at(date(2026, 12, 10), approved=True) == "follow_up"
    assert phase_dates(module.phase("gathering"), group, "nb") == "15. desember 2026"


def test_module_without_a_gathering_has_no_day_for_it(module: Module) -> None:
    alone = module.model_copy(update={"phases": (module.phase("preparation"),)})
    group = LeadershipGroup(id="g", name="G")
    assert gathering_day(alone, group) is None
    assert stage(alone, group, today=date(2030, 1, 1), revealed=False, approved=False) == "preparation"
