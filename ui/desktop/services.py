"""What the desktop window is given: the rest of the application, as protocols."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from player.control import PlaybackControl
from ui.viewmodel.ports import Catalog, Prefetcher, ServerWatch


class VideoSurface(Protocol):
    """A media engine whose pictures a window can draw."""

    @property
    def handle(self) -> Any:
        """The ``mpv.MPV`` made with ``vo=libmpv``; alive until the window is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DesktopSettings:
    """How a person wants the window."""

    reduced_motion: bool = False
    full_screen: bool = False
    width_px: int = 1280
    height_px: int = 720


@dataclass(frozen=True, slots=True, kw_only=True)
class DesktopServices:
    """Everything the window works with.

    ``home`` names the one window there may be of this home. ``video`` is ``None`` where nothing
    is drawn (tests without OpenGL). ``profile_id`` is ``None`` when the server is to be asked.
    ``opening`` finds the title to play at once, from ``start_s`` on or where its viewer stopped;
    it runs off the screen's thread and may wait for the server. Without a ``prefetcher`` nothing
    is fetched before it is asked for.
    """

    client: Catalog
    control: PlaybackControl
    server: ServerWatch
    video: VideoSurface | None
    home: Path
    profile_id: str | None = None
    prefetcher: Prefetcher | None = None
    opening: Callable[[], str | None] | None = None
    start_s: float | None = None
    settings: DesktopSettings = field(default_factory=DesktopSettings)
