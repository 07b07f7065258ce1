"""Sittings, marks, lists, ratings, languages; events belong to their profile."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "playback_0002"
down_revision = "playback_0001"
branch_labels = None
depends_on = None

EVENT_COLUMNS = (
    "profile_id, id, session_id, title_id, kind, position_s, duration_s, at, received_at"
)


def upgrade() -> None:
    """Create the new tables; nothing that was watched is lost."""
    with op.batch_alter_table("sessions") as sessions:
        sessions.add_column(sa.Column("private", sa.Boolean(), nullable=False, server_default="0"))
    op.create_index("sessions_by_profile", "sessions", ["profile_id", "title_id"])
    op.create_index("resume_points_by_moment", "resume_points", ["profile_id", "watched_at"])
    # What counts as watched begins earlier than it did.
    op.execute(
        "UPDATE resume_points SET finished = 1 "
        "WHERE duration_s > 0 AND position_s > 0.9 * duration_s"
    )
    _events_with_key("profile_id", "id")
    op.create_index(
        "watch_events_by_session", "watch_events", ["profile_id", "session_id", "title_id"]
    )
    _create_sittings()
    _create_choices()


def downgrade() -> None:
    """Drop the new tables."""
    for table in (
        "unmatched",
        "languages",
        "ratings",
        "watchlist",
        "hidden",
        "forgotten",
        "spans",
        "sittings",
        "marks",
    ):
        op.drop_table(table)
    op.drop_index("watch_events_by_session", table_name="watch_events")
    _events_with_key("id")
    op.drop_index("resume_points_by_moment", table_name="resume_points")
    op.drop_index("sessions_by_profile", table_name="sessions")
    with op.batch_alter_table("sessions") as sessions:
        sessions.drop_column("private")


def _events_with_key(*key: str) -> None:
    """Copy the events to a table with another primary key; of equal ones the first is kept."""
    op.drop_index("watch_events_by_profile", table_name="watch_events")
    op.rename_table("watch_events", "watch_events_before")
    op.create_table(
        "watch_events",
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("title_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("position_s", sa.Double(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(*key),
    )
    op.execute(
        f"INSERT OR IGNORE INTO watch_events ({EVENT_COLUMNS}) "  # noqa: S608 - a constant
        f"SELECT {EVENT_COLUMNS} FROM watch_events_before ORDER BY rowid"
    )
    op.drop_table("watch_events_before")
    op.create_index("watch_events_by_profile", "watch_events", ["profile_id", "title_id", "at"])


def _create_sittings() -> None:
    op.create_table(
        "sittings",
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("title_id", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("session_started_at", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("played_s", sa.Double(), nullable=False),
        sa.Column("position_s", sa.Double(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("profile_id", "session_id", "title_id"),
        sa.UniqueConstraint("entry_id"),
    )
    op.create_index("sittings_by_moment", "sittings", ["profile_id", "ended_at"])
    op.create_index("sittings_by_title", "sittings", ["title_id", "profile_id"])
    op.create_index("sittings_by_end", "sittings", ["ended_at"])
    op.create_table(
        "spans",
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("title_id", sa.String(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("profile_id", "session_id", "title_id", "started_at"),
    )
    op.create_index("spans_by_moment", "spans", ["profile_id", "started_at"])
    op.create_index("spans_by_start", "spans", ["started_at"])
    op.create_table(
        "forgotten",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )


def _create_choices() -> None:
    _create_of_title(
        "marks",
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
    )
    changed_at = ("changed_at", sa.BigInteger())
    _create_of_title(
        "hidden",
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column(*changed_at, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
    )
    _create_of_title(
        "watchlist",
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column(*changed_at, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
    )
    _create_of_title(
        "ratings",
        sa.Column("thumb", sa.String(), nullable=True),
        sa.Column(*changed_at, nullable=False),
    )
    _create_of_title(
        "languages",
        sa.Column("audio_language", sa.String(), nullable=True),
        sa.Column("subtitle_language", sa.String(), nullable=True),
        sa.Column("subtitles_mode", sa.String(), nullable=True),
        sa.Column(*changed_at, nullable=False),
    )
    op.create_table(
        "unmatched",
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("profile_id", "key"),
    )


def _create_of_title(name: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("profile_id", sa.String(), nullable=False),
        sa.Column("title_id", sa.String(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("profile_id", "title_id"),
    )
