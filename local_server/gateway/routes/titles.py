"""Titles and the home screen."""

from __future__ import annotations

from fastapi import APIRouter

from local_server.contracts import (
    EVERYTHING,
    DeviceClass,
    Home,
    Role,
    TitleDetail,
    TitleKind,
    TitlePage,
    TitleSummary,
    Viewer,
    Visibility,
)
from local_server.gateway.home import HomeScreens
from local_server.gateway.roles import needs
from local_server.gateway.routes.parameters import Limit, Offset, PathId, SearchText
from local_server.gateway.services import Services
from local_server.gateway.viewing import PathViewer, QueryViewer
from local_server.services.playback.service import Playback


def add_routes(router: APIRouter, services: Services, screens: HomeScreens) -> None:
    """Add the routes to ``router``."""

    @router.get("/titles", tags=["titles"], dependencies=[needs(Role.GUEST)])
    def titles(
        query: SearchText = None,
        kind: TitleKind | None = None,
        limit: Limit = 100,
        offset: Offset = 0,
        *,
        viewer: QueryViewer,
    ) -> TitlePage:
        """Titles by name. Without a kind a list leaves episodes out, a search does not."""
        page = services.catalog.titles(
            query, kind, limit=limit, offset=offset, visibility=_seen_by(viewer)
        )
        items = _with_resume(services.playback, viewer, page.items)
        return TitlePage(items=items, total=page.total)

    @router.get("/titles/{title_id}", tags=["titles"], dependencies=[needs(Role.GUEST)])
    def title(title_id: PathId, viewer: QueryViewer) -> TitleDetail:
        """Everything about one title; where its file lies is told when nobody is named."""
        detail = services.catalog.detail(title_id, _seen_by(viewer))
        summary, *episodes = _with_resume(
            services.playback, viewer, (detail.summary, *detail.episodes)
        )
        seen = {"summary": summary, "episodes": tuple(episodes)}
        return detail.model_copy(update=seen if viewer is None else {**seen, "file_path": ""})

    @router.get("/home/{profile_id}", tags=["titles"], dependencies=[needs(Role.GUEST)])
    def home(viewer: PathViewer, device: DeviceClass = DeviceClass.OTHER) -> Home:
        """The home screen of a profile, for a kind of device; every card says why it is there."""
        return screens.of(viewer, device)


def _seen_by(viewer: Viewer | None) -> Visibility:
    return EVERYTHING if viewer is None else viewer.visibility


def _with_resume(
    playback: Playback, viewer: Viewer | None, titles: tuple[TitleSummary, ...]
) -> tuple[TitleSummary, ...]:
    if viewer is None:
        return titles
    points = playback.resume_points(viewer.profile_id, [title.id for title in titles])
    return tuple(title.model_copy(update={"resume": points.get(title.id)}) for title in titles)
