"""Single answers are erased on the day that the programme says; what groups have said, and what was shown, stays."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from kompetanse import sockets
from kompetanse.answers.erasure import shelf_of
from kompetanse.answers.retention import coming, due_days, erase_due, retention_words
from kompetanse.answers.store import Answer, Store
from kompetanse.programme.models import LeadershipGroup, Programme, Retention
from tests.answers.serving import Serving
from tests.server.running import wait_until

FIRST = datetime(2024, 2, 29, 11, tzinfo=UTC)


def answers(programme: Programme, *, module: str = "modul-1", time: datetime = FIRST) -> list[Answer]:
    """What three people of Bodø, and Bodø itself, have answered; and somebody who is made up."""
    one = Answer(
        id="", time=time, programme=programme.id, version="1", module=module, step="evne", round=1, subject="x",
        aspect="as-is", group="bodo", municipality="1804", participant="", value=3,
    )  # fmt: skip
    people = [replace(one, participant=f"p-{name * 20}", time=time + timedelta(days=40)) for name in "abc"]
    people[0] = replace(people[0], time=time)
    made_up = replace(
        one, participant="p-" + "z" * 20, group="fauske", time=datetime(2020, 1, 1, tzinfo=UTC), made_up=True
    )
    all_of_them = [one, *people, made_up]
    return [replace(each, id=f"{module}-answer-{place}") for place, each in enumerate(all_of_them)]


def days(store: Store, programme: Programme) -> list[tuple[str, date]]:
    with store.reading() as here:
        return [(due.module, due.day) for due in due_days(here, programme)]


def release_region(store: Store, module: str) -> date:
    """Shows the region of a module today; the day it was."""
    with store.writing() as here:
        return (
            here.releases.add_of_region(module, "region", units=5, people=40, figures=[], basis={})
            .time.astimezone()
            .date()
        )


def test_months_are_counted_from_a_modules_first_answer(store: Store, programme: Programme) -> None:
    store.append([*answers(programme), *answers(programme, module="modul-2", time=FIRST + timedelta(days=300))])
    assert days(store, programme) == [("modul-1", date(2026, 2, 28)), ("modul-2", date(2026, 12, 25))]
    kept = programme.model_copy(update={"retention": Retention(months=1)})
    assert days(store, kept)[0] == ("modul-1", date(2024, 3, 29))


def test_what_is_due_is_erased_and_the_rest_stays(store: Store, programme: Programme) -> None:
    store.append([*answers(programme), *answers(programme, module="modul-2", time=FIRST + timedelta(days=300))])
    store.release("bodo", "modul-1", "room", as_of=store.latest(), hash="x")
    shown = release_region(store, "modul-1")
    assert shown
    assert erase_due(store, programme, date(2026, 2, 27)).is_nothing
    assert erase_due(store, programme, date(2026, 2, 28)).sentence == "3 participants, 3 answers"
    left = [(each.module, each.group, each.participant[:3]) for each in store.changed_since(0)]
    assert sorted(left) == [
        ("modul-1", "bodo", ""),
        ("modul-1", "fauske", "p-z"),
        ("modul-2", "bodo", ""),
        ("modul-2", "bodo", "p-a"),
        ("modul-2", "bodo", "p-b"),
        ("modul-2", "bodo", "p-c"),
        ("modul-2", "fauske", "p-z"),
    ]
    assert [each.frozen for each in store.releases()] == [False]
    with store.reading() as here:
        assert len(here.releases.of_region("modul-1", "region")) == 1
    (entry,) = store.audit_log(kinds=["due_erasure"])
    assert entry.detail == "module modul-1, kept for 24 months: 3 participants, 3 answers"
    assert erase_due(store, programme, date(2026, 3, 1)).is_nothing


def test_the_comparison_of_the_last_module_ends_it_sooner(store: Store, programme: Programme) -> None:
    store.append(answers(programme, time=datetime.now(UTC)))
    early = programme.model_copy(update={"retention": Retention(compared_module=1, weeks_after=2)})
    (months,) = days(store, early)
    assert months[1] > date.today() + timedelta(days=700)
    shown = release_region(store, "modul-1")
    assert days(store, early) == [("modul-1", shown + timedelta(weeks=2))]
    assert days(store, programme) == [months]
    erase_due(store, early, shown + timedelta(weeks=2))
    assert ", compared: " in store.audit_log()[-1].detail


def test_those_who_run_the_programme_are_warned_eight_weeks_before(store: Store, programme: Programme) -> None:
    store.append(answers(programme))
    assert coming(store, programme, date(2026, 1, 3) - timedelta(days=1)) == []
    (due,) = coming(store, programme, date(2026, 1, 3))
    assert (due.module, due.day) == ("modul-1", date(2026, 2, 28))


def test_a_draft_goes_with_the_answers_and_an_approved_report_stays(store: Store, programme: Programme) -> None:
    store.append(answers(programme))
    files = [shelf_of(store.home, "bodo") / edition / "kommunerapport.pdf" for edition in ("group", "shared")]
    for file in files:
        file.parent.mkdir(parents=True)
        file.write_text("report")
    erase_due(store, programme, date(2027, 1, 1))
    assert [file.exists() for file in files] == [False, True]


def test_the_server_does_it_by_itself(store: Store, programme: Programme) -> None:
    store.append(answers(programme))
    folder = sockets.private_folder("kompetanse-test-")
    running = Serving(store, programme, folder / "answers")
    running.start()
    try:
        assert wait_until(lambda: store.audit_log(kinds=["due_erasure"]))
    finally:
        running.stop()
    assert {each.participant[:3] for each in store.changed_since(0)} == {"", "p-z"}


def test_words_say_what_the_programme_says(programme: Programme) -> None:
    assert "senest 24 måneder" in retention_words(programme, "nb")
    assert "modul 4" in retention_words(programme, "nb")
    months_only = programme.model_copy(update={"retention": Retention(months=12, compared_module=None)})
    assert retention_words(months_only, "en") == (
        "The single answers in a module are erased at the latest 12 months after the first of them."
    )


def test_the_command_erases_without_asking_and_names_the_next_day(
    home: Path, bodo: LeadershipGroup, programme: Programme
) -> None:
    with Store.open(home) as store:
        store.put_group(bodo)
        store.put_group(bodo.model_copy(update={"id": "fauske"}))
        store.append(answers(programme, time=datetime.now(UTC)))

    def printed() -> str:
        line = [sys.executable, "-m", "kompetanse", "erase", "--due", "--home", str(home)]
        return subprocess.run(line, capture_output=True, text=True, check=True).stdout

    assert printed().startswith("Nothing was due. Next: module modul-1 on 20")
    with Store.open(home) as store:
        store.append(replace(each, id=f"{each.id}-old") for each in answers(programme))
    assert printed() == "Erased 3 participants, 6 answers. No single answers are left.\n"
