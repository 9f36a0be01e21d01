"""A group changes its date and loses nothing; a member attends another one, and counts where they belong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kompetanse.answers.erasure import Wanted, erase_wanted
from kompetanse.answers.gathering_dates import attend, change_date, known_dates, take_out
from kompetanse.answers.log import Draft
from kompetanse.answers.moment import Lead
from kompetanse.answers.news import NewsReader
from kompetanse.answers.store import Store
from kompetanse.errors import AccessDenied, InputError
from kompetanse.programme.models import LeadershipGroup, Programme

MODULE, FIRST, LATER, MADE = "modul-1", date(2026, 12, 8), date(2026, 12, 15), date(2027, 1, 12)
ITEM = "endringer-rundt-oss"

Make = Callable[..., Draft]


@pytest.fixture
def gathered(store: Store, fauske: LeadershipGroup) -> LeadershipGroup:
    """Fauske with a date."""
    group = fauske.model_copy(update={"gathering_date": FIRST})
    store.put_group(group)
    return group


def change(store: Store, programme: Programme, chosen: date | None) -> None:
    with store.writing() as here:
        group = here.groups.get("fauske")
        assert group
        change_date(here, group, chosen, programme=programme, module=programme.modules[0], by="contact")


def elsewhere(store: Store, programme: Programme, log: Any, chosen: date | None) -> None:
    with store.writing() as here:
        group = here.groups.get("fauske")
        assert group
        attend(
            here, chosen, participant=log.session.participant, group=group, programme=programme,
            module=programme.modules[0],
        )  # fmt: skip


def test_a_module_has_the_dates_of_its_content_and_those_that_were_made(store: Store, programme: Programme) -> None:
    module = programme.modules[0]
    with store.writing() as here:
        here.gatherings.make(programme.id, MODULE, MADE)
        here.gatherings.make(programme.id, MODULE, MADE)
        here.gatherings.make(programme.id, MODULE, FIRST)
        assert known_dates(here, programme, module) == (*sorted(module.gathering_dates), MADE)
        here.gatherings.make("another", MODULE, date(2027, 2, 2))
        assert len(known_dates(here, programme, module)) == len(module.gathering_dates) + 1


def test_a_group_that_changes_date_loses_nothing_and_follows_the_new_plenum(
    store: Store, programme: Programme, gathered: LeadershipGroup, logs: Any, draft: Make
) -> None:
    contact, facilitator = logs.of("contact", name="ida"), logs.of("facilitator", group=None)
    code = store.create_code("leader", "fauske")
    for name, level in (("kari", 2), ("per", 3), ("ole", 4)):
        logs.of(name=name).append([draft(ITEM, level)])
    contact.lead(MODULE, Lead("hidden", follows=True))
    facilitator.lead_plenum(MODULE, FIRST, Lead("hidden", "", "7"))
    facilitator.lead_plenum(MODULE, LATER, Lead("individual", "", "5"))
    assert contact.moment(MODULE).box == "7"
    contact.reveal(MODULE)
    shown, revision = contact.revealed(MODULE), contact.latest()
    change(store, programme, LATER)
    assert contact.moment(MODULE).box == "5"
    # Pages that are open look again.
    assert contact.latest() > revision
    assert contact.revealed(MODULE) == shown
    assert contact.participation(MODULE).answered == 3
    assert store.enter(code)
    (entry,) = store.audit_log(kinds=["gathering_date"])
    assert (entry.group, entry.detail) == ("fauske", f"from {FIRST} to {LATER}")


def test_a_group_cannot_gather_on_a_day_without_a_gathering(
    store: Store, programme: Programme, gathered: LeadershipGroup
) -> None:
    with pytest.raises(InputError, match="no gathering of modul-1 on 2027-01-12"):
        change(store, programme, MADE)
    with store.writing() as here:
        here.gatherings.make(programme.id, MODULE, MADE)
    change(store, programme, MADE)
    found = store.group("fauske")
    assert found
    assert found.gathering_date == MADE


def test_who_attends_another_date_counts_at_home_and_follows_the_plenum_there(
    store: Store, programme: Programme, gathered: LeadershipGroup, logs: Any, draft: Make
) -> None:
    kari, per, facilitator = logs.of(name="kari"), logs.of(name="per"), logs.of("facilitator", group=None)
    elsewhere(store, programme, kari, LATER)
    assert (kari.standing(MODULE).elsewhere, per.standing(MODULE).elsewhere) == (LATER, None)
    facilitator.lead_plenum(MODULE, LATER, Lead("hidden", "", "15"))
    assert (kari.moment(MODULE).box, per.moment(MODULE).box) == ("15", "")
    for level, log in enumerate((kari, per, logs.of(name="ole")), start=2):
        log.append([draft(ITEM, level)])
    contact = logs.of("contact", name="ida")
    contact.reveal(MODULE)
    assert sorted(each.value for each in contact.revealed(MODULE) or ()) == [2, 3, 4]
    with store.reading() as here:
        assert here.gatherings.guests(MODULE) == {("fauske", LATER): 1}
    elsewhere(store, programme, kari, None)
    assert kari.moment(MODULE).name == "revealed"


def test_who_attends_another_date_is_told_when_the_plenum_there_is_led_on(
    store: Store, programme: Programme, gathered: LeadershipGroup, logs: Any
) -> None:
    kari, per, facilitator = logs.of(name="kari"), logs.of(name="per"), logs.of("facilitator", group=None)
    elsewhere(store, programme, kari, LATER)
    reader = NewsReader(store)
    reader.start()
    facilitator.lead_plenum(MODULE, LATER, Lead("hidden"))
    news = reader.news()
    assert news
    assert news.concerns("fauske", kari.session.participant)
    assert not news.concerns("fauske", per.session.participant)


def test_one_who_was_to_attend_the_new_date_alone_goes_with_the_group(
    store: Store, programme: Programme, gathered: LeadershipGroup, logs: Any
) -> None:
    kari, per = logs.of(name="kari"), logs.of(name="per")
    elsewhere(store, programme, kari, LATER)
    elsewhere(store, programme, per, date(2026, 12, 17))
    change(store, programme, LATER)
    assert (kari.standing(MODULE).elsewhere, per.standing(MODULE).elsewhere) == (None, date(2026, 12, 17))
    elsewhere(store, programme, per, LATER)
    assert per.standing(MODULE).elsewhere is None


def test_the_lock_of_the_own_group_holds_wherever_one_sits(
    store: Store, programme: Programme, gathered: LeadershipGroup, logs: Any
) -> None:
    kari, facilitator = logs.of(name="kari"), logs.of("facilitator", group=None)
    logs.of("contact", name="ida").lead(MODULE, Lead("hidden", locked=True))
    elsewhere(store, programme, kari, LATER)
    facilitator.lead_plenum(MODULE, LATER, Lead("individual"))
    assert kari.moment(MODULE).locked


def test_a_date_is_taken_out_only_when_nobody_is_to_come(
    store: Store, programme: Programme, gathered: LeadershipGroup, logs: Any
) -> None:
    def out() -> None:
        with store.writing() as here:
            take_out(here, MADE, programme=programme, module=programme.modules[0], by="facilitator", language="nb")

    with store.writing() as here:
        here.gatherings.make(programme.id, MODULE, MADE)
    elsewhere(store, programme, logs.of(name="kari"), MADE)
    with pytest.raises(AccessDenied, match="Flytt dem først"):
        out()
    change(store, programme, MADE)
    with pytest.raises(AccessDenied, match="Flytt dem først"):
        out()
    change(store, programme, FIRST)
    out()
    with store.reading() as here:
        assert here.gatherings.made(programme.id, MODULE) == []


def test_who_attends_where_goes_with_the_person(store: Store, programme: Programme, gathered: LeadershipGroup) -> None:
    entry = store.enter(store.create_code("leader", "fauske"))
    assert entry
    assert entry.participant
    with store.writing() as here:
        here.gatherings.attend(entry.participant, MODULE, group="fauske", day=LATER)
    erase_wanted(store, Wanted(participant=entry.participant))
    with store.reading() as here:
        assert here.gatherings.guests(MODULE) == {}
