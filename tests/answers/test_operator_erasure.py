"""What the operator erases is gone from every table and file; what was shown to others, and the audit log, stay."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy

from kompetanse.answers.erasure import Wanted, count_wanted, erase_wanted, find_participant, shelf_of
from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Session
from kompetanse.answers.store import Store
from kompetanse.errors import InputError
from kompetanse.programme.models import LeadershipGroup, Programme

MODULE = "modul-1"
ITEM, THEME = "endringer-rundt-oss", "omverdensblikk"
SECRET = "Et helt bestemt ord: kråkebolle"

Make = Callable[..., Draft]


@dataclass(frozen=True)
class Person:
    """A leader who came in with the group's code."""

    group: str
    token: str
    code: str
    log: AnswerLog


@pytest.fixture
def people(store: Store, programme: Programme, draft: Make) -> dict[str, Person]:
    """Three leaders of Fauske and one of Bodø, who have answered and share a comment; and the contact of Fauske."""
    found = {}
    for name, group in (("kari", "fauske"), ("per", "fauske"), ("ole", "fauske"), ("bo", "bodo"), ("ida", "fauske")):
        role = "contact" if name == "ida" else "leader"
        code = store.create_code(role, group)
        entry = store.enter(code)
        assert entry is not None
        assert entry.participant is not None
        session = Session(role, programme.id, group, entry.participant, "nb", None)
        found[name] = Person(group, entry.participant, entry.return_code or code, AnswerLog(session, store, programme))
        if role == "leader":
            comment = draft(THEME, f"{SECRET} {name}.", aspect="comment")
            found[name].log.append([draft(ITEM, 3), comment, draft(THEME, True, aspect="comment-shared")])
    found["kari"].log.append([draft("fordi", "Vi blir færre.", aspect="answer", step="hvorfor")])
    return found


def tables_with(store: Store, value: str) -> set[str]:
    """The tables that hold this value in any column, whatever tables and columns there are."""
    with store._database.reading() as connection:
        reflected = sqlalchemy.MetaData()
        reflected.reflect(connection)
        return {
            table.name
            for table in reflected.sorted_tables
            for row in connection.execute(table.select())
            if any(value in cell for cell in row if isinstance(cell, str))
        }


def readable(store: Store, url: str | None, *words: str) -> set[str]:
    """Which of these words can be read in the database's own files."""
    if url is None:
        files = list(store.home.glob("kompetanse.sqlite*"))
    else:
        engine = sqlalchemy.create_engine(sqlalchemy.make_url(url).set(drivername="postgresql+psycopg"))
        with engine.connect() as connection:
            # Its files are now as the tables are, and those of tables that were rewritten are removed.
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("CHECKPOINT")
        engine.dispose()
        files = [path for path in Path(url.split("host=")[1], "data", "base").rglob("*") if path.is_file()]
    held = b"".join(path.read_bytes() for path in files)
    return {word for word in words if word.encode() in held}


def make_reports(store: Store, group: str) -> list[Path]:
    """Files where the reports of a group lie."""
    paths = [shelf_of(store.home, group) / edition / "kommunerapport.html" for edition in ("group", "shared")]
    for path in paths:
        path.parent.mkdir(parents=True)
        path.write_text("report")
    return paths


def test_own_erasure_leaves_nothing_in_any_table_or_file(
    store: Store, people: dict[str, Person], database_url: str | None
) -> None:
    kari, per = f"{SECRET} kari", f"{SECRET} per"
    assert readable(store, database_url, kari, per) == {kari, per}
    assert people["kari"].log.own_erase() == 3
    assert tables_with(store, people["kari"].token) == {"participation", "access_code"}
    assert tables_with(store, kari) == set()
    assert readable(store, database_url, kari, per) == {per}


def test_own_erasure_takes_the_draft_of_the_report_along_and_leaves_what_was_approved(
    store: Store, people: dict[str, Person]
) -> None:
    draft, shared = make_reports(store, "fauske")
    people["kari"].log.own_erase()
    assert (draft.exists(), shared.exists()) == (False, True)
    draft.parent.mkdir()
    draft.write_text("report")
    (others, _) = make_reports(store, "bodo")
    people["kari"].log.append([Draft("kari-again-1", MODULE, "evne", ITEM, "as-is", 4)])
    people["ida"].log.reveal(MODULE)
    people["ida"].log.approve(MODULE)
    people["kari"].log.own_erase()
    assert (draft.exists(), others.exists()) == (True, True)


def test_a_shared_comment_is_gone_from_what_the_group_sees(store: Store, people: dict[str, Person]) -> None:
    people["ida"].log.reveal(MODULE)
    people["kari"].log.own_erase()
    shown = people["per"].log.revealed(MODULE)
    assert shown is not None
    comments = {each.value for each in shown if each.aspect == "comment"}
    assert comments == {f"{SECRET} per.", f"{SECRET} ole."}


