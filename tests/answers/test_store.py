"""Answers are only ever added; the latest of each key is the current one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kompetanse.answers.answer import to_json
from kompetanse.answers.store import Answer, Store
from kompetanse.errors import InputError, InvalidAnswer, StoreError
from kompetanse.programme.models import LeadershipGroup


def answer(id: str, value: Any = 3, **given: Any) -> Answer:
    """An answer of Fauske to the first item, unless something else is given."""
    fields: dict[str, Any] = {
        "id": id,
        "time": datetime(2026, 11, 23, 14, 3, tzinfo=UTC),
        "programme": "nordland",
        "version": "1",
        "module": "modul-1",
        "step": "evne",
        "round": 1,
        "subject": "endringer-rundt-oss",
        "aspect": "as-is",
        "group": "fauske",
        "municipality": "1841",
        "participant": "p-" + "a" * 20,
        "value": value,
    }
    return Answer(**{**fields, **given})


def test_an_answer_comes_back_as_it_was_given(store: Store) -> None:
    given = answer("answer-1", {"what": "Øv på å «si fra»\n🙂", "in-report": True}, made_up=True, municipality=None)
    store.append([given])
    assert [replace(found, seq=None) for found in store.current()] == [given]


def test_seq_rises_with_every_answer(store: Store) -> None:
    store.append([answer("answer-1"), answer("answer-2", 4)])
    store.append([answer("answer-3", 5)])
    seqs = [found.seq or 0 for found in store.changed_since(0)]
    assert seqs == sorted(set(seqs))
    assert store.latest() == seqs[-1]


def test_the_latest_answer_of_a_key_is_current(store: Store) -> None:
    store.append([answer("answer-1", 2), answer("answer-2", 4), answer("answer-3", 5, subject="andres-erfaringer")])
    assert [(found.id, found.value) for found in store.current()] == [("answer-2", 4), ("answer-3", 5)]


def test_what_was_current_earlier_can_be_asked_for(store: Store) -> None:
    store.append([answer("answer-1", 2)])
    then = store.latest()
    store.append([answer("answer-2", 4)])
    assert [found.value for found in store.current(as_of=then)] == [2]


def test_null_takes_an_answer_back(store: Store) -> None:
    store.append([answer("answer-1", 2), answer("answer-2", None)])
    assert store.current() == []
    store.append([answer("answer-3", 4)])
    assert [found.value for found in store.current()] == [4]


def test_filters_take_one_value_or_several(store: Store) -> None:
    store.append([answer("answer-1"), answer("answer-2", subject="b"), answer("answer-3", subject="c", group="bodo")])
    assert {found.id for found in store.current(group="fauske")} == {"answer-1", "answer-2"}
    assert {found.id for found in store.current(subject=["b", "c"])} == {"answer-2", "answer-3"}
    assert store.current(subject=[]) == []
    assert {found.id for found in store.changed_since(0, group="bodo")} == {"answer-3"}


def test_sending_an_answer_again_changes_nothing(store: Store) -> None:
    assert len(store.append([answer("answer-1")])) == 1
    again = answer("answer-1", time=datetime.now(UTC))
    assert store.append([again]) == []
    assert len(store.changed_since(0)) == 1


@pytest.mark.parametrize("other", [{"value": 4}, {"participant": "p-" + "b" * 20}, {"group": "bodo"}, {"round": 2}])
def test_an_id_is_never_given_to_another_answer(store: Store, other: dict[str, Any]) -> None:
    store.append([answer("answer-1")])
    with pytest.raises(InvalidAnswer, match="new id"):
        store.append([answer("answer-2", subject="b"), answer("answer-1", **other)])
    assert [(found.id, found.value) for found in store.changed_since(0)] == [("answer-1", 3)]


def test_an_answer_needs_a_group_that_is_there(store: Store) -> None:
    with pytest.raises(StoreError):
        store.append([answer("answer-1", group="nowhere")])


def test_a_group_comes_back_as_it_was_put(store: Store) -> None:
    group = LeadershipGroup(
        id="sor-helgeland",
        name="Sør-Helgeland",
        invited=9,
        contact="rådgiver",
        gathering_date=datetime(2026, 12, 8).date(),
        municipalities=("1813", "1811", "1812"),
    )
    store.put_group(group)
    assert store.group("sor-helgeland") == group
    smaller = group.model_copy(update={"municipalities": ("1812",), "invited": None})
    store.put_group(smaller)
    assert store.group("sor-helgeland") == smaller
    assert [each.id for each in store.groups()] == ["bodo", "fauske", "sor-helgeland"]


@pytest.mark.parametrize("id", ["", "Fauske", "../etc", "-a", "a-", "=1+1", "a" * 65, "å"])
def test_a_groups_id_fits_in_an_address(store: Store, id: str) -> None:
    with pytest.raises(InputError, match="a-z"):
        store.put_group(LeadershipGroup(id=id, name="x"))


def test_releases_are_kept_in_order(store: Store) -> None:
    store.release("fauske", "modul-1", "room", 3, "abc")
    store.release("bodo", "modul-1", "room", 4, "def")
    store.release("fauske", "modul-1", "report", 9, "ghi", round=2)
    assert [found.as_of for found in store.releases(group="fauske")] == [3, 9]
    assert [(found.round, found.frozen) for found in store.releases(audience="report")] == [(2, True)]


def test_the_revision_rises_with_answers_and_releases(store: Store) -> None:
    seen = [store.revision()]
    store.append([answer("answer-1")])
    seen.append(store.revision())
    store.release("fauske", "modul-1", "room", 1, "abc")
    seen.append(store.revision())
    assert seen == sorted(set(seen))


@given(
    given_answers=st.lists(
        st.tuples(
            st.sampled_from(["fauske", "bodo"]),
            st.sampled_from(["", "p-" + "a" * 20, "p-" + "b" * 20]),
            st.sampled_from(["evne", "modenhet"]),
            st.sampled_from([1, 2]),
            st.sampled_from(["as-is", "to-be"]),
            st.one_of(st.none(), st.integers(1, 5), st.text(max_size=20)),
        ),
        max_size=40,
    ),
    cut=st.integers(0, 40),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_current_is_the_last_of_each_key(given_answers: list[tuple[Any, ...]], cut: int, tmp_path_factory: Any) -> None:
    home: Path = tmp_path_factory.mktemp("model") / "home"
    answers = [
        answer(f"answer-{number}", value, group=group, participant=participant, step=step, round=round, aspect=aspect)
        for number, (group, participant, step, round, aspect, value) in enumerate(given_answers)
    ]
    with Store.open(home) as store:
        for group in ("fauske", "bodo"):
            store.put_group(LeadershipGroup(id=group, name=group))
        store.append(answers)
        latest = {each.key: each for each in answers[:cut]}
        expected = {each.id: to_json(each.value) for each in latest.values() if each.value is not None}
        found = store.current(as_of=cut)
        assert {each.id: to_json(each.value) for each in found} == expected
        assert [each.seq for each in found] == sorted(each.seq or 0 for each in found)


def test_the_current_answers_of_a_group_are_found_among_100_000(home: Path) -> None:
    many = [
        answer(f"answer-{number}", 3, subject=f"item-{number % 40}", participant=f"p-{number // 40 % 500:020d}")
        for number in range(100_000)
    ]
    with Store.open(home) as store:
        for group in ("fauske", "bodo"):
            store.put_group(LeadershipGroup(id=group, name=group))
        store.append(many)
        store.append([answer(f"bodo-{number}", group="bodo", subject=f"item-{number}") for number in range(40)])
        begun = datetime.now(UTC)
        assert len(store.current(group="bodo", module="modul-1")) == 40
        assert (datetime.now(UTC) - begun).total_seconds() < 0.25
        assert len(store.current(group="fauske")) == 20_000
