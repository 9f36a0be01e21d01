"""Actions of earlier modules: seen once in each module, with what was said of them, and never changed."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from icalendar import Calendar

from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Role, Session
from kompetanse.answers.store import Store
from kompetanse.errors import AccessDenied, InvalidAnswer
from kompetanse.figures.blocks import html
from kompetanse.programme.kinds.actions import key_of, with_id
from kompetanse.programme.kinds.review import SUBJECT, Content
from kompetanse.programme.models import LeadershipGroup, Module, Phase, Programme, Step, Text
from kompetanse.sections.action_files import Plan, as_calendar, as_csv
from kompetanse.sections.carried import carried_over, own_carried
from kompetanse.sections.context import GroupContext
from kompetanse.sections.gathered import material
from kompetanse.sections.report import section
from kompetanse.steps import step_kind
from kompetanse.widgets.saving import SavingWidget
from tests.analysis.regions import shipped_programme

HOSTILE = '<img src=x onerror=alert(1)>=HYPERLINK("http://x")'


def following(module: Module, number: int) -> Module:
    """One more module like the first, whose preparation begins with the actions so far."""
    review = Step(
        id="tiltakene-sist", kind="review", title=Text(nb="Tiltakene"), minutes=10, who="group", content=Content()
    )
    phases = tuple(
        Phase(**{**dict(phase), "steps": (review, *phase.steps) if phase.kind == "preparation" else phase.steps})
        for phase in module.phases
    )
    return module.model_copy(update={"id": f"modul-{number}", "number": number, "phases": phases})


@pytest.fixture(scope="module")
def programme() -> Programme:
    """Three modules, made from the one that comes with Kompetanse."""
    shipped = shipped_programme()
    first = shipped.modules[0]
    return shipped.model_copy(update={"modules": (first, following(first, 2), following(first, 3))})


@pytest.fixture
def store(tmp_path: Any) -> Any:
    with Store.open(tmp_path / "home") as opened:
        for name in ("fauske", "bodo"):
            opened.put_group(
                LeadershipGroup(id=name, name=name.title(), invited=4, municipalities=("1841",), made_up=True)
            )
        yield opened


@pytest.fixture
def context(store: Store, programme: Programme) -> Any:
    """The group's context in a module, for a role."""

    def make(number: int, role: Role = "leader", group: str = "fauske") -> GroupContext:
        found = store.group(group)
        assert found
        answering = role in {"leader", "contact"}
        session = Session(
            role, programme.id, group if answering else None, "p-" + "a" * 20 if answering else None, "nb", None
        )
        instrument = programme.instrument_of_module(programme.modules[0])
        assert instrument
        log = AnswerLog(session, store, programme)
        return GroupContext(programme, programme.modules[number - 1], instrument, found, "nb", session, log)

    return make


def say(context: GroupContext, step: str, subject: str, aspect: str, value: object, *, id: str) -> None:
    context.log.append(
        [Draft(id=f"draft-{id}", module=context.module.id, step=step, subject=subject, aspect=aspect, value=value)]
    )


@pytest.fixture
def written(context: Any) -> Any:
    """Three actions of the first module, the last one not for the report."""
    first = context(1)
    for place, action in enumerate(
        (
            {"what": "Rydde i planene", "role": "plansjefen", "due": "2027-02-01"},
            {"what": HOSTILE, "status": "done"},
            {"what": "Ringe naboen", "in-report": False},
        ),
        start=1,
    ):
        say(first, "tiltak", str(place), "action", action, id=f"action-{place}")
    return context


def key(place: int, action: str = "", module: int = 1) -> str:
    """What the action of a draft is called in a later module."""
    written = with_id({"what": "x"}, None, answer=f"draft-{action or f'action-{place}'}")
    return SUBJECT.format(module=f"modul-{module}", key=key_of(str(place), written))


def review(context: GroupContext, key: str, said: object, *, id: str = "review-1") -> None:
    say(context, "tiltakene-sist", key, "review", said, id=id)


def test_first_module_carries_nothing_and_the_next_all(written: Any) -> None:
    assert own_carried(written(1)) == ()
    carried = own_carried(written(2))
    assert [(each.key, each.before.what, each.reviewed) for each in carried] == [
        (key(1), "Rydde i planene", False),
        (key(2), HOSTILE, False),
        (key(3), "Ringe naboen", False),
    ]
    assert own_carried(written(2, group="bodo")) == ()


def test_review_is_kept_beside_the_action_and_the_last_one_counts(written: Any, store: Store) -> None:
    second = written(2)
    review(second, key(1), {"status": "planned", "note": "Ikke begynt."})
    review(
        second,
        key(1),
        {"status": "under-way", "note": "Halvparten er ryddet.", "due": "2027-05-01"},
        id="review-2",
    )
    first = own_carried(second)[0]
    assert (first.before.status, first.before.due) == ("planned", date(2027, 2, 1))
    assert (first.now.status, first.now.happened, first.now.due) == (
        "under-way",
        "Halvparten er ryddet.",
        date(2027, 5, 1),
    )
    # The original stands as it was written, and so does every review.
    original = next(each.value for each in written(1).log.of_group("modul-1") if each.aspect == "action")
    assert (original["status"], original["due"]) == ("planned", "2027-02-01")
    assert len([row for row in store.changed_since(0) if row.aspect == "review"]) == 2


