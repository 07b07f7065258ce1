"""Profiles as documents."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from local_server.contracts import ImportFile, ImportReport, ProfileDocument, Role, Visibility
from local_server.gateway.roles import CallerOf, needs, require
from local_server.gateway.services import Services
from local_server.gateway.viewing import PathViewer

_OWN: dict[str, Any] = {"tags": ["portability"], "dependencies": [needs(Role.MEMBER)]}


def add_routes(router: APIRouter, services: Services) -> None:
    """Add the routes to ``router``."""
    portability = services.portability

    @router.get("/profiles/{profile_id}/export", **_OWN)
    def export_profile(caller: CallerOf, viewer: PathViewer) -> ProfileDocument:
        """Everything of a profile, to keep or to take to another server.

        Of a profile with limits for the owner alone: it names all that was ever watched.
        """
        if viewer.visibility != Visibility(region=viewer.visibility.region):
            require(caller, Role.OWNER)
        return portability.export_profile(viewer.profile_id)

    @router.post("/profiles/{profile_id}/import", **_OWN)
    def import_profile(caller: CallerOf, viewer: PathViewer, body: ImportFile) -> ImportReport:
        """Take in a profile of Matinee, or what Jellyfin, Plex or Kodi know of it.

        With its settings only for the owner: they say what a profile may see.
        """
        if body.settings:
            require(caller, Role.OWNER)
            services.locks.require_parent(caller.device_id)
        return portability.import_file(viewer.profile_id, body)
