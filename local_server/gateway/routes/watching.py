"""What a profile watched, wants to watch and thinks of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Query

from local_server.contracts import (
    ArrangeWatchlist,
    Continuing,
    HiddenTitle,
    HiddenTitles,
    HideTitle,
    HistoryPage,
    Id,
    Instant,
    Languages,
    MarkWatched,
    RateTitle,
    Ratings,
    Role,
    TitleSummary,
    Viewer,
    WatchedMinutes,
    Watchlist,
)
from local_server.gateway.roles import needs
from local_server.gateway.routes.parameters import Limit, Offset, PathId
from local_server.gateway.services import Services
from local_server.gateway.viewing import PathViewer, require_visible

_Moment = Annotated[Instant, Query()]
_TitleId = Annotated[Id | None, Query()]

_OWN: dict[str, Any] = {"tags": ["profiles"], "dependencies": [needs(Role.MEMBER)]}


def add_routes(router: APIRouter, services: Services) -> None:
    """Add the routes to ``router``."""
    _add_going_on(router, services)
    _add_watchlist(router, services)
    _add_ratings(router, services)
    _add_history(router, services)
    _add_languages(router, services)


def _add_going_on(router: APIRouter, services: Services) -> None:
    playback = services.playback

    @router.put(
        "/profiles/{profile_id}/watched",
        **_OWN,
        status_code=204,
    )
    def mark_watched(viewer: PathViewer, body: MarkWatched) -> None:
        """Say that a title, a series or a season of it was watched, or was not."""
        require_visible(services, viewer, body.title_id)
        playback.mark(viewer.profile_id, body.title_id, watched=body.watched, season=body.season)

    @router.get("/profiles/{profile_id}/continue", **_OWN)
    def continue_watching(viewer: PathViewer, limit: Limit = 40) -> Continuing:
        """What a profile would go on with, newest first."""
        items = playback.continue_watching(viewer.profile_id, limit)
        titles = _titles(services, viewer, (item.title_id for item in items))
        return Continuing(items=items, titles=titles)

    @router.get("/profiles/{profile_id}/hidden", **_OWN)
    def hidden(viewer: PathViewer) -> HiddenTitles:
        """What is kept out of what a profile would go on with."""
        items = playback.hidden(viewer.profile_id)
        titles = _titles(services, viewer, (item.title_id for item in items))
        return HiddenTitles(items=items, titles=titles)

    @router.put(
        "/profiles/{profile_id}/hidden/{title_id}",
        **_OWN,
    )
    def hide(viewer: PathViewer, title_id: PathId, body: HideTitle) -> HiddenTitle:
        """Keep a film or series out, for good or for a while."""
        require_visible(services, viewer, title_id)
        if body.snooze:
            return playback.snooze(viewer.profile_id, title_id)
        return playback.hide(viewer.profile_id, title_id, until=body.until)

    @router.delete(
        "/profiles/{profile_id}/hidden/{title_id}",
        **_OWN,
        status_code=204,
    )
    def restore(viewer: PathViewer, title_id: PathId) -> None:
        """Take hiding back."""
        playback.restore(viewer.profile_id, title_id)


def _add_watchlist(router: APIRouter, services: Services) -> None:
    playback = services.playback

    @router.get("/profiles/{profile_id}/watchlist", **_OWN)
    def watchlist(viewer: PathViewer) -> Watchlist:
        """What a profile wants to watch, in its own order."""
        items = playback.watchlist(viewer.profile_id)
        titles = _titles(services, viewer, (item.title_id for item in items))
        return Watchlist(items=items, titles=titles)

    @router.put(
        "/profiles/{profile_id}/watchlist",
        **_OWN,
        status_code=204,
    )
    def arrange_watchlist(viewer: PathViewer, body: ArrangeWatchlist) -> None:
        """Put the list in another order."""
        playback.arrange_watchlist(viewer.profile_id, body.title_ids)

    @router.put(
        "/profiles/{profile_id}/watchlist/{title_id}",
        **_OWN,
        status_code=204,
    )
    def add_to_watchlist(viewer: PathViewer, title_id: PathId) -> None:
        """Put a title on the list, in front; one that is on it stays where it is."""
        require_visible(services, viewer, title_id)
        playback.add_to_watchlist(viewer.profile_id, title_id)

    @router.delete(
        "/profiles/{profile_id}/watchlist/{title_id}",
        **_OWN,
        status_code=204,
    )
    def remove_from_watchlist(viewer: PathViewer, title_id: PathId) -> None:
        """Take a title off the list."""
        playback.remove_from_watchlist(viewer.profile_id, title_id)


def _add_ratings(router: APIRouter, services: Services) -> None:
    playback = services.playback

    @router.get("/profiles/{profile_id}/ratings", **_OWN)
    def ratings(viewer: PathViewer, limit: Limit = 100, offset: Offset = 0) -> Ratings:
        """What a profile thinks of titles, newest first."""
        page = playback.ratings(viewer.profile_id, limit=limit, offset=offset)
        titles = _titles(services, viewer, (item.title_id for item in page.items))
        return page.model_copy(update={"titles": titles})

    @router.put(
        "/profiles/{profile_id}/ratings/{title_id}",
        **_OWN,
        status_code=204,
    )
    def rate(viewer: PathViewer, title_id: PathId, body: RateTitle) -> None:
        """Remember what a profile thinks of a title."""
        require_visible(services, viewer, title_id)
        playback.rate(viewer.profile_id, title_id, body.thumb)

    @router.delete(
        "/profiles/{profile_id}/ratings/{title_id}",
        **_OWN,
        status_code=204,
    )
    def take_rating_back(viewer: PathViewer, title_id: PathId) -> None:
        """Have no opinion any more."""
        playback.take_rating_back(viewer.profile_id, title_id)


def _add_history(router: APIRouter, services: Services) -> None:
    playback = services.playback

    @router.get("/profiles/{profile_id}/history", **_OWN)
    def history(viewer: PathViewer, limit: Limit = 100, offset: Offset = 0) -> HistoryPage:
        """What a profile watched when and for how long, newest first."""
        page = playback.history(viewer.profile_id, limit=limit, offset=offset)
        titles = _titles(services, viewer, (item.title_id for item in page.items))
        return page.model_copy(update={"titles": titles})

    @router.delete(
        "/profiles/{profile_id}/history",
        **_OWN,
        status_code=204,
    )
    def forget_everything(viewer: PathViewer) -> None:
        """Delete all that a profile watched; nothing of it is left."""
        playback.forget_everything(viewer.profile_id)

    @router.delete(
        "/profiles/{profile_id}/history/{entry_id}",
        **_OWN,
        status_code=204,
    )
    def forget_entry(viewer: PathViewer, entry_id: PathId) -> None:
        """Delete one entry of the history."""
        playback.forget_entry(viewer.profile_id, entry_id)

    @router.delete(
        "/profiles/{profile_id}/history/titles/{title_id}",
        **_OWN,
        status_code=204,
    )
    def forget_title(viewer: PathViewer, title_id: PathId) -> None:
        """Delete all that a profile watched of a film, an episode or a series."""
        playback.forget_title(viewer.profile_id, title_id)

    @router.get(
        "/profiles/{profile_id}/watched-minutes",
        **_OWN,
    )
    def watched_minutes(viewer: PathViewer, start: _Moment, end: _Moment) -> WatchedMinutes:
        """Wall time in which a profile watched between two moments."""
        return WatchedMinutes(minutes=playback.watched_minutes(viewer.profile_id, start, end))


def _add_languages(router: APIRouter, services: Services) -> None:
    playback = services.playback

    @router.get("/profiles/{profile_id}/languages", **_OWN)
    def languages(viewer: PathViewer, title_id: _TitleId = None) -> Languages:
        """In which languages a profile watches: usually, or a title's film or series."""
        return playback.languages(viewer.profile_id, title_id)

    @router.put(
        "/profiles/{profile_id}/languages",
        **_OWN,
        status_code=204,
    )
    def set_languages(viewer: PathViewer, body: Languages, title_id: _TitleId = None) -> None:
        """Remember languages: usual ones, or those for a title's film or series."""
        playback.set_languages(viewer.profile_id, body, title_id)


def _titles(services: Services, viewer: Viewer, ids: Iterable[str]) -> tuple[TitleSummary, ...]:
    """Those of the titles that this viewer may see, each once."""
    wanted = list(dict.fromkeys(ids))
    found = services.catalog.summaries(wanted, viewer.visibility)
    return tuple(found[title_id] for title_id in wanted if title_id in found)
