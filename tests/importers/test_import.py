"""A plain file of answers comes in whole, with what it leaves out filled in."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kompetanse.answers.answer import PARTICIPANT
from kompetanse.answers.store import Answer, Store
from kompetanse.errors import ImportFileError, InputError
from kompetanse.importers.plain_csv import import_answers
from kompetanse.programme.models import LeadershipGroup, Programme

WriteFile = Callable[..., Path]


def brought(store: Store, programme: Programme, path: Path) -> list[Answer]:
    """What the home holds after the file has been brought in."""
    import_answers(path, store, programme)
    return store.changed_since(0)


def only(answers: list[Answer]) -> Answer:
    (answer,) = answers
    return answer


def test_what_a_file_leaves_out_is_filled_in(store: Store, programme: Programme, write_file: WriteFile) -> None:
    found = only(brought(store, programme, write_file("1841,kari,A1-1,as-is,3")))
    assert (found.group, found.municipality, found.module, found.step) == ("fauske", "1841", "modul-1", "evne")
    assert (found.round, found.subject, found.value, found.made_up) == (1, "endringer-rundt-oss", 3, False)
    assert (found.programme, found.version) == (programme.id, programme.version)
    assert store.group("fauske") == LeadershipGroup(id="fauske", name="Fauske", municipalities=("1841",))


@pytest.mark.parametrize(
    ("row", "step", "subject"),
    [
        ("kari,B2-4,as-is,3", "modenhet", "brukernes-behov"),
        ("kari,brukernes-behov,as-is,vet-ikke", "modenhet", "brukernes-behov"),
        ("kari,A5,to-be,4", "evne", "prioritering-og-gevinst"),
        ("kari,A5,importance,true", "modenhet", "prioritering-og-gevinst"),
        ("kari,B7,importance,true", "modenhet", "trygg-grunnmur"),
        (",A5,agreed,2", "felles-vurdering", "prioritering-og-gevinst"),
        (",A5,priority,true", "prioriteringer", "prioritering-og-gevinst"),
        (",fordi,answer,Vi blir færre.", "hvorfor", "fordi"),
        (",1,action,{}", "tiltak", "1"),
        ("kari,nyttig,answer,4", "tilbakemelding", "nyttig"),
        ("kari,ove-pa,note,Å lytte.", "lederegenskaper", "ove-pa"),
    ],
)
def test_the_step_is_found_from_what_is_answered(
    store: Store, programme: Programme, write_file: WriteFile, row: str, step: str, subject: str
) -> None:
    found = only(brought(store, programme, write_file(f"1841,{row}")))
    assert (found.step, found.subject) == (step, subject)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("Vi øver.", "Vi øver."),
        ('"""I anførsel"""', "I anførsel"),
        ("2026", "2026"),
        ("007", "007"),
        ("true", "true"),
        ("[", "["),
        ('"To\nlinjer, og komma"', "To\nlinjer, og komma"),
        ("=HYPERLINK(0)", "=HYPERLINK(0)"),
        ('"""=1+1"""', "=1+1"),
        ("null", None),
    ],
)
def test_a_value_is_json_or_bare_text(
    store: Store, programme: Programme, write_file: WriteFile, cell: str, value: str | None
) -> None:
    assert only(brought(store, programme, write_file(f"1841,kari,A1,comment,{cell}"))).value == value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_usual_kinds_of_csv_are_read(
    store: Store, programme: Programme, write_file: WriteFile, encoding: str, separator: str, end: str
) -> None:
    header = separator.join(["Municipality", " participant ", "item", "aspect", "value"])
    rows = [separator.join(["1841", "Kåre", "A1-1", "as-is", "3"]), "", separator * 4]
    rows.append(separator.join(["1841", "Kåre", "A1", "comment", '"Først.\nSå ; og ,"']))
    found = brought(store, programme, write_file(*rows, header=header, encoding=encoding, end=end))
    assert [answer.value for answer in found] == [3, "Først.\nSå ; og ,"]


def test_a_foreign_participant_becomes_a_token_that_only_this_home_can_make(
    store: Store, programme: Programme, write_file: WriteFile, tmp_path: Path
) -> None:
    path = write_file(
        "1841,kari@fauske.kommune.no,A1-1,as-is,3",
        "1841,kari@fauske.kommune.no,A1-2,as-is,4",
        "1804,kari@fauske.kommune.no,A1-1,as-is,5",
        "1841,p-abcdefghij234567abcd,A1-1,as-is,2",
    )
    first, second, elsewhere, own = (answer.participant for answer in brought(store, programme, path))
    assert first == second != elsewhere
    assert PARTICIPANT.fullmatch(first)
    assert own == "p-abcdefghij234567abcd"
    with Store.open(tmp_path / "other") as other:
        assert brought(other, programme, path)[0].participant != first
    database = b"".join(file.read_bytes() for file in store.home.glob("kompetanse.sqlite*"))
    assert b"kari@" not in database


def test_a_file_brings_nothing_the_second_time(store: Store, programme: Programme, write_file: WriteFile) -> None:
    path = write_file("1841,kari,A1-1,as-is,3", "1841,per,A1-1,as-is,4")
    first, second = (import_answers(path, store, programme) for _ in range(2))
    assert (first.rows, first.added, first.new_groups) == (2, 2, ("fauske",))
    assert first.sentence == "Imported 2 answers; made 1 group."
    assert (second.rows, second.added, second.new_groups) == (2, 0, ())
    assert second.sentence == "Nothing new: 2 answers in the file, all there already."
    longer = write_file("1841,kari,A1-1,as-is,3", "1841,per,A1-1,as-is,5")
    assert import_answers(longer, store, programme).sentence == "Imported 1 answer; 1 were there already."
    assert sorted(answer.value for answer in store.current()) == [3, 5]


def test_the_optional_columns_are_used(store: Store, programme: Programme, write_file: WriteFile) -> None:
    header = "municipality;group;participant;module;step;round;item;subject;aspect;value;made_up"
    path = write_file(
        "1841;fauske-helse;kari;modul-1;evne;2;A1-1;;as-is;3;true",
        "1841;fauske-helse;kari;modul-1;evne;1;;;withheld;true;ja",
        "1841;fauske-helse;;modul-1;case-1;1;;ansvar;answer;Vi vet ikke;1",
        header=header,
    )
    first, withheld, case = brought(store, programme, path)
    assert (first.group, first.round, first.made_up) == ("fauske-helse", 2, True)
    assert (withheld.aspect, withheld.subject, withheld.value) == ("withheld", "evne", True)
    assert (case.step, case.subject, case.participant) == ("case-1", "ansvar", "")
    group = store.group("fauske-helse")
    assert group is not None
    assert group.made_up


def test_municipalities_with_the_same_name_get_groups_of_their_own(
    store: Store, programme: Programme, write_file: WriteFile
) -> None:
    found = brought(store, programme, write_file("1515,kari,A1-1,as-is,3", "1818,kari,A1-1,as-is,3"))
    assert [(answer.group, answer.municipality) for answer in found] == [("heroy", "1515"), ("heroy-2", "1818")]
    assert [group.municipalities for group in store.groups()] == [("1515",), ("1818",)]


def test_one_group_may_be_of_two_municipalities(store: Store, programme: Programme, write_file: WriteFile) -> None:
    path = write_file(
        "1811,sor,a,A1-1,as-is,3", "1812,sor,b,A1-1,as-is,3", header="municipality,group,participant,item,aspect,value"
    )
    brought(store, programme, path)
    group = store.group("sor")
    assert group is not None
    assert group.municipalities == ("1811", "1812")


def test_a_group_that_is_there_is_found_by_its_municipality(
    store: Store, programme: Programme, write_file: WriteFile
) -> None:
    store.put_group(LeadershipGroup(id="ledergruppa", name="Ledergruppa", municipalities=("1841",), made_up=True))
    found = only(brought(store, programme, write_file("1841,kari,A1-1,as-is,3")))
    assert (found.group, found.made_up) == ("ledergruppa", True)


def test_a_file_of_members_sets_sizes(store: Store, programme: Programme, write_file: WriteFile) -> None:
    brought(store, programme, write_file("1841,kari,A1-1,as-is,3"))
    path = write_file("1841,8,", "1804,14,Bodø kommune", header="municipality,members,name", name="members.csv")
    summary = import_answers(path, store, programme)
    assert summary.sentence == "Set the size of 2 groups; made 1 group."
    assert {(group.id, group.name, group.invited) for group in store.groups()} == {
        ("fauske", "Fauske", 8),
        ("bodo", "Bodø kommune", 14),
    }


def test_a_file_of_members_may_name_groups(store: Store, programme: Programme, write_file: WriteFile) -> None:
    path = write_file(
        "1841,fauske-helse,6",
        "1841,fauske-skole,5",
        "1811 1812,sor,7",
        ",fylket,9",
        header="municipality,group,members",
    )
    import_answers(path, store, programme)
    assert {(group.id, group.municipalities, group.invited) for group in store.groups()} == {
        ("fauske-helse", ("1841",), 6),
        ("fauske-skole", ("1841",), 5),
        ("sor", ("1811", "1812"), 7),
        ("fylket", (), 9),
    }


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1841,0", "members is '0'; write a whole number from 1 to 1000"),
        ("1841,mange", "members is 'mange'"),
        ("9999,8", "There is no municipality '9999'"),
        (",8", "municipality is empty"),
    ],
)
def test_bad_rows_of_members_are_named_and_nothing_is_changed(
    store: Store, programme: Programme, write_file: WriteFile, row: str, reason: str
) -> None:
    path = write_file("1804,8", row, header="municipality,members", name="members.csv")
    with pytest.raises(ImportFileError, match=r"members\.csv:3") as caught:
        import_answers(path, store, programme)
    assert reason in str(caught.value)
    assert store.groups() == []


def test_members_of_a_group_twice_are_refused(store: Store, programme: Programme, write_file: WriteFile) -> None:
    path = write_file("1841,8", "1841,9", header="municipality,members")
    with pytest.raises(InputError, match="same group as line 2"):
        import_answers(path, store, programme)


def test_a_hundred_thousand_rows_come_in_within_20_seconds(
    store: Store, programme: Programme, write_file: WriteFile
) -> None:
    instrument: Any = programme.instrument_of_module(programme.modules[0])
    items = [item.code for facet in instrument.facets for item in facet.items]
    numbers = ("1804", "1841", "0301", "4601", "1835")
    rows = (
        f"{numbers[person % 5]},person {person},{item},as-is,{(person + place) % 5 + 1}"
        for person in range(2565)
        for place, item in enumerate(items)
    )
    path = write_file(*rows)
    begun = time.monotonic()
    summary = import_answers(path, store, programme)
    assert time.monotonic() - begun < 20
    assert summary.added == 100_035
