"""From any earlier schema to this one, safely when many processes open a home at once."""

from __future__ import annotations

from importlib import import_module

from kompetanse.answers.store.database import Database
from kompetanse.answers.store.schema_version import NEWEST, schema_version


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
