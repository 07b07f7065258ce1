"""The media model: limits and positions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from abr.context import Limits
from abr.media import AdaptationSet
from tests.helpers.strategies import films, limits


@given(films(), limits)
def test_limits_never_empty_a_ladder_and_keep_its_order(film: AdaptationSet, caps: Limits) -> None:
    allowed = caps.allowed(film.representations)

    assert allowed
    positions = [film.representations.index(r) for r in allowed]
    assert positions == sorted(positions)


@given(films(), limits)
def test_limits_hold_but_for_the_lowest_rung(film: AdaptationSet, caps: Limits) -> None:
    for entry in caps.allowed(film.representations):
        if entry.id == caps.fixed or entry == film.representations[0]:
            continue
        assert caps.max_height_px is None or entry.height_px <= caps.max_height_px
        assert caps.max_bandwidth_bps is None or entry.bandwidth_bps <= caps.max_bandwidth_bps


@given(films(), st.floats(-10.0, 500.0))
def test_a_position_belongs_to_the_segment_around_it(
    film: AdaptationSet, position_s: float
) -> None:
    index = film.segment_at(position_s)

    starts_s = film.segment_starts_s
    assert 0 <= index < len(film.segment_durations_s)
    if 0 <= position_s < film.duration_s:
        # A position within half a millisecond of the next start counts as that start.
        assert starts_s[index] - 5e-4 <= position_s < starts_s[index + 1]


@given(films())
def test_every_start_lies_in_its_own_segment(film: AdaptationSet) -> None:
    for index, start_s in enumerate(film.segment_starts_s[:-1]):
        assert film.segment_at(start_s) == index
