"""Whatever is wrong with a home is said in one sentence, and nothing is lost."""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from kompetanse.answers.store import Answer, Store, database
from kompetanse.answers.store.schema import metadata
from kompetanse.answers.store.schema_version import NEWEST
from kompetanse.answers.store.upgrading import SCRIPTS
from kompetanse.errors import StoreError
from kompetanse.programme.models import LeadershipGroup

FORK = multiprocessing.get_context("fork")


def answers_of(name: str, number: int) -> list[Answer]:
    """Some answers that differ from everybody else's."""
    return [
        Answer(
            id=f"{name}-{each:06d}",
            time=datetime.now(UTC),
            programme="nordland",
            version="1",
            module="modul-1",
            step="evne",
            round=1,
            subject=f"item-{each}",
            aspect="as-is",
            group="fauske",
            municipality="1841",
            participant=f"p-{name}",
            value=each,
        )
        for each in range(number)
    ]


def sentence_of(work: Callable[[], Any], *, before: Callable[[], None]) -> str:
    """What StoreError says when `work` runs in a process of its own, prepared by `before`."""

    def child(sender: Connection) -> None:
        before()
        try:
            work()
        except StoreError as error:
            sender.send(str(error))
        except BaseException as error:
            sender.send(repr(error))
        else:
            sender.send("nothing went wrong")

    receiver, sender = FORK.Pipe(duplex=False)
    process = FORK.Process(target=child, args=(sender,))
    process.start()
    assert receiver.poll(30)
    said: str = receiver.recv()
    process.join()
    return said


def become_nobody() -> None:
    """Root may write everywhere, so that a read-only home is none to root."""
    if os.geteuid() == 0:
        os.setegid(65534)
        os.seteuid(65534)


@pytest.fixture
def filled(home: Path, fauske: LeadershipGroup) -> Path:
    with Store.open(home) as store:
        store.put_group(fauske)
        store.append(answers_of("before", 3))
    return home


@pytest.fixture
def reachable(filled: Path) -> Path:
    """The home with a way to it for everybody: pytest's own folders are closed to others."""
    for folder in list(filled.parents)[:-2]:
        folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    return filled


def test_a_home_is_made_where_it_is_missing_and_is_its_owners_alone(tmp_path: Path) -> None:
    home = tmp_path / "a" / "b" / "home"
    with Store.open(home) as store:
        assert store.keys.cookie_secret
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for file in ("kompetanse.sqlite", "keys/cookie.secret"):
        assert stat.S_IMODE((home / file).stat().st_mode) == 0o600


def test_a_command_that_needs_answers_makes_no_home(home: Path) -> None:
    with pytest.raises(StoreError, match=r"no home in .*--home"):
        Store.open(home, must_exist=True)
    assert not home.exists()


def test_a_home_that_is_a_file_is_named(home: Path) -> None:
    home.write_text("not a folder")
    with pytest.raises(StoreError, match="is a file, not a folder"):
        Store.open(home)


def test_a_home_inside_a_file_is_named(home: Path) -> None:
    home.write_text("not a folder")
    with pytest.raises(StoreError, match="is a file, not a folder"):
        Store.open(home / "deeper")


def test_a_home_that_cannot_be_made_is_named(reachable: Path) -> None:
    folder = reachable.parent / "closed"
    folder.mkdir(mode=0o755)
    folder.chmod(0o555)
    said = sentence_of(lambda: Store.open(folder / "home"), before=become_nobody)
    assert "cannot be made or written to (Permission denied)" in said
    assert "\n" not in said


def test_a_read_only_home_is_named_and_keeps_its_answers(reachable: Path) -> None:
    (reachable / "kompetanse.sqlite").chmod(0o444)
    reachable.chmod(0o555)

    def work() -> None:
        with Store.open(reachable) as store:
            store.append(answers_of("after", 1))

    said = sentence_of(work, before=become_nobody)
    assert "may not be written to" in said or "cannot be opened" in said
    assert "\n" not in said
    with Store.open(reachable) as store:
        assert len(store.changed_since(0)) == 3


def test_a_full_disk_is_named_and_nothing_is_half_saved(filled: Path) -> None:
    @sqlalchemy.event.listens_for(sqlalchemy.Engine, "connect")
    def leave_little_room(connection: Any, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 40")

    try:
        with Store.open(filled) as store:
            with pytest.raises(StoreError, match="no more room on its disk"):
                store.append(answers_of("after", 5000))
            assert len(store.changed_since(0)) == 3
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "connect", leave_little_room)
    with Store.open(filled) as store:
        store.append(answers_of("after", 5000))
        assert len(store.changed_since(0)) == 5003


def test_a_disk_that_takes_no_more_is_named(filled: Path) -> None:
    def before() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    def work() -> None:
        with Store.open(filled) as store:
            store.append(answers_of("after", 5000))

    said = sentence_of(work, before=before)
    assert "disk may be full" in said or "no more room" in said
    with Store.open(filled) as store:
        assert len(store.changed_since(0)) == 3


def test_a_damaged_database_is_named(home: Path) -> None:
    home.mkdir()
    (home / "kompetanse.sqlite").write_bytes(b"This is not a database. " * 500)
    with pytest.raises(StoreError, match="is damaged"):
        Store.open(home)


