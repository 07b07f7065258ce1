"""What profiles said of titles, and the home screens they were shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "recommendation_0003"
down_revision = "recommendation_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "sayings",
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("title_id", sa.String(), nullable=False),
        sa.Column("aside", sa.Boolean(), nullable=False),
        sa.Column("thumb", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("profile_id", "title_id", "aside"),
    )
    op.create_table(
        "screens",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("order", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("played_row", sa.String(), nullable=True),
        sa.Column("played_title", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("screens_by_profile", "screens", ["profile_id", "at"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("screens_by_profile", table_name="screens")
    op.drop_table("screens")
    op.drop_table("sayings")
