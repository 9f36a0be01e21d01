"""The demo's answers agree with the truth that is stated beside them, and can be tried at once."""

from __future__ import annotations

import json
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any

import pytest

from kompetanse.analysis.statistics import rounded_median
from kompetanse.answers.demo import Demo, make_demo
from kompetanse.answers.demo.groups import median_level
from kompetanse.answers.demo.making import TEXTS
from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Session
from kompetanse.answers.sharing import hash_of
from kompetanse.answers.store import Store
from kompetanse.errors import InputError
from kompetanse.programme.models import DONT_KNOW, Facet, Instrument, Item, LeadershipGroup, Programme, Scale, Text

MODULE = "modul-1"

#: Words that no page of ours shows, in any text that comes from us.
NEVER = ("anonym", "respondent", "score", " gap", "instrument", "fasett", "akse", "konsensus", "fasilitator")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "home"


@pytest.fixture(scope="module")
def store(home: Path) -> Iterator[Store]:
    with Store.open(home) as opened:
        yield opened


@pytest.fixture(scope="module")
def demo(store: Store, programme: Programme) -> Demo:
    begun = time.monotonic()
    made = make_demo(store, programme)
    assert time.monotonic() - begun < 10
    return made


@pytest.fixture(scope="module")
def instrument(programme: Programme) -> Instrument:
    found = programme.instrument_of_module(programme.modules[0])
    assert found is not None
    return found


def operator(store: Store, programme: Programme) -> AnswerLog:
    session = Session(role="operator", programme="", group=None, participant=None, language="nb", expires=None)
    return AnswerLog(session, store, programme)


def test_there_is_a_group_for_each_municipality_of_the_region(demo: Demo, store: Store) -> None:
    groups = store.groups()
    assert len(groups) == 41
    assert all(group.made_up for group in groups)
    assert all(answer.made_up for answer in store.changed_since(0))
    assert {group.invited for group in groups} >= {3, 5, 8}


def test_a_second_call_changes_nothing_and_is_quick(demo: Demo, store: Store, programme: Programme, home: Path) -> None:
    before = {path: path.read_bytes() for path in home.iterdir() if path.suffix == ".json"}
    revision, begun = store.revision(), time.monotonic()
    again = make_demo(store, programme, seed=7)
    assert time.monotonic() - begun < 1
    assert (again.codes, again.truth, again.finished, again.made) == (demo.codes, demo.truth, demo.finished, False)
    assert demo.made
    assert store.revision() == revision
    assert {path: path.read_bytes() for path in before} == before


def test_the_same_seed_makes_the_same_answers(demo: Demo, store: Store, programme: Programme, tmp_path: Path) -> None:
    with Store.open(tmp_path / "other") as other:
        assert make_demo(other, programme).truth == demo.truth
        assert hash_of(other.current()) == hash_of(store.current())
    with Store.open(tmp_path / "third") as third:
        assert make_demo(third, programme, seed=1).truth != demo.truth


def test_real_groups_are_left_alone(tmp_path: Path, programme: Programme) -> None:
    with Store.open(tmp_path / "real") as real:
        real.put_group(LeadershipGroup(id="fauske", name="Fauske"))
        with pytest.raises(InputError, match="real groups"):
            make_demo(real, programme)


def test_the_answers_agree_with_the_stated_truth(demo: Demo, store: Store, instrument: Instrument) -> None:
    levels: dict[str, list[int]] = {}
    unknown = total = 0
    for answer in store.current(aspect="as-is"):
        facet = instrument.facet_of(answer.subject)
        assert facet is not None
        total += 1
        unknown += answer.value == DONT_KNOW
        if isinstance(answer.value, int):
            levels.setdefault(facet.id, []).append(answer.value)
    truth = demo.truth["facets"]
    for facet_id, found in levels.items():
        assert fmean(found) == pytest.approx(truth[facet_id]["as_is"], abs=0.3)
        # Persons differ by their own spread, groups by theirs; whole levels and the ends of the scale take some away.
        assert pstdev(found) == pytest.approx(truth[facet_id]["spread"], abs=0.3)
    stated = fmean(facet["dont_know"] for facet in truth.values())
    assert unknown / total == pytest.approx(stated, abs=0.03)
    by_level = {facet_id: fmean(found) for facet_id, found in levels.items()}
    assert by_level["prioritering-og-gevinst"] < 2.5 < 3.0 < by_level["trygg-grunnmur"]


