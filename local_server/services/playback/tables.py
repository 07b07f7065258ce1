"""Tables of the playback service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from local_server.runtime.columns import Moment


class Base(DeclarativeBase):
    """All tables of this service."""


class SessionRow(Base):
    """A device plays a title; it holds one of the plan's streams until ``lease_until``.

    A ``private`` one is deleted when it ends.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        Index("sessions_by_lease", "ended_at", "lease_until"),
        Index("sessions_by_profile", "profile_id", "title_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str]
    profile_id: Mapped[str]
    device_id: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(Moment)
    lease_until: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    private: Mapped[bool] = mapped_column(default=False, server_default="0")


class WatchEventRow(Base):
    """A watch event as it came; its id makes a second delivery harmless."""

    __tablename__ = "watch_events"
    __table_args__ = (
        Index("watch_events_by_profile", "profile_id", "title_id", "at"),
        Index("watch_events_by_session", "profile_id", "session_id", "title_id"),
    )

    profile_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str]
    title_id: Mapped[str]
    kind: Mapped[str]
    position_s: Mapped[float]
    duration_s: Mapped[float]
    at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)


class MarkRow(Base):
    """A profile said itself that it watched a title, or not: the newest such word."""

    __tablename__ = "marks"

    profile_id: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str] = mapped_column(primary_key=True)
    watched: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Moment)
    id: Mapped[str]


class ResumePointRow(Base):
    """Where a profile stands in a title: the newest event or mark, ``event_id``."""

    __tablename__ = "resume_points"
    __table_args__ = (Index("resume_points_by_moment", "profile_id", "watched_at"),)

    profile_id: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str] = mapped_column(primary_key=True)
    position_s: Mapped[float]
    duration_s: Mapped[float]
    finished: Mapped[bool]
    watched_at: Mapped[datetime] = mapped_column(Moment)
    event_id: Mapped[str]


class SittingRow(Base):
    """A title played in one session, made of its watch events; a line of the history.

    ``entry_id`` is its name for clients. ``session_started_at`` is the server's clock.
    """

    __tablename__ = "sittings"
    __table_args__ = (
        Index("sittings_by_moment", "profile_id", "ended_at"),
        Index("sittings_by_title", "title_id", "profile_id"),
        Index("sittings_by_end", "ended_at"),
    )

    profile_id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str] = mapped_column(primary_key=True)
    entry_id: Mapped[str] = mapped_column(unique=True)
    device_id: Mapped[str]
    session_started_at: Mapped[datetime | None] = mapped_column(Moment)
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime] = mapped_column(Moment)
    played_s: Mapped[float]
    position_s: Mapped[float]
    duration_s: Mapped[float]
    finished: Mapped[bool]


class SpanRow(Base):
    """A stretch of wall time in which a sitting's picture moved."""

    __tablename__ = "spans"
    __table_args__ = (
        Index("spans_by_moment", "profile_id", "started_at"),
        Index("spans_by_start", "started_at"),
    )

    profile_id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    ended_at: Mapped[datetime] = mapped_column(Moment)


class ForgottenRow(Base):
    """Events of before ``before`` are not taken any more: their history was deleted.

    ``key`` is a digest, so that what was forgotten cannot be read from here.
    """

    __tablename__ = "forgotten"

    key: Mapped[str] = mapped_column(primary_key=True)
    before: Mapped[datetime] = mapped_column(Moment)


class HiddenRow(Base):
    """A film or series kept out of what a profile goes on with; ``active`` until restored."""

    __tablename__ = "hidden"

    profile_id: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str] = mapped_column(primary_key=True)
    active: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime | None] = mapped_column(Moment)


class WatchlistRow(Base):
    """A title a profile wants to watch; ``active`` until taken off. The lowest ``rank`` is first.

    A row stays when the title is taken off, so that an older copy does not bring it back.
    """

    __tablename__ = "watchlist"

    profile_id: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str] = mapped_column(primary_key=True)
    active: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(Moment)
    rank: Mapped[int]


class RatingRow(Base):
    """What a profile thinks of a title; no ``thumb`` when it took its rating back."""

    __tablename__ = "ratings"

    profile_id: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str] = mapped_column(primary_key=True)
    thumb: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(Moment)


class LanguagesRow(Base):
    """Preferred languages of a profile, for one film or series or (empty ``title_id``) for all."""

    __tablename__ = "languages"

    profile_id: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str] = mapped_column(primary_key=True)
    audio_language: Mapped[str | None]
    subtitle_language: Mapped[str | None]
    subtitles_mode: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(Moment)


class UnmatchedRow(Base):
    """What was imported for a title that is not in the library; applied when it comes.

    ``title`` and ``parts`` are as in a profile document.
    """

    __tablename__ = "unmatched"

    profile_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[dict[str, Any]] = mapped_column(JSON)
    parts: Mapped[dict[str, Any]] = mapped_column(JSON)
