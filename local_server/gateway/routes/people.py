"""Profiles: made, changed, restricted, locked and deleted."""

from __future__ import annotations

from fastapi import APIRouter

from local_server.contracts import (
    GivenPin,
    Profile,
    ProfileSettings,
    ProfileStyle,
    Restrictions,
    Role,
    Unlocked,
)
from local_server.gateway.roles import CallerOf, has, needs
from local_server.gateway.routes.parameters import PathId
from local_server.gateway.services import Services
from local_server.gateway.viewing import PathViewer, require_own, viewer_for


def add_routes(router: APIRouter, services: Services) -> None:
    """Add the routes to ``router``."""
    users = services.users
    parent = [needs(Role.OWNER, parent=True)]

    @router.post("/profiles", tags=["profiles"], status_code=201, dependencies=parent)
    def create_profile(body: ProfileSettings) -> Profile:
        """Make a profile."""
        return users.create_profile(body)

    @router.get(
        "/profiles/{profile_id}/settings",
        tags=["profiles"],
        dependencies=[needs(Role.MEMBER)],
    )
    def profile_settings(caller: CallerOf, profile_id: PathId) -> ProfileSettings:
        """All settings of a profile, its PIN apart; for itself and for the owner."""
        if not has(caller, Role.OWNER):
            viewer_for(services, caller, profile_id)
        return users.export_profile(profile_id)

    @router.put(
        "/profiles/{profile_id}/style", tags=["profiles"], dependencies=[needs(Role.MEMBER)]
    )
    def change_style(viewer: PathViewer, body: ProfileStyle) -> Profile:
        """How a profile looks and reads, decided by itself."""
        return users.change_style(viewer.profile_id, body)

    @router.put("/profiles/{profile_id}/restrictions", tags=["profiles"], dependencies=parent)
    def restrict_profile(profile_id: PathId, body: Restrictions) -> ProfileSettings:
        """What a profile may see, and when."""
        return users.restrict(profile_id, body)

    @router.delete(
        "/profiles/{profile_id}", tags=["profiles"], status_code=204, dependencies=parent
    )
    def delete_profile(profile_id: PathId) -> None:
        """Delete a profile and everything of it; never the last one."""
        users.delete_profile(profile_id)

    _add_pin_routes(router, services)


def _add_pin_routes(router: APIRouter, services: Services) -> None:
    locks = services.locks
    parent = [needs(Role.OWNER, parent=True)]

    @router.put(
        "/profiles/{profile_id}/pin", tags=["profiles"], status_code=204, dependencies=parent
    )
    def set_pin(profile_id: PathId, body: GivenPin) -> None:
        """Lock a profile with a PIN, or another one."""
        locks.set_pin(profile_id, body.pin)

    @router.delete(
        "/profiles/{profile_id}/pin", tags=["profiles"], status_code=204, dependencies=parent
    )
    def remove_pin(profile_id: PathId) -> None:
        """Let everybody use a profile."""
        locks.remove_pin(profile_id)

    @router.post(
        "/profiles/{profile_id}/unlock", tags=["profiles"], dependencies=[needs(Role.GUEST)]
    )
    def unlock_profile(caller: CallerOf, profile_id: PathId, body: GivenPin) -> Unlocked:
        """Enter a profile's PIN on this device; it holds for half a day."""
        require_own(caller, profile_id)
        return locks.unlock(caller.device_id, profile_id, body.pin)

    @router.post(
        "/profiles/{profile_id}/lock",
        tags=["profiles"],
        status_code=204,
        dependencies=[needs(Role.GUEST)],
    )
    def lock_profile(caller: CallerOf, profile_id: PathId) -> None:
        """Lock a profile on this device again."""
        require_own(caller, profile_id)
        locks.lock(caller.device_id, profile_id)
