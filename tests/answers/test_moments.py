"""A room is led by its own contact, all rooms of a date by the facilitator, and neither shows what is hidden."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kompetanse.answers.log import Draft
from kompetanse.answers.moment import AFTER_REVEAL, Lead
from kompetanse.answers.session import Role
from kompetanse.answers.store import Store
from kompetanse.errors import AccessDenied, InvalidAnswer
from kompetanse.programme.models import LeadershipGroup

MODULE, DAY = "modul-1", date(2026, 12, 8)
ITEM, THEME, OTHER = "endringer-rundt-oss", "omverdensblikk", "felles-retning"

Make = Callable[..., Draft]


@pytest.fixture
def gathered(store: Store, logs: Any, draft: Make, fauske: LeadershipGroup) -> Any:
    """The contact of a group with a date, where three have answered."""
    store.put_group(fauske.model_copy(update={"gathering_date": DAY}))
    for level, name in enumerate(("kari", "per", "ole"), start=2):
        logs.of(name=name).append([draft(ITEM, level)])
    return logs.of("contact", name="ida")


@pytest.fixture
def facilitator(logs: Any) -> Any:
    return logs.of("facilitator", group=None)


def test_a_room_is_where_its_contact_has_led_it(logs: Any, gathered: Any) -> None:
    assert logs.of().moment(MODULE).name == "individual"
    gathered.lead(MODULE, Lead("hidden", THEME, "7"))
    for log in (logs.of(), gathered, logs.of("room")):
        now = log.moment(MODULE)
        assert (now.name, now.theme, now.box) == ("hidden", THEME, "7")
        assert now.begun is not None
    assert logs.of("facilitator", group=None).moment(MODULE, "fauske").name == "hidden"
    assert logs.of(group="bodo").moment(MODULE).name == "individual"


@pytest.mark.parametrize("role", ["leader", "room", "facilitator", "analyst", "operator"])
def test_only_the_contact_leads_a_room(logs: Any, gathered: Any, role: Role) -> None:
    log = logs.of(role, group="fauske" if role in {"leader", "room"} else None)
    with pytest.raises(AccessDenied):
        log.lead(MODULE, Lead("hidden"))
    assert gathered.moment(MODULE).seq == 0


@pytest.mark.parametrize("role", ["leader", "contact", "room", "analyst", "operator"])
def test_only_the_facilitator_leads_plenum(logs: Any, gathered: Any, role: Role) -> None:
    log = logs.of(role, group="fauske" if role in {"leader", "room", "contact"} else None)
    with pytest.raises(AccessDenied):
        log.lead_plenum(MODULE, DAY, Lead("hidden"))


@pytest.mark.parametrize("name", sorted(AFTER_REVEAL))
def test_nothing_that_is_led_shows_what_is_hidden(logs: Any, gathered: Any, facilitator: Any, name: Any) -> None:
    with pytest.raises(AccessDenied, match="Vis gruppas svar først"):
        gathered.lead(MODULE, Lead(name))
    gathered.lead(MODULE, Lead(follows=True))
    facilitator.lead_plenum(MODULE, DAY, Lead(name))
    assert gathered.moment(MODULE).name == name
    for log in (gathered, logs.of(), logs.of("room")):
        assert not log.is_revealed(MODULE)
        assert log.revealed(MODULE) is None
    with pytest.raises(AccessDenied):
        facilitator.reveal(MODULE)
    with pytest.raises(AccessDenied):
        facilitator.revealed(MODULE, group="fauske")


def test_a_group_that_follows_has_the_time_of_plenum_and_its_own_lock(gathered: Any, facilitator: Any) -> None:
    facilitator.lead_plenum(MODULE, DAY, Lead("hidden", THEME, "1-2-4-alle"))
    assert gathered.moment(MODULE).name == "individual"
    gathered.lead(MODULE, Lead("individual", follows=True, locked=True))
    now, plenum = gathered.moment(MODULE), facilitator.plenum(MODULE, DAY)
    assert (now.name, now.theme, now.box, now.begun) == ("hidden", THEME, "1-2-4-alle", plenum.begun)
    assert now.locked
    assert not plenum.locked
    gathered.lead(MODULE, Lead("individual"))
    assert gathered.moment(MODULE).name == "individual"


def test_each_date_is_led_by_itself(
    store: Store, logs: Any, gathered: Any, facilitator: Any, bodo: LeadershipGroup
) -> None:
    other = DAY + timedelta(days=1)
    store.put_group(bodo.model_copy(update={"gathering_date": other}))
    neighbour = logs.of("contact", group="bodo", name="eva")
    for contact in (gathered, neighbour):
        contact.lead(MODULE, Lead(follows=True))
    facilitator.lead_plenum(MODULE, DAY, Lead("hidden", THEME, "7"))
    assert (gathered.moment(MODULE).name, neighbour.moment(MODULE).name) == ("hidden", "individual")
    assert facilitator.plenum(MODULE, other) is None
    facilitator.lead_plenum(MODULE, other, Lead("discussed", OTHER))
    assert (gathered.moment(MODULE).name, neighbour.moment(MODULE).name) == ("hidden", "discussed")
    assert facilitator.plenum(MODULE, DAY).theme == THEME


def test_showing_the_answers_is_a_moment(gathered: Any) -> None:
    gathered.lead(MODULE, Lead("hidden"))
    gathered.reveal(MODULE)
    assert gathered.moment(MODULE).name == "revealed"
    gathered.lead(MODULE, Lead("discussed", THEME))
    gathered.reveal(MODULE)
    assert gathered.moment(MODULE).name == "discussed"


def test_the_time_goes_on_until_it_is_started_again(gathered: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = gathered.lead(MODULE, Lead("hidden", THEME, "7"))
    twice = gathered.lead(MODULE, Lead("hidden", THEME, "7"))
    assert twice.seq == first.seq
    assert gathered.lead(MODULE, Lead("hidden", OTHER, "7")).begun == first.begun
    assert gathered.lead(MODULE, Lead("individual", OTHER, "7", start=True)).begun > first.begun
    assert gathered.lead(MODULE, Lead("individual", OTHER)).begun is None


@pytest.mark.parametrize("wrong", [{"name": "finale"}, {"theme": "finnes-ikke"}, {"box": "99"}])
def test_what_there_is_not_is_refused(gathered: Any, facilitator: Any, wrong: dict[str, Any]) -> None:
    for lead in (lambda it: gathered.lead(MODULE, it), lambda it: facilitator.lead_plenum(MODULE, DAY, it)):
        with pytest.raises(InvalidAnswer):
            lead(replace(Lead(), **wrong))


def test_what_is_locked_is_changed_only_after_it_is_opened(logs: Any, gathered: Any, draft: Make) -> None:
    agreed = {"aspect": "agreed", "step": "felles-vurdering"}
    gathered.lead(MODULE, Lead("individual", locked=True))
    for log in (gathered, logs.of()):
        with pytest.raises(AccessDenied, match="låst"):
            log.append([draft(THEME, 3, **agreed)])
    logs.of().append([draft(ITEM, 5)])
    gathered.lead(MODULE, Lead("individual"))
    logs.of().append([draft(THEME, 3, **agreed)])


def test_the_second_round_is_about_what_was_talked_about(logs: Any, gathered: Any, draft: Make) -> None:
    def again(subject: str, value: Any, aspect: str = "as-is") -> None:
        logs.of().append([draft(subject, value, aspect=aspect, round=2)])

    gathered.append([draft(THEME, True, aspect="discussed", step="felles-vurdering")])
    with pytest.raises(AccessDenied, match="andre runde"):
        again(ITEM, 4)
    gathered.reveal(MODULE)
    again(ITEM, 4)
    for subject, value, aspect in (("felles-bilde", 4, "as-is"), (THEME, 4, "to-be"), (THEME, True, "importance")):
        with pytest.raises(AccessDenied, match="andre runde"):
            again(subject, value, aspect)
    assert logs.of("room").revealed(MODULE, round=2) is None
    # Who has answered the second round only has not answered one time more.
    logs.of(name="siv").append([draft(ITEM, 4, round=2)])
    assert logs.of().participation(MODULE).answered == 3


def test_who_keeps_their_answers_out_keeps_them_out_of_both_rounds(logs: Any, gathered: Any, draft: Make) -> None:
    logs.of(name="kari").append([draft("", True, aspect="withheld")])
    gathered.reveal(MODULE)
    gathered.append([draft(THEME, True, aspect="discussed", step="felles-vurdering")])
    for name in ("kari", "per", "ole"):
        logs.of(name=name).append([draft(ITEM, 5, round=2)])
    gathered.reveal(MODULE, 2)
    assert len(logs.of("room").revealed(MODULE, round=2)) == 2