def test_a_database_that_is_damaged_inside_is_named(filled: Path) -> None:
    path = filled / "kompetanse.sqlite"
    whole = path.read_bytes()
    path.write_bytes(whole[:2000] + b"\xff" * (len(whole) - 2000))
    with pytest.raises(StoreError, match=r"damaged|could not be used"), Store.open(filled) as store:
        store.current()


def test_a_database_of_a_newer_kompetanse_is_left_alone(filled: Path) -> None:
    with closing(sqlite3.connect(filled / "kompetanse.sqlite")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"newer Kompetanse \(schema 9999, this one knows 0011\)"):
        Store.open(filled)


def test_the_migrations_make_the_tables_that_the_code_knows(filled: Path) -> None:
    engine = sqlalchemy.create_engine(f"sqlite:///{filled / 'kompetanse.sqlite'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == NEWEST
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_newest_migration_is_the_one_that_is_named() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [NEWEST]


def test_answers_are_written_through_to_the_disk(filled: Path) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000, "secure_delete": 1}
    with Store.open(filled) as store, store._database.reading() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
    assert found == wanted


def test_a_folder_name_with_odd_characters_is_a_home(tmp_path: Path) -> None:
    with Store.open(tmp_path / "100% øvd? hjem#1") as store:
        assert store.groups() == []


def test_many_processes_open_a_new_home_at_once(home: Path, fauske: LeadershipGroup) -> None:
    def child(number: int) -> None:
        with Store.open(home) as store:
            store.put_group(fauske)
            for each in answers_of(f"child{number}", 20):
                store.append([each])

    children = [FORK.Process(target=child, args=(number,)) for number in range(8)]
    for process in children:
        process.start()
    for process in children:
        process.join(60)
    assert [process.exitcode for process in children] == [0] * 8
    with Store.open(home) as store:
        ids = [found.id for found in store.changed_since(0)]
        assert len(ids) == len(set(ids)) == 160


def test_a_writer_waits_for_another(filled: Path) -> None:
    other = sqlite3.connect(filled / "kompetanse.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(1.0, lambda: other.execute("COMMIT")).start()
    with Store.open(filled) as store:
        begun = time.monotonic()
        store.append(answers_of("after", 1))
        assert time.monotonic() - begun > 0.5
        assert len(store.changed_since(0)) == 4
    other.close()


def test_a_writer_does_not_wait_for_ever(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 1)
    other = sqlite3.connect(filled / "kompetanse.sqlite", isolation_level=None)
    with Store.open(filled) as store:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="busy for 1 seconds because another command writes"):
            store.append(answers_of("after", 1))
        assert len(store.changed_since(0)) == 3
        other.close()
        store.append(answers_of("after", 1))


def test_a_home_has_one_server(filled: Path) -> None:
    script = (
        "from kompetanse.answers.store import Store\n"
        f"store = Store.open({str(filled)!r}, exclusive=True)\n"
        "print('up', flush=True)\n"
        "input()\n"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "up\n"
        with pytest.raises(StoreError, match=rf"server \(process {server.pid}\) already serves"):
            Store.open(filled, exclusive=True)
        with Store.open(filled) as beside:
            beside.append(answers_of("beside", 1))
        server.kill()
    with Store.open(filled, exclusive=True) as store:
        assert len(store.changed_since(0)) == 4


def test_closing_a_server_frees_its_home(filled: Path) -> None:
    Store.open(filled, exclusive=True).close()
    Store.open(filled, exclusive=True).close()


def test_all_processes_get_the_same_keys(home: Path) -> None:
    def child(sender: Connection) -> None:
        with Store.open(home) as store:
            sender.send((store.keys.session_key, store.keys.cookie_secret, store.keys.code_key))

    pipes = [FORK.Pipe(duplex=False) for _ in range(6)]
    children = [FORK.Process(target=child, args=(sender,)) for _, sender in pipes]
    for process in children:
        process.start()
    keys = [receiver.recv() for receiver, _ in pipes]
    for process in children:
        process.join()
    assert len(set(keys)) == 1
    assert sorted(path.name for path in (home / "keys").iterdir()) == [
        "cookie.secret",
        "participant.key",
        "session.pem",
    ]


def test_a_key_that_cannot_be_read_is_named(home: Path) -> None:
    with Store.open(home) as store:
        (home / "keys").mkdir()
        (home / "keys" / "session.pem").mkdir()
        with pytest.raises(StoreError, match=r"session\.pem cannot be used"):
            _ = store.keys.session_key


@pytest.mark.parametrize("url", ["nonsense", "mysql://localhost/x", ""])
def test_a_database_url_that_cannot_be_used_is_said(home: Path, url: str) -> None:
    with pytest.raises(StoreError, match="postgresql://"):
        Store.open(home, url)


def test_a_database_server_that_does_not_answer_is_named_without_its_password(home: Path) -> None:
    with pytest.raises(StoreError, match="does not answer") as caught:
        Store.open(home, "postgresql://kari:hemmelig@127.0.0.1:1/x")
    assert "hemmelig" not in str(caught.value)


def test_answers_that_were_committed_survive_a_copy_of_the_home(filled: Path, tmp_path: Path) -> None:
    with Store.open(filled) as store:
        store.append(answers_of("after", 2))
        shutil.copytree(filled, tmp_path / "copy")
    with Store.open(tmp_path / "copy") as copy:
        assert len(copy.changed_since(0)) == 5
