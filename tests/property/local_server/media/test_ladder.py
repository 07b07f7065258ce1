from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from local_server.media.grid import STANDARD_RATES
from local_server.media.ladder import BOXES, ladder

SIDES = st.integers(min_value=16, max_value=8192)
RATES = st.sampled_from(STANDARD_RATES)


@given(width_px=SIDES, height_px=SIDES, rate=RATES)
def test_a_ladder_ascends_fits_and_never_enlarges(
    width_px: int, height_px: int, rate: Fraction
) -> None:
    rungs = ladder(width_px=width_px, height_px=height_px, rate=rate)
    assert rungs
    assert len({rung.id for rung in rungs}) == len(rungs)
    for rung in rungs:
        assert rung.width_px % 2 == 0
        assert rung.height_px % 2 == 0
        assert 0 < rung.width_px <= width_px
        assert 0 < rung.height_px <= height_px
        assert min(rung.width_px, rung.height_px) <= BOXES[-1].short_px
    for lower, higher in pairwise(rungs):
        assert lower.width_px * lower.height_px < higher.width_px * higher.height_px
        assert lower.max_bps < higher.max_bps


@given(width_px=SIDES, height_px=SIDES, rate=RATES)
def test_a_ladder_keeps_the_shape(width_px: int, height_px: int, rate: Fraction) -> None:
    for rung in ladder(width_px=width_px, height_px=height_px, rate=rate):
        wanted = rung.width_px * height_px / width_px
        # Half a step of two pixels on either side.
        slack = 1.001 + 1.001 * height_px / width_px
        assert abs(rung.height_px - wanted) <= max(2.0, slack) + 1
