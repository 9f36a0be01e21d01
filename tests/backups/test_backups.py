"""A backup is tried by restoring it, on and across both databases: codes, figures and the audit log are the same."""

from __future__ import annotations

import json
import random
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyrage import x25519
from sqlalchemy import create_engine, make_url

from kompetanse.analysis.disclosure import Audience, protect
from kompetanse.analysis.frames import level_frame
from kompetanse.answers.crossing import Note, Share
from kompetanse.answers.demo.home import make_one_group
from kompetanse.answers.erasure import erase_participant
from kompetanse.answers.store import Store
from kompetanse.answers.store.copying import Part, put_back
from kompetanse.backups.making import make_backup
from kompetanse.backups.restoring import restore
from kompetanse.backups.sealing import Seal, Secret
from kompetanse.cli import app, ended
from kompetanse.errors import InputError, StoreError
from kompetanse.programme.models import Programme
from kompetanse.settings import PASSPHRASE

MODULE = "modul-1"
KEY = x25519.Identity.generate()
SEAL = Seal(recipients=(str(KEY.to_public()),))
SECRET = Secret(identities=(str(KEY),))
REPORT = Path("reports") / "group" / "kommunerapport.html"


def empty(url: str | None) -> str | None:
    """The same database, with nothing in it."""
    if url is not None:
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        engine.dispose()
    return url


def rows(store: Store) -> dict[str, bytes]:
    """Everything in the database, table by table, with the numbers that it will go on from."""
    with store.copying() as parts:
        found: dict[str, bytes] = {}
        for part in parts:
            found[part.table] = found.get(part.table, b"") + part.content
        return found


def figures(store: Store, programme: Programme) -> list[dict[str, Any]]:
    """What a report of the one group would show."""
    instrument = programme.instrument_of_module(programme.modules[0])
    assert instrument is not None
    (group,) = store.groups()
    return protect(level_frame(store.current(group=group.id), instrument), Audience.ROOM, invited=group.invited).rows()


@dataclass(frozen=True)
class Filled:
    """A home with everything in it, and the codes of a leader and of the contact."""

    store: Store
    leader: str
    participant: str
    contact: str
    erased: int


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Callable[[str], str | None]:
    """None for SQLite in the home, else the URL of a PostgreSQL with nothing in it."""
    return lambda kind: None if kind == "sqlite" else empty(request.getfixturevalue("postgresql"))


@pytest.fixture
def fill(tmp_path: Path, programme: Programme) -> Iterator[Callable[[str | None], Filled]]:
    """Makes the home on a database: a group that has come all the way, a report, and a last answer that is erased."""
    opened: list[Store] = []

    def filled(url: str | None) -> Filled:
        store = Store.open(tmp_path / "home", url)
        opened.append(store)
        group = make_one_group(store, programme)
        with store.writing() as here:
            basis = {"omverdensblikk": {"1841": "mark"}}
            here.releases.add_of_region(
                MODULE, "region", units=5, people=40, figures=[{"part": "omverdensblikk", "as_is": 2.4}], basis=basis
            )
            cross = here.exchanges.open(programme=programme.id, module=MODULE, step="tverrgruppe", group=group)
            now = datetime.now(UTC)
            here.exchanges.add_note(Note("note-0001", now, cross.id, "hos-oss", group, "Hos oss prøvde vi å ringe."))
            here.exchanges.add_share(Share(programme.id, MODULE, "erfaringskort", "1", group, None, None, 3, now))
        entry = store.enter(store.create_code("leader", group))
        assert entry is not None
        assert entry.participant is not None
        assert entry.return_code is not None
        (some, *_) = store.current(group=group)
        (last,) = store.append([replace(some, id="the-last-one", participant="p-" + "x" * 20, seq=None)])
        seq = store.latest()
        erase_participant(store, last.participant, role="leader")
        assert store.keys.session_key
        report = store.home / REPORT
        report.parent.mkdir(parents=True)
        report.write_text("Rapport: blåbærsyltetøy")
        return Filled(store, entry.return_code, entry.participant, store.create_code("contact", group), seq)

    yield filled
    for store in opened:
        store.close()


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
def test_a_restored_home_goes_on_where_it_was(
    source: str,
    target: str,
    database: Callable[[str], str | None],
    fill: Callable[[str | None], Filled],
    programme: Programme,
    tmp_path: Path,
) -> None:
    filled = fill(database(source))
    made = make_backup(filled.store, tmp_path / "backup", SEAL)
    before, log = rows(filled.store), filled.store.audit_log()
    shown, marks = figures(filled.store, programme), filled.store.snapshots(MODULE)
    url = database(target)
    restored = restore(made.path, tmp_path / "elsewhere" / "home", url, SECRET)
    with Store.open(restored.home, url) as store:
        *same, told = store.audit_log()
        assert same == log
        assert (log[-1].kind, log[-1].detail, told.kind) == ("backup", "sealed for 1 key", "restore")
        after = rows(store)
        assert {name: content for name, content in after.items() if name not in {"audit", "numbers"}} == {
            name: content for name, content in before.items() if name not in {"audit", "numbers"}
        }
        assert figures(store, programme) == shown
        assert store.snapshots(MODULE) == marks
        entry = store.enter(filled.leader)
        assert entry is not None
        assert entry.participant == filled.participant
        contact = store.enter(filled.contact)
        assert contact is not None
        assert contact.role == "contact"
        assert store.keys.session_key == filled.store.keys.session_key
        (some, *_) = store.current()
        (added,) = store.append([replace(some, id="after-the-restore", seq=None)])
        assert store.latest() > filled.erased
        assert added.id == "after-the-restore"
        with pytest.raises(StoreError, match="only ever added to"), store._database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM audit")
    report = restored.home / REPORT
    assert report.read_text() == "Rapport: blåbærsyltetøy"
    files = [restored.home, *restored.home.rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600, 0o700}
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["home"]


