"""A region out of a real home: released once, frozen, and beside a group's own picture in its room."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from kompetanse.analysis.disclosure import Audience, Hidden
from kompetanse.answers.log import AnswerLog
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.errors import AccessDenied, InputError
from kompetanse.programme.models import Instrument, LeadershipGroup, Module, Programme
from kompetanse.sections.context import GroupContext
from kompetanse.sections.gathered import material
from kompetanse.sections.numbers import beside_others
from kompetanse.sections.regional import region_now, release_region, released_region
from tests.analysis.regions import shipped_programme

MODULE = "modul-1"
#: A group of the demo that has shown itself its answers, and one of its members is erased.
GROUP = "alstahaug"


@pytest.fixture
def programme() -> Programme:
    return shipped_programme()


@pytest.fixture
def module(programme: Programme) -> Module:
    return programme.modules[0]


@pytest.fixture
def instrument(programme: Programme, module: Module) -> Instrument:
    found = programme.instrument_of_module(module)
    assert found is not None
    return found


@pytest.fixture
def store(demo_home: Path, tmp_path: Path) -> Iterator[Store]:
    """A demo of one's own, to release and erase in."""
    shutil.copytree(demo_home, tmp_path / "home")
    with Store.open(tmp_path / "home") as opened:
        yield opened


def session(role: str, group: str | None = None, participant: str | None = None) -> Session:
    return Session(
        role=role,
        programme="",
        group=group,
        participant=participant,
        language="nb",
        expires=None,  # type: ignore[arg-type]  # a text that is one of the roles
    )


@pytest.fixture
def operator(store: Store, programme: Programme) -> AnswerLog:
    return AnswerLog(session("operator"), store, programme)


def member(store: Store) -> str:
    return next(answer.participant for answer in store.current(group=GROUP, aspect="as-is"))


def leader(store: Store, programme: Programme) -> AnswerLog:
    return AnswerLog(session("leader", GROUP, member(store)), store, programme)


def test_a_region_is_of_the_groups_that_have_shown_their_answers(
    operator: AnswerLog, module: Module, instrument: Instrument
) -> None:
    region = region_now(operator, module, instrument, "region")

    assert region.units <= 15, "ten have finished and five have gathered"
    assert all(row["as_is"] is not None for row in region.rows())


def test_a_release_stays_as_it_is_when_somebody_erases_their_answers(
    operator: AnswerLog, store: Store, programme: Programme, module: Module, instrument: Instrument
) -> None:
    released = release_region(operator, module, instrument, "region")
    leader(store, programme).own_erase()

    assert region_now(operator, module, instrument, "region").rows() == released.rows()
    shown = released_region(operator, module, Audience.REGION)
    assert shown is not None
    assert (shown.rows(), shown.units, shown.people) == (released.rows(), released.units, released.people)


def test_what_is_public_needs_a_released_region(operator: AnswerLog, module: Module, instrument: Instrument) -> None:
    with pytest.raises(InputError, match="Release the region before"):
        region_now(operator, module, instrument, "public")
    release_region(operator, module, instrument, "region")
    public = release_region(operator, module, instrument, "public")

    assert all(row["as_is"] is None or row["as_is"] * 2 == int(row["as_is"] * 2) for row in public.rows())
    assert released_region(operator, module, Audience.PUBLIC) is not None


@pytest.mark.parametrize("audience", ["room", "report", "alle", ""])
def test_a_region_is_for_nobody_else(
    operator: AnswerLog, module: Module, instrument: Instrument, audience: str
) -> None:
    with pytest.raises(InputError, match="audiences region and public"):
        region_now(operator, module, instrument, audience)


@pytest.mark.parametrize("role", ["leader", "contact", "facilitator", "analyst", "room"])
def test_only_the_operator_makes_a_region_and_the_facilitator_may_release_it(
    store: Store, programme: Programme, module: Module, instrument: Instrument, role: str
) -> None:
    own = GROUP if role in {"leader", "contact", "room"} else None
    log = AnswerLog(session(role, own, member(store) if role in {"leader", "contact"} else None), store, programme)

    with pytest.raises(AccessDenied):
        region_now(log, module, instrument, "region")
    if role != "facilitator":
        with pytest.raises(AccessDenied):
            log.release_region(module.id, "region", units=41, people=300, figures=[], basis={})


