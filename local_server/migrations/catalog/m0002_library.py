"""Libraries, what is known of titles beyond their names, and what stands under a title."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "catalog_0002"
down_revision = "catalog_0001"
branch_labels = None
depends_on = None


def _title_columns() -> tuple[sa.Column[Any], ...]:
    """Made anew each time: a column belongs to one table."""
    return (
        sa.Column("library_id", sa.String(), nullable=False, server_default="built-in"),
        sa.Column("claim", sa.String(), nullable=False, server_default=""),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("label", sa.String(), nullable=False, server_default=""),
        sa.Column("position", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("episode_end", sa.Integer(), nullable=True),
        sa.Column("sort_name", sa.String(), nullable=False, server_default=""),
        sa.Column("sort_key", sa.String(), nullable=False, server_default=""),
        sa.Column("original_name", sa.String(), nullable=False, server_default=""),
        sa.Column("other_names", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("tagline", sa.String(), nullable=False, server_default=""),
        sa.Column("premiered", sa.String(), nullable=True),
        sa.Column("certificate", sa.String(), nullable=False, server_default=""),
        sa.Column("min_age", sa.Integer(), nullable=True),
        sa.Column("rating", sa.Double(), nullable=True),
        sa.Column("genres", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("studios", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("tags", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("collections", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("people", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("locked", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("allowed_regions", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("blocked_regions", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("artwork", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("shown_age", sa.Integer(), nullable=True),
        sa.Column("shown_tags", sa.String(), nullable=False, server_default=""),
        sa.Column("shown_allowed", sa.String(), nullable=False, server_default=""),
        sa.Column("shown_blocked", sa.String(), nullable=False, server_default=""),
    )


def _asset_columns() -> tuple[sa.Column[Any], ...]:
    """As above."""
    return (
        sa.Column("asked", sa.Boolean(), nullable=False, server_default="1"),
        sa.Column("missing", sa.Boolean(), nullable=False, server_default="0"),
    )


_INDEXES = (
    ("titles_by_sort_key", ["sort_key", "id"]),
    ("titles_by_parent", ["parent_id"]),
    ("titles_by_claim", ["library_id", "claim"]),
    ("titles_by_state", ["availability", "kind"]),
    ("titles_by_age", ["kind", "added_at"]),
)


def upgrade() -> None:
    """Add columns and tables; what is there already belongs to the built-in library."""
    for column in _title_columns():
        op.add_column("titles", column)
    for column in _asset_columns():
        op.add_column("assets", column)
    op.execute("UPDATE titles SET sort_key = folded")
    for name, columns in _INDEXES:
        op.create_index(name, "titles", columns, unique=False)
    _create_libraries()
    op.execute(
        "INSERT INTO libraries (id, name, kind, folders, language, watch, allowed_regions,"
        " blocked_regions, made_at, scan_wanted)"
        " VALUES ('built-in', 'Added by hand', 'mixed', '[]', 'en', 0, '[]', '[]', 0, 0)"
    )
    op.execute("INSERT INTO revision (id, number) VALUES (1, 1)")


def _create_libraries() -> None:
    op.create_table(
        "libraries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("folders", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("watch", sa.Boolean(), nullable=False),
        sa.Column("allowed_regions", sa.JSON(), nullable=False),
        sa.Column("blocked_regions", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("scanned_at", sa.BigInteger(), nullable=True),
        sa.Column("scan_wanted", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "files",
        sa.Column("library_id", sa.String(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("mtime_ns", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.String(), nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["library_id"], ["libraries.id"]),
        sa.PrimaryKeyConstraint("library_id", "path"),
    )
    op.create_index(op.f("ix_files_title_id"), "files", ["title_id"], unique=False)
    op.create_table(
        "title_ids",
        sa.Column("title_id", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["title_id"], ["titles.id"]),
        sa.PrimaryKeyConstraint("title_id", "provider"),
    )
    op.create_index("title_ids_by_value", "title_ids", ["provider", "value"], unique=False)
    op.create_table(
        "sidecars",
        sa.Column("title_id", sa.String(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.Column("default", sa.Boolean(), nullable=False),
        sa.Column("hearing_impaired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["title_id"], ["titles.id"]),
        sa.PrimaryKeyConstraint("title_id", "path"),
    )
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Drop the columns and tables."""
    for table in ("revision", "sidecars", "title_ids", "files", "libraries"):
        op.drop_table(table)
    for name, _columns in _INDEXES:
        op.drop_index(name, table_name="titles")
    for column in _asset_columns():
        op.drop_column("assets", column.name)
    for column in _title_columns():
        op.drop_column("titles", column.name)
