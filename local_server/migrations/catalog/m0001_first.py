"""The first schema of the catalog database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "catalog_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "starter_titles",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "titles",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("series_id", sa.String(), nullable=True),
        sa.Column("season", sa.Integer(), nullable=True),
        sa.Column("episode", sa.Integer(), nullable=True),
        sa.Column("synopsis", sa.String(), nullable=False),
        sa.Column("attribution", sa.String(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("availability", sa.String(), nullable=False),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("presentation_id", sa.String(), nullable=True),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("max_height_px", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("audio_languages", sa.JSON(), nullable=False),
        sa.Column("subtitle_languages", sa.JSON(), nullable=False),
        sa.Column("poster_path", sa.String(), nullable=True),
        sa.Column("still_path", sa.String(), nullable=True),
        sa.Column("average_colour", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["titles.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("titles_by_name", "titles", ["folded", "id"], unique=False)
    op.create_index("titles_by_series", "titles", ["series_id", "season", "episode"], unique=False)
    op.create_table(
        "assets",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title_id", sa.String(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=True),
        sa.Column("recipe", sa.String(), nullable=True),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("mtime_ns", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["title_id"],
            ["titles.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("fingerprint"),
    )
    op.create_index(op.f("ix_assets_path"), "assets", ["path"], unique=False)
    op.create_index(op.f("ix_assets_title_id"), "assets", ["title_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index(op.f("ix_assets_title_id"), table_name="assets")
    op.drop_index(op.f("ix_assets_path"), table_name="assets")
    op.drop_table("assets")
    op.drop_index("titles_by_series", table_name="titles")
    op.drop_index("titles_by_name", table_name="titles")
    op.drop_table("titles")
    op.drop_table("starter_titles")