def rows_of(table: str, **values: object) -> Part:
    """One row of a table, as it stands in a backup."""
    return Part(table, json.dumps({"columns": list(values), "rows": [list(values.values())]}).encode())


def test_rows_of_an_older_kompetanse_are_brought_up_to_date(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    parts = [
        rows_of("leadership_group", id="fauske", name="Fauske", made_up=False),
        rows_of("operation", time="2026-01-02T03:04:05+00:00", what="export", role="operator", counts="{}"),
    ]
    put_back(tmp_path / "home", None, "0002", parts, replace=False, told="", before_commit=lambda: None)
    with Store.open(tmp_path / "home") as store:
        assert [each.kind for each in store.audit_log()] == ["export", "restore"]
        assert [each.id for each in store.groups()] == ["fauske"]


@pytest.mark.parametrize(
    ("schema", "part", "words"),
    [
        ("9999", rows_of("leadership_group", id="x", name="X", made_up=False), "newer Kompetanse"),
        ("0002", rows_of("gossip", id="x"), "rows of 'gossip' do not fit"),
        (
            "0002",
            rows_of("leadership_group", id="x", colour="red"),
            "do not fit|could not be",
        ),
        ("0002", rows_of("participation", participant="p", group_id="x", role="leader", joined="now"), "could not be"),
    ],
)
def test_rows_that_do_not_fit_are_refused_and_nothing_is_kept(
    tmp_path: Path, schema: str, part: Part, words: str
) -> None:
    (tmp_path / "home").mkdir()
    with pytest.raises(StoreError, match=words):
        put_back(tmp_path / "home", None, schema, [part], replace=False, told="", before_commit=lambda: None)
    with Store.open(tmp_path / "home") as store:
        assert (store.groups(), store.audit_log()) == ([], [])


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory, programme: Programme) -> Path:
    """A backup of a home with one group."""
    folder = tmp_path_factory.mktemp("backup")
    with Store.open(folder / "home") as store:
        make_one_group(store, programme)
        return make_backup(store, folder / "file", SEAL).path


def test_a_backup_takes_the_place_of_no_other_file(backup: Path) -> None:
    with (
        Store.open(backup.with_name("home")) as store,
        pytest.raises(InputError, match="is there already; take another name"),
    ):
        make_backup(store, backup, SEAL)


def test_a_backup_is_readable_by_its_owner_and_shows_nothing(backup: Path, programme: Programme) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    content = backup.read_bytes()
    assert content.startswith(b"kompetanse-backup 1 ")
    assert not [word for word in (b"participant", b"BEGIN PRIVATE KEY", programme.id.encode()) if word in content]
    assert sorted(path.name for path in backup.parent.iterdir()) == ["file", "home"]


