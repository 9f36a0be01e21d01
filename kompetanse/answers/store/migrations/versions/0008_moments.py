"""Where the rooms are: the moments that contacts and facilitators have led them to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "moment",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("module", sa.Text, nullable=False),
        sa.Column("group_id", sa.Text, sa.ForeignKey("leadership_group.id")),
        sa.Column("gathering_date", sa.Text),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("theme", sa.Text, nullable=False),
        sa.Column("box", sa.Text, nullable=False),
        sa.Column("begun", sa.Text),
        sa.Column("locked", sa.Boolean, nullable=False),
        sa.Column("follows", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("moment_group", "moment", ["group_id", "module"])
