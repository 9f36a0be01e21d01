"""Practice groups, deputies, dates that a facilitator has made, and members who attend another date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the columns and the tables."""
    op.add_column("leadership_group", sa.Column("practice", sa.Text))
    for table in ("participation", "access_code"):
        op.add_column(table, sa.Column("deputy", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "attendance",
        sa.Column("participant", sa.Text, primary_key=True),
        sa.Column("module", sa.Text, primary_key=True),
        sa.Column("group_id", sa.Text, sa.ForeignKey("leadership_group.id"), nullable=False),
        sa.Column("gathering_date", sa.Text, nullable=False),
    )
    op.create_table(
        "gathering",
        sa.Column("programme", sa.Text, primary_key=True),
        sa.Column("module", sa.Text, primary_key=True),
        sa.Column("gathering_date", sa.Text, primary_key=True),
    )
