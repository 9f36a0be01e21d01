"""What a person erases is gone, also from the files; only counts remain."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.errors import AccessDenied
from kompetanse.programme.models import LeadershipGroup, Programme

MODULE = "modul-1"
ITEM, THEME = "endringer-rundt-oss", "omverdensblikk"

Make = Callable[..., Draft]


def test_one_persons_answers_are_erased_and_nobody_elses(logs: Any, draft: Make, store: Store) -> None:
    kari, per = logs.of(name="kari"), logs.of(name="per")
    kari.append([draft(ITEM, 2), draft(THEME, "Hysj.", aspect="comment")])
    kari.append([draft(ITEM, 3), draft("fordi", "Vi blir færre.", aspect="answer", step="hvorfor")])
    per.append([draft(ITEM, 4)])
    assert kari.own_erase() == 3
    assert kari.own(MODULE) == []
    assert kari.own_export() == []
    assert {each.value for each in store.changed_since(0)} == {4, "Vi blir færre."}
    assert kari.participation(MODULE).answered == 1


def test_erasing_nothing_is_nothing(logs: Any, store: Store) -> None:
    before = store.revision()
    assert logs.of().own_erase() == 0
    assert store.revision() == before


def test_only_those_who_answer_can_erase(logs: Any) -> None:
    with pytest.raises(AccessDenied):
        logs.of("facilitator", group=None).own_erase()


def test_an_erased_seq_is_never_used_again(logs: Any, draft: Make, store: Store) -> None:
    kari = logs.of(name="kari")
    kari.append([draft(ITEM, 2)])
    (last,) = kari.own(MODULE)
    kari.own_erase()
    assert store.latest() == last.seq
    kari.append([draft(ITEM, 2)])
    (again,) = kari.own(MODULE)
    assert (again.seq or 0) > (last.seq or 0)


def test_the_tombstone_holds_counts_only(
    home: Path, programme: Programme, fauske: LeadershipGroup, draft: Make
) -> None:
    token = "p-" + "k" * 20
    session = Session(
        role="leader", programme=programme.id, group="fauske", participant=token, language="nb", expires=None
    )
    with Store.open(home) as store:
        store.put_group(fauske)
        log = AnswerLog(session, store, programme)
        secret = "Et helt bestemt ord: kråkebolle."
        log.append([draft(ITEM, 2), draft(THEME, secret, aspect="comment")])
        written = b"".join(path.read_bytes() for path in home.glob("kompetanse.sqlite*"))
        assert "kråkebolle".encode() in written
        assert token.encode() in written
        log.own_erase()
        left = b"".join(path.read_bytes() for path in home.glob("kompetanse.sqlite*"))
        assert "kråkebolle".encode() not in left
        assert token.encode() not in left


def test_after_the_reveal_an_erasure_takes_a_dot_away_and_says_so(logs: Any, draft: Make, store: Store) -> None:
    leaders = [logs.of(name=name) for name in ("kari", "per", "ole", "eva")]
    for leader in leaders:
        leader.append([draft(ITEM, 3)])
    contact = logs.of("contact", name="ida")
    contact.reveal(MODULE)
    leaders[0].own_erase()
    found = contact.revealed(MODULE)
    assert found is not None
    assert len(found) == 3
    assert [release.frozen for release in store.releases()] == [False]
    # What they answer now comes late: it is theirs, and brings no dot back.
    leaders[0].append([draft(ITEM, 3)])
    assert contact.revealed(MODULE) == found
    with pytest.raises(AccessDenied, match="låst"):
        leaders[1].append([draft(ITEM, 3)])


def test_releases_from_before_the_erased_answers_stay_frozen(logs: Any, draft: Make, store: Store) -> None:
    for name in ("kari", "per", "ole"):
        logs.of(name=name).append([draft(ITEM, 3)])
    logs.of("contact", name="ida").reveal(MODULE)
    late = logs.of(name="eva")
    late.append([draft(THEME, "Kom sent.", aspect="comment")])
    late.own_erase()
    assert [release.frozen for release in store.releases()] == [True]
