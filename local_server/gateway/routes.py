"""The routes of version 1, each a sentence over the services."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from local_server.contracts import (
    AddedPaths,
    AddPaths,
    AskPrefetch,
    Entitlements,
    Health,
    Home,
    Household,
    Id,
    Jobs,
    PlaybackGrant,
    PrefetchGrant,
    Problem,
    StartPlayback,
    TitleDetail,
    TitleKind,
    TitlePage,
    TitleSummary,
    WatchEvents,
)
from local_server.gateway.services import Services
from local_server.services.playback.service import Playback

# A screen shows some dozens; a list for a script may be long.
PAGE_MAX = 500
QUERY_MAX = 200  # characters
OFFSET_MAX = 10_000_000

PathId = Annotated[Id, Path()]
ProfileId = Annotated[Id | None, Query()]
SearchText = Annotated[str | None, Query(max_length=QUERY_MAX)]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]
Offset = Annotated[int, Query(ge=0, le=OFFSET_MAX)]

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem} for status in (401, 404, 409, 421, 422, 500, 503)
}


def routes(services: Services, *, version: str) -> APIRouter:
    """All routes, over ``services``."""
    router = APIRouter(prefix="/v1", responses=_PROBLEMS)
    _server(router, services, version)
    _titles(router, services)
    _library(router, services)
    _household(router, services)
    _playback(router, services.playback)
    return router


def _server(router: APIRouter, services: Services, version: str) -> None:
    @router.get("/health", tags=["server"])
    def health() -> Health:
        """State of the server and of each service. Needs no token."""
        states = {
            name: "ok" if database.is_well() else "failing"
            for name, database in services.databases.items()
        }
        well = all(state == "ok" for state in states.values())
        return Health(status="ok" if well else "failing", version=version, services=states)


def _titles(router: APIRouter, services: Services) -> None:
    @router.get("/titles", tags=["titles"])
    def titles(
        query: SearchText = None,
        kind: TitleKind | None = None,
        limit: Limit = 100,
        offset: Offset = 0,
        profile_id: ProfileId = None,
    ) -> TitlePage:
        """Titles by name. Without a kind a list leaves episodes out, a search does not."""
        page = services.catalog.titles(query, kind, limit=limit, offset=offset)
        items = _with_resume(services.playback, profile_id, page.items)
        return TitlePage(items=items, total=page.total)

    @router.get("/titles/{title_id}", tags=["titles"])
    def title(title_id: PathId, profile_id: ProfileId = None) -> TitleDetail:
        """Everything about one title."""
        detail = services.catalog.detail(title_id)
        summary, *episodes = _with_resume(
            services.playback, profile_id, (detail.summary, *detail.episodes)
        )
        return detail.model_copy(update={"summary": summary, "episodes": tuple(episodes)})

    @router.get("/home/{profile_id}", tags=["titles"])
    def home(profile_id: PathId) -> Home:
        """The home screen of a profile."""
        return services.recommendation.home(profile_id)


def _library(router: APIRouter, services: Services) -> None:
    @router.post("/library/paths", tags=["library"])
    def add_paths(body: AddPaths) -> AddedPaths:
        """Take files or folders on the server's machine into the library."""
        return AddedPaths(results=services.library.add_paths(body.paths))

    @router.get("/jobs", tags=["library"])
    def jobs() -> Jobs:
        """Work of the studio, newest first."""
        return Jobs(items=services.jobs.jobs())

    @router.delete("/jobs/{job_id}", tags=["library"], status_code=204)
    def cancel_job(job_id: PathId) -> None:
        """Stop a job; one that has ended stays as it is."""
        services.jobs.cancel(job_id)


def _household(router: APIRouter, services: Services) -> None:
    @router.get("/household", tags=["household"])
    def household() -> Household:
        """The household and its profiles."""
        return services.users.household()

    @router.get("/entitlements", tags=["household"])
    def entitlements() -> Entitlements:
        """What the household's plan allows."""
        return services.billing.entitlements()


def _playback(router: APIRouter, playback: Playback) -> None:
    @router.post("/playback/sessions", tags=["playback"], status_code=201)
    def start_playback(body: StartPlayback) -> PlaybackGrant:
        """Leave to play a title."""
        return playback.start(
            title_id=body.title_id, profile_id=body.profile_id, device_id=body.device_id
        )

    @router.delete("/playback/sessions/{session_id}", tags=["playback"], status_code=204)
    def end_playback(session_id: PathId) -> None:
        """Give the session's stream back."""
        playback.end(session_id)

    @router.post("/playback/prefetch", tags=["playback"])
    def prefetch(body: AskPrefetch) -> PrefetchGrant:
        """Leave to read the beginning of a title that may be played soon; takes no stream."""
        return playback.prefetch(title_id=body.title_id, profile_id=body.profile_id)

    @router.post("/playback/events", tags=["playback"], status_code=204)
    def post_watch_events(body: WatchEvents) -> None:
        """Record watch events; each counts once, however often it is sent."""
        playback.record(body.events)


def _with_resume(
    playback: Playback, profile_id: str | None, titles: tuple[TitleSummary, ...]
) -> tuple[TitleSummary, ...]:
    if profile_id is None:
        return titles
    points = playback.resume_points(profile_id, [title.id for title in titles])
    return tuple(title.model_copy(update={"resume": points.get(title.id)}) for title in titles)
