"""Polls that are put to a room: their runs, what was done with them, and what devices have answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "poll_run",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False, unique=True),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("module", sa.Text, nullable=False),
        sa.Column("step", sa.Text),
        sa.Column("group_id", sa.Text, sa.ForeignKey("leadership_group.id")),
        sa.Column("gathering_date", sa.Text),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("moderated", sa.Boolean, nullable=False),
    )
    op.create_index("poll_run_group", "poll_run", ["group_id"])
    op.create_table(
        "poll_event",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("run", sa.Text, sa.ForeignKey("poll_run.id"), nullable=False),
        sa.Column("group_id", sa.Text),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("texts", sa.Text, nullable=False),
        sa.Column("as_of", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("poll_event_run", "poll_event", ["run", "seq"])
    op.create_table(
        "poll_answer",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("run", sa.Text, sa.ForeignKey("poll_run.id"), nullable=False),
        sa.Column("group_id", sa.Text),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("poll_answer_run", "poll_answer", ["run", "round", "seq"])
    op.create_index("poll_answer_device", "poll_answer", ["run", "round", "device", "seq"])
