"""Tables of the catalog."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from local_server.runtime.columns import Moment


class Base(DeclarativeBase):
    """All tables of this service."""


class TitleRow(Base):
    """A film, a series or an episode. A series has no media; its state is its episodes'."""

    __tablename__ = "titles"
    __table_args__ = (
        Index("titles_by_name", "folded", "id"),
        Index("titles_by_series", "series_id", "season", "episode"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    folded: Mapped[str]
    year: Mapped[int | None]
    series_id: Mapped[str | None] = mapped_column(ForeignKey("titles.id"))
    season: Mapped[int | None]
    episode: Mapped[int | None]
    synopsis: Mapped[str] = mapped_column(default="")
    attribution: Mapped[str] = mapped_column(default="")
    added_at: Mapped[datetime] = mapped_column(Moment)
    availability: Mapped[str]
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    presentation_id: Mapped[str | None]
    duration_s: Mapped[float] = mapped_column(default=0.0)
    max_height_px: Mapped[int] = mapped_column(default=0)
    size_bytes: Mapped[int] = mapped_column(default=0)
    audio_languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    subtitle_languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    poster_path: Mapped[str | None]
    still_path: Mapped[str | None]
    average_colour: Mapped[str] = mapped_column(default="#1C1C24")


class AssetRow(Base):
    """What a title is made from: a file, or a recipe of the studio.

    ``path`` is bytes: names need not be text.
    """

    __tablename__ = "assets"

    id: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str] = mapped_column(ForeignKey("titles.id"), index=True)
    path: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    recipe: Mapped[str | None]
    size_bytes: Mapped[int] = mapped_column(default=0)
    mtime_ns: Mapped[int] = mapped_column(default=0)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    requested_at: Mapped[datetime] = mapped_column(Moment)  # when its preparing was last asked for


class StarterRow(Base):
    """A starter title that was put into this library once; it is not put in again."""

    __tablename__ = "starter_titles"

    key: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str]
