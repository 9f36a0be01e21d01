"""What groups have with each other: who is in it sees it, nobody else does, and it goes when it should."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from kompetanse import sockets
from kompetanse.answers import crossing
from kompetanse.answers.erasure import Wanted, erase_wanted
from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.news import NewsReader
from kompetanse.answers.retention import due_days, erase_due
from kompetanse.answers.session import Role
from kompetanse.answers.store import Store
from kompetanse.errors import AccessDenied, InvalidAnswer
from kompetanse.programme.models import LeadershipGroup, Programme
from tests.answers.conftest import Logs, make_draft, session
from tests.answers.serving import Serving

MODULE, STEP, CASE, CARDS = "modul-1", "tverrgruppe", "case-1", "erfaringskort"
NOTE, THEME, ITEM = "hos-oss", "omverdensblikk", "endringer-rundt-oss"
SECRET = "Hos oss prøvde vi å ringe alle som hadde søkt."
GROUPS = {"rana": "Rana", "vefsn": "Vefsn", "hemnes": "Hemnes"}
TEXTS = {"did": SECRET, "took": "En halv stilling", "differently": "", "role": "byggesakssjefen"}

Make = Callable[..., Draft]


@pytest.fixture
def five(store: Store, logs: Logs) -> Logs:
    """Five groups: Fauske, Bodø and three more."""
    for id, name in GROUPS.items():
        store.put_group(LeadershipGroup(id=id, name=name, made_up=True))
    return logs


def contact(logs: Logs, group: str) -> AnswerLog:
    return logs.of("contact", group=group, name="ida")


def leader(logs: Logs, group: str) -> AnswerLog:
    return logs.of(group=group)


def together(logs: Logs, *groups: str) -> str:
    """A cross group of these, made by the first; its id."""
    contact(logs, groups[0]).open_cross_group(MODULE, STEP)
    made = contact(logs, groups[0]).exchange(MODULE).crossings[-1]
    for group in groups[1:]:
        contact(logs, group).join_cross_group(MODULE, STEP, made.code.lower().replace("-", " "))
    return made.id


def note(text: str | None, *, base: str | None = None, subject: str = NOTE, id: str = "") -> Draft:
    return replace(make_draft(subject, text, aspect="note", step=STEP, id=id), base=base)


def card(**texts: str) -> dict[str, str]:
    return {**TEXTS, "facet": THEME, **texts}


def write_card(logs: Logs, group: str, value: object, place: str = "1") -> None:
    leader(logs, group).append([make_draft(place, value, aspect="card", step=CARDS)])


def seen(log: AnswerLog) -> str:
    """All that this session can read of exchanges, as JSON."""
    found = [log.exchange(MODULE), log.cards(), log.of_group(MODULE), log.own(MODULE)]
    return json.dumps(found, default=str, ensure_ascii=False)


def test_groups_of_a_cross_group_write_together_and_lose_no_letter(five: Logs) -> None:
    cross = together(five, "fauske", "bodo", "rana")
    first = leader(five, "fauske").write_notes(cross, [note("Vi ringer.", base="")])
    assert first.merged == {}
    contact(five, "bodo").write_notes(cross, [note("Vi ringer. Bodø også.", base="Vi ringer.")])
    late = leader(five, "rana").write_notes(cross, [note("Rana: Vi ringer.", base="Vi ringer.", id="rana-note-1")])
    assert late.merged == {"rana-note-1": "Rana: Vi ringer. Bodø også."}
    for group in ("fauske", "bodo", "rana"):
        (found,) = leader(five, group).exchange(MODULE).crossings
        assert found.notes == {NOTE: "Rana: Vi ringer. Bodø også."}
        assert found.groups == ("Bodø", "Fauske", "Rana")
    # Sent again, it is only confirmed.
    with five.store.reading() as here:
        notes = here.exchanges.reached().note
    again = leader(five, "rana").write_notes(cross, [note("Rana: Vi ringer.", base="Vi ringer.", id="rana-note-1")])
    assert again.merged == late.merged
    with five.store.reading() as here:
        assert here.exchanges.reached().note == notes


def test_notes_are_no_answers(five: Logs, store: Store) -> None:
    cross = together(five, "fauske", "bodo", "rana")
    leader(five, "fauske").write_notes(cross, [note(SECRET)])
    with pytest.raises(InvalidAnswer, match="no answers of aspect 'note'"):
        leader(five, "fauske").append([make_draft(NOTE, "x", aspect="note", step=STEP)])
    assert store.changed_since(0) == []
    for role in ("operator", "facilitator", "analyst", "room"):
        log = five.of(role, group="fauske" if role == "room" else None)
        for ask in (
            lambda log=log: log.exchange(MODULE),
            log.cards,
            lambda log=log: log.write_notes(cross, [note("x")]),
        ):
            with pytest.raises(AccessDenied):
                ask()
    assert five.operator().everything(MODULE) == []


def test_four_groups_have_room_and_the_code_is_good_for_a_while(five: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    together(five, "fauske", "bodo", "rana")
    (before,) = contact(five, "fauske").exchange(MODULE).crossings
    # Again, by whoever is in it: nothing changes.
    contact(five, "fauske").open_cross_group(MODULE, STEP)
    contact(five, "bodo").join_cross_group(MODULE, STEP, before.code)
    assert contact(five, "fauske").exchange(MODULE).crossings == (before,)
    with pytest.raises(AccessDenied, match="ingen tverrgruppe med den koden"):
        contact(five, "vefsn").join_cross_group(MODULE, STEP, "ABCD-2345")
    with monkeypatch.context() as later:
        later.setattr(crossing, "CODE_FOR", timedelta(0))
        assert contact(five, "fauske").exchange(MODULE).crossings[0].code == ""
        with pytest.raises(AccessDenied, match="for gammel"):
            contact(five, "vefsn").join_cross_group(MODULE, STEP, before.code)
    contact(five, "vefsn").join_cross_group(MODULE, STEP, before.code)
    assert contact(five, "fauske").exchange(MODULE).crossings[0].code == ""
    with pytest.raises(AccessDenied, match="full"):
        contact(five, "hemnes").join_cross_group(MODULE, STEP, before.code)
    contact(five, "hemnes").open_cross_group(MODULE, STEP)
    other = contact(five, "hemnes").exchange(MODULE).crossings[0].code
    with pytest.raises(AccessDenied, match="alt med"):
        contact(five, "vefsn").join_cross_group(MODULE, STEP, other)


def test_only_a_contact_brings_its_group_in_or_out(five: Logs) -> None:
    cross = together(five, "fauske", "bodo")
    roles: tuple[Role, ...] = ("leader", "room", "facilitator", "operator")
    for role in roles:
        log = five.of(role, group="rana" if role in {"leader", "room"} else None)
        with pytest.raises(AccessDenied):
            log.open_cross_group(MODULE, STEP)
        with pytest.raises(AccessDenied):
            log.join_cross_group(MODULE, STEP, "ABCD-2345")
        with pytest.raises(AccessDenied):
            log.leave_cross_group(cross)
    with pytest.raises(AccessDenied, match="ikke med"):
        contact(five, "rana").leave_cross_group(cross)


def test_a_real_group_and_one_that_practises_are_not_together(five: Logs, store: Store) -> None:
    store.put_group(LeadershipGroup(id="ekte", name="Ekte", made_up=False))
    late = AnswerLog(session("contact", group="ekte"), store, five.programme, today=lambda: date(2026, 12, 9))
    together(five, "fauske", "bodo")
    code = contact(five, "fauske").exchange(MODULE).crossings[0].code
    with pytest.raises(AccessDenied, match="øvingsgruppe"):
        late.join_cross_group(MODULE, STEP, code)
    write_card(five, "fauske", card())
    leader(five, "fauske").share(MODULE, CARDS, "1")
    assert late.cards() == []
    assert late.exchange(MODULE).others == ()
    with pytest.raises(AccessDenied, match=r"åpner.*desember"):
        AnswerLog(
            session("contact", group="ekte"), store, five.programme, today=lambda: date(2026, 11, 9)
        ).open_cross_group(MODULE, STEP)


def test_who_leaves_reads_what_stood_there_and_no_more(five: Logs) -> None:
    cross = together(five, "fauske", "bodo", "rana")
    leader(five, "fauske").write_notes(cross, [note("Før.")])
    contact(five, "rana").leave_cross_group(cross)
    contact(five, "rana").leave_cross_group(cross)
    leader(five, "bodo").write_notes(cross, [note("Før. Etter.", base="Før.")])
    (left,) = leader(five, "rana").exchange(MODULE).crossings
    assert (left.is_member, left.notes, left.code) == (False, {NOTE: "Før."}, "")
    with pytest.raises(AccessDenied):
        leader(five, "rana").write_notes(cross, [note("x")])
    # Once all have left it is no more, and each keeps what it saw.
    code = contact(five, "fauske").exchange(MODULE).crossings[0].code
    for group in ("fauske", "bodo"):
        contact(five, group).leave_cross_group(cross)
        assert leader(five, group).exchange(MODULE).crossings[0].notes == {NOTE: "Før. Etter."}
    with pytest.raises(AccessDenied, match="for gammel"):
        contact(five, "vefsn").join_cross_group(MODULE, STEP, code)
    contact(five, "rana").open_cross_group(MODULE, STEP)
    assert [each.is_member for each in leader(five, "rana").exchange(MODULE).crossings] == [False, True]


NO_NOTES = (
    note("x", subject="finnes-ikke"),
    note(None, subject="finnes-ikke"),
    note("x", subject="spurte-om"),
    note("x" * 3001),
    note("x\x00"),
    note("x", id="kort"),
    replace(note("x"), base={"a": ["b"]}),
    replace(note("x"), value=["x"]),
)


def test_what_is_no_note_is_refused_and_nothing_is_saved(five: Logs) -> None:
    cross = together(five, "fauske", "bodo")
    for wrong in NO_NOTES:
        with pytest.raises(InvalidAnswer):
            leader(five, "fauske").write_notes(cross, [note("Fint."), wrong])
    assert leader(five, "fauske").exchange(MODULE).crossings[0].notes == {}


def test_nobody_gets_hold_of_anothers_note_by_its_id(five: Logs) -> None:
    cross, other = together(five, "fauske", "bodo"), together(five, "rana", "vefsn")
    leader(five, "fauske").write_notes(cross, [note(SECRET, id="same-id-1")])
    receipt = leader(five, "rana").write_notes(other, [note("Vårt.", base="", id="same-id-1")])
    assert receipt.merged == {}
    assert leader(five, "rana").exchange(MODULE).crossings[0].notes == {NOTE: "Vårt."}
    contact(five, "rana").leave_cross_group(other)
    contact(five, "rana").open_cross_group(MODULE, STEP)
    newer = contact(five, "rana").exchange(MODULE).crossings[-1].id
    with pytest.raises(InvalidAnswer, match="another note"):
        leader(five, "rana").write_notes(newer, [note("Vårt.", id="same-id-1")])


def test_the_kernel_of_a_fifth_group_gets_nothing(five: Logs, serving: Serving) -> None:
    """It speaks to the server as it likes, and knows every id there is."""
    cross = together(five, "fauske", "bodo", "rana", "vefsn")
    leader(five, "fauske").write_notes(cross, [note(SECRET)])
    leader(five, "fauske").append([make_draft("ansvar", SECRET, aspect="answer", step=CASE)])
    leader(five, "fauske").share(MODULE, CASE, to_group="bodo")
    leader(five, "fauske").share(MODULE, CASE, cross=cross)
    own = serving.log(session("contact", group="hemnes", name="ond"))
    assert SECRET not in seen(own)
    forged = {"id": "forged-id-1", "module": MODULE, "step": STEP, "subject": NOTE, "aspect": "note", "value": "x"}
    asked: list[tuple[str, dict[str, Any]]] = [
        ("write_notes", {"cross": cross, "drafts": [forged]}),
        ("write_notes", {"cross": cross, "drafts": []}),
        ("write_notes", {"cross": "%", "drafts": [forged]}),
        ("leave_cross_group", {"cross": cross}),
        ("join_cross_group", {"module": MODULE, "step": STEP, "code": cross}),
        ("share", {"module": MODULE, "step": CASE, "cross": cross}),
        ("take_back", {"module": MODULE, "step": CASE, "to_group": "bodo"}),
        ("take_back", {"module": MODULE, "step": CASE, "cross": cross}),
        ("exchange", {"module": MODULE, "group": "fauske"}),
        ("of_group", {"module": MODULE, "group": "fauske"}),
        ("own", {"module": MODULE, "group": "fauske"}),
        ("exchange", {"module": "modul-9"}),
        ("cards", {}),
    ]
    with serving.connection(serving.token(session("contact", group="hemnes", name="ond"))) as peer:
        assert sockets.receive(peer) == {"welcome": True}
        for name, arguments in asked:
            sockets.send(peer, {"call": name, "with": arguments})
            answer = sockets.receive(peer)
            assert SECRET not in json.dumps(answer, ensure_ascii=False), (name, arguments)
            assert "error" in answer or name in {"take_back", "exchange", "cards"}, (name, answer)
    assert leader(five, "fauske").exchange(MODULE).crossings[0].notes == {NOTE: SECRET}
    assert len(leader(five, "fauske").exchange(MODULE).given) == 2
    # Those who are in it are served over the same socket.
    assert SECRET in seen(serving.log(session("leader", group="vefsn", name="per")))


def test_a_case_is_read_as_it_stood_by_the_group_that_was_chosen(five: Logs) -> None:
    own = leader(five, "fauske")
    own.append([make_draft(ITEM, 4), make_draft(THEME, "Hemmelig.", aspect="comment")])
    with pytest.raises(InvalidAnswer, match="nothing to share yet"):
        own.share(MODULE, CASE, to_group="bodo")
    own.append([make_draft("ansvar", SECRET, aspect="answer", step=CASE)])
    own.append([make_draft("ansvar", "En annen sak.", aspect="answer", step="case-2")])
    own.share(MODULE, CASE, to_group="bodo")
    own.append([make_draft("ansvar", "Senere.", aspect="answer", step=CASE)])
    (received,) = leader(five, "bodo").exchange(MODULE).received
    assert (received.group, received.step, received.texts) == ("Fauske", CASE, {"ansvar": SECRET})
    assert "Hemmelig" not in seen(leader(five, "bodo"))
    assert leader(five, "rana").exchange(MODULE).received == ()
    (given,) = own.exchange(MODULE).given
    assert (given.to, given.changed) == ("Bodø", True)
    # Shared again it is as it stands now; taken back it is gone at once.
    own.share(MODULE, CASE, to_group="bodo")
    own.share(MODULE, CASE, to_group="bodo")
    assert leader(five, "bodo").exchange(MODULE).received[0].texts == {"ansvar": "Senere."}
    with five.store.reading() as here:
        assert [each.detail.rpartition(": ")[2] for each in here.audit.entries(kinds=["sharing"])] == [
            "shared, bodo"
        ] * 2
    own.take_back(MODULE, CASE, to_group="bodo")
    own.take_back(MODULE, CASE, to_group="bodo")
    assert leader(five, "bodo").exchange(MODULE).received == ()
    assert own.exchange(MODULE).given == ()


def test_a_case_for_a_cross_group_is_read_as_long_as_both_are_in_it(five: Logs) -> None:
    cross = together(five, "fauske", "bodo", "rana")
    leader(five, "fauske").append([make_draft("ansvar", SECRET, aspect="answer", step=CASE)])
    leader(five, "fauske").share(MODULE, CASE, cross=cross)
    leader(five, "fauske").share(MODULE, CASE, to_group="rana")
    for group in ("bodo", "rana"):
        assert [each.texts for each in leader(five, group).exchange(MODULE).received] == [{"ansvar": SECRET}]
    contact(five, "bodo").leave_cross_group(cross)
    assert leader(five, "bodo").exchange(MODULE).received == ()
    leader(five, "fauske").take_back(MODULE, CASE, to_group="rana")
    contact(five, "fauske").leave_cross_group(cross)
    assert leader(five, "rana").exchange(MODULE).received == ()


NOT_SHARED: tuple[dict[str, str], ...] = (
    {"step": "finnes-ikke", "to_group": "bodo"},
    {"step": "hvorfor", "to_group": "bodo"},
    {"step": "evne", "to_group": "bodo"},
    {"step": CASE},
    {"step": CASE, "to_group": "finnes-ikke"},
    {"step": CASE, "to_group": "fauske"},
    {"step": CASE, "subject": "ansvar", "to_group": "bodo"},
    {"step": CARDS, "subject": "1", "to_group": "bodo"},
    {"step": CARDS, "subject": "2"},
    {"step": CARDS},
    {"module": "modul-9", "step": CASE, "to_group": "bodo"},
)


def test_what_cannot_be_shared_is_refused(five: Logs) -> None:
    leader(five, "fauske").append([make_draft("ansvar", SECRET, aspect="answer", step=CASE), make_draft(ITEM, 2)])
    write_card(five, "fauske", card())
    for wrong in NOT_SHARED:
        with pytest.raises(InvalidAnswer):
            leader(five, "fauske").share(**{"module": MODULE, **wrong})
    # Too little of a card, or none.
    for missing in ("facet", "did", "role"):
        write_card(five, "fauske", {name: text for name, text in card().items() if name != missing})
        with pytest.raises(InvalidAnswer):
            leader(five, "fauske").share(MODULE, CARDS, "1")
    assert leader(five, "fauske").exchange(MODULE).given == ()


def test_cards_are_found_by_all_and_only_while_they_are_shared(five: Logs) -> None:
    write_card(five, "rana", card())
    write_card(five, "fauske", card(did="Fauske gjorde noe annet."))
    assert leader(five, "bodo").cards() == []
    for group in ("rana", "fauske"):
        leader(five, group).share(MODULE, CARDS, "1")
    assert [(each.group, each.facet) for each in leader(five, "bodo").cards()] == [("Fauske", THEME), ("Rana", THEME)]
    assert [each.group for each in leader(five, "rana").cards()] == ["Fauske"]
    # What is written later is not shown, and what is taken away is not either.
    write_card(five, "rana", card(did="Noe nytt."))
    assert leader(five, "bodo").cards()[1].texts == TEXTS
    write_card(five, "rana", None)
    assert [each.group for each in leader(five, "bodo").cards()] == ["Fauske"]
    write_card(five, "rana", card(did="Et helt annet kort."))
    assert [each.group for each in leader(five, "bodo").cards()] == ["Fauske"]
    assert leader(five, "rana").exchange(MODULE).given == ()
    leader(five, "rana").share(MODULE, CARDS, "1")
    assert leader(five, "bodo").cards()[1].texts["did"] == "Et helt annet kort."
    leader(five, "fauske").take_back(MODULE, CARDS, "1")
    assert [each.group for each in leader(five, "bodo").cards()] == ["Rana"]


def test_a_card_that_is_emptied_or_taken_back_is_told_to_all_who_may_be_reading_it(five: Logs, store: Store) -> None:
    write_card(five, "rana", card())
    leader(five, "rana").share(MODULE, CARDS, "1")
    news, bodo = NewsReader(store), leader(five, "bodo")
    news.start()

    def told_to_all(deed: Callable[[], object]) -> bool:
        deed()
        found = news.news()
        return found is not None and found.concerns("bodo", None)

    known = bodo.exchange(MODULE).shown
    emptied = make_draft("1", None, aspect="card", step=CARDS)
    assert told_to_all(lambda: leader(five, "rana").append([emptied]))
    assert bodo.cards() == []
    assert bodo.exchange(MODULE).shown > known
    assert [each.detail.split(": ")[1] for each in store.audit_log(kinds=["sharing"])] == [
        "shared, all groups",
        "emptied, all groups",
    ]
    # Sent again, or emptied once more while nobody else reads it: nothing to tell others.
    assert not told_to_all(lambda: leader(five, "rana").append([emptied]))
    write_card(five, "rana", card())
    assert not told_to_all(lambda: write_card(five, "rana", None))
    # The same for the button; that there is a new card can wait.
    write_card(five, "rana", card())
    news.news()
    assert not told_to_all(lambda: leader(five, "rana").share(MODULE, CARDS, "1"))
    assert told_to_all(lambda: leader(five, "rana").take_back(MODULE, CARDS, "1"))


def test_those_who_see_something_new_are_told_and_nobody_else(five: Logs, store: Store) -> None:
    cross = together(five, "fauske", "bodo", "rana")
    leader(five, "fauske").append([make_draft("ansvar", SECRET, aspect="answer", step=CASE)])
    write_card(five, "fauske", card())
    news = NewsReader(store)
    news.start()

    def told(deed: Callable[[], object]) -> set[str]:
        deed()
        found = news.news()
        return set(found.groups) if found else set()

    assert told(lambda: leader(five, "bodo").write_notes(cross, [note("Hei.")])) == {"fauske", "bodo", "rana"}
    assert told(lambda: leader(five, "fauske").share(MODULE, CASE, to_group="vefsn")) == {"fauske", "vefsn"}
    assert told(lambda: leader(five, "fauske").share(MODULE, CASE, cross=cross)) == {"fauske", "bodo", "rana"}
    assert told(lambda: leader(five, "fauske").take_back(MODULE, CASE, to_group="vefsn")) == {"fauske", "vefsn"}
    assert told(lambda: leader(five, "fauske").share(MODULE, CARDS, "1")) == {"fauske"}
    assert told(lambda: contact(five, "rana").leave_cross_group(cross)) == {"fauske", "bodo", "rana"}
    assert told(lambda: leader(five, "fauske").exchange(MODULE)) == set()
    # An erasure takes away what was numbered highest, and is still something new.
    leader(five, "rana").append([make_draft(ITEM, 2)])
    news.news()
    leader(five, "bodo").write_notes(cross, [note("Hei igjen.")])
    erase_wanted(store, Wanted(groups=("bodo",)))
    found = news.news()
    assert found is not None
    assert found.everyone


def rows(store: Store) -> dict[str, int]:
    """How many rows there are in each table of exchanges."""
    names = ("cross_group", "cross_member", "cross_note", "share")
    with store._database.reading() as connection:
        return {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in names}


def test_an_erased_group_takes_its_own_along_and_leaves_the_others_theirs(five: Logs, store: Store) -> None:
    cross = together(five, "fauske", "bodo")
    leader(five, "bodo").write_notes(cross, [note("Bodø skrev dette.")])
    leader(five, "fauske").write_notes(cross, [note("Bodø skrev dette. Fauske også.", base="Bodø skrev dette.")])
    leader(five, "fauske").append([make_draft("ansvar", SECRET, aspect="answer", step=CASE)])
    leader(five, "bodo").append([make_draft("ansvar", "Bodøs.", aspect="answer", step=CASE)])
    leader(five, "fauske").share(MODULE, CASE, to_group="bodo")
    leader(five, "bodo").share(MODULE, CASE, to_group="fauske")
    leader(five, "bodo").share(MODULE, CASE, cross=cross)
    erased = erase_wanted(store, Wanted(groups=("fauske",)))
    assert erased.statements == 2
    (left,) = leader(five, "bodo").exchange(MODULE).crossings
    assert (left.groups, left.notes) == (("Bodø",), {NOTE: "Bodø skrev dette."})
    assert rows(store) == {"cross_group": 1, "cross_member": 1, "cross_note": 1, "share": 1}
    erase_wanted(store, Wanted(groups=("bodo",)))
    assert rows(store) == {"cross_group": 0, "cross_member": 0, "cross_note": 0, "share": 0}


def test_an_erased_programme_takes_all_of_it_along(five: Logs, store: Store) -> None:
    cross = together(five, "fauske", "bodo")
    leader(five, "fauske").write_notes(cross, [note(SECRET)])
    write_card(five, "fauske", card())
    leader(five, "fauske").share(MODULE, CARDS, "1")
    erase_wanted(store, Wanted(programme=five.programme.id))
    assert rows(store) == {"cross_group": 0, "cross_member": 0, "cross_note": 0, "share": 0}


def test_what_real_groups_wrote_together_goes_with_the_single_answers(
    five: Logs, store: Store, programme: Programme
) -> None:
    for id in ("a", "b"):
        store.put_group(LeadershipGroup(id=f"ekte-{id}", name=f"Ekte {id}"))
    logs = {
        id: AnswerLog(session("contact", group=f"ekte-{id}"), store, programme, today=lambda: date(2026, 12, 9))
        for id in "ab"
    }
    logs["a"].open_cross_group(MODULE, STEP)
    (made,) = logs["a"].exchange(MODULE).crossings
    logs["b"].join_cross_group(MODULE, STEP, made.code)
    logs["b"].write_notes(made.id, [note(SECRET)])
    logs["a"].append([make_draft("ansvar", "Vårt.", aspect="answer", step=CASE)])
    logs["a"].append([make_draft("1", card(), aspect="card", step=CARDS)])
    logs["a"].share(MODULE, CASE, to_group="ekte-b")
    logs["a"].share(MODULE, CARDS, "1")
    of_demo = together(five, "fauske", "bodo")
    leader(five, "fauske").write_notes(of_demo, [note("Oppdiktet.")])
    with store.reading() as here:
        (due,) = due_days(here, programme)
    assert due.day > datetime.now(UTC).date() + timedelta(days=700)
    erased = erase_due(store, programme, due.day)
    assert erased.statements == 1
    assert logs["b"].exchange(MODULE).crossings == ()
    assert logs["b"].exchange(MODULE).received == ()
    # What a group has said itself stays, with the card that it shows all others; made-up groups know no calendar.
    assert len(logs["a"].of_group(MODULE)) == 2
    assert [each.texts["did"] for each in logs["b"].cards()] == [SECRET]
    assert leader(five, "bodo").exchange(MODULE).crossings[0].notes == {NOTE: "Oppdiktet."}
    with store.reading() as here:
        assert due_days(here, programme) == []
