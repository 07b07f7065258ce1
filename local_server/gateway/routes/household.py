"""The household, its profiles and its plan."""

from __future__ import annotations

from fastapi import APIRouter

from local_server.contracts import Entitlements, Household
from local_server.gateway.services import Services


def add_routes(router: APIRouter, services: Services) -> None:
    """Add the routes to ``router``."""

    @router.get("/household", tags=["household"])
    def household() -> Household:
        """The household and its profiles."""
        return services.users.household()

    @router.get("/entitlements", tags=["household"])
    def entitlements() -> Entitlements:
        """What the household's plan allows."""
        return services.billing.entitlements()