@pytest.mark.parametrize("place", [0.02, 0.3, 0.7, 0.999])
def test_a_changed_backup_is_told_and_nothing_is_restored(backup: Path, tmp_path: Path, place: float) -> None:
    content = bytearray(backup.read_bytes())
    content[int(len(content) * place)] ^= 1
    (tmp_path / "changed").write_bytes(content)
    with pytest.raises(InputError, match=r"^\S+ has been changed or damaged since it was made; nothing was restored"):
        restore(tmp_path / "changed", tmp_path / "home", None, SECRET)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["changed"]


@pytest.mark.parametrize("kept", [0.001, 0.5, 0.999])
def test_a_backup_that_is_cut_short_is_told(backup: Path, tmp_path: Path, kept: float) -> None:
    content = backup.read_bytes()
    (tmp_path / "short").write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(InputError, match=r"is cut short: .* copy it again|is no backup of Kompetanse"):
        restore(tmp_path / "short", tmp_path / "home", None, SECRET)
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        (Secret(identities=(str(x25519.Identity.generate()),)), "The key does not open"),
        (Secret(identities=("AGE-SECRET-KEY-1NONSENSE",)), "holds no key"),
        (Secret(passphrase="a passphrase instead"), "is sealed for a key; name the file that holds it with --identity"),
    ],
)
def test_another_key_does_not_open_it(backup: Path, tmp_path: Path, secret: Secret, words: str) -> None:
    with pytest.raises(InputError, match=words):
        restore(backup, tmp_path / "home", None, secret)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is no backup"),
        (b"municipality,participant\n" * 100, "is no backup"),
        (b"kompetanse-backup 2 0000000000000001 recipients\nx", "newer Kompetanse"),
        (b"kompetanse-backup 1 0000000000000001 recipients\nage of reason", "has been changed or damaged"),
    ],
)
def test_what_is_no_backup_is_told(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(InputError, match=words):
        restore(tmp_path / "file", tmp_path / "home", None, SECRET)


@pytest.mark.parametrize(
    ("seal", "words"),
    [
        (Seal(), "Say who can open the backup"),
        (Seal("a passphrase", SEAL.recipients), "one of the two"),
        (Seal("too short"), "at least 12 signs"),
        (Seal(recipients=("age1nothing",)), "'age1nothing' is no public key"),
    ],
)
def test_a_seal_that_protects_nothing_is_refused(tmp_path: Path, seal: Seal, words: str) -> None:
    with Store.open(tmp_path / "home") as store:
        with pytest.raises(InputError, match=words):
            make_backup(store, tmp_path / "file", seal)
        assert store.audit_log() == []


def test_a_home_that_is_there_stays_unless_it_is_to_be_replaced(
    backup: Path, tmp_path: Path, fill: Callable[[str | None], Filled]
) -> None:
    filled = fill(None)
    home = filled.store.home
    with pytest.raises(InputError, match=r"is not empty; .* --replace"):
        restore(backup, home, None, SECRET)
    with (
        Store.open(home, exclusive=True),
        pytest.raises(StoreError, match=r"Another server .* already serves"),
    ):
        restore(backup, home, None, SECRET, replace=True)
    erase_participant(filled.store, filled.store.current()[0].participant, role="leader")
    filled.store.close()
    restored = restore(backup, home, None, SECRET, replace=True)
    assert "(2 times in the home that was there)" in restored.sentence
    assert not (home / REPORT).exists()
    with Store.open(home) as store:
        assert store.enter(filled.leader) is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home"]


def test_a_database_that_holds_a_home_stays_unless_it_is_to_be_replaced(
    backup: Path, tmp_path: Path, database: Callable[[str], str | None], fill: Callable[[str | None], Filled]
) -> None:
    url = database("postgresql")
    filled = fill(url)
    before = rows(filled.store)
    with pytest.raises(StoreError, match="holds a home already"):
        restore(backup, tmp_path / "other", url, SECRET)
    content = bytearray(backup.read_bytes())
    content[-100] ^= 1
    (tmp_path / "changed").write_bytes(content)
    with pytest.raises(InputError, match="changed or damaged"):
        restore(tmp_path / "changed", filled.store.home, url, SECRET, replace=True)
    assert rows(filled.store) == before
    restore(backup, filled.store.home, url, SECRET, replace=True)
    with Store.open(filled.store.home, url) as store:
        assert [each.kind for each in store.audit_log()][-1] == "restore"
        assert store.enter(filled.leader) is None


def test_a_backup_shows_one_moment_while_others_write(tmp_path: Path, programme: Programme) -> None:
    with Store.open(tmp_path / "home") as store:
        make_one_group(store, programme)
        (some, *_) = store.current()
        done = threading.Event()

        def write() -> None:
            number = 0
            while not done.is_set():
                number += 1
                store.append(replace(some, id=f"meanwhile-{number}-{half}", seq=None) for half in "ab")

        writer = threading.Thread(target=write)
        writer.start()
        time.sleep(0.2)
        made = make_backup(store, tmp_path / "backup", SEAL)
        done.set()
        writer.join()
    with Store.open(restore(made.path, tmp_path / "new", None, SECRET).home) as store:
        written = [each for each in store.changed_since(0) if each.id.startswith("meanwhile-")]
        assert written
        assert len(written) % 2 == 0
        seqs = [each.seq for each in store.changed_since(0)]
        assert seqs == list(range(1, len(seqs) + 1))


def test_a_restore_that_is_killed_leaves_nothing_half(demo_home: Path, tmp_path: Path) -> None:
    home, key = tmp_path / "home", tmp_path / "key"
    key.write_text(f"# a comment\n{KEY}\n")
    with Store.open(demo_home) as store:
        made = make_backup(store, tmp_path / "backup", SEAL)
        answers = len(store.changed_since(0))
    with Store.open(home) as store:
        store.audit("sign_in", "leader", "the home that was there")
    command = [sys.executable, "-m", "kompetanse", "restore", str(made.path), "--home", str(home)]
    command += ["--identity", str(key), "--replace"]
    begun = time.monotonic()
    subprocess.run([*command, "--help"], check=True, capture_output=True)
    started = time.monotonic() - begun
    killed = 0
    for latest in (0, 1, 3):
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            # The first one surely before it is done, whatever else the machine does.
            time.sleep(started / 2 + random.uniform(0, latest))
            running.kill()
            killed += running.wait() == -signal.SIGKILL
        with Store.open(home) as store:
            found = len(store.changed_since(0)), [each.detail for each in store.audit_log()][:1]
        assert found in [(0, ["the home that was there"]), (answers, found[1])]
    assert killed
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"Restored {home} as it was at ")
    with Store.open(home) as store:
        assert len(store.changed_since(0)) == answers
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "home", "key"]


