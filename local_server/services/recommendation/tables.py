"""Tables of the recommendation service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
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


class SayingRow(Base):
    """What a profile said of a title: a thumb, or with ``thumb`` empty "not interested"."""

    __tablename__ = "sayings"

    profile_id: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str] = mapped_column(primary_key=True)
    aside: Mapped[bool] = mapped_column(primary_key=True)
    thumb: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)


class ScreenRow(Base):
    """A home screen as it was shown, each place with how likely that was; and what was played.

    ``order``: the ids of its rows. ``rows``: for each row its id, its own chance, and the title ids
    with theirs.
    """

    __tablename__ = "screens"
    __table_args__ = (Index("screens_by_profile", "profile_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    profile_id: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
    device: Mapped[str]
    hour: Mapped[int]
    weekday: Mapped[int]
    order: Mapped[list[str]] = mapped_column(JSON)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    played_row: Mapped[str | None]
    played_title: Mapped[str | None]
