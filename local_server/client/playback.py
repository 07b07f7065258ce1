"""Playing titles and telling what was watched."""

from __future__ import annotations

from collections.abc import Iterable

from local_server.client.calls import Caller, segment
from local_server.contracts import (
    AskPrefetch,
    PlaybackGrant,
    PrefetchGrant,
    StartPlayback,
    WatchEvent,
    WatchEvents,
)


class PlaybackCalls(Caller):
    """What a player needs."""

    def start_playback(
        self, title_id: str, profile_id: str, device_id: str, *, private: bool = False
    ) -> PlaybackGrant:
        """Leave to play a title, or :class:`EdgeRefused` with the reason.

        What is played in ``private`` leaves no trace.
        """
        body = StartPlayback(
            title_id=title_id, profile_id=profile_id, device_id=device_id, private=private
        )
        return self._ask("POST", "v1/playback/sessions", PlaybackGrant, body=body)

    def end_playback(self, session_id: str) -> None:
        """Give the session's stream back; one that has ended already stays ended."""
        self._call("DELETE", f"v1/playback/sessions/{segment(session_id)}")

    def prefetch(self, title_id: str, profile_id: str) -> PrefetchGrant:
        """Leave to read the beginning of a title; takes no stream and ends no session."""
        body = AskPrefetch(title_id=title_id, profile_id=profile_id)
        return self._ask("POST", "v1/playback/prefetch", PrefetchGrant, body=body)

    def post_watch_events(self, events: Iterable[WatchEvent]) -> None:
        """Record at most 500 watch events; once this returns they are durable.

        May be repeated with the same events: each counts once.
        """
        self._call("POST", "v1/playback/events", body=WatchEvents(events=tuple(events)))
