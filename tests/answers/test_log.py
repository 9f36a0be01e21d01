"""Who may answer what, for whom and when; what was saved is saved once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Role
from kompetanse.answers.store import Store
from kompetanse.errors import AccessDenied, InputError, InvalidAnswer
from kompetanse.programme.models import LeadershipGroup, Programme

MODULE = "modul-1"
ITEM, THEME = "endringer-rundt-oss", "omverdensblikk"

Make = Callable[..., Draft]


def themes(programme: Programme) -> list[str]:
    instrument = programme.instrument_of_module(programme.modules[0])
    assert instrument is not None
    return [facet.id for facet in instrument.facets]


def test_an_answer_is_the_sessions_own(logs: Any, draft: Make, programme: Programme) -> None:
    leader = logs.of()
    receipt = leader.append([draft(ITEM, 3)])
    (found,) = leader.own(MODULE)
    assert (found.group, found.municipality, found.participant) == ("fauske", "1841", leader.session.participant)
    assert (found.programme, found.version, found.made_up) == (programme.id, programme.version, True)
    assert (receipt.ids, receipt.time) == ((found.id,), found.time)
    assert receipt.time.tzinfo is not None


def test_one_leader_does_not_see_anothers_answers(logs: Any, draft: Make) -> None:
    logs.of(name="kari").append([draft(ITEM, 3)])
    assert logs.of(name="per").own(MODULE) == []
    assert logs.of("contact", name="ida").own(MODULE) == []


def test_the_groups_statements_are_nobodys_own(logs: Any, draft: Make) -> None:
    writer, reader = logs.of(name="kari"), logs.of("contact", name="ida")
    writer.append([draft("fordi", "Vi blir færre.", aspect="answer", step="hvorfor")])
    (found,) = reader.of_group(MODULE)
    assert (found.participant, found.value) == ("", "Vi blir færre.")
    assert writer.own(MODULE) == []
    assert logs.of(group="bodo").of_group(MODULE) == []


def test_a_theme_is_stored_by_its_id_also_when_its_code_is_sent(logs: Any, draft: Make) -> None:
    leader = logs.of()
    leader.append([draft("A1-1", 3), draft("A1", 4, aspect="to-be")])
    leader.append([draft(ITEM, 5), draft(THEME, 5, aspect="to-be")])
    assert {(found.subject, found.value) for found in leader.own(MODULE)} == {(ITEM, 5), (THEME, 5)}


def test_what_is_said_of_a_step_has_the_steps_id(logs: Any, draft: Make) -> None:
    leader = logs.of()
    leader.append([draft("", True, aspect="withheld"), draft("evne", "long", aspect="form")])
    assert {found.subject for found in leader.own(MODULE)} == {"evne"}
    with pytest.raises(InvalidAnswer, match="whole step"):
        leader.append([draft("noe", True, aspect="withheld")])


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": 9},
        {"value": "3"},
        {"value": True},
        {"subject": "finnes-ikke"},
        {"subject": "finnes-ikke", "value": None},
        {"subject": THEME},
        {"aspect": "agreed"},
        {"step": "finnes-ikke"},
        {"module": "modul-9"},
        {"round": 0},
        {"round": True},
        {"id": "kort"},
        {"id": "a" * 65},
        {"id": "har mellomrom"},
        {"id": "=HYPERLINK(1)"},
    ],
)
def test_what_does_not_fit_is_refused_whole(logs: Any, draft: Make, wrong: dict[str, Any]) -> None:
    leader = logs.of()
    with pytest.raises(InvalidAnswer):
        leader.append([draft("B1-1", 2, step="modenhet"), replace(draft(ITEM, 3), **wrong)])
    assert leader.own(MODULE) == []


@pytest.mark.parametrize("role", ["facilitator", "analyst", "operator", "room"])
def test_only_a_leader_or_contact_answers(logs: Any, draft: Make, role: Role) -> None:
    log = logs.of(role, group="fauske" if role == "room" else None)
    with pytest.raises(AccessDenied):
        log.append([draft(ITEM, 3)])


def test_a_session_of_another_programme_opens_nothing(logs: Any, store: Store, programme: Programme) -> None:
    with pytest.raises(AccessDenied):
        AnswerLog(replace(logs.of().session, programme="another"), store, programme)


def test_a_contacts_step_is_the_contacts(logs: Any, draft: Make, store: Store, programme: Programme) -> None:
    module = programme.modules[0]
    phases = tuple(
        phase.model_copy(
            update={
                "steps": tuple(
                    step.model_copy(update={"who": "contact"}) if step.id == "prioriteringer" else step
                    for step in phase.steps
                )
            }
        )
        for phase in module.phases
    )
    changed = programme.model_copy(update={"modules": (module.model_copy(update={"phases": phases}),)})
    chosen = draft(THEME, True, aspect="priority", step="prioriteringer")
    with pytest.raises(AccessDenied, match="gruppekontakten"):
        AnswerLog(logs.of().session, store, changed).append([chosen])
    AnswerLog(logs.of("contact", name="ida").session, store, changed).append([chosen])


def test_a_draft_sent_again_is_reported_as_saved_and_saved_once(logs: Any, draft: Make, store: Store) -> None:
    leader, one, two = logs.of(), draft(ITEM, 3), draft("B1-1", 2, step="modenhet")
    leader.append([one])
    assert leader.append([one, two, one]).ids == (one.id, two.id, one.id)
    assert len(store.changed_since(0)) == 2


def test_nobody_gets_anothers_id(logs: Any, draft: Make, store: Store) -> None:
    taken = draft(ITEM, 3)
    logs.of(name="kari").append([taken])
    with pytest.raises(InvalidAnswer):
        logs.of(name="per").append([taken])
    with pytest.raises(InvalidAnswer):
        logs.of(name="kari").append([replace(taken, value=5)])
    assert [(found.value, found.participant) for found in store.current()] == [
        (3, logs.of(name="kari").session.participant)
    ]


def test_the_first_of_two_that_share_an_id_decides(logs: Any, draft: Make) -> None:
    one = draft(ITEM, 3)
    with pytest.raises(InvalidAnswer):
        logs.of().append([one, replace(one, value=4)])


#: What several of a group may write in at once.
WRITTEN: dict[str, Any] = {"subject": "omverdensblikk", "aspect": "rationale", "step": "felles-vurdering"}


def test_two_who_write_in_one_text_are_both_kept(logs: Any, draft: Make) -> None:
    logs.of(name="kari").append([draft(value="Vi ser det ulikt.", **WRITTEN)])
    on_top = "Vi ser det ulikt."
    first = replace(draft(value="Vi ser det svært ulikt.", **WRITTEN), base=on_top)
    second = replace(draft(value="Vi ser det ulikt. Hvorfor?", **WRITTEN), base=on_top)

    assert logs.of(name="per").append([first]).merged == {}
    told = logs.of(name="siv").append([second])

    both = "Vi ser det svært ulikt. Hvorfor?"
    assert told.merged == {second.id: both}
    assert [each.value for each in logs.of().of_group("modul-1")] == [both]

    # Sent again it is confirmed, with what stands now, and nothing is put in twice.
    logs.of(name="per").append([replace(draft(value=both + " Fordi.", **WRITTEN), base=both)])
    assert logs.of(name="siv").append([second]).merged == {second.id: both + " Fordi."}
    assert [each.value for each in logs.of().of_group("modul-1")] == [both + " Fordi."]


def test_a_draft_on_top_of_one_sent_with_it_counts_once(logs: Any, draft: Make) -> None:
    one = replace(draft(value="Vi", **WRITTEN), base="")
    two = replace(draft(value="Vi øver", **WRITTEN), base="Vi")
    logs.of().append([one, two])
    logs.of().append([one, two])
    assert [each.value for each in logs.of().of_group("modul-1")] == ["Vi øver"]


@pytest.mark.parametrize("base", [7, ["x"], {"what": ["x"]}, "x" * 20_001, {"what": 1.5}])
def test_nothing_is_written_on_top_of_what_is_no_text(logs: Any, draft: Make, base: object) -> None:
    with pytest.raises(InvalidAnswer, match="based on"):
        logs.of().append([replace(draft(value="x", **WRITTEN), base=base)])


def test_two_texts_that_are_too_long_together_are_not_cut(logs: Any, draft: Make) -> None:
    logs.of(name="per").append([replace(draft(value="a" * 15_000, **WRITTEN), base="")])
    with pytest.raises(InvalidAnswer, match="at most"):
        logs.of().append([replace(draft(value="b" * 15_000, **WRITTEN), base="")])


def test_five_themes_matter_most_and_no_more(logs: Any, draft: Make, programme: Programme) -> None:
    leader, ids = logs.of(), themes(programme)

    def choose(theme: str, value: bool = True) -> Draft:
        return draft(theme, value, aspect="importance", step="modenhet")

    leader.append([choose(theme) for theme in ids[:5]])
    with pytest.raises(InvalidAnswer, match="inntil 5"):
        leader.append([choose(ids[5])])
    leader.append([choose(ids[5]), choose(ids[0], False)])
    leader.append([choose(ids[1])])
    chosen = {found.subject for found in leader.own(MODULE) if found.value}
    assert chosen == set(ids[1:6])
    logs.of(name="per").append([choose(ids[0])])


def test_six_at_once_are_refused_whole(logs: Any, draft: Make, programme: Programme) -> None:
    drafts = [draft(theme, True, aspect="importance", step="modenhet") for theme in themes(programme)[:6]]
    with pytest.raises(InvalidAnswer):
        logs.of().append(drafts)
    assert logs.of().own(MODULE) == []


def test_a_group_has_three_priorities_whoever_chooses(logs: Any, draft: Make, programme: Programme) -> None:
    for number, theme in enumerate(themes(programme)[:3]):
        logs.of(name=f"leder{number}").append([draft(theme, True, aspect="priority", step="prioriteringer")])
    with pytest.raises(InvalidAnswer, match="inntil 3"):
        logs.of(name="per").append([draft(themes(programme)[3], True, aspect="priority", step="prioriteringer")])


def test_a_phase_takes_no_answers_before_it_opens(store: Store, logs: Any, draft: Make, programme: Programme) -> None:
    store.put_group(LeadershipGroup(id="fauske", name="Fauske", municipalities=("1841",)))
    session = logs.of().session

    def on(day: date) -> AnswerLog:
        return AnswerLog(session, store, programme, today=lambda: day)

    early = AnswerLog(session, store, programme, today=lambda: date(2026, 11, 8))
    with pytest.raises(AccessDenied, match=r"Forarbeid åpner 9\. november 2026"):
        early.append([draft(ITEM, 3)])
    on(date(2026, 11, 9)).append([draft(ITEM, 3)])
    with pytest.raises(AccessDenied, match="Samling"):
        on(date(2026, 11, 9)).append([draft(THEME, 3, aspect="agreed", step="felles-vurdering")])
    # A late answer is still an answer.
    on(date(2028, 1, 1)).append([draft("A1-2", 3)])


def test_a_made_up_group_knows_no_calendar(store: Store, logs: Any, draft: Make, programme: Programme) -> None:
    log = AnswerLog(logs.of().session, store, programme, today=lambda: date(2020, 1, 1))
    log.append([draft(THEME, 3, aspect="agreed", step="felles-vurdering")])


def test_a_leader_knows_one_group_and_the_facilitator_all(logs: Any) -> None:
    assert [group.id for group in logs.of().groups()] == ["fauske"]
    assert [group.id for group in logs.of("facilitator", group=None).groups()] == ["bodo", "fauske"]
    assert logs.of("room").group("fauske").name == "Fauske"
    for role in ("leader", "contact", "room"):
        with pytest.raises(AccessDenied):
            logs.of(role).group("bodo")
    with pytest.raises(InputError, match="no group 'x'"):
        logs.operator().group("x")


@pytest.mark.parametrize("role", ["leader", "contact", "room"])
@pytest.mark.parametrize("ask", ["of_group", "participation", "revealed", "is_revealed", "approval", "is_approved"])
def test_another_group_is_closed(logs: Any, role: Role, ask: str) -> None:
    with pytest.raises(AccessDenied):
        getattr(logs.of(role), ask)(MODULE, group="bodo")


@pytest.mark.parametrize("ask", ["of_group", "revealed"])
@pytest.mark.parametrize("role", ["facilitator", "analyst"])
def test_what_a_group_writes_is_closed_to_those_outside(logs: Any, role: Role, ask: str) -> None:
    with pytest.raises(AccessDenied):
        getattr(logs.of(role, group=None), ask)(MODULE, group="fauske")


@pytest.mark.parametrize("role", ["leader", "contact", "room", "facilitator", "analyst"])
def test_everything_is_the_operators(logs: Any, role: Role) -> None:
    log = logs.of(role, group=None if role in {"facilitator", "analyst"} else "fauske")
    with pytest.raises(AccessDenied):
        log.everything(MODULE, "fauske")


def test_everything_leaves_out_what_nobody_else_may_see(logs: Any, draft: Make) -> None:
    kari, per = logs.of(name="kari"), logs.of(name="per")
    kari.append([draft(ITEM, 3), draft(THEME, "Bare for meg.", aspect="comment")])
    kari.append([draft("ove-pa", "Å lytte.", aspect="note", step="lederegenskaper")])
    kari.append([draft("fordi", "Vi blir færre.", aspect="answer", step="hvorfor")])
    per.append([draft(ITEM, 5), draft("", True, aspect="withheld")])
    found = {(each.aspect, each.value) for each in logs.operator().everything(MODULE, "fauske")}
    assert found == {("as-is", 3), ("answer", "Vi blir færre.")}
    assert {each.group for each in logs.operator().everything(MODULE)} == {"fauske"}
    assert logs.operator().everything(MODULE, "bodo") == []


def test_own_answers_can_be_taken_along(logs: Any, draft: Make) -> None:
    leader = logs.of()
    leader.append([draft(ITEM, 2)])
    leader.append([draft(ITEM, 3), draft(THEME, "Bare for meg.", aspect="comment")])
    logs.of(name="per").append([draft(ITEM, 5)])
    rows = leader.own_export()
    assert [row["value"] for row in rows] == [2, 3, "Bare for meg."]
    assert set(rows[0]) == {"time", "module", "step", "round", "subject", "aspect", "value"}


def test_a_person_can_make_a_new_code_for_another_device(logs: Any, store: Store) -> None:
    for role, name in (("leader", "kari"), ("contact", "ida")):
        log = logs.of(role, name=name)
        entry = store.enter(log.return_code())
        assert entry is not None
        assert (entry.role, entry.participant) == (role, log.session.participant)
    with pytest.raises(AccessDenied):
        logs.of("facilitator", group=None).return_code()


def test_the_latest_number_changes_with_every_change(logs: Any, draft: Make) -> None:
    leader = logs.of()
    seen = [leader.latest()]
    leader.append([draft(ITEM, 2)])
    seen.append(leader.latest())
    leader.own_erase()
    seen.append(leader.latest())
    assert seen == sorted(set(seen))
