"""The routes of version 1, each a sentence over the services."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from local_server.contracts import Problem
from local_server.gateway.routes import (
    analytics,
    household,
    library,
    playback,
    portability,
    profiles,
    server,
    titles,
)
from local_server.gateway.services import Services

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem} for status in (400, 401, 403, 404, 409, 421, 422, 429, 500, 503)
}


def routes(services: Services, *, version: str) -> APIRouter:
    """All routes, over ``services``."""
    router = APIRouter(prefix="/v1", responses=_PROBLEMS)
    server.add_routes(router, services, version=version)
    titles.add_routes(router, services)
    library.add_routes(router, services)
    household.add_routes(router, services)
    playback.add_routes(router, services)
    profiles.add_routes(router, services)
    portability.add_routes(router, services)
    analytics.add_routes(router, services)
    return router