def test_each_group_has_the_stated_size_and_answers(demo: Demo, store: Store) -> None:
    answered: dict[str, set[str]] = {}
    for answer in store.current(aspect="as-is"):
        answered.setdefault(answer.group, set()).add(answer.participant)
    for group, truth in demo.truth["groups"].items():
        found = len(answered.get(group, ()))
        # In a group that is still answering, somebody may only have chosen the long form so far.
        assert truth["answered"] - 1 <= found <= truth["answered"] <= truth["invited"]


def test_nobody_aims_lower_than_today(store: Store, instrument: Instrument) -> None:
    answers = store.current(aspect=["as-is", "to-be"])
    ahead = {(a.participant, a.subject): a.value for a in answers if a.aspect == "to-be"}
    for answer in answers:
        facet = instrument.facet_of(answer.subject)
        if answer.aspect == "as-is" and isinstance(answer.value, int) and facet is not None:
            assert ahead.get((answer.participant, facet.id), 9) >= answer.value


def test_fauske_waits_for_its_last_two(demo: Demo, store: Store, programme: Programme) -> None:
    assert demo.group == "fauske"
    log = operator(store, programme)
    counted = log.participation(MODULE, "fauske")
    assert (counted.answered, counted.invited) == (6, 8)
    assert not log.is_revealed(MODULE, group="fauske")
    assert log.of_group(MODULE, "fauske") == []


def test_groups_of_three_five_and_eight_have_finished(demo: Demo, store: Store, programme: Programme) -> None:
    log = operator(store, programme)
    assert sorted(log.participation(MODULE, group).invited or 0 for group in demo.finished) == [3, 5, 8]
    for group in demo.finished:
        assert log.is_approved(MODULE, group)
        stated = {(a.aspect, a.subject): a.value for a in log.of_group(MODULE, group)}
        count = {aspect: sum(found == aspect for found, _ in stated) for aspect, _ in stated}
        assert (count["agreed"], count["agreed-to-be"]) == (16, 16)
        assert (count["discussed"], count["rationale"], count["priority"], count["action"]) == (5, 5, 3, 3)
        assert count["other-view"] >= 1
        assert {stated["action", place]["facet"] for place in "123"} == {s for a, s in stated if a == "priority"}
        assert all(stated["agreed-to-be", s] >= value for (a, s), value in stated.items() if a == "agreed")


def test_what_was_shown_and_approved_can_be_checked(demo: Demo, store: Store, programme: Programme) -> None:
    log = operator(store, programme)
    for release in store.releases():
        if release.audience == "room":
            shown = log.revealed(MODULE, group=release.group)
            assert shown is not None
        else:
            found = log.everything(MODULE, release.group, as_of=release.as_of)
            steps = {step.id: step.kind for step in programme.modules[0].steps}
            shown = [a for a in found if not a.participant or steps[a.step] == "assessment"]
        assert hash_of(shown) == release.hash
        assert release.frozen


def test_groups_are_at_every_stage(demo: Demo) -> None:
    stages = [truth["stage"] for truth in demo.truth["groups"].values()]
    assert {stage: stages.count(stage) for stage in set(stages)} == {
        "finished": 10,
        "gathered": 5,
        "answering": 21,
        "invited": 5,
    }


def test_the_codes_let_in_whom_they_should(demo: Demo, store: Store, home: Path) -> None:
    assert stat.S_IMODE((home / "demo-codes.json").stat().st_mode) == 0o600
    found = {
        role: store.enter(code)
        for role, code in (
            ("leader", demo.codes.leader),
            ("contact", demo.codes.contact),
            ("facilitator", demo.codes.facilitator),
        )
    }
    assert {role: (e.role, e.group) for role, e in found.items() if e} == {
        "leader": ("leader", "fauske"),
        "contact": ("contact", "fauske"),
        "facilitator": ("facilitator", None),
    }


