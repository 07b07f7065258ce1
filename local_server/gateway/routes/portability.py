"""Profiles as documents."""

from __future__ import annotations

from fastapi import APIRouter

from local_server.contracts import ImportFile, ImportReport, ProfileDocument
from local_server.gateway.routes.parameters import PathId
from local_server.gateway.services import Services


def add_routes(router: APIRouter, services: Services) -> None:
    """Add the routes to ``router``."""
    portability = services.portability

    @router.get("/profiles/{profile_id}/export", tags=["portability"])
    def export_profile(profile_id: PathId) -> ProfileDocument:
        """Everything of a profile, to keep or to take to another server."""
        return portability.export_profile(profile_id)

    @router.post("/profiles/{profile_id}/import", tags=["portability"])
    def import_profile(profile_id: PathId, body: ImportFile) -> ImportReport:
        """Take in a profile of Matinee, or what Jellyfin, Plex or Kodi know of it."""
        return portability.import_file(profile_id, body)
