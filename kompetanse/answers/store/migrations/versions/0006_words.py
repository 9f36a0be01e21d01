"""The words of many groups that have been released: frozen, with the answer up to which they were counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "word_release",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("module", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("as_of", sa.Integer, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
