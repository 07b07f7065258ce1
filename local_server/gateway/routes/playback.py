"""Playing titles and telling what was watched."""

from __future__ import annotations

from fastapi import APIRouter

from local_server.contracts import (
    AskPrefetch,
    PlaybackGrant,
    PrefetchGrant,
    StartPlayback,
    WatchEvents,
)
from local_server.gateway.routes.parameters import PathId
from local_server.gateway.services import Services


def add_routes(router: APIRouter, services: Services) -> None:
    """Add the routes to ``router``."""
    playback = services.playback

    @router.post("/playback/sessions", tags=["playback"], status_code=201)
    def start_playback(body: StartPlayback) -> PlaybackGrant:
        """Leave to play a title."""
        return playback.start(
            title_id=body.title_id,
            profile_id=body.profile_id,
            device_id=body.device_id,
            private=body.private,
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
