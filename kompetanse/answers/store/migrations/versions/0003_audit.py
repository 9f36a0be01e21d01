"""The audit log, which takes the place of the operations: what was done by role, only ever added to."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

#: What the operations were called.
KINDS = {
    "export": "export",
    "import": "import",
    "erase": "erasure",
    "reveal": "reveal",
    "approve": "approval",
    "release": "release",
}

#: The database itself refuses what would change the past.
SQLITE_REFUSES = """
CREATE TRIGGER audit_is_append_only_{what} BEFORE {what} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END
"""
POSTGRESQL_REFUSES = (
    """
CREATE OR REPLACE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'the audit log is only ever added to'; END $$
""",
    """
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()
""",
)


def upgrade() -> None:
    """Make the table, fill it with what was done before, and close it to changes."""
    audit = op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("group_id", sa.Text),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("participant", sa.Text),
        sa.Column("detail", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    connection = op.get_bind()
    for row in connection.execute(sa.text("SELECT * FROM operation ORDER BY id")).all():
        said = [f"module {row.module}"] if row.module else []
        said += [f"{what}: {count}" for what, count in json.loads(row.counts).items()]
        entry = {
            "time": row.time,
            "kind": KINDS[row.what],
            "role": row.role,
            "group_id": row.group_id,
            "programme": "",
            "detail": ", ".join(said),
        }
        connection.execute(sa.insert(audit).values(entry))
    op.drop_table("operation")
    if connection.dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(SQLITE_REFUSES.format(what=what))
    else:
        for statement in POSTGRESQL_REFUSES:
            op.execute(statement)
