"""Tables of the experiments, in the database of the recommendation service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from local_server.runtime.columns import Moment
from local_server.services.recommendation.tables import Base


class ExperimentRow(Base):
    """An experiment. ``salt`` makes its split of the profiles its own."""

    __tablename__ = "experiments"
    __table_args__ = (Index("experiments_by_state", "state", "row_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    hypothesis: Mapped[str]
    kind: Mapped[str]
    metric: Mapped[str]
    arms: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    row_id: Mapped[str]
    alpha: Mapped[float]
    max_days: Mapped[int]
    salt: Mapped[str]
    state: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    winner: Mapped[str | None]
    outcome: Mapped[str]


class ObservationRow(Base):
    """One thing seen, in the order of arrival; its event's id makes a second delivery harmless."""

    __tablename__ = "experiment_observations"
    __table_args__ = (
        UniqueConstraint("experiment_id", "event_id"),
        Index("experiment_observations_by_profile", "profile_id", "title_id"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    experiment_id: Mapped[str] = mapped_column(ForeignKey("experiments.id"))
    event_id: Mapped[str]
    profile_id: Mapped[str]
    title_id: Mapped[str | None]
    arm: Mapped[str]
    draw_id: Mapped[str | None]
    value: Mapped[float]
    before: Mapped[float | None]
    received_at: Mapped[datetime] = mapped_column(Moment)


class LookRow(Base):
    """What was known after an observation. Made from the observations, and made anew from them."""

    __tablename__ = "experiment_looks"

    experiment_id: Mapped[str] = mapped_column(ForeignKey("experiments.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    n: Mapped[int]
    effect: Mapped[float]
    low: Mapped[float | None]
    high: Mapped[float | None]
    p: Mapped[float]


class ForgottenEventRow(Base):
    """An event whose observation was deleted and must not come back with a late delivery."""

    __tablename__ = "experiment_forgotten_events"

    experiment_id: Mapped[str] = mapped_column(ForeignKey("experiments.id"), primary_key=True)
    event_digest: Mapped[str] = mapped_column(primary_key=True)


class DealRow(Base):
    """The row a profile saw last, and which arm brought each card (``None`` for neither)."""

    __tablename__ = "experiment_deals"

    experiment_id: Mapped[str] = mapped_column(ForeignKey("experiments.id"), primary_key=True)
    profile_id: Mapped[str] = mapped_column(primary_key=True)
    draw_id: Mapped[str]
    cards: Mapped[dict[str, str | None]] = mapped_column(JSON)
