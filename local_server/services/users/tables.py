"""Tables of the users service."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from local_server.runtime.columns import Moment


class Base(DeclarativeBase):
    """All tables of this service."""


class HouseholdRow(Base):
    """Those who share this server. There is one. No time zone: that of the server's machine."""

    __tablename__ = "households"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment)
    region: Mapped[str | None]
    time_zone: Mapped[str | None]


class ProfileRow(Base):
    """A viewer. ``style`` and ``restrictions`` are the wire types of these names, as JSON."""

    __tablename__ = "profiles"

    id: Mapped[str] = mapped_column(primary_key=True)
    household_id: Mapped[str] = mapped_column(ForeignKey("households.id"), index=True)
    name: Mapped[str]
    colour: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment)
    position: Mapped[int] = mapped_column(server_default="0")
    style: Mapped[str] = mapped_column(server_default="{}")
    restrictions: Mapped[str] = mapped_column(server_default="{}")


class PinRow(Base):
    """An argon2id hash of a PIN. ``subject`` is a profile's id, or the household's."""

    __tablename__ = "pins"

    subject: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]


class TriesRow(Base):
    """Wrong guesses since the last right one. ``subject`` is what was guessed at."""

    __tablename__ = "tries"

    subject: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]


class DeviceRow(Base):
    """A device that was let in; its token is kept as SHA-256 alone."""

    __tablename__ = "devices"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    role: Mapped[str]
    profile_id: Mapped[str | None] = mapped_column(ForeignKey("profiles.id"), index=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)


class CodeRow(Base):
    """A code that lets one device in; kept as SHA-256 alone."""

    __tablename__ = "setup_codes"

    digest: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    role: Mapped[str]
    profile_id: Mapped[str | None] = mapped_column(ForeignKey("profiles.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)


class RequestRow(Base):
    """What a profile asked for. ``day`` is the one whose minutes were raised (ISO 8601)."""

    __tablename__ = "requests"

    id: Mapped[str] = mapped_column(primary_key=True)
    profile_id: Mapped[str] = mapped_column(ForeignKey("profiles.id"), index=True)
    minutes: Mapped[int | None]
    title_id: Mapped[str | None]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    approved: Mapped[bool | None]
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    day: Mapped[str | None]


class UsedRow(Base):
    """Minutes of a stretch of days as they were last counted, and those forgotten since."""

    __tablename__ = "used_minutes"

    profile_id: Mapped[str] = mapped_column(ForeignKey("profiles.id"), primary_key=True)
    stretch: Mapped[str] = mapped_column(primary_key=True)
    counted_min: Mapped[float]
    forgotten_min: Mapped[float]


class ClockRow(Base):
    """The latest moment this server's clock has shown. One row, once it is needed."""

    __tablename__ = "clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(Moment)
