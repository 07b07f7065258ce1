"""The player's needs, met by the edge server's client: where the two halves touch."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from local_server import contracts
from local_server.client import EdgeClient, EdgeError, EdgeUnreachable
from player.errors import PlayerError, SourceUnreachable
from player.events import WatchEvent
from player.grants import Grant

_T = TypeVar("_T")


class Viewer:
    """Who watches on which device. Asks the server once, when it is first needed."""

    def __init__(self, client: EdgeClient, device_file: Path) -> None:
        self._client, self._device_file = client, device_file

    @cached_property
    def profile_id(self) -> str:
        """The household's first profile."""
        return self._client.household().profiles[0].id

    @cached_property
    def device_id(self) -> str:
        """Id of this device, made up once and kept."""
        try:
            found = self._device_file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            found = ""
        if found:
            return found
        made = uuid.uuid4().hex
        self._device_file.parent.mkdir(parents=True, exist_ok=True)
        self._device_file.write_text(made, encoding="ascii")
        return made


class EdgeGrants:
    """:class:`player.grants.Grants` and :class:`player.grants.PrefetchGrants` of an edge server.

    ``reroute`` may send media through another address (a shaped network).
    """

    def __init__(
        self, client: EdgeClient, viewer: Viewer, reroute: Callable[[str], str] = str
    ) -> None:
        self._client, self._viewer, self._reroute = client, viewer, reroute

    async def request(self, title_id: str) -> Grant:
        """Leave to play."""
        granted = await asyncio.to_thread(_translated, lambda: self._start(title_id))
        return Grant(
            session_id=granted.session_id,
            title_id=granted.title.id,
            name=granted.title.name,
            media_url=self._reroute(self._client.absolute(granted.media_url)),
            resume_s=granted.resume_s,
            max_height_px=granted.entitlements.max_height_px,
            presentation_id=granted.presentation_id or "",
            audio_language=granted.audio_language,
            subtitle_language=granted.subtitle_language,
            subtitles_shown=_shown(granted.subtitles_mode),
        )

    async def prefetch(self, title_id: str) -> Grant:
        """Leave to read the beginning of a title."""
        granted = await asyncio.to_thread(
            _translated, lambda: self._client.prefetch(title_id, self._viewer.profile_id)
        )
        return Grant(
            session_id="",
            title_id=granted.title_id,
            name="",
            media_url=self._reroute(self._client.absolute(granted.media_url)),
            resume_s=granted.resume_s,
            max_height_px=granted.entitlements.max_height_px,
            presentation_id=granted.presentation_id,
        )

    async def release(self, session_id: str) -> None:
        """Give the stream back."""
        await asyncio.to_thread(_translated, lambda: self._client.end_playback(session_id))

    def _start(self, title_id: str) -> contracts.PlaybackGrant:
        viewer = self._viewer
        return self._client.start_playback(title_id, viewer.profile_id, viewer.device_id)


def _shown(mode: contracts.SubtitlesMode | None) -> bool | None:
    """Whether subtitles are shown from the beginning. Films do not tell which ones are forced."""
    return None if mode is None else mode is contracts.SubtitlesMode.ALWAYS


def deliverer(client: EdgeClient, viewer: Viewer) -> Callable[[Sequence[WatchEvent]], None]:
    """What an outbox hands its events to."""

    def deliver(events: Sequence[WatchEvent]) -> None:
        _translated(
            lambda: client.post_watch_events(_wire(event, viewer.profile_id) for event in events)
        )

    return deliver


def _wire(event: WatchEvent, profile_id: str) -> contracts.WatchEvent:
    return contracts.WatchEvent(
        id=event.id,
        session_id=event.session_id,
        profile_id=profile_id,
        title_id=event.title_id,
        kind=contracts.WatchKind(event.kind),
        position_s=event.position_s,
        duration_s=event.duration_s,
        at=event.at,
    )


def _translated(work: Callable[[], _T]) -> _T:
    """Run ``work``; its errors become the player's."""
    try:
        return work()
    except EdgeUnreachable as error:
        raise SourceUnreachable(error.title, detail=error.detail, hint=error.hint) from error
    except EdgeError as error:
        kind = SourceUnreachable if error.retryable else PlayerError
        raise kind(error.title, detail=error.detail, hint=error.hint) from error
