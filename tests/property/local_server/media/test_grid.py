from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from local_server.media.grid import STANDARD_RATES, Grid, standard_rate


@given(st.fractions(min_value=Fraction(1, 10), max_value=1000))
def test_every_rate_becomes_a_standard_one(measured: Fraction) -> None:
    assert standard_rate(measured) in STANDARD_RATES


@given(st.sampled_from(STANDARD_RATES), st.fractions(min_value=-1, max_value=1))
def test_a_rate_close_to_a_standard_one_becomes_it(standard: Fraction, shift: Fraction) -> None:
    # Neighbours may be as close as 1000 to 1001.
    assert standard_rate(standard * (1 + shift / 4000)) == standard


@given(st.sampled_from(STANDARD_RATES), st.integers(min_value=0, max_value=10_000))
def test_frames_and_chunks_fall_on_whole_ticks(rate: Fraction, chunk: int) -> None:
    grid = Grid(rate=rate)
    frame_ticks = grid.timescale / rate
    assert frame_ticks.denominator == 1
    start_ticks = chunk * grid.chunk_s * grid.timescale
    assert start_ticks == chunk * grid.chunk_frames * frame_ticks
    # FFmpeg is told chunk starts in microseconds, and files may count in milliseconds.
    assert (chunk * grid.chunk_s * 1000).denominator == 1
