"""What groups have with each other: cross groups with their notes, and what one shows another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "cross_group",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("module", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "cross_member",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("cross_group", sa.Text, sa.ForeignKey("cross_group.id"), nullable=False),
        sa.Column("group_id", sa.Text, sa.ForeignKey("leadership_group.id"), nullable=False),
        sa.Column("until", sa.Integer),
        sqlite_autoincrement=True,
    )
    op.create_index("cross_member_group", "cross_member", ["group_id"])
    op.create_index("cross_member_cross", "cross_member", ["cross_group", "seq"])
    op.create_table(
        "cross_note",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("cross_group", sa.Text, sa.ForeignKey("cross_group.id"), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("group_id", sa.Text, sa.ForeignKey("leadership_group.id"), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("cross_note_subject", "cross_note", ["cross_group", "subject", "seq"])
    op.create_table(
        "share",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("module", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("group_id", sa.Text, sa.ForeignKey("leadership_group.id"), nullable=False),
        sa.Column("to_group", sa.Text, sa.ForeignKey("leadership_group.id")),
        sa.Column("cross_group", sa.Text, sa.ForeignKey("cross_group.id")),
        sa.Column("as_of", sa.Integer),
        sqlite_autoincrement=True,
    )
    op.create_index("share_group", "share", ["group_id", "module"])
    op.create_index("share_to", "share", ["to_group", "module"])
