"""Playing titles and telling what was watched."""

from __future__ import annotations

from fastapi import APIRouter

from local_server.contracts import (
    AskPrefetch,
    PlaybackGrant,
    PrefetchGrant,
    Role,
    StartPlayback,
    Viewer,
    WatchEvents,
)
from local_server.errors import Forbidden
from local_server.gateway.roles import CallerOf, needs
from local_server.gateway.routes.parameters import PathId
from local_server.gateway.services import Services
from local_server.gateway.viewing import require_own, require_visible, watcher_for
from local_server.services.users.devices import OWNER


def add_routes(router: APIRouter, services: Services) -> None:
    """Add the routes to ``router``."""
    _add_sessions(router, services)
    _add_watching(router, services)


def _add_sessions(router: APIRouter, services: Services) -> None:
    playback = services.playback

    @router.post(
        "/playback/sessions", tags=["playback"], dependencies=[needs(Role.GUEST)], status_code=201
    )
    def start_playback(caller: CallerOf, body: StartPlayback) -> PlaybackGrant:
        """Leave to play a title."""
        viewer = watcher_for(services, caller, body.profile_id)
        require_visible(services, viewer, body.title_id)
        if body.private:
            _require_unlimited(services, viewer)
        # A device speaks for itself; the home's own token serves many screens of one machine.
        device_id = body.device_id if caller == OWNER else caller.device_id
        return playback.start(
            title_id=body.title_id,
            profile_id=viewer.profile_id,
            device_id=device_id,
            private=body.private,
        )

    @router.delete(
        "/playback/sessions/{session_id}",
        tags=["playback"],
        dependencies=[needs(Role.GUEST)],
        status_code=204,
    )
    def end_playback(session_id: PathId) -> None:
        """Give the session's stream back."""
        playback.end(session_id)


def _add_watching(router: APIRouter, services: Services) -> None:
    playback = services.playback

    @router.post("/playback/prefetch", tags=["playback"], dependencies=[needs(Role.GUEST)])
    def prefetch(caller: CallerOf, body: AskPrefetch) -> PrefetchGrant:
        """Leave to read the beginning of a title that may be played soon; takes no stream."""
        viewer = watcher_for(services, caller, body.profile_id)
        require_visible(services, viewer, body.title_id)
        return playback.prefetch(title_id=body.title_id, profile_id=viewer.profile_id)

    @router.post(
        "/playback/events",
        tags=["playback"],
        dependencies=[needs(Role.GUEST)],
        status_code=204,
    )
    def post_watch_events(caller: CallerOf, body: WatchEvents) -> None:
        """Record watch events; each counts once, however often it is sent.

        They are kept whether or not the profile is locked or over its time by now. A guest's device
        tells of nothing but sessions it was given, unless it is kept to one profile.
        """
        for profile_id in {event.profile_id for event in body.events}:
            require_own(caller, profile_id)
        stranger = caller.role is Role.GUEST and caller.profile_id is None
        playback.record(body.events, known_sessions=stranger)


def _require_unlimited(services: Services, viewer: Viewer) -> None:
    """What leaves no trace counts for no limit either, so who has limits may not."""
    limited = viewer.kids or viewer.visibility.max_age is not None
    if limited or services.allowances.may_watch(viewer.profile_id).minutes_left is not None:
        raise Forbidden(
            "private_not_allowed",
            "This profile may not watch in private",
            hint="Its parents decided what it may watch and for how long.",
        )
