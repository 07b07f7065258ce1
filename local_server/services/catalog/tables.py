"""Tables of the catalog."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from local_server.runtime.columns import Moment

BUILT_IN = "built-in"
"""Id of the library that holds what was added file by file."""


class Base(DeclarativeBase):
    """All tables of this service."""


class TitleRow(Base):
    """A film, a series, an episode, or what stands under one of them (``parent_id``).

    A series has no media; its state is its episodes'. What stands under an episode carries the
    episode's ``series_id``. The ``shown_`` columns are what decides who may see the title, with
    what it inherits worked in (:mod:`~local_server.services.catalog.inherit`); lists in them are
    ``|a|b|``, so that one LIKE finds a member.
    """

    __tablename__ = "titles"
    __table_args__ = (
        Index("titles_by_name", "folded", "id"),
        Index("titles_by_sort_key", "sort_key", "id"),
        Index("titles_by_series", "series_id", "season", "episode"),
        Index("titles_by_parent", "parent_id"),
        Index("titles_by_claim", "library_id", "claim"),
        Index("titles_by_state", "availability", "kind"),
        Index("titles_by_age", "kind", "added_at"),
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

    library_id: Mapped[str] = mapped_column(default=BUILT_IN)
    claim: Mapped[str] = mapped_column(default="")  # what files of the same work agree on
    parent_id: Mapped[str | None]
    label: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)  # among those under one parent
    episode_end: Mapped[int | None]
    sort_name: Mapped[str] = mapped_column(default="")
    sort_key: Mapped[str] = mapped_column(default="")  # folded sort name, or folded name
    original_name: Mapped[str] = mapped_column(default="")
    other_names: Mapped[list[str]] = mapped_column(JSON, default=list)
    tagline: Mapped[str] = mapped_column(default="")
    premiered: Mapped[str | None]  # ISO date
    certificate: Mapped[str] = mapped_column(default="")
    min_age: Mapped[int | None]
    rating: Mapped[float | None]
    genres: Mapped[list[str]] = mapped_column(JSON, default=list)
    studios: Mapped[list[str]] = mapped_column(JSON, default=list)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    collections: Mapped[list[str]] = mapped_column(JSON, default=list)
    people: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    locked: Mapped[list[str]] = mapped_column(JSON, default=list)
    allowed_regions: Mapped[list[str]] = mapped_column(JSON, default=list)
    blocked_regions: Mapped[list[str]] = mapped_column(JSON, default=list)
    artwork: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # role to folder/file

    shown_age: Mapped[int | None]
    shown_tags: Mapped[str] = mapped_column(default="")
    shown_allowed: Mapped[str] = mapped_column(default="")
    shown_blocked: Mapped[str] = mapped_column(default="")


class AssetRow(Base):
    """What a title is made from: a file, or a recipe of the studio.

    ``path`` is bytes: names need not be text. ``missing`` when a scan did not find the file.
    ``asked`` when a person wants the title prepared, not only a scan.
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
    asked: Mapped[bool] = mapped_column(default=True)
    missing: Mapped[bool] = mapped_column(default=False)


class StarterRow(Base):
    """A starter title that was put into this library once; it is not put in again."""

    __tablename__ = "starter_titles"

    key: Mapped[str] = mapped_column(primary_key=True)
    title_id: Mapped[str]


class LibraryRow(Base):
    """A library and what its last scan came to. ``folders`` are paths or file: URLs."""

    __tablename__ = "libraries"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    folders: Mapped[list[str]] = mapped_column(JSON, default=list)
    language: Mapped[str] = mapped_column(default="en")
    region: Mapped[str | None]
    watch: Mapped[bool] = mapped_column(default=True)
    allowed_regions: Mapped[list[str]] = mapped_column(JSON, default=list)
    blocked_regions: Mapped[list[str]] = mapped_column(JSON, default=list)
    made_at: Mapped[datetime] = mapped_column(Moment)
    scanned_at: Mapped[datetime | None] = mapped_column(Moment)
    scan_wanted: Mapped[bool] = mapped_column(default=False)  # asked for and not ended yet
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class FileRow(Base):
    """A file that a scan has seen and worked in, so that the next one need not open it.

    ``role`` is a :class:`~local_server.services.catalog.scan.walk.Role`.
    """

    __tablename__ = "files"

    library_id: Mapped[str] = mapped_column(ForeignKey("libraries.id"), primary_key=True)
    path: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    role: Mapped[str]
    size_bytes: Mapped[int]
    mtime_ns: Mapped[int]
    title_id: Mapped[str | None] = mapped_column(index=True)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class TitleIdRow(Base):
    """What another catalog calls a title."""

    __tablename__ = "title_ids"
    __table_args__ = (Index("title_ids_by_value", "provider", "value"),)

    title_id: Mapped[str] = mapped_column(ForeignKey("titles.id"), primary_key=True)
    provider: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class SidecarRow(Base):
    """Subtitles or sound in a file beside the title's own."""

    __tablename__ = "sidecars"

    title_id: Mapped[str] = mapped_column(ForeignKey("titles.id"), primary_key=True)
    path: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    kind: Mapped[str]
    language: Mapped[str] = mapped_column(default="")
    label: Mapped[str] = mapped_column(default="")
    forced: Mapped[bool] = mapped_column(default=False)
    default: Mapped[bool] = mapped_column(default=False)
    hearing_impaired: Mapped[bool] = mapped_column(default=False)


class RevisionRow(Base):
    """Counts what changed in the catalog, for those that keep a copy of it. One row."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
