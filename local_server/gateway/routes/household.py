"""The household, its plan, and its parental PIN."""

from __future__ import annotations

from fastapi import APIRouter

from local_server.contracts import (
    ChangeHousehold,
    Entitlements,
    GivenPin,
    Household,
    Principal,
    ProfileOrder,
    Role,
    Unlocked,
)
from local_server.gateway.roles import CallerOf, needs
from local_server.gateway.services import Services


def add_routes(router: APIRouter, services: Services) -> None:
    """Add the routes to ``router``."""

    @router.get("/household", tags=["household"], dependencies=[needs(Role.GUEST)])
    def household(caller: CallerOf) -> Household:
        """The household and its profiles; on a device kept to one, that profile alone."""
        return services.users.household().seen_by(caller.profile_id)

    @router.put("/household", tags=["household"], dependencies=[needs(Role.OWNER, parent=True)])
    def change_household(body: ChangeHousehold) -> Household:
        """Give the household another name, region or time zone."""
        return services.users.change_household(body)

    @router.put("/household/order", tags=["household"], dependencies=[needs(Role.OWNER)])
    def order_profiles(body: ProfileOrder) -> Household:
        """Put the profiles into another order."""
        return services.users.reorder(body.profile_ids)

    @router.get("/me", tags=["household"], dependencies=[needs(Role.GUEST)])
    def me(caller: CallerOf) -> Principal:
        """Which device the server takes the caller for, and what it may do."""
        return caller

    @router.get("/entitlements", tags=["household"], dependencies=[needs(Role.GUEST)])
    def entitlements() -> Entitlements:
        """What the household's plan allows."""
        return services.billing.entitlements()

    _add_pin_routes(router, services)


def _add_pin_routes(router: APIRouter, services: Services) -> None:
    locks = services.locks
    parent = [needs(Role.OWNER, parent=True)]

    @router.put("/household/pin", tags=["household"], status_code=204, dependencies=parent)
    def set_parental_pin(body: GivenPin) -> None:
        """Set the parental PIN, or another one."""
        locks.set_pin(None, body.pin)

    @router.delete("/household/pin", tags=["household"], status_code=204, dependencies=parent)
    def remove_parental_pin() -> None:
        """Do without a parental PIN."""
        locks.remove_pin(None)

    @router.post("/household/unlock", tags=["household"], dependencies=[needs(Role.OWNER)])
    def unlock_household(caller: CallerOf, body: GivenPin) -> Unlocked:
        """Enter the parental PIN on this device; it holds for a quarter of an hour."""
        return locks.unlock(caller.device_id, None, body.pin)

    @router.post(
        "/household/lock", tags=["household"], status_code=204, dependencies=[needs(Role.OWNER)]
    )
    def lock_household(caller: CallerOf) -> None:
        """End what the parental PIN opened on this device."""
        locks.lock(caller.device_id, None)
