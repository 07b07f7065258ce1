"""What a screen can ask of a playback: the protocol view models are written against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from abr.media import AdaptationSetId, RepresentationId
from abr.profiles import QualityProfileId
from player.snapshot import Snapshot


class PlaybackControl(Protocol):
    """A playback session as its remote control.

    Threading: every method may be called from any thread and returns at once. Listeners are
    called on the player's own thread and must not block.
    """

    @property
    def snapshot(self) -> Snapshot:
        """The newest state."""

    def listen(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Deliver every new snapshot to ``listener``; the answer ends that."""

    def play(self, title_id: str, *, start_s: float | None = None) -> None:
        """Play a title from ``start_s``, or from its resume point; replaces what plays."""

    def stop(self) -> None:
        """End the playback and go back to ``IDLE``; the resume point is kept."""

    def pause(self) -> None:
        """Freeze the picture; fetching goes on until the buffer is full."""

    def resume(self) -> None:
        """Go on after a pause."""

    def seek(self, position_s: float) -> None:
        """Go to a position, exact to the frame, clamped to the film."""

    def set_speed(self, speed: float) -> None:
        """0.5 to 2."""

    def set_volume(self, percent: float) -> None:
        """0 to 100."""

    def set_muted(self, muted: bool) -> None:
        """Silence without losing the volume."""

    def choose_quality(self, representation_id: RepresentationId | None) -> None:
        """A fixed representation from the next segment on, or ``None`` for Auto."""

    def choose_profile(self, profile_id: QualityProfileId) -> None:
        """What Auto goes by, from the next segment on and in every film after this."""

    def set_screen(self, height_px: int | None) -> None:
        """How tall the picture is shown, in pixels of the device; ``None``: nobody sees it."""

    def select_audio(self, set_id: AdaptationSetId) -> None:
        """Another audio language."""

    def select_subtitle(self, set_id: AdaptationSetId | None) -> None:
        """Subtitles, or none."""
