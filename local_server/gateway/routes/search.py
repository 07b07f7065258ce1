"""Finding titles, and titles like another."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from local_server.contracts import (
    EVERYTHING,
    Role,
    SearchPage,
    SearchSort,
    Suggestions,
    TitleKind,
    TitlePage,
)
from local_server.gateway.likings import Likings
from local_server.gateway.roles import needs
from local_server.gateway.routes.parameters import (
    QUERY_MAX,
    Limit,
    Offset,
    PathId,
)
from local_server.gateway.services import Services
from local_server.gateway.viewing import PathViewer, QueryViewer, require_visible
from local_server.services.catalog.finding import SearchWish

_EVERYBODY: dict[str, Any] = {"tags": ["search"], "dependencies": [needs(Role.GUEST)]}
_OWN: dict[str, Any] = {"tags": ["search"], "dependencies": [needs(Role.MEMBER)]}

_Text = Annotated[str, Query(max_length=QUERY_MAX)]
_Names = Annotated[list[Annotated[str, Query(max_length=100)]], Query(max_length=20)]
_Kinds = Annotated[list[TitleKind], Query(max_length=8)]
_Year = Annotated[int | None, Query(ge=1800, le=2200)]
_Age = Annotated[int | None, Query(ge=0, le=21)]
_Moment = Annotated[float | None, Query(ge=0, le=1e11, allow_inf_nan=False)]
_Few = Annotated[int, Query(ge=1, le=50)]
_Flag = Annotated[bool | None, Query()]


def add_routes(router: APIRouter, services: Services, likings: Likings) -> None:
    """Add the routes to ``router``."""
    _add_search(router, services, likings)
    _add_likeness(router, services)


def _add_search(router: APIRouter, services: Services, likings: Likings) -> None:
    @router.get("/search", **_EVERYBODY)
    def search(
        *,
        query: _Text = "",
        kind: _Kinds = [],  # noqa: B006 - never changed; what FastAPI takes for "none given"
        genre: _Names = [],  # noqa: B006
        language: _Names = [],  # noqa: B006
        year_from: _Year = None,
        year_to: _Year = None,
        max_age: _Age = None,
        added_since_s: _Moment = None,
        available: _Flag = None,
        watched: _Flag = None,
        sort: SearchSort = SearchSort.RELEVANCE,
        limit: Limit = 50,
        offset: Offset = 0,
        viewer: QueryViewer,
    ) -> SearchPage:
        """What a text leads to, however it is spelt; without a text, everything that fits.

        ``watched`` asks for what this profile has seen to its end, or has not.
        """
        seen = likings.finished(viewer) if watched is not None else ()
        wish = SearchWish(
            text=query,
            kinds=tuple(kind),
            genres=tuple(genre),
            languages=tuple(language),
            year_from=year_from,
            year_to=year_to,
            max_age=max_age,
            added_since_s=added_since_s,
            available=available,
            within=seen if watched else None,
            without=() if watched else seen,
            sort=sort,
            popularity=likings.popularity(viewer),
            taste=likings.taste(viewer),
        )
        visibility = EVERYTHING if viewer is None else viewer.visibility
        return services.finder.find(wish, visibility=visibility, limit=limit, offset=offset)

    @router.get("/search/suggestions", **_EVERYBODY)
    def suggestions(query: _Text, limit: _Few = 8, *, viewer: QueryViewer) -> Suggestions:
        """What a text may become while it is typed, and what it may have meant."""
        visibility = EVERYTHING if viewer is None else viewer.visibility
        found = services.finder.suggest(query, visibility=visibility, limit=limit)
        return Suggestions(items=found)


def _add_likeness(router: APIRouter, services: Services) -> None:
    @router.get("/profiles/{profile_id}/similar/{title_id}", **_EVERYBODY)
    def similar(viewer: PathViewer, title_id: PathId, limit: _Few = 20) -> TitlePage:
        """Titles like another, each with what they have in common."""
        cards = services.recommendation.similar(viewer, title_id, limit=limit)
        found = services.catalog.summaries([c.title_id for c in cards], viewer.visibility)
        items = tuple(
            found[card.title_id].model_copy(update={"reason": card.reason})
            for card in cards
            if card.title_id in found
        )
        return TitlePage(items=items, total=len(items))

    @router.get("/profiles/{profile_id}/not-interested", **_OWN)
    def not_interested(viewer: PathViewer) -> TitlePage:
        """What a profile does not want to be shown."""
        ids = services.recommendation.aside(viewer.profile_id)
        found = services.catalog.summaries(ids, viewer.visibility)
        items = tuple(found[title_id] for title_id in ids if title_id in found)
        return TitlePage(items=items, total=len(items))

    @router.put("/profiles/{profile_id}/not-interested/{title_id}", status_code=204, **_OWN)
    def set_aside(viewer: PathViewer, title_id: PathId) -> None:
        """Show a title to this profile no more, except in lists and searches."""
        require_visible(services, viewer, title_id)
        services.recommendation.set_aside(viewer.profile_id, title_id)

    @router.delete("/profiles/{profile_id}/not-interested/{title_id}", status_code=204, **_OWN)
    def take_back(viewer: PathViewer, title_id: PathId) -> None:
        """It may be shown again."""
        services.recommendation.take_back(viewer.profile_id, title_id)
