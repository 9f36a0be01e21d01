"""A file that does not fit is refused whole, and says where, why and what to write instead."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from kompetanse.answers.store import Store
from kompetanse.errors import ImportFileError, InputError
from kompetanse.importers.plain_csv import import_answers
from kompetanse.programme.models import LeadershipGroup, Programme

WriteFile = Callable[..., Path]

GOOD = "1804,per,A1-1,as-is,3"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("9999,kari,A1-1,as-is,3", "There is no municipality '9999'"),
        ("301,kari,A1-1,as-is,3", "its leading zero is lost: write '0301' (Oslo)"),
        ("Fauske,kari,A1-1,as-is,3", "write the number: '1841' (Fauske, Nordland)"),
        (",kari,A1-1,as-is,3", "municipality is empty; write its number"),
        ("1841,,A1-1,as-is,3", "participant is empty, and as-is is one person's"),
        ("1841,kari,A5,agreed,3", "agreed is said by the group and by no one person; leave participant empty"),
        ("1841,kari,,as-is,3", "item is empty; write its code or id, such as A1-1"),
        ("1841,kari,Z9-9,as-is,3", "item 'Z9-9' is nothing that as-is can be said of; write its id, such as A1-1"),
        ("1841,kari,A1,as-is,3", "item 'A1' is nothing that as-is can be said of; write its id, such as A1-1"),
        ("1841,kari,A1-1,to-be,3", "item 'A1-1' is nothing that to-be can be said of; write its id, such as A1"),
        ("1841,kari,A1-1,score,3", "aspect 'score' is unknown; use one of action, agreed"),
        ("1841,kari,,withheld,true", "fits more than one step; name one of evne, modenhet in step"),
        ("1841,kari,A1-1,as-is,6", "6 is not a level; use a whole number from 1 to 5"),
        ("1841,kari,A1-1,as-is,3.5", "3.5 is not a level"),
        ("1841,kari,A1-1,as-is,007", "'007' is not an answer; use a level, or one of vet-ikke"),
        ("1841,kari,A1-1,as-is,true", "True is not a level"),
        ("1841,kari,A1-1,as-is,NaN", "value is NaN, which is no number"),
        ("1841,kari,A1-1,as-is,-Infinity", "value is -Infinity, which is no number"),
        ("1841,kari,A1-1,as-is,1e999", "is not a level"),
        ("1841,kari,A1-1,as-is,", "value is empty; write a value, or null to take an answer back"),
        ("1841,kari,A1,comment,a\x07b", "control character U+0007"),
        ('1841,kari,A1,comment,"""a\\u0000b"""', "control character U+0000"),
        ('1841,kari,A1,comment,"""\\ud800"""', "control character U+D800"),
        (f"1841,kari,A1,comment,{'x' * 20_001}", "has 20001 characters; write at most 20000"),
        (f"1841,kari,A1-1,as-is,{'[' * 50_000}", "is not an answer"),
        (f"1841,kari,A1-1,as-is,{'9' * 5000}", "is not an answer"),
        ("1841,kari,A1-1,as-is,3,4", "the row has 6 cells and the header 5"),
        ("1841,kari,A1-1", "the row has 3 cells and the header 5"),
        ('1841,"ka"ri,A1-1,as-is,3', "the row cannot be read"),
        (GOOD, "says the same thing again as line 2; keep one of them"),
        ("1804,per,endringer-rundt-oss,as-is,5", "says the same thing again as line 2; keep one of them"),
    ],
)
def test_a_bad_row_is_named_with_what_to_write_instead(
    store: Store, programme: Programme, write_file: WriteFile, row: str, message: str
) -> None:
    with pytest.raises(ImportFileError) as caught:
        import_answers(write_file(GOOD, row), store, programme)
    assert [(mistake.file, mistake.line) for mistake in caught.value.mistakes] == [("answers.csv", 3)]
    assert message in caught.value.mistakes[0].message
    assert "1 row is bad" in str(caught.value)
    assert store.changed_since(0) == []
    assert store.groups() == []


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("module", "modul-9", "module 'modul-9' is not in the programme; use one of modul-1"),
        ("step", "nowhere", "There is no step 'nowhere' in module modul-1"),
        ("round", "0", "round is '0'; write a whole number from 1 to 20"),
        ("round", "²", "round is '²'"),
        ("made_up", "kanskje", "made_up is 'kanskje'; write true or false"),
        ("group", "Fauske!", "'Fauske!' cannot be a group's id"),
        ("group", "ledere", "group ledere does not belong to municipality 1804; say so in a file of members first"),
        ("subject", "A2", "item is 'A1-1' and subject 'A2'; leave one of them empty"),
        ("id", "kort", "'kort' is not an answer's id"),
        ("time", "i går", "time is 'i går'; write it with its zone"),
        ("time", "2026-12-08T14:03:00", "write it with its zone"),
        ("time", "0001-01-01T00:00:00+14:00", "write it with its zone"),
        ("programme", "en-annen", "programme is 'en-annen', and this is kompetanseloft-nordland; name its folder"),
        ("version", "=1+1", "version is '=1+1'; write it as 0.1.0"),
    ],
)
def test_a_bad_optional_cell_is_named(
    store: Store, programme: Programme, write_file: WriteFile, column: str, cell: str, message: str
) -> None:
    store.put_group(LeadershipGroup(id="ledere", name="Ledere", municipalities=("1841",)))
    path = write_file(f"{GOOD},{cell}", header=f"municipality,participant,item,aspect,value,{column}")
    with pytest.raises(ImportFileError) as caught:
        import_answers(path, store, programme)
    assert message in str(caught.value)


def test_a_municipality_with_two_groups_must_say_which(
    store: Store, programme: Programme, write_file: WriteFile
) -> None:
    for name in ("bodo-helse", "bodo-skole"):
        store.put_group(LeadershipGroup(id=name, name=name, municipalities=("1804",)))
    with pytest.raises(ImportFileError, match="has 2 groups; name one of bodo-helse, bodo-skole in group"):
        import_answers(write_file(GOOD), store, programme)


def test_six_themes_that_matter_most_are_one_too_many(
    store: Store, programme: Programme, write_file: WriteFile
) -> None:
    rows = [f"1841,kari,A{number},importance,true" for number in range(1, 7)]
    with pytest.raises(ImportFileError, match=r"answers\.csv:7: more than 5 themes are chosen at once"):
        import_answers(write_file(*rows), store, programme)


def test_an_id_that_is_taken_by_another_answer_is_named(
    store: Store, programme: Programme, write_file: WriteFile
) -> None:
    header = "id,municipality,participant,item,aspect,value"
    import_answers(write_file("answer-01,1841,kari,A1-1,as-is,3", header=header), store, programme)
    path = write_file("answer-02,1841,kari,A1-2,as-is,3", "answer-01,1841,per,A1-1,as-is,3", header=header)
    with pytest.raises(ImportFileError, match=r"answers\.csv:3: id answer-01 belongs to another answer"):
        import_answers(path, store, programme)
    assert len(store.changed_since(0)) == 1


def test_an_id_twice_in_a_file_is_named(store: Store, programme: Programme, write_file: WriteFile) -> None:
    header = "id,municipality,participant,item,aspect,value"
    path = write_file("answer-01,1841,kari,A1-1,as-is,3", "answer-01,1841,kari,A1-1,as-is,4", header=header)
    with pytest.raises(ImportFileError, match=r"answers\.csv:3: says the same thing again as line 2"):
        import_answers(path, store, programme)


def test_the_line_is_where_the_row_begins(store: Store, programme: Programme, write_file: WriteFile) -> None:
    path = write_file('1804,per,A1,comment,"en\nto\ntre"', "", "1804,per,A1-1,as-is,9")
    with pytest.raises(ImportFileError) as caught:
        import_answers(path, store, programme)
    assert [mistake.line for mistake in caught.value.mistakes] == [6]


def test_twenty_are_spelled_out_and_the_rest_counted(store: Store, programme: Programme, write_file: WriteFile) -> None:
    path = write_file(*(f"1841,p{number},A1-1,as-is,9" for number in range(50)))
    with pytest.raises(ImportFileError) as caught:
        import_answers(path, store, programme)
    lines = str(caught.value).splitlines()
    assert len(lines) == 22
    assert lines[0].startswith("Nothing was imported from")
    assert "50 rows are bad" in lines[0]
    assert lines[1].startswith("  answers.csv:2: 9 is not a level")
    assert lines[-1] == "  ... and 30 more bad rows"


@pytest.mark.parametrize(
    "bad", ["{:05d},p,A1-1,as-is,3", "1841,p{},Z9-{},as-is,3", "1841,p{},A1-1,as-is,9", "1841,p{}"]
)
def test_a_hundred_thousand_bad_rows_are_counted_quickly(
    store: Store, programme: Programme, write_file: WriteFile, bad: str
) -> None:
    path = write_file(*(bad.format(number, number) for number in range(100_000)))
    begun = time.monotonic()
    with pytest.raises(ImportFileError) as caught:
        import_answers(path, store, programme)
    assert time.monotonic() - begun < 20
    assert caught.value.total == 100_000
    assert len(caught.value.mistakes) == 20


def test_bad_rows_take_no_memory(store: Store, programme: Programme, write_file: WriteFile) -> None:
    path = write_file(*(f"1841,p{number},Z{number},as-is,3" for number in range(10_000)))
    tracemalloc.start()
    try:
        with pytest.raises(ImportFileError):
            import_answers(path, store, programme)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # The text is there as bytes, as text and as what the reader reads from.
    assert most < 12 * path.stat().st_size


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("municipality,participant,item,aspect", "column 'value' is missing"),
        (
            "kommune,participant,item,aspect,value",
            "unknown column 'kommune'; the columns are municipality, participant",
        ),
        ("municipality,participant,item,aspect,value,value", "column 'value' is there more than once"),
        ("municipality,participant,item,aspect,value,", r"unknown column '\(no name\)'"),
        ("municipality\tparticipant\titem\taspect\tvalue", "unknown column"),
        ("municipality,members,alder", "unknown column 'alder'; the columns are municipality, members"),
        ("1841,kari,A1-1,as-is,3", "unknown column '1841'"),
    ],
)
def test_a_wrong_header_is_named_with_the_right_one(
    store: Store, programme: Programme, write_file: WriteFile, header: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        import_answers(write_file(header=header), store, programme)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; its first line must name the columns"),
        (b"\n \r\n\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        ("municipality,participant\nk\u00e5re".encode("latin-1"), r":2: byte 0xE5 is not UTF-8; save the file"),
        ("municipality".encode("utf-16"), "is written in UTF-16"),
        (b"PK\x03\x04\x00\x00", "is a spreadsheet, not a text file"),
        (b"\x89PNG\x00\x01", "is not a text file"),
        (b'"', "the header cannot be read"),
    ],
)
def test_what_is_no_csv_file_is_named(
    store: Store, programme: Programme, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "answers.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        import_answers(path, store, programme)


def test_a_folder_and_a_missing_file_are_named(store: Store, programme: Programme, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        import_answers(tmp_path, store, programme)
    with pytest.raises(InputError, match="There is no file"):
        import_answers(tmp_path / "nowhere.csv", store, programme)


def test_a_header_alone_brings_nothing(store: Store, programme: Programme, write_file: WriteFile) -> None:
    assert import_answers(write_file(), store, programme).sentence == "Imported 0 answers."
