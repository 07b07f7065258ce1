"""What the house watches, for its owner."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from local_server.contracts import Overview, Patterns, Popularity, Role, TitleCompletion
from local_server.gateway.roles import needs
from local_server.gateway.routes.parameters import Limit, PathId
from local_server.gateway.services import Services

_Days = Annotated[int, Query(ge=1, le=3660)]

_OWNERS: dict[str, Any] = {"tags": ["analytics"], "dependencies": [needs(Role.OWNER)]}


def add_routes(router: APIRouter, services: Services) -> None:
    """Add the routes to ``router``."""
    playback = services.playback

    @router.get("/analytics/overview", **_OWNERS)
    def overview(days: _Days = 30) -> Overview:
        """What the house watched lately, day by day."""
        return playback.overview(days)

    @router.get("/analytics/patterns", **_OWNERS)
    def patterns(days: _Days = 30) -> Patterns:
        """At which hours and on which devices the house watches."""
        return playback.patterns(days)

    @router.get("/analytics/titles", **_OWNERS)
    def popularity(days: _Days = 90, limit: Limit = 20) -> Popularity:
        """Films and series by popularity, recent plays counting most."""
        found = playback.popularity(days, limit)
        ids = [item.title_id for item in found.items]
        known = services.catalog.summaries(ids)
        titles = tuple(known[title_id] for title_id in ids if title_id in known)
        return found.model_copy(update={"titles": titles})

    @router.get("/analytics/titles/{title_id}", **_OWNERS)
    def completion(title_id: PathId) -> TitleCompletion:
        """How often a film or episode is watched to its end, and where it is given up."""
        return playback.completion(title_id)
