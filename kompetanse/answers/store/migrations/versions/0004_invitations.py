"""Codes that let one person in once; how many wrong codes were tried is told by the audit log from now on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Say of each code whether it may be used again, and when one that may not was; move the counts."""
    op.add_column("access_code", sa.Column("once", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("access_code", sa.Column("used", sa.Text))
    audit = sa.table("audit", *map(sa.column, ("time", "kind", "role", "programme", "detail")))
    connection = op.get_bind()
    for hour, attempts in connection.execute(sa.text("SELECT hour, attempts FROM wrong_code ORDER BY hour")).all():
        entry = {
            "time": f"{hour}:00:00.000000+00:00",
            "kind": "wrong_codes",
            "role": "nobody",
            "programme": "",
            "detail": f"{attempts} in an hour",
        }
        connection.execute(sa.insert(audit).values(entry))
    op.drop_table("wrong_code")