def test_code_that_somebody_has_ended_is_made_anew_and_the_others_stay(
    demo: Demo, store: Store, programme: Programme
) -> None:
    store.revoke_code(demo.codes.leader)
    again = make_demo(store, programme).codes
    assert store.enter(again.leader)
    assert (again.contact, again.facilitator) == (demo.codes.contact, demo.codes.facilitator)
    assert make_demo(store, programme).codes == again


def test_a_visitor_can_answer_whatever_today_is(demo: Demo, store: Store, programme: Programme) -> None:
    entry = store.enter(store.create_code("leader", "fauske"))
    assert entry is not None
    session = Session(
        role=entry.role,
        programme=programme.id,
        group=entry.group,
        participant=entry.participant,
        language="nb",
        expires=None,
    )
    log = AnswerLog(session, store, programme)
    log.append([Draft(id="visitor-1", module=MODULE, step="evne", subject="A1-1", aspect="as-is", value=3)])
    assert log.participation(MODULE).answered == 7
    log.own_erase()


def test_the_truth_lies_beside_the_answers(demo: Demo, home: Path) -> None:
    assert json.loads((home / "truth.json").read_text(encoding="utf-8")) == demo.truth


def test_what_follows_from_the_truth_is_stated_for_every_theme_and_group(demo: Demo, instrument: Instrument) -> None:
    expected = demo.truth["expected"]
    assert list(expected) == [facet.id for facet in instrument.facets]
    for facet, figures in expected.items():
        assert {"between", "within", "icc1", "missing", "dont_know", "not_relevant"} <= figures.keys()
        assert list(figures["groups"]) == list(demo.truth["groups"])
        # Whole levels and the ends of the scale move the mean a little from the level it is drawn around.
        for group, of_group in figures["groups"].items():
            assert of_group["as_is"] == pytest.approx(demo.truth["groups"][group]["as_is"][facet], abs=0.5)
            assert of_group["to_be"] > of_group["as_is"]


def test_the_texts_use_no_word_that_is_never_shown() -> None:
    written = TEXTS.read_text(encoding="utf-8").lower()
    assert [word for word in NEVER if word in written] == []


def test_every_theme_has_texts_of_its_own(instrument: Instrument) -> None:
    texts: dict[str, Any] = json.loads(TEXTS.read_text(encoding="utf-8"))
    assert set(texts["facets"]) == {facet.id for facet in instrument.facets}


def test_accepting_the_rest_takes_the_same_level_as_the_page_does() -> None:
    for levels in ([1, 2], [2, 3, 3, 4], [1.5, 2, 2.5], [5], [1, 1, 2, 2], [3, 3.5]):
        assert median_level(levels) == rounded_median(levels)


def test_another_programme_gets_a_demo_too(programme: Programme, instrument: Instrument, tmp_path: Path) -> None:
    scale = Scale(names={level: Text(nb=str(level)) for level in range(0, 11)})
    facets = tuple(
        Facet(
            id=f"tema-{number}",
            code=f"T{number}",
            title=Text(nb="Tema"),
            items=(Item(id=f"spm-{number}", code=f"S{number}", family="P", text=Text(nb="Spørsmål")),),
        )
        for number in range(4)
    )
    changed = {"scale": scale, "facets": facets, "axes": (), "most_important": 2}
    own = Instrument.model_validate(
        {**{name: getattr(instrument, name) for name in Instrument.model_fields}, **changed}
    )
    module = programme.modules[0]

    def without_axis(step: Any) -> Any:
        if step.kind != "assessment":
            return step
        return step.model_copy(update={"content": step.content.model_copy(update={"axis": None})})

    phases = tuple(
        phase.model_copy(update={"steps": tuple(without_axis(step) for step in phase.steps if step.id != "evne")})
        for phase in module.phases
    )
    other = programme.model_copy(
        update={
            "instruments": {instrument.id: own},
            "counties": ("03", "55", "56"),
            "modules": (module.model_copy(update={"phases": phases}),),
        }
    )
    with Store.open(tmp_path / "other") as store:
        made = make_demo(store, other)
        assert store.group(made.group) is not None
        assert max(a.value for a in store.current(aspect="as-is") if isinstance(a.value, int)) > 5
        assert len(made.finished) >= 1
