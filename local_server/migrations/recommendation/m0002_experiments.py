"""Experiments, what was seen in them and every look at it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "recommendation_0002"
down_revision = "recommendation_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "experiments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("hypothesis", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("arms", sa.JSON(), nullable=False),
        sa.Column("row_id", sa.String(), nullable=False),
        sa.Column("alpha", sa.Double(), nullable=False),
        sa.Column("max_days", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("winner", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("experiments_by_state", "experiments", ["state", "row_id"], unique=False)
    op.create_table(
        "experiment_observations",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("experiment_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("title_id", sa.String(), nullable=True),
        sa.Column("arm", sa.String(), nullable=False),
        sa.Column("draw_id", sa.String(), nullable=True),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("before", sa.Double(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"]),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("experiment_id", "event_id"),
    )
    op.create_index(
        "experiment_observations_by_profile",
        "experiment_observations",
        ["profile_id", "title_id"],
        unique=False,
    )
    _create_derived()


def _create_derived() -> None:
    op.create_table(
        "experiment_looks",
        sa.Column("experiment_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("effect", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("p", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"]),
        sa.PrimaryKeyConstraint("experiment_id", "number"),
    )
    op.create_table(
        "experiment_forgotten_events",
        sa.Column("experiment_id", sa.String(), nullable=False),
        sa.Column("event_digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"]),
        sa.PrimaryKeyConstraint("experiment_id", "event_digest"),
    )
    op.create_table(
        "experiment_deals",
        sa.Column("experiment_id", sa.String(), nullable=False),
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("draw_id", sa.String(), nullable=False),
        sa.Column("cards", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"]),
        sa.PrimaryKeyConstraint("experiment_id", "profile_id"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("experiment_deals")
    op.drop_table("experiment_forgotten_events")
    op.drop_table("experiment_looks")
    op.drop_index("experiment_observations_by_profile", table_name="experiment_observations")
    op.drop_table("experiment_observations")
    op.drop_index("experiments_by_state", table_name="experiments")
    op.drop_table("experiments")