def test_a_person_is_erased_by_code_or_by_id_from_every_table(
    store: Store, people: dict[str, Person], database_url: str | None
) -> None:
    kari = people["kari"]
    wanted = Wanted(participant=find_participant(store, kari.code.lower().replace("-", " ")))
    assert wanted.participant == kari.token == find_participant(store, kari.token)
    planned = count_wanted(store, wanted)
    assert planned.sentence == "1 participant, 3 answers, 1 code"
    assert erase_wanted(store, wanted) == planned
    assert tables_with(store, kari.token) == set()
    assert readable(store, database_url, kari.token, f"{SECRET} kari", people["per"].token) == {people["per"].token}
    assert store.enter(kari.code) is None
    with pytest.raises(InputError, match="No participant of this home"):
        find_participant(store, kari.token)


def test_the_code_of_a_whole_group_is_nobodys(store: Store) -> None:
    with pytest.raises(InputError, match="erase that with --group"):
        find_participant(store, store.create_code("leader", "fauske"))


def test_a_group_is_erased_with_members_releases_and_reports(
    store: Store, people: dict[str, Person], database_url: str | None
) -> None:
    people["ida"].log.reveal(MODULE)
    erased = erase_wanted(store, Wanted(groups=("fauske",)))
    assert erased.sentence.startswith("1 group, 4 participants, 9 answers, 1 statement of the group, ")
    assert tables_with(store, "fauske") == {"audit"}
    assert {each.group for each in store.changed_since(0)} == {"bodo"}
    assert [each.id for each in store.groups()] == ["bodo"]
    assert store.releases() == []
    assert readable(store, database_url, f"{SECRET} per", f"{SECRET} bo") == {f"{SECRET} bo"}


def test_a_programme_is_erased_and_groups_in_another_one_stay(
    store: Store, programme: Programme, people: dict[str, Person]
) -> None:
    (answer, *_) = store.current(group="bodo")
    store.append([replace(answer, id="elsewhere-1", programme="another", seq=None)])
    erased = erase_wanted(store, Wanted(programme=programme.id))
    assert erased.gone == {"fauske"}
    assert {(each.group, each.programme) for each in store.changed_since(0)} == {("bodo", "another")}
    (entry,) = store.audit_log(kinds=["operator_erasure"])
    assert (entry.programme, entry.group) == (programme.id, None)
    erased = erase_wanted(store, Wanted(programme="another"))
    assert (erased.gone, store.changed_since(0), store.groups()) == ({"bodo"}, [], [])


def test_a_groups_regional_figures_and_the_audit_log_stay(store: Store, people: dict[str, Person]) -> None:
    with store.writing() as here:
        here.releases.add_of_region(
            MODULE, "region", units=5, people=40, figures=[{"part": "omverdensblikk", "as_is": 2.4}], basis={}
        )
    people["ida"].log.reveal(MODULE)
    erase_wanted(store, Wanted(groups=("fauske",)))
    with store.reading() as here:
        (region,) = here.releases.of_region(MODULE, "region")
    assert region.figures == ({"part": "omverdensblikk", "as_is": 2.4},)
    entries = [(each.kind, each.group) for each in store.audit_log()]
    assert entries == [("reveal", "fauske"), ("operator_erasure", "fauske")]


def test_a_group_that_is_not_there_is_named_and_nothing_is_erased(store: Store, people: dict[str, Person]) -> None:
    with pytest.raises(InputError, match="There is no group 'nowhere'"):
        erase_wanted(store, Wanted(groups=("fauske", "nowhere")))
    assert len(store.groups()) == 2


def test_files_are_emptied_also_while_somebody_reads(
    store: Store, people: dict[str, Person], database_url: str | None
) -> None:
    with store.reading() as here:
        assert here.answers.latest()
        with store.writing() as there:
            there.erasing.delete(there.erasing.own_answers(people["kari"].token))
        assert store.forget_erased() is False
    assert store.forget_erased() is True
    assert readable(store, database_url, f"{SECRET} kari") == set()


@pytest.fixture
def command(home: Path, fauske: LeadershipGroup) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`kompetanse erase` in a home with one group of one leader, whose code is in a file."""
    with Store.open(home) as store:
        store.put_group(fauske)
        entry = store.enter(store.create_code("leader", "fauske"))
        assert entry is not None
        home.with_name("code").write_text(entry.return_code or "")
    make_reports(store, "fauske")

    def run(*arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "kompetanse", "erase", "--home", str(home), *arguments]
        return subprocess.run(line, input=said, capture_output=True, text=True, check=False)

    return run


def test_the_command_asks_first_and_says_what_went_and_what_stays(
    command: Callable[..., subprocess.CompletedProcess[str]], home: Path
) -> None:
    refused = command("--group", "fauske")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == (
        "kompetanse: This erases for good: 1 group, 1 participant, 2 codes. Say so with --yes; nothing was erased.\n"
    )
    person = command("--participant", "-", "--yes", said=home.with_name("code").read_text())
    assert person.stdout.startswith("Erased 1 participant, 1 code.\nWhat stays: the audit log, ")
    group = command("--group", "fauske", "--yes")
    assert group.stdout.startswith("Erased 1 group, 1 code, 1 report file.\nWhat stays: ")
    assert not shelf_of(home, "fauske").exists()
    assert command("--group", "fauske", "--yes").stderr.startswith("kompetanse: There is no group 'fauske'")
    assert command("--yes").stderr == (
        "kompetanse: Say what to erase: one of --participant, --group, --whole-programme and --due.\n"
    )
