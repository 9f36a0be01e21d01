"""The raw backup is whole, private and harmless, and comes back as it went out."""

from __future__ import annotations

import csv
import stat
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kompetanse.answers.demo import make_demo
from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Session
from kompetanse.answers.store import Answer, Store
from kompetanse.errors import InputError, InvalidAnswer
from kompetanse.importers.plain_csv import export_answers, import_answers
from kompetanse.programme.models import LeadershipGroup, Programme
from kompetanse.programme.plain_text import plain_text

HOSTILE = [
    "=HYPERLINK(\"http://x\")",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "'=1+1",
    "<img src=x onerror=alert(1)>",
    "#read(\"/etc/passwd\")",
    "{{7*7}}",
    "\\input{x}",
    "a,b;c\"d\"\n\ne\rf\r\ng",
    "\u202eevitcela\u202c",
    "שלום עולם",
    "👨‍👩‍👧 🇳🇴 👍🏽",
    "\u2028\u2029\ufeff\u00a0",
    "null",
    "3",
    "\"3\"",
    "NaN",
    " rom rundt ",
    "",
    "'",
    "x" * 20_000,
]  # fmt: skip

#: What a person can write: everything but lone surrogates and control characters, which are refused at entry.
TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t\r"), max_size=60),
)


def round_trip(store: Store, programme: Programme, folder: Path) -> tuple[list[bytes], list[bytes]]:
    """Both files of the store, and both files of an empty home that they were brought into."""
    first, second = folder / "first.csv", folder / "second.csv"
    export_answers(store, first)
    with Store.open(folder / "empty") as other:
        import_answers(folder / "first-members.csv", other, programme)
        import_answers(first, other, programme)
        export_answers(other, second)
    files = [[path, path.with_name(f"{path.stem}-members.csv")] for path in (first, second)]
    before, after = ([path.read_bytes() for path in pair] for pair in files)
    return before, after


def leader(programme: Programme, name: str = "a", role: Any = "leader") -> Session:
    return Session(
        role=role, programme=programme.id, group="fauske", participant="p-" + name * 20, language="nb", expires=None
    )


@pytest.fixture
def fauske(store: Store) -> LeadershipGroup:
    group = LeadershipGroup(id="fauske", name="Fauske", invited=8, municipalities=("1841",), made_up=True)
    store.put_group(group)
    return group


def test_the_demo_comes_back_byte_for_byte(store: Store, programme: Programme, tmp_path: Path) -> None:
    make_demo(store, programme)
    before, after = round_trip(store, programme, tmp_path)
    assert before == after
    assert before[0].count(b"\n") > 8000


