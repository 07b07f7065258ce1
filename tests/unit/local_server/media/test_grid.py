from fractions import Fraction

import pytest

from local_server.media.grid import Grid, standard_rate


@pytest.mark.parametrize(
    ("measured", "standard"),
    [
        (Fraction(24), Fraction(24)),
        (Fraction(23976, 1000), Fraction(24000, 1001)),
        (Fraction(2997, 100), Fraction(30000, 1001)),
        (Fraction(2983, 100), Fraction(30000, 1001)),  # a phone in the dusk
        (Fraction(15), Fraction(15)),
        (Fraction(120), Fraction(60)),
        (Fraction(240), Fraction(60)),
        (Fraction(100), Fraction(50)),
        (Fraction(1), Fraction(10)),
    ],
)
def test_rates_come_to_the_nearest_standard_one(measured: Fraction, standard: Fraction) -> None:
    assert standard_rate(measured) == standard


@pytest.mark.parametrize("rate", [Fraction(0), Fraction(-24)])
def test_a_rate_that_is_not_positive_is_refused(rate: Fraction) -> None:
    with pytest.raises(ValueError, match="frame rate"):
        standard_rate(rate)


@pytest.mark.parametrize(
    ("rate", "segment_s"),
    [
        (Fraction(24), Fraction(4)),
        (Fraction(25), Fraction(4)),
        (Fraction(25, 2), Fraction(4)),
        (Fraction(60), Fraction(4)),
        (Fraction(30000, 1001), Fraction(4004, 1000)),
        (Fraction(24000, 1001), Fraction(4004, 1000)),
        (Fraction(60000, 1001), Fraction(4004, 1000)),
    ],
)
def test_a_segment_is_two_gops_of_two_seconds(rate: Fraction, segment_s: Fraction) -> None:
    grid = Grid(rate=rate)
    assert grid.segment_frames == 2 * grid.gop_frames
    assert grid.segment_s == segment_s
    assert grid.chunk_s == 8 * segment_s
