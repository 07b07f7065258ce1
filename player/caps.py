"""What caps the quality of a playback besides its network: plan, screen, profile, this device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from abr.context import Limits
from abr.dropped_frames import FORGOTTEN_AFTER_S, FrameTally, too_heavy
from abr.media import AdaptationSet, Representation, RepresentationId
from abr.profiles import QualityProfile
from player.snapshot import PlayerState, Snapshot

_LONGEST_LOOK_S = 5.0  # of film between two looks; more is a jump


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    position_s: float
    dropped: int
    shown: RepresentationId


class FrameWatch:
    """Counts the frames of each representation that this device did not show.

    Threading: the player's event loop.
    """

    def __init__(self, video: AdaptationSet | None, clock: Callable[[], float]) -> None:
        self._video, self._clock = video, clock
        self._tallies: dict[RepresentationId, FrameTally] = {}
        self._last: _Look | None = None
        self._heavy: RepresentationId | None = None
        self._heavy_since_s = 0.0

    def look_away(self) -> None:
        """Frames that are missing until the next look say nothing."""
        self._last = None

    def forget(self) -> None:
        """Another window may be easier to fill."""
        self._tallies.clear()
        self._last = self._heavy = None

    def look(self, position_s: float, shown: Representation, dropped: int) -> None:
        """``shown`` plays at ``position_s``; ``dropped`` frames are missing so far in this load."""
        last = self._last
        self._last = _Look(position_s=position_s, dropped=dropped, shown=shown.id)
        if last is None or last.shown != shown.id or self._video is None:
            return
        played_s, missing = position_s - last.position_s, dropped - last.dropped
        if 0 < played_s <= _LONGEST_LOOK_S and missing >= 0:
            tally = self._tallies.get(shown.id, FrameTally())
            due = played_s * float(self._video.frame_rate)
            self._tallies[shown.id] = tally.and_also(due=due, dropped=missing)

    @property
    def too_heavy(self) -> RepresentationId | None:
        """The representation from which on this device drops too much, for a while."""
        if self._video is None:
            return None
        now_s = self._clock()
        if self._heavy is not None and now_s - self._heavy_since_s >= FORGOTTEN_AFTER_S:
            self.forget()
        heavy = too_heavy(self._tallies, self._video.representations)
        if heavy != self._heavy:
            self._heavy, self._heavy_since_s = heavy, now_s
        return heavy


def profile_limits(
    profile: QualityProfile, plan_height_px: int | None, screen_height_px: int | None
) -> Limits:
    """What caps a playback from its first segment on."""
    return Limits(
        max_height_px=plan_height_px,
        screen_height_px=screen_height_px if profile.fits_screen else None,
        max_bandwidth_bps=profile.max_bandwidth_bps,
    )


class Caps:
    """All limits of one playback.

    Threading: the player's event loop.
    """

    def __init__(
        self,
        *,
        video: AdaptationSet | None,
        clock: Callable[[], float],
        plan_height_px: int | None,
        profile: QualityProfile,
        screen_height_px: int | None,
    ) -> None:
        self.frames = FrameWatch(video, clock)
        self.fixed: RepresentationId | None = None
        self.profile = profile
        self._plan_height_px = plan_height_px
        self._screen_height_px = screen_height_px
        self._applied = self.limits

    def set_screen(self, height_px: int | None) -> None:
        """The picture is shown ``height_px`` tall; ``None``: nobody sees it."""
        if height_px != self._screen_height_px:
            self._screen_height_px = height_px
            self.frames.forget()

    def look(self, now: Snapshot) -> None:
        """Count frames, once a second; a picture that stands, jumps or runs fast is left out."""
        if now.state is PlayerState.PLAYING and now.shown is not None and now.speed <= 1:
            self.frames.look(now.position_s, now.shown, now.dropped_frames)
        else:
            self.frames.look_away()

    def changed(self) -> bool:
        """Whether the limits are others than when this was last asked."""
        before, self._applied = self._applied, self.limits
        return self._applied != before

    @property
    def plan(self) -> Limits:
        """What not even a person's choice goes beyond."""
        return Limits(max_height_px=self._plan_height_px)

    @property
    def limits(self) -> Limits:
        """All of them, as they are now."""
        lasting = profile_limits(self.profile, self._plan_height_px, self._screen_height_px)
        return replace(lasting, too_heavy=self.frames.too_heavy, fixed=self.fixed)
