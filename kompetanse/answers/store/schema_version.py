"""Which schema a database has, and which is the newest."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

#: The newest migration; a test holds it against the scripts.
NEWEST = "0011"


def schema_version(connection: Connection) -> str | None:
    """The migration that the database has come to; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version
