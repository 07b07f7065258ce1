"""Which representations a film gets: sizes and rate caps, from the size of the source.

Caps follow the common VOD ladders (HLS authoring specification, scaled to x264 at CRF 23); the
lowest rung is cheap on purpose, it is what a bad mobile network can carry.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from abr.media import RepresentationId

CRF = 23  # x264 veryfast at 23: VMAF about 90 at 720p, measured
# A rung less than this much smaller than the source would cost an encode and look the same.
WORTHWHILE = Fraction(115, 100)
HIGH_RATE = 31  # frames per second above which the caps grow
HIGH_RATE_FACTOR = Fraction(3, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A 16:9 frame that pictures are fitted into, and the cap for pictures that fill it."""

    long_px: int
    short_px: int
    max_bps: int


BOXES: tuple[Box, ...] = (
    Box(long_px=426, short_px=240, max_bps=280_000),
    Box(long_px=640, short_px=360, max_bps=650_000),
    Box(long_px=854, short_px=480, max_bps=1_250_000),
    Box(long_px=1280, short_px=720, max_bps=2_800_000),
    Box(long_px=1920, short_px=1080, max_bps=5_200_000),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One representation to encode. Sizes are even; ``max_bps`` caps the rate, CRF chooses it."""

    id: RepresentationId
    width_px: int
    height_px: int
    max_bps: int

    @property
    def buffer_bits(self) -> int:
        """Size of the rate control's buffer: one second, so that a segment stays near the cap."""
        return self.max_bps


def ladder(*, width_px: int, height_px: int, rate: Fraction) -> tuple[Rung, ...]:
    """Rungs for a source of this display size, ascending, none larger than the source.

    The best rung has the source's own size where that is at most 1080p. Upright pictures are
    treated as their own turned side. Raises ``ValueError`` below 16 pixels.
    """
    if min(width_px, height_px) < 16:
        raise ValueError(f"{width_px}x{height_px} is too small to be a film")
    factor = HIGH_RATE_FACTOR if rate > HIGH_RATE else Fraction(1)
    rungs: dict[tuple[int, int], Rung] = {}
    for box in BOXES:
        scale = _fit(box, width_px, height_px)
        if scale >= 1:
            break
        if scale * WORTHWHILE < 1 or box is BOXES[-1]:
            size = _even(width_px * scale, width_px), _even(height_px * scale, height_px)
            rungs.setdefault(size, _rung(size, box.short_px, box.max_bps, factor))
    else:
        return tuple(rungs.values())
    size = _even(Fraction(width_px), width_px), _even(Fraction(height_px), height_px)
    name = _nominal_px(box, scale)
    below_bps = max((int(rung.max_bps / factor) for rung in rungs.values()), default=0)
    max_bps = max(_cap_bps(box, size), int(below_bps * WORTHWHILE))
    rungs.setdefault(size, _rung(size, name, max_bps, factor))
    return tuple(rungs.values())


def _fit(box: Box, width_px: int, height_px: int) -> Fraction:
    long_px, short_px = max(width_px, height_px), min(width_px, height_px)
    return min(Fraction(box.long_px, long_px), Fraction(box.short_px, short_px))


def _even(size_px: Fraction, source_px: int) -> int:
    """The nearest even size (4:2:0 chroma needs it) that is not larger than the source."""
    return max(2, min(round(size_px / 2) * 2, source_px // 2 * 2))


def _nominal_px(box: Box, scale: Fraction) -> int:
    """The number people call it by: 1920x800 is "1080", 400x170 is "225"."""
    return round(box.short_px / scale)


def _cap_bps(box: Box, size: tuple[int, int]) -> int:
    share = Fraction(size[0] * size[1], box.long_px * box.short_px)
    # Rate grows slower than area: small pictures hold more detail per pixel.
    return max(int(box.max_bps * min(1.0, float(share) ** 0.75)), 60_000)


def _rung(size: tuple[int, int], name_px: int, max_bps: int, factor: Fraction) -> Rung:
    return Rung(
        id=RepresentationId(f"v{name_px}"),
        width_px=size[0],
        height_px=size[1],
        max_bps=int(max_bps * factor),
    )
