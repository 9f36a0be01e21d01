"""The devices on which somebody is signed in, so that they can be signed out from the server."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "device",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("group_id", sa.Text),
        sa.Column("participant", sa.Text),
        sa.Column("code", sa.Text),
        sa.Column("expires", sa.Text, nullable=False),
        sa.Column("return_code", sa.Text),
    )
    op.create_index("device_participant", "device", ["participant"])
