"""Codes that let one person in once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Say of each code whether it may be used again, and when one that may not was."""
    op.add_column("access_code", sa.Column("once", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("access_code", sa.Column("used", sa.Text))
