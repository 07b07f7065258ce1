"""The routes of version 1, each a sentence over the services."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from local_server.contracts import Problem
from local_server.gateway.home import HomeScreens
from local_server.gateway.likings import Likings
from local_server.gateway.routes import (
    analytics,
    devices,
    editing,
    experiments,
    household,
    library,
    people,
    playback,
    portability,
    search,
    server,
    times,
    titles,
    watching,
)
from local_server.gateway.services import Services

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem} for status in (400, 401, 403, 404, 409, 421, 422, 429, 500, 503)
}


def routes(
    services: Services, *, screens: HomeScreens, likings: Likings, version: str
) -> APIRouter:
    """All routes, over ``services``."""
    router = APIRouter(prefix="/v1", responses=_PROBLEMS)
    server.add_routes(router, services, version=version)
    titles.add_routes(router, services, screens)
    search.add_routes(router, services, likings)
    experiments.add_routes(router, services)
    library.add_routes(router, services)
    editing.add_routes(router, services)
    household.add_routes(router, services)
    people.add_routes(router, services)
    times.add_routes(router, services)
    devices.add_routes(router, services)
    playback.add_routes(router, services)
    watching.add_routes(router, services)
    portability.add_routes(router, services)
    analytics.add_routes(router, services)
    return router
