"""From any earlier schema to this one, safely when many processes open a home at once."""

from __future__ import annotations

from importlib import import_module

from sqlalchemy import Connection, inspect, text

from kompetanse.answers.store.database import Database

#: The newest migration; a test holds it against the scripts.
NEWEST = "0011"


def migrate(database: Database) -> None:
    """Brings the schema up to date; StoreError if it was written by a newer Kompetanse."""
    with database.reading() as connection:
        if schema_version(connection) == NEWEST:
            return
    # The write transaction is the lock: who comes second finds the work done.
    with database.writing() as connection:
        version = schema_version(connection)
        if version == NEWEST:
            return
        # Only here: a quarter of a second, and nearly every home is up to date.
        upgrading = import_module("kompetanse.answers.store.upgrading")
        if version is not None:
            upgrading.check_known(version, database.place)
        upgrading.upgrade(connection)


def schema_version(connection: Connection) -> str | None:
    """The migration that the database has come to; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version