def room(log: AnswerLog, programme: Programme, module: Module, instrument: Instrument) -> GroupContext:
    return GroupContext(
        programme=programme, module=module, instrument=instrument, group=log.group(GROUP), language="nb",
        session=log.session, log=log,
    )  # fmt: skip


def test_a_room_sees_the_municipalities_beside_its_own_once_they_are_released(
    operator: AnswerLog, store: Store, programme: Programme, module: Module, instrument: Instrument
) -> None:
    context = room(leader(store, programme), programme, module, instrument)
    before = material(context, edition="group")
    assert before.region is None
    released = release_region(operator, module, instrument, "region")

    seen = material(context, edition="group")
    table = beside_others(seen)
    assert table is not None
    first = next(row for row in released.rows() if row["part"] == seen.pictures[0].facet.id)
    assert table.rows[0][-1] == str(first["as_is"]).replace(".", ",")
    assert {name for name, value in seen.region.rows()[0].items() if value is not None} == {  # type: ignore[union-attr]  # it is there now
        "kind", "part", "units", "as_is", "to_be", "distance",
    }  # fmt: skip


def test_only_the_operator_sees_what_a_release_rests_on(
    operator: AnswerLog, store: Store, programme: Programme, module: Module, instrument: Instrument
) -> None:
    release_region(operator, module, instrument, "region")

    (seen,) = leader(store, programme).region_releases(module.id, "region")
    assert seen.figures
    assert seen.basis == {}
    assert operator.region_releases(module.id, "region")[0].basis


def test_a_report_has_no_region_beside_it(
    operator: AnswerLog, programme: Programme, module: Module, instrument: Instrument
) -> None:
    release_region(operator, module, instrument, "region")

    assert material(room(operator, programme, module, instrument), edition="group").region is None


def test_after_an_erasure_a_report_that_was_approved_shows_agreed_values_only(
    operator: AnswerLog, store: Store, programme: Programme, module: Module, instrument: Instrument
) -> None:
    context = room(operator, programme, module, instrument)
    before = material(context, edition="shared")
    assert any(picture.agreement for picture in before.pictures)
    leader(store, programme).own_erase()

    for edition in ("group", "shared"):
        after = material(context, edition=edition)  # type: ignore[arg-type]  # parametrised as text
        assert all(picture.decided for picture in after.pictures)
        assert not any(picture.agreement or picture.many_dont_know for picture in after.pictures)
        assert {one.rule for one in after.protected.hidden} == {"S5"}


def test_a_group_that_has_not_shown_its_answers_is_in_no_region(
    operator: AnswerLog, store: Store, module: Module, instrument: Instrument
) -> None:
    before = region_now(operator, module, instrument, "region")
    store.put_group(LeadershipGroup(id="ny", name="Ny", made_up=True))

    assert region_now(operator, module, instrument, "region").rows() == before.rows()
    shown = {answer.group for answer in operator.shown_in_rooms(MODULE)}
    assert "fauske" not in shown
    assert shown == {release.group for release in store.releases(module=MODULE, audience="room")}


def test_how_many_figures_each_rule_hides_is_logged_with_every_release_and_nobodys_name(
    operator: AnswerLog, store: Store, programme: Programme, module: Module, instrument: Instrument
) -> None:
    context = room(operator, programme, module, instrument)
    for _ in range(2):
        shown = material(context, edition="shared").protected
    material(context, edition="group")
    region = release_region(operator, module, instrument, "region")

    def counted(hidden: tuple[Hidden, ...]) -> str:
        rules = Counter(each.rule for each in hidden)
        return ", ".join(f"{rule} {count}" for rule, count in sorted(rules.items()))

    entries = [(each.group, each.detail) for each in store.audit_log(kinds=["hidden_figure"])]
    assert entries == [
        (GROUP, f"module {module.id}, in the shared report: {counted(shown.hidden)}"),
        (None, f"module {module.id}, to the region: {counted(region.hidden)}"),
    ]
    (release,) = store.audit_log(kinds=["release"])
    assert release.detail == f"module {module.id}, to the region: {region.units} municipalities, {region.people} people"
    with pytest.raises(AccessDenied):
        leader(store, programme).note_hidden(module.id, GROUP, {"S1": 1})
