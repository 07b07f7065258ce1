"""Tables of the playback service."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from local_server.runtime.columns import Moment


class Base(DeclarativeBase):
    """All tables of this service."""


class SessionRow(Base):
    """A device plays a title; it holds one of the plan's streams until ``lease_until``."""

    __tablename__ = "sessions"
    __table_args__ = (Index("sessions_by_lease", "ended_at", "lease_until"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str]
    profile_id: Mapped[str]
    device_id: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(Moment)
    lease_until: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class WatchEventRow(Base):
    """A watch event as it came; its id makes a second delivery harmless."""

    __tablename__ = "watch_events"
    __table_args__ = (Index("watch_events_by_profile", "profile_id", "title_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str]
    profile_id: Mapped[str]
    title_id: Mapped[str]
    kind: Mapped[str]
    position_s: Mapped[float]
    duration_s: Mapped[float]
    at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)


class ResumePointRow(Base):
    """Where a profile stands in a title, taken from the newest event, ``event_id``."""

    __tablename__ = "resume_points"

    profile_id: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str] = mapped_column(primary_key=True)
    position_s: Mapped[float]
    duration_s: Mapped[float]
    finished: Mapped[bool]
    watched_at: Mapped[datetime] = mapped_column(Moment)
    event_id: Mapped[str]
