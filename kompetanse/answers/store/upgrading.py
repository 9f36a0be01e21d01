"""The migrations, run by Alembic on a schema that is not the newest, or made up to an older one for a backup."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from kompetanse.answers.store.database import Database
from kompetanse.answers.store.schema_version import NEWEST, schema_version
from kompetanse.errors import StoreError

SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection) -> None:
    """Runs the migrations that are missing."""
    command.upgrade(_config(connection), "head")


def make_schema(connection: Connection, database: Database, schema: str, *, tables: Iterable[str]) -> None:
    """Empty tables as they were at this schema, in place of `tables` and of all they hold."""
    check_known(schema, "the backup")
    if (version := schema_version(connection)) is not None:
        check_known(version, database.place)
        for table in (*tables, "operation", "alembic_version"):
            connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{table}"{"" if database.is_sqlite else " CASCADE"}')
    command.upgrade(_config(connection), schema)


def check_known(schema: str, place: str) -> None:
    """StoreError for a schema that only a newer Kompetanse knows."""
    config = Config()
    _name_scripts(config)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if schema not in known:
        place = place[0].upper() + place[1:]
        raise StoreError(
            f"{place} was written by a newer Kompetanse (schema {schema}, this one knows {NEWEST}); "
            "install the newer Kompetanse to open it."
        )


def _config(connection: Connection) -> Config:
    config = Config()
    _name_scripts(config)
    config.attributes["connection"] = connection
    return config


def _name_scripts(config: Config) -> None:
    # The option is a ConfigParser value, where a single % means something else.
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
