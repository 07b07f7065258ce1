"""Dropped frames: a device that cannot show a representation in time gets one below it.

After the DroppedFramesRule of the DASH reference player (K. Spiteri, R. Sitaraman, D. Sparacio,
"From Theory to Practice", MMSys 2018), whose thresholds these are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from abr.media import Representation, RepresentationId

ENOUGH_FRAMES = 375.0  # 15 s at 25 frames a second: less may have been a moment of other work
MOST_DROPPED = 0.15  # of the frames
FORGOTTEN_AFTER_S = 300.0  # then it may try again: whatever kept the device busy may be over


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameTally:
    """Frames of one representation that were due, and how many of them were not shown."""

    due: float = 0.0
    dropped: float = 0.0

    def and_also(self, *, due: float, dropped: float) -> FrameTally:
        """With more of both."""
        return FrameTally(due=self.due + due, dropped=self.dropped + dropped)

    @property
    def too_many(self) -> bool:
        """Whether so many are missing that it shows."""
        return self.due >= ENOUGH_FRAMES and self.dropped > MOST_DROPPED * self.due


def too_heavy(
    tallies: Mapping[RepresentationId, FrameTally], ladder: tuple[Representation, ...]
) -> RepresentationId | None:
    """The lowest representation of ``ladder`` (ascending) that drops too many frames.

    ``None``: all that were tried are fine, or only the lowest is not, below which there is none.
    """
    heavy = (r.id for r in ladder[1:] if tallies.get(r.id, FrameTally()).too_many)
    return next(heavy, None)
