"""Homes, groups and sessions to test with; on SQLite, and on a real PostgreSQL where one is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from kompetanse import sockets
from kompetanse.answers.log import AnswerLog, Draft
from kompetanse.answers.session import Role, Session
from kompetanse.answers.store import Store
from kompetanse.programme.content import load_programme
from kompetanse.programme.models import LeadershipGroup, Programme
from tests.answers.serving import Serving

MODULE = "modul-1"

_numbers = count(1)


def postgresql_programs() -> Path:
    """The folder with PostgreSQL's own programs."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert folders, "PostgreSQL is not installed; run deploy/test-machine.sh, as `make test` does."
    return folders[-1]


@pytest.fixture(scope="session")
def programme() -> Programme:
    return load_programme()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a database on a running PostgreSQL server."""
    programs = postgresql_programs()
    # Its server refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = tempfile.mkdtemp(prefix="kompetanse-pg-", dir="/tmp")
    shutil.chown(folder, user)

    def run(*command: str) -> None:
        subprocess.run(
            command, user=user, cwd=folder, check=True, capture_output=True, env={"PATH": os.environ["PATH"]}
        )

    run(str(programs / "initdb"), "-D", f"{folder}/data", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    run(str(programs / "pg_ctl"), "-D", f"{folder}/data", "-o", options, "-l", f"{folder}/log", "-w", "start")
    try:
        run(str(programs / "createdb"), "-h", folder, "kompetanse")
        yield f"postgresql://{user}@/kompetanse?host={folder}"
    finally:
        run(str(programs / "pg_ctl"), "-D", f"{folder}/data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for SQLite in the home, else the URL of an empty database."""
    if request.param == "sqlite":
        return None
    url: str = request.getfixturevalue("postgresql")
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return url


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def store(home: Path, database_url: str | None, fauske: LeadershipGroup, bodo: LeadershipGroup) -> Iterator[Store]:
    """An open store with two groups, on each database in turn."""
    with Store.open(home, database_url) as opened:
        opened.put_group(fauske)
        opened.put_group(bodo)
        yield opened


@pytest.fixture
def fauske() -> LeadershipGroup:
    return LeadershipGroup(id="fauske", name="Fauske", invited=8, municipalities=("1841",), made_up=True)


@pytest.fixture
def bodo() -> LeadershipGroup:
    return LeadershipGroup(id="bodo", name="Bodø", invited=12, municipalities=("1804",), made_up=True)


def participant(name: str) -> str:
    """A token that is easy to tell from others."""
    return "p-" + name.ljust(20, "a")


def session(role: Role = "leader", *, group: str | None = "fauske", name: str = "kari") -> Session:
    """A session of somebody; only leaders and contacts are participants."""
    token = participant(name) if role in {"leader", "contact"} else None
    return Session(
        role=role, programme="kompetanseloft-nordland", group=group, participant=token, language="nb", expires=None
    )


@dataclass(frozen=True)
class Logs:
    """The logs of the people of one store."""

    store: Store
    programme: Programme

    def of(self, role: Role = "leader", *, group: str | None = "fauske", name: str = "kari") -> AnswerLog:
        """The log as this person may use it."""
        return AnswerLog(session(role, group=group, name=name), self.store, self.programme)

    def operator(self) -> AnswerLog:
        """The log as the operator may use it."""
        return self.of("operator", group=None)


@pytest.fixture
def logs(store: Store, programme: Programme) -> Logs:
    return Logs(store, programme)


def make_draft(
    subject: str, value: object, *, aspect: str = "as-is", step: str = "evne", id: str = "", round: int = 1
) -> Draft:
    """A draft with an id of its own unless one is given."""
    return Draft(
        id=id or f"draft-{next(_numbers):08d}",
        module=MODULE,
        step=step,
        subject=subject,
        aspect=aspect,
        value=value,
        round=round,
    )


@pytest.fixture
def draft() -> Callable[..., Draft]:
    return make_draft


@pytest.fixture
def serving(store: Store, programme: Programme) -> Iterator[Serving]:
    """The store's answers as kernels ask for them."""
    folder = sockets.private_folder("kompetanse-test-")
    running = Serving(store, programme, folder / "answers")
    running.start()
    yield running
    for log in running.logs:
        log.close()
    running.stop()
    shutil.rmtree(folder)
