"""The first schema of the recommendation database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "recommendation_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "viewings",
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("title_id", sa.String(), nullable=False),
        sa.Column("position_s", sa.Double(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.Column("watched_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("profile_id", "title_id"),
    )
    op.create_index("viewings_by_profile", "viewings", ["profile_id", "watched_at"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("viewings_by_profile", table_name="viewings")
    op.drop_table("viewings")
