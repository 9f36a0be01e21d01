"""What a facilitator may know of all groups: as it was last night, and nothing that anybody has answered."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kompetanse.answers.erasure import shelf_of
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