# Some texts are as long as a comment may be, and hypothesis warns before it writes an example of many down.
@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@given(
    texts=st.lists(TEXTS, min_size=1, max_size=6),
    name=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40),
    contact=st.one_of(st.none(), TEXTS.map(lambda text: text[:100]).filter(bool)),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_people_write_comes_back(
    programme: Programme, tmp_path_factory: pytest.TempPathFactory, texts: list[str], name: str, contact: str | None
) -> None:
    folder = tmp_path_factory.mktemp("trip")
    with Store.open(folder / "home") as store:
        group = LeadershipGroup(
            id="fauske",
            # In Unicode's composed form, as everything that comes in by a door of ours.
            name=f"={unicodedata.normalize('NFC', name)}",
            contact=plain_text(contact) if contact else None,
            municipalities=("1841",),
            gathering_date=date(2026, 12, 8),
        )
        store.put_group(group)
        log = AnswerLog(leader(programme), store, programme, today=lambda: date(2027, 1, 1))
        for number, text in enumerate(texts):
            written = [
                ("", "evne", "A1", "comment", text),
                ("", "hvorfor", "fordi", "answer", text[:600]),
                ("-", "tiltak", "1", "action", {"what": text[:600]}),
            ]
            drafts = [
                Draft(
                    id=f"{sign}{number:04d}-{step}",
                    module="modul-1",
                    step=step,
                    subject=subject,
                    aspect=aspect,
                    value=value,
                )
                for sign, step, subject, aspect, value in written
            ]
            log.append(drafts)
        stored = [answer.value for answer in store.changed_since(0)]
        before, after = round_trip(store, programme, folder)
        assert before == after
        with Store.open(folder / "empty") as other:
            assert [answer.value for answer in other.changed_since(0)] == stored


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[31m", "\x7f", "\ud800"])
def test_what_only_a_machine_would_send_is_refused_at_entry(
    store: Store, fauske: LeadershipGroup, programme: Programme, text: str
) -> None:
    log = AnswerLog(leader(programme), store, programme)
    with pytest.raises(InvalidAnswer, match="control character"):
        log.append([Draft(id="answer-1", module="modul-1", step="evne", subject="A1", aspect="comment", value=text)])


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_begins_a_formula(store: Store, programme: Programme, tmp_path: Path, text: str) -> None:
    store.put_group(
        LeadershipGroup(id="fauske", name=text.strip() or "x", contact=text.strip() or None, municipalities=("1841",))
    )
    log = AnswerLog(leader(programme), store, programme, today=lambda: date(2027, 1, 1))
    log.append([Draft(id="-answer-1", module="modul-1", step="evne", subject="A1", aspect="comment", value=text)])
    export_answers(store, tmp_path / "out.csv")
    for name in ("out.csv", "out-members.csv"):
        with (tmp_path / name).open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_history_and_withdrawals_come_back(
    store: Store, fauske: LeadershipGroup, programme: Programme, tmp_path: Path
) -> None:
    log = AnswerLog(leader(programme), store, programme)
    for number, value in enumerate((2, 3, None, 3)):
        log.append(
            [Draft(id=f"answer-{number}", module="modul-1", step="evne", subject="A1-1", aspect="as-is", value=value)]
        )
    before, after = round_trip(store, programme, tmp_path)
    assert before == after
    assert before[0].count(b"\n") == 5


def test_a_choice_that_was_changed_comes_back(
    store: Store, fauske: LeadershipGroup, programme: Programme, tmp_path: Path
) -> None:
    log = AnswerLog(leader(programme), store, programme)

    def choose(theme: str, value: bool) -> Draft:
        return Draft(
            id=f"choice-{theme}-{value}",
            module="modul-1",
            step="modenhet",
            subject=theme,
            aspect="importance",
            value=value,
        )

    log.append([choose(f"A{number}", True) for number in range(1, 6)])
    log.append([choose("B1", True), choose("A1", False)])
    before, after = round_trip(store, programme, tmp_path)
    assert before == after


def test_groups_of_many_kinds_come_back(store: Store, programme: Programme, tmp_path: Path) -> None:
    groups = [
        LeadershipGroup(id="fylket", name="Fylkeskommunen", invited=9),
        LeadershipGroup(
            id="sor", name="Bindal og Sømna", municipalities=("1811", "1812"), gathering_date=date(2026, 12, 8)
        ),
        LeadershipGroup(id="heroy", name="Herøy", municipalities=("1818",), contact="-rådgiver", made_up=True),
        LeadershipGroup(id="heroy-2", name="Herøy", municipalities=("1515",), invited=1),
        LeadershipGroup(id="bodo-a", name="Bodø A", municipalities=("1804",)),
        LeadershipGroup(id="bodo-b", name="Bodø B", municipalities=("1804",)),
    ]
    for group in groups:
        store.put_group(group)
    store.append(
        Answer(
            id=f"answer-{group.id}",
            time=datetime(2026, 12, 8, 13, 3, 7, 123456, tzinfo=UTC),
            programme=programme.id,
            version="0.0.9",
            module="modul-1",
            step="evne",
            round=2,
            subject="endringer-rundt-oss",
            aspect="as-is",
            group=group.id,
            municipality=group.municipalities[0] if len(group.municipalities) == 1 else None,
            participant="p-" + "a" * 20,
            value="ikke-relevant:annet",
            made_up=group.made_up,
        )
        for group in groups
    )
    before, after = round_trip(store, programme, tmp_path)
    assert before == after
    with Store.open(tmp_path / "empty") as other:
        assert other.groups() == store.groups()


def test_an_export_comes_back_even_without_its_members(
    store: Store, programme: Programme, tmp_path: Path, fauske: LeadershipGroup
) -> None:
    log = AnswerLog(leader(programme), store, programme)
    log.append([Draft(id="answer-1", module="modul-1", step="evne", subject="A1-1", aspect="as-is", value=3)])
    export_answers(store, tmp_path / "out.csv")
    with Store.open(tmp_path / "empty") as other:
        import_answers(tmp_path / "out.csv", other, programme)
        export_answers(other, tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()


def test_a_backup_is_its_owners_alone_and_is_written_down(
    store: Store, fauske: LeadershipGroup, tmp_path: Path
) -> None:
    path = tmp_path / "backup.csv"
    path.write_text("older")
    path.chmod(0o644)
    summary = export_answers(store, path)
    for file in (summary.path, summary.members_path):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(file.name for file in tmp_path.iterdir()) == ["backup-members.csv", "backup.csv", "home"]
    (entry,) = store.audit_log()
    assert (entry.kind, entry.role, entry.detail) == ("export", "operator", "0 answers, 1 group")
    assert summary.sentence.startswith(f"Wrote 0 answers to {path} and 1 group to")


def test_a_backup_follows_no_link(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "somebody-elses"
    target.write_text("keep")
    (tmp_path / "out.csv").symlink_to(target)
    export_answers(store, tmp_path / "out.csv")
    assert target.read_text() == "keep"
    assert not (tmp_path / "out.csv").is_symlink()


def test_a_backup_that_cannot_be_written_is_named_and_not_written_down(
    store: Store, tmp_path: Path, make_folder: Callable[[str], Path]
) -> None:
    for path, words in (
        (make_folder("folder.csv"), "is a folder"),
        (tmp_path / "nowhere" / "out.csv", "cannot be written"),
    ):
        with pytest.raises(InputError, match=words):
            export_answers(store, path)
    assert store.audit_log() == []


@pytest.fixture
def make_folder(tmp_path: Path) -> Callable[[str], Path]:
    def make(name: str) -> Path:
        path = tmp_path / name
        path.mkdir()
        return path

    return make
