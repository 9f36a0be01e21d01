"""From any earlier schema to this one, safely when many processes open a home at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from kompetanse.answers.store.database import Database
from kompetanse.errors import StoreError

#: The newest migration; a test holds it against the scripts.
NEWEST = "0004"
SCRIPTS = Path(__file__).parent / "migrations"


def migrate(database: Database) -> None:
    """Brings the schema up to date; StoreError if it was written by a newer Kompetanse."""
    with database.reading() as connection:
        if _version(connection) == NEWEST:
            return
    # The write transaction is the lock: who comes second finds the work done.
    with database.writing() as connection:
        version = _version(connection)
        if version == NEWEST:
            return
        config = _config(connection)
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if version is not None and version not in known:
            place = database.place[0].upper() + database.place[1:]
            raise StoreError(
                f"{place} was written by a newer Kompetanse (schema {version}, this one knows {NEWEST}); "
                "install the newer Kompetanse to open it."
            )
        command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _config(connection: Connection) -> Config:
    config = Config()
    # The option is a ConfigParser value, where a single % means something else.
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
