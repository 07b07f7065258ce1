"""Tables of the recommendation service."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from local_server.runtime.columns import Moment


class Base(DeclarativeBase):
    """All tables of this service."""


class ViewingRow(Base):
    """What a profile has seen of a title: this service's own copy of what playback announced."""

    __tablename__ = "viewings"
    __table_args__ = (Index("viewings_by_profile", "profile_id", "watched_at"),)

    profile_id: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str] = mapped_column(primary_key=True)
    position_s: Mapped[float]
    duration_s: Mapped[float]
    finished: Mapped[bool]
    watched_at: Mapped[datetime] = mapped_column(Moment)
