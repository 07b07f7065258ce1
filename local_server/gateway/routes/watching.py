"""What a profile watched, wants to watch and thinks of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from local_server.contracts import (
    ArrangeWatchlist,
    Continuing,
    HiddenTitle,
    HiddenTitles,
    HideTitle,
    HistoryPage,
    Id,
    Languages,
    MarkWatched,
    RateTitle,
    Ratings,
    TitleSummary,
    WatchedMinutes,
    Watchlist,
)
from local_server.gateway.routes.parameters import Limit, Offset, PathId
from local_server.gateway.services import Services
from local_server.services.catalog.service import Catalog

_Moment = Annotated[AwareDatetime, Query()]
_TitleId = Annotated[Id | None, Query()]


def add_routes(router: APIRouter, services: Services) -> None:
    """Add the routes to ``router``."""
    _add_going_on(router, services)
    _add_watchlist(router, services)
    _add_ratings(router, services)
    _add_history(router, services)
    _add_languages(router, services)


def _add_going_on(router: APIRouter, services: Services) -> None:
    playback = services.playback

    @router.put("/profiles/{profile_id}/watched", tags=["profiles"], status_code=204)
    def mark_watched(profile_id: PathId, body: MarkWatched) -> None:
        """Say that a title, a series or a season of it was watched, or was not."""
        playback.mark(profile_id, body.title_id, watched=body.watched, season=body.season)

    @router.get("/profiles/{profile_id}/continue", tags=["profiles"])
    def continue_watching(profile_id: PathId, limit: Limit = 40) -> Continuing:
        """What a profile would go on with, newest first."""
        items = playback.continue_watching(profile_id, limit)
        titles = _titles(services.catalog, (item.title_id for item in items))
        return Continuing(items=items, titles=titles)

    @router.get("/profiles/{profile_id}/hidden", tags=["profiles"])
    def hidden(profile_id: PathId) -> HiddenTitles:
        """What is kept out of what a profile would go on with."""
        items = playback.hidden(profile_id)
        titles = _titles(services.catalog, (item.title_id for item in items))
        return HiddenTitles(items=items, titles=titles)

    @router.put("/profiles/{profile_id}/hidden/{title_id}", tags=["profiles"])
    def hide(profile_id: PathId, title_id: PathId, body: HideTitle) -> HiddenTitle:
        """Keep a film or series out, for good or for a while."""
        if body.snooze:
            return playback.snooze(profile_id, title_id)
        return playback.hide(profile_id, title_id, until=body.until)

    @router.delete("/profiles/{profile_id}/hidden/{title_id}", tags=["profiles"], status_code=204)
    def restore(profile_id: PathId, title_id: PathId) -> None:
        """Take hiding back."""
        playback.restore(profile_id, title_id)


def _add_watchlist(router: APIRouter, services: Services) -> None:
    playback = services.playback

    @router.get("/profiles/{profile_id}/watchlist", tags=["profiles"])
    def watchlist(profile_id: PathId) -> Watchlist:
        """What a profile wants to watch, in its own order."""
        items = playback.watchlist(profile_id)
        titles = _titles(services.catalog, (item.title_id for item in items))
        return Watchlist(items=items, titles=titles)

    @router.put("/profiles/{profile_id}/watchlist", tags=["profiles"], status_code=204)
    def arrange_watchlist(profile_id: PathId, body: ArrangeWatchlist) -> None:
        """Put the list in another order."""
        playback.arrange_watchlist(profile_id, body.title_ids)

    @router.put("/profiles/{profile_id}/watchlist/{title_id}", tags=["profiles"], status_code=204)
    def add_to_watchlist(profile_id: PathId, title_id: PathId) -> None:
        """Put a title on the list, in front; one that is on it stays where it is."""
        playback.add_to_watchlist(profile_id, title_id)

    @router.delete(
        "/profiles/{profile_id}/watchlist/{title_id}", tags=["profiles"], status_code=204
    )
    def remove_from_watchlist(profile_id: PathId, title_id: PathId) -> None:
        """Take a title off the list."""
        playback.remove_from_watchlist(profile_id, title_id)


def _add_ratings(router: APIRouter, services: Services) -> None:
    playback = services.playback

    @router.get("/profiles/{profile_id}/ratings", tags=["profiles"])
    def ratings(profile_id: PathId, limit: Limit = 100, offset: Offset = 0) -> Ratings:
        """What a profile thinks of titles, newest first."""
        page = playback.ratings(profile_id, limit=limit, offset=offset)
        titles = _titles(services.catalog, (item.title_id for item in page.items))
        return page.model_copy(update={"titles": titles})

    @router.put("/profiles/{profile_id}/ratings/{title_id}", tags=["profiles"], status_code=204)
    def rate(profile_id: PathId, title_id: PathId, body: RateTitle) -> None:
        """Remember what a profile thinks of a title."""
        playback.rate(profile_id, title_id, body.thumb)

    @router.delete("/profiles/{profile_id}/ratings/{title_id}", tags=["profiles"], status_code=204)
    def take_rating_back(profile_id: PathId, title_id: PathId) -> None:
        """Have no opinion any more."""
        playback.take_rating_back(profile_id, title_id)


def _add_history(router: APIRouter, services: Services) -> None:
    playback = services.playback

    @router.get("/profiles/{profile_id}/history", tags=["profiles"])
    def history(profile_id: PathId, limit: Limit = 100, offset: Offset = 0) -> HistoryPage:
        """What a profile watched when and for how long, newest first."""
        page = playback.history(profile_id, limit=limit, offset=offset)
        titles = _titles(services.catalog, (item.title_id for item in page.items))
        return page.model_copy(update={"titles": titles})

    @router.delete("/profiles/{profile_id}/history", tags=["profiles"], status_code=204)
    def forget_everything(profile_id: PathId) -> None:
        """Delete all that a profile watched; nothing of it is left."""
        playback.forget_everything(profile_id)

    @router.delete("/profiles/{profile_id}/history/{entry_id}", tags=["profiles"], status_code=204)
    def forget_entry(profile_id: PathId, entry_id: PathId) -> None:
        """Delete one entry of the history."""
        playback.forget_entry(profile_id, entry_id)

    @router.delete(
        "/profiles/{profile_id}/history/titles/{title_id}", tags=["profiles"], status_code=204
    )
    def forget_title(profile_id: PathId, title_id: PathId) -> None:
        """Delete all that a profile watched of a film, an episode or a series."""
        playback.forget_title(profile_id, title_id)

    @router.get("/profiles/{profile_id}/watched-minutes", tags=["profiles"])
    def watched_minutes(profile_id: PathId, start: _Moment, end: _Moment) -> WatchedMinutes:
        """Wall time in which a profile watched between two moments."""
        return WatchedMinutes(minutes=playback.watched_minutes(profile_id, start, end))


def _add_languages(router: APIRouter, services: Services) -> None:
    playback = services.playback

    @router.get("/profiles/{profile_id}/languages", tags=["profiles"])
    def languages(profile_id: PathId, title_id: _TitleId = None) -> Languages:
        """In which languages a profile watches: usually, or a title's film or series."""
        return playback.languages(profile_id, title_id)

    @router.put("/profiles/{profile_id}/languages", tags=["profiles"], status_code=204)
    def set_languages(profile_id: PathId, body: Languages, title_id: _TitleId = None) -> None:
        """Remember languages: usual ones, or those for a title's film or series."""
        playback.set_languages(profile_id, body, title_id)


def _titles(catalog: Catalog, ids: Iterable[str]) -> tuple[TitleSummary, ...]:
    """Those of the titles that exist, each once."""
    wanted = list(dict.fromkeys(ids))
    found = catalog.summaries(wanted)
    return tuple(found[title_id] for title_id in wanted if title_id in found)