def test_third_module_goes_on_from_the_second_without_what_is_closed(written: Any) -> None:
    second = written(2)
    review(second, key(1), {"status": "under-way", "due": "2027-05-01"})
    review(second, key(3), {"status": "stopped", "note": "Naboen har ikke tid."}, id="review-2")
    say(second, "tiltak", "1", "action", {"what": "Øve hver måned"}, id="action-of-2")
    carried = own_carried(written(3))
    assert [(each.key, each.before.status) for each in carried] == [
        (key(1), "under-way"),
        (key(1, "action-of-2", module=2), "planned"),
    ]
    assert carried[0].before.due == date(2027, 5, 1)


@pytest.mark.parametrize(
    ("subject", "value"),
    [
        ("modul-1", {"status": "done"}), ("modul-1.0", {"status": "done"}), ("modul-1.21", {"status": "done"}),
        ("../x.1", {"status": "done"}), ("modul-1.1", {"status": "needs-help"}), ("modul-1.1", {"status": ["done"]}),
        ("modul-1.1", {"what": "Noe annet"}), ("modul-1.1", {"due": "i mai"}), ("modul-1.1", {"note": "x" * 201}),
        ("modul-1.1", {"note": 3}), ("modul-1.1", "done"), ("modul-1.1", [1]),
    ],
)  # fmt: skip
def test_nothing_else_is_taken_for_a_review(written: Any, subject: str, value: object) -> None:
    with pytest.raises(InvalidAnswer):
        review(written(2), subject, value)


def test_another_action_in_the_place_of_one_that_was_reviewed_is_not_reviewed(written: Any) -> None:
    first, second = written(1), written(2)
    review(second, key(1), {"status": "done", "note": "Ryddet."})
    say(first, "tiltak", "1", "action", None, id="removed")
    say(first, "tiltak", "1", "action", {"what": "Øve hver måned"}, id="another")
    carried = own_carried(second)[0]
    assert (carried.key, carried.before.what, carried.reviewed) == (key(1, "another"), "Øve hver måned", False)


@pytest.mark.parametrize("role", ["facilitator", "analyst", "operator"])
def test_only_the_group_reviews(written: Any, role: Role) -> None:
    with pytest.raises(AccessDenied):
        review(written(2, role), "modul-1.1", {"status": "done"})


def test_page_shows_where_each_stood_and_takes_what_is_said(written: Any) -> None:
    second = written(2)
    step = second.module.step("tiltakene-sist")
    component = step_kind("review").component(second, step)
    assert isinstance(component, SavingWidget)
    shown = component.content["actions"][0]
    assert (shown["id"], shown["what"], shown["due"]) == (key(1), "Rydde i planene", "2027-02-01")
    assert shown["facts"] == ["Modul 1", "Følges opp av: plansjefen", "Frist: 1. februar 2027", "Sist: ikke startet"]
    said = {"status": "done", "note": HOSTILE}
    component.receive(
        {
            "type": "answers",
            "drafts": [{"id": "draft-of-page", "subject": key(1), "aspect": "review", "value": said}],
        }
    )
    assert component.answers == {f"{key(1)}|review": said}
    summary = html(step_kind("review").summary(written(2), step), "nb")
    assert ">gjort</td>" in summary
    assert "<img" not in summary


def test_report_of_the_next_module_has_the_reviewed_actions_that_are_for_reports(written: Any) -> None:
    review(written(2), key(1), {"status": "under-way", "note": "Halvparten er ryddet."})
    operator = written(2, "operator")
    page = html(section("priorities-and-actions", material(operator, edition="group")), "nb")
    assert "Tiltak fra tidligere moduler" in page
    assert "Halvparten er ryddet." in page
    assert "ikke gått gjennom ennå" in page
    assert "Ringe naboen" not in page
    assert "<img" not in page
    first = html(section("priorities-and-actions", material(written(1, "operator"), edition="group")), "nb")
    assert "Tiltak fra tidligere moduler" not in first


def test_files_have_status_module_and_what_has_happened(written: Any, programme: Programme) -> None:
    second = written(2)
    review(second, key(1), {"status": "under-way", "note": HOSTILE, "due": "2027-05-01"})
    carried = carried_over(programme, second.module, second.log.of_group)
    numbers = {each.id: each.number for each in programme.modules}
    made = datetime(2027, 2, 1, tzinfo=UTC)
    plan = Plan(
        "fauske", "Tiltak", "modul-2", tuple(each.now for each in carried), numbers, (second.instrument,), "nb", made
    )
    rows = list(csv.DictReader(io.StringIO(as_csv(plan).decode("utf-8-sig"))))
    assert [(row["Status"], row["Modul"]) for row in rows] == [("i gang", "1"), ("gjort", "1"), ("planlagt", "1")]
    assert HOSTILE in rows[0]["Hva har skjedd?"]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    (event,) = Calendar.from_ical(as_calendar(plan)).walk("VEVENT")
    # Taken in again, the moved date takes the place of the one from the first module.
    assert (str(event["uid"]), event.decoded("dtstart")) == (
        f"fauske-{key(1).replace('.', '-')}@kompetanse",
        date(2027, 5, 1),
    )


def test_mark_of_the_next_module_changes_when_an_action_does(written: Any, store: Store) -> None:
    before = store.snapshots("modul-2")
    say(written(1), "tiltak", "1", "action", {"what": "Rydde i alle planene"}, id="action-again")
    assert store.snapshots("modul-2")["fauske"] != before["fauske"]
    assert store.snapshots("modul-2")["bodo"] == before["bodo"]
