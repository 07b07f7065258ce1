"""The frame grid all representations of a film share: rate, GOPs, segments, chunks.

Everything is counted in frames of one constant rate, so that a segment boundary is the same
instant in every representation and at every restart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

# Rates that screens and players meet daily (SMPTE ST 2036-1 and film); below them the low rates
# of screen recordings and webcams, each with a whole number of frames in two seconds.
STANDARD_RATES: tuple[Fraction, ...] = (
    Fraction(10),
    Fraction(12),
    Fraction(25, 2),
    Fraction(15),
    Fraction(20),
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(48),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
)
GOP_S = 2  # an IDR frame every two seconds: HLS authoring specification 1.13
GOPS_PER_SEGMENT = 2
SEGMENTS_PER_CHUNK = 8


def standard_rate(measured: Fraction) -> Fraction:
    """The standard rate nearest to ``measured`` by ratio; multiples above 60 are divided first.

    120 becomes 60 (every second frame), not a rate of its own. Raises ``ValueError`` for a rate
    that is not positive.
    """
    if measured <= 0:
        raise ValueError(f"a frame rate of {measured}")
    rate = measured
    while rate > Fraction(601, 10):
        rate /= 2
    return min(STANDARD_RATES, key=lambda standard: abs(math.log(standard / rate)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Frames of a constant ``rate`` per second, cut into GOPs, segments and chunks.

    A segment is exactly two GOPs of two seconds: 4 s, or 4.004 s at the NTSC rates. A chunk is
    what one encoder run makes: some segments, about 32 s.
    """

    rate: Fraction

    @property
    def gop_frames(self) -> int:
        """Frames from one IDR to the next."""
        return round(self.rate * GOP_S)

    @property
    def segment_frames(self) -> int:
        """Frames of a full segment."""
        return self.gop_frames * GOPS_PER_SEGMENT

    @property
    def chunk_frames(self) -> int:
        """Frames of a full chunk."""
        return self.segment_frames * SEGMENTS_PER_CHUNK

    @property
    def segment_s(self) -> Fraction:
        """Length of a full segment."""
        return self.segment_frames / self.rate

    @property
    def chunk_s(self) -> Fraction:
        """Length of a full chunk."""
        return self.chunk_frames / self.rate

    @property
    def timescale(self) -> int:
        """Ticks per second of the tracks we write: a frame is a whole number of them."""
        return self.rate.numerator * (1 if self.rate.denominator == 1001 else 1000)

    def seconds(self, frames: int) -> Fraction:
        """Length of so many frames."""
        return frames / self.rate
