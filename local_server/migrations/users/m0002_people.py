"""Profiles with settings, PINs, devices, codes and requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "users_0002"
down_revision = "users_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and tables; profiles keep the order they were made in."""
    op.add_column("households", sa.Column("region", sa.String(), nullable=True))
    op.add_column("households", sa.Column("time_zone", sa.String(), nullable=True))
    for name, kind, default in (
        ("position", sa.Integer(), "0"),
        ("style", sa.String(), "{}"),
        ("restrictions", sa.String(), "{}"),
    ):
        op.add_column("profiles", sa.Column(name, kind, nullable=False, server_default=default))
    op.execute(
        "UPDATE profiles SET position = (SELECT count(*) FROM profiles AS earlier WHERE "
        "(earlier.created_at, earlier.id) < (profiles.created_at, profiles.id))"
    )
    _secrets()
    _devices()
    _requests()


def _secrets() -> None:
    op.create_table(
        "pins",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
    op.create_table(
        "tries",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )


def _devices() -> None:
    op.create_table(
        "devices",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("profile_id", sa.String(), nullable=True),
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_digest"),
    )
    op.create_index(op.f("ix_devices_profile_id"), "devices", ["profile_id"], unique=False)
    op.create_table(
        "setup_codes",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("profile_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"]),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index(op.f("ix_setup_codes_profile_id"), "setup_codes", ["profile_id"])


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("title_id", sa.String(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("day", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_requests_profile_id"), "requests", ["profile_id"], unique=False)
    op.create_table(
        "used_minutes",
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("stretch", sa.String(), nullable=False),
        sa.Column("counted_min", sa.Float(), nullable=False),
        sa.Column("forgotten_min", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"]),
        sa.PrimaryKeyConstraint("profile_id", "stretch"),
    )
    op.create_table(
        "clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("clock", "used_minutes", "requests", "setup_codes", "devices", "tries", "pins"):
        op.drop_table(table)
    for column in ("restrictions", "style", "position"):
        op.drop_column("profiles", column)
    for column in ("time_zone", "region"):
        op.drop_column("households", column)
