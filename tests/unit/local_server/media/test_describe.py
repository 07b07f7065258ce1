from fractions import Fraction

import pytest

from local_server.media.boxes import InitSegment, SegmentTimes
from local_server.media.describe import Measured, NotAligned, check_on_grid
from local_server.media.grid import Grid

TICKS = 1000
INIT = InitSegment(
    timescale=24_000,
    media_offset=2 * TICKS,
    default_duration=TICKS,
    codecs="avc1.64001f",
    width_px=640,
    height_px=360,
)
GRID = Grid(rate=Fraction(24))


def segment(first: int, count: int) -> SegmentTimes:
    """Frames from ``first`` on, stored two frames late as a stream with B-frames is."""
    return SegmentTimes(
        decode_start=first * TICKS,
        durations=(TICKS,) * count,
        presentation=tuple((first + n + 2) * TICKS for n in range(count)),
    )


def measured(*samples: SegmentTimes, sizes: tuple[int, ...]) -> Measured:
    ends = [s.decode_start + sum(s.durations) for s in samples]
    starts = (Fraction(0), *(Fraction(end, INIT.timescale) for end in ends))
    return Measured(
        init=INIT, init_bytes=800, segment_bytes=sizes, starts_s=starts, samples=samples
    )


def test_the_peak_is_the_dearest_segment_of_usual_length() -> None:
    film = measured(segment(0, 96), segment(96, 96), segment(192, 1), sizes=(4000, 2000, 1000))
    assert film.durations_s == (Fraction(4), Fraction(4), Fraction(1, 24))
    assert film.peak_bps == 8000  # not the 192,000 of the single last frame
    assert film.average_bps == round(7000 * 8 * 24 / 193)


def test_a_film_on_the_grid_is_accepted() -> None:
    check_on_grid("v360", measured(segment(0, 96), segment(96, 10), sizes=(1, 1)), GRID, 106)


@pytest.mark.parametrize(
    ("samples", "frames"),
    [
        ((segment(0, 96), segment(96, 9)), 106),  # one frame short
        ((segment(0, 95), segment(95, 11)), 106),  # the boundary one frame early
        ((segment(1, 96), segment(97, 10)), 106),  # all of it one frame late
        ((segment(0, 96), segment(96, 10)), 97),  # more than there should be
    ],
)
def test_a_film_off_the_grid_is_refused(samples: tuple[SegmentTimes, ...], frames: int) -> None:
    with pytest.raises(NotAligned, match="v360"):
        check_on_grid("v360", measured(*samples, sizes=(1,) * len(samples)), GRID, frames)
