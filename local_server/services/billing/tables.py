"""Tables of the billing service."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from local_server.runtime.columns import Moment


class Base(DeclarativeBase):
    """All tables of this service."""


class SubscriptionRow(Base):
    """The household has been on ``plan`` since ``started_at``; the newest row counts."""

    __tablename__ = "subscriptions"

    id: Mapped[str] = mapped_column(primary_key=True)
    plan: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(Moment, index=True)
