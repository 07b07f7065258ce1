"""Subscriptions and the entitlements that follow from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from local_server.contracts import Entitlements
from local_server.runtime.database import Database
from local_server.services.billing.plans import PLANS, Plan
from local_server.services.billing.tables import SubscriptionRow


class Billing:
    """The household's plan. Any method from any thread."""

    def __init__(
        self, database: Database, *, now: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        self._database = database
        self._now = now
        self._new_id = new_id

    def ensure_subscription(self) -> None:
        """Put a new household on the free plan."""
        with self._database.write() as session:
            if session.scalars(select(SubscriptionRow).limit(1)).first() is None:
                session.add(
                    SubscriptionRow(id=self._new_id(), plan=Plan.FREE, started_at=self._now())
                )

    def entitlements(self) -> Entitlements:
        """What the plan in force allows."""
        with self._database.read() as session:
            plan = session.scalars(
                select(SubscriptionRow.plan)
                .where(SubscriptionRow.started_at <= self._now())
                .order_by(SubscriptionRow.started_at.desc(), SubscriptionRow.id.desc())
                .limit(1)
            ).first()
        # A clock set back to before the first subscription must not lock the household out.
        return PLANS[Plan(plan) if plan else Plan.FREE]
