"""The media engine as the session sees it: something that decodes and shows.

The session knows this protocol and never the engine behind it, so that tests drive it with a
fake and the composition root chooses libmpv.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtitleSource:
    """A subtitle file the engine may show; ``id`` is the adaptation set's."""

    id: str
    url: str
    language: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStarted:
    """The first frame of a load was shown."""

    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSeeked:
    """The picture at the new position is shown."""

    position_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EnginePosition:
    """The picture now shown."""

    position_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStalled:
    """The engine ran out of film (``stalled``) or has enough again."""

    stalled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineResolution:
    """Decoded pictures have a new size; ``position_s`` is the last picture shown before."""

    position_s: float
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineDecodeError:
    """The decoder complained."""

    position_s: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineDropped:
    """Frames dropped so far in this load, by decoder and output together."""

    frames: int


class EndReason(StrEnum):
    """Why a load ended."""

    END_OF_FILM = "end_of_film"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineEnded:
    """The load is over."""

    reason: EndReason
    detail: str = ""


EngineEvent = (
    EngineStarted
    | EngineSeeked
    | EnginePosition
    | EngineStalled
    | EngineResolution
    | EngineDecodeError
    | EngineDropped
    | EngineEnded
)


class MediaEngine(Protocol):
    """Decodes and shows one load at a time.

    Threading: every method may be called from any thread and returns at once; events arrive on
    a thread of the engine's own, in order, and listeners must not block.
    """

    def listen(self, listener: Callable[[EngineEvent], None]) -> None:
        """Deliver events to ``listener`` from now on, replacing an earlier one."""

    def load(
        self,
        url: str,
        *,
        start_s: float,
        paused: bool,
        subtitles: tuple[SubtitleSource, ...],
        audio_index: int | None,
        subtitle_id: str | None,
    ) -> None:
        """Play ``url`` from ``start_s``; replaces what was loaded."""

    def stop(self) -> None:
        """End the load; the engine stays usable."""

    def set_paused(self, paused: bool) -> None:
        """Freeze or go on."""

    def seek(self, position_s: float) -> None:
        """Show the frame at ``position_s``, to the frame."""

    def set_speed(self, speed: float) -> None:
        """Playback speed with pitch kept, 0.5 to 2."""

    def set_volume(self, percent: float) -> None:
        """0 to 100 by ear (cubic)."""

    def set_muted(self, muted: bool) -> None:
        """Silence without losing the volume."""

    def select_audio(self, index: int) -> None:
        """The ``index``-th audio adaptation set (from 0)."""

    def select_subtitle(self, subtitle_id: str | None) -> None:
        """A subtitle given at load, or none."""

    def close(self) -> None:
        """Release everything; blocks until the engine's threads have ended."""
