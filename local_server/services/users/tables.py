"""Tables of the users service."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from local_server.runtime.columns import Moment


class Base(DeclarativeBase):
    """All tables of this service."""


class HouseholdRow(Base):
    """Those who share this server. There is one."""

    __tablename__ = "households"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment)


class ProfileRow(Base):
    """A viewer."""

    __tablename__ = "profiles"

    id: Mapped[str] = mapped_column(primary_key=True)
    household_id: Mapped[str] = mapped_column(ForeignKey("households.id"), index=True)
    name: Mapped[str]
    colour: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment)