def test_a_restore_into_postgresql_that_ended_between_the_two_says_so(tmp_path: Path) -> None:
    with Store.open(tmp_path / "home"):
        pass
    (tmp_path / "home" / "restore-unfinished").touch()
    with pytest.raises(StoreError, match=r"was ended before it was done; run it again, with --replace"):
        Store.open(tmp_path / "home")


def test_commands_take_a_passphrase_from_a_file_or_the_environment(
    tmp_path: Path, programme: Programme, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with Store.open(tmp_path / "home") as store:
        make_one_group(store, programme)
        answers = [replace(each, seq=None) for each in store.current()]
    Path("phrase").write_text("blåbær og bringebær\n", "utf-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = ended(lambda: app(list(arguments), prog_name="kompetanse"))
        return code, *capsys.readouterr()

    code, told, _ = run("backup", "file", "--home", "home", "--passphrase-file", "phrase")
    assert (code, told.startswith("Wrote file (")) == (0, True)
    monkeypatch.setenv(PASSPHRASE, "another passphrase")
    wrong = "kompetanse: The passphrase does not open file; nothing was restored.\n"
    assert run("restore", "file", "--home", "new") == (2, "", wrong)
    monkeypatch.setenv(PASSPHRASE, "blåbær og bringebær")
    code, told, _ = run("restore", "file", "--home", "new")
    assert (code, told.startswith(f"Restored {tmp_path / 'new'} as it was at ")) == (0, True)
    with Store.open(tmp_path / "new") as store:
        assert [replace(each, seq=None) for each in store.current()] == answers
