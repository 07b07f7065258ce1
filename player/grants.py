"""Leave to play a title: what the player needs from whoever serves it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Where a title's film is and where to start it.

    ``media_url`` is the folder the manifest's paths are relative to, with a slash at its end.
    """

    session_id: str
    title_id: str
    name: str
    media_url: str
    manifest_path: str = "manifest.json"
    resume_s: float = 0.0
    max_height_px: int | None = None
    presentation_id: str = ""  # what the manifest is of; empty: not known
    audio_language: str | None = None  # preferred; None: the film's own beginning
    subtitle_language: str | None = None
    subtitles_shown: bool | None = None  # None: as before


class PrefetchGrants(Protocol):
    """Raises :class:`~player.errors.PlayerError` when a title cannot be read."""

    async def prefetch(self, title_id: str) -> Grant:
        """Leave to read the beginning of ``title_id``, of no session: it takes no stream."""


class Grants(Protocol):
    """Raises :class:`~player.errors.PlayerError` when a title may not or cannot be played."""

    async def request(self, title_id: str) -> Grant:
        """Leave to play ``title_id``."""

    async def release(self, session_id: str) -> None:
        """The playback is over; its place is free for another device."""
