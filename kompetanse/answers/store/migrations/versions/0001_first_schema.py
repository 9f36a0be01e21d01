"""The first schema: answers, groups, participants, codes, releases, erasures, operations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    _groups()
    _answers()
    _codes()
    _ledger()


def _answers() -> None:
    op.create_table(
        "answer",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("module", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("aspect", sa.Text, nullable=False),
        sa.Column("group_id", sa.Text, sa.ForeignKey("leadership_group.id"), nullable=False),
        sa.Column("municipality", sa.Text),
        sa.Column("participant", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("made_up", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "answer_current",
        "answer",
        ["group_id", "module", "participant", "step", "round", "subject", "aspect", "seq"],
    )
    op.create_index("answer_participant", "answer", ["participant"])


def _groups() -> None:
    op.create_table(
        "leadership_group",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("invited", sa.Integer),
        sa.Column("contact", sa.Text),
        sa.Column("gathering_date", sa.Text),
        sa.Column("made_up", sa.Boolean, nullable=False),
    )
    op.create_table(
        "group_municipality",
        sa.Column("group_id", sa.Text, sa.ForeignKey("leadership_group.id"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("municipality", sa.Text, nullable=False),
    )
    op.create_table(
        "participation",
        sa.Column("participant", sa.Text, primary_key=True),
        sa.Column("group_id", sa.Text, sa.ForeignKey("leadership_group.id"), nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("joined", sa.Text, nullable=False),
    )
    op.create_index("participation_group", "participation", ["group_id"])


def _codes() -> None:
    op.create_table(
        "access_code",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("group_id", sa.Text, sa.ForeignKey("leadership_group.id")),
        sa.Column("participant", sa.Text),
        sa.Column("created", sa.Text, nullable=False),
        sa.Column("expires", sa.Text),
        sa.Column("revoked", sa.Text),
    )
    op.create_table(
        "wrong_code",
        sa.Column("hour", sa.Text, primary_key=True),
        sa.Column("attempts", sa.Integer, nullable=False),
    )


def _ledger() -> None:
    op.create_table(
        "release",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("group_id", sa.Text, sa.ForeignKey("leadership_group.id"), nullable=False),
        sa.Column("module", sa.Text, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("as_of", sa.Integer, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("frozen", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("release_group", "release", ["group_id", "module"])
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("as_of", sa.Integer, nullable=False),
        sa.Column("participants", sa.Integer, nullable=False),
        sa.Column("answers", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "operation",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("group_id", sa.Text),
        sa.Column("module", sa.Text),
        sa.Column("counts", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
