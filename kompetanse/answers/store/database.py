"""One database: its connections, its transactions, and its errors as sentences."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from kompetanse.errors import StoreError

FILE = "kompetanse.sqlite"

#: How long one writer waits for another.
PATIENCE_SECONDS = 10

#: How long the rewriting of a table waits for those who use it.
BRIEFLY_SECONDS = 3

#: Any number will do, as long as all processes agree: PostgreSQL's writers take turns on it.
_POSTGRESQL_TURN = 1841_2026


class Database:
    """SQLite in the home folder, or PostgreSQL by its URL; one writer at a time in both."""

    def __init__(self, home: Path, url: str | None = None):
        self.url = _url(home, url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.place = f"the database {self.url.database}" if self.is_sqlite else f"the database {self.url!r}"
        self._engine = self._make_engine()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database, whatever others write meanwhile."""
        with self._sentences(), self._engine.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection that nobody else writes beside; commits at the end, or nothing at all."""
        with self._sentences(), self._writer() as connection, connection.begin():
            if not self.is_sqlite:
                # Without this a higher seq could be committed, and seen, before a lower one.
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE_SECONDS}s'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_POSTGRESQL_TURN})")
            yield connection

    @contextmanager
    def part(self, connection: Connection) -> Iterator[None]:
        """A part of a transaction that is undone alone if it raises."""
        with self._sentences(), connection.begin_nested():
            yield

    def touch(self, connection: Connection) -> None:
        """Writes something that changes nothing, so that the commit has to reach the disk."""
        if self.is_sqlite:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            connection.exec_driver_sql(f"PRAGMA user_version = {int(version)}")
        else:
            # A standby, or a database that is set to be read only, has no number to give.
            connection.exec_driver_sql("SELECT txid_current()")

    def close(self) -> None:
        """Closes all connections."""
        self._engine.dispose()

    def forget_erased(self, tables: Iterable[str], *, thoroughly: bool = False) -> bool:
        """Rewrites what could still hold erased rows; false where others were in the way, and some may linger.

        SQLite overwrites the pages itself, and its write-ahead log is emptied here; thoroughly: the whole file is made
        anew. PostgreSQL leaves erased rows in its files, so these tables are. (Its own write-ahead log, and the copies
        that it is archived in, are its operator's.)
        """
        engine = self._engine.execution_options(isolation_level="AUTOCOMMIT") if not self.is_sqlite else self._engine
        try:
            with engine.connect() as connection:
                if self.is_sqlite:
                    return _forget_in_sqlite(connection, thoroughly=thoroughly)
                _forget_in_postgresql(connection, tables)
        except (DBAPIError, sqlite3.Error) as error:
            if any(sign in str(error).lower() for sign in _BUSY):
                return False
            raise StoreError(self._sentence(getattr(error, "orig", None) or error)) from error
        return True

    def _writer(self) -> Connection:
        return self._engine.connect().execution_options(writing=True)

    def _make_engine(self) -> Engine:
        try:
            engine = create_engine(
                self.url, hide_parameters=True, **({} if self.is_sqlite else {"pool_pre_ping": True})
            )
        except (ModuleNotFoundError, NoSuchModuleError) as error:
            raise StoreError(
                f"The driver for {self.place} is not installed ({error}); install psycopg, or leave out the URL."
            ) from None
        if self.is_sqlite:
            event.listen(engine, "connect", _set_up_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        return engine

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise StoreError(self._sentence(error.orig or error)) from error
        except SQLAlchemyError as error:
            raise StoreError(f"{self.place.capitalize()} could not be used: {error}") from error
        except sqlite3.Error as error:
            raise StoreError(self._sentence(error)) from error

    def _sentence(self, error: BaseException) -> str:
        said = " ".join(str(error).split())
        place = self.place[0].upper() + self.place[1:]
        for signs, sentence in _SENTENCES:
            if any(sign in said.lower() for sign in signs):
                return sentence.format(place=place, said=said, seconds=PATIENCE_SECONDS)
        return f"{place} could not be used: {said}."


#: How the drivers say that somebody else is in the way.
_BUSY = ("locked", "busy", "lock timeout")

#: What the drivers say, and what we say instead.
_SENTENCES = (
    (
        _BUSY,
        "{place} has been busy for {seconds} seconds because another command writes to it; nothing was saved here, "
        "try again when that command has ended.",
    ),
    (
        ("disk is full", "no space left", "disk full", "file too large"),
        "{place} has no more room on its disk; nothing was saved, free some space and try again.",
    ),
    (
        ("disk i/o error",),
        "{place} could not be written ({said}); its disk may be full or failing. Nothing was saved: look at the disk, "
        "and try again.",
    ),
    (
        ("readonly", "read-only", "permission denied"),
        "{place} may not be written to; check who owns the home folder and that its disk is not read-only.",
    ),
    (
        ("unable to open",),
        "{place} cannot be opened; check that it is a file and that you may write to it and to its folder.",
    ),
    (
        ("not a database", "malformed", "corrupt"),
        "{place} is damaged ({said}); put back the newest copy, or move it away and import the newest export.",
    ),
    (
        ("connection", "could not translate host"),
        "{place} does not answer ({said}); check that it runs and that the URL is right.",
    ),
)


def _url(home: Path, url: str | None) -> URL:
    if url is None:
        return URL.create("sqlite", database=str(home / FILE))
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError("The database URL cannot be read; write it as postgresql://user@host/name.") from None
    if parsed.drivername in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in {"postgresql", "sqlite"} or not parsed.database:
        raise StoreError(f"The database {parsed!r} cannot be used; write its URL as postgresql://user@host/name.")
    return parsed


def _set_up_sqlite(connection: Any, _: object) -> None:
    # Python's own transaction handling would begin too late and commit before DDL: we say BEGIN ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_SECONDS * 1000}")
    if cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _forget_in_sqlite(connection: Connection, *, thoroughly: bool) -> bool:
    # Past SQLAlchemy, which would begin a transaction.
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BRIEFLY_SECONDS * 1000}")
    try:
        if thoroughly:
            # In memory, so that no other disk gets to hold the answers.
            cursor.execute("PRAGMA temp_store = MEMORY")
            cursor.execute("VACUUM")
        # A reader that is still at it holds the log open; then the next look empties it.
        busy: int = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_SECONDS * 1000}")
        cursor.execute("PRAGMA temp_store = DEFAULT")
        cursor.close()


def _forget_in_postgresql(connection: Connection, tables: Iterable[str]) -> None:
    # Nobody may wait long for this: who reads a table holds it, and everybody else would wait behind it.
    connection.exec_driver_sql(f"SET lock_timeout = '{BRIEFLY_SECONDS}s'")
    try:
        for table in tables:
            connection.exec_driver_sql(f'VACUUM (FULL) "{table}"')
    finally:
        connection.exec_driver_sql("RESET lock_timeout")


def make_private(path: Path) -> None:
    """Makes an empty file that only its owner may read; SQLite's other files take its mode."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
