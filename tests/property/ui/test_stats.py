"""The chart stays inside its frame, whatever a network and a player do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from abr.context import ThroughputEstimate
from player.snapshot import TimelinePoint
from ui.viewmodel import words
from ui.viewmodel.chart import chart_of

rates = st.floats(0, 1e11)
levels = st.floats(0, 1e5)


@st.composite
def timelines(draw: st.DrawFn) -> tuple[TimelinePoint, ...]:
    gaps = draw(st.lists(st.floats(0, 400), max_size=30))
    points: list[TimelinePoint] = []
    at_s = 0.0
    for index, gap_s in enumerate(gaps):
        at_s += gap_s
        low, middle, high = sorted(draw(st.tuples(rates, rates, rates)))
        known = draw(st.booleans())
        points.append(
            TimelinePoint(
                at_s=at_s,
                segment_index=index,
                throughput_bps=draw(rates),
                estimate=ThroughputEstimate(
                    throughput_bps=middle, low_bps=low, high_bps=high, ttfb_s=0.0, samples=1
                )
                if known
                else None,
                buffer_level_s=draw(levels),
                bandwidth_bps=draw(st.integers(0, 10**9)),
                height_px=720,
                stalled=draw(st.booleans()),
                given_up=draw(st.booleans()),
                replaced=draw(st.booleans()),
            )
        )
    return tuple(points)


@given(timelines())
def test_every_point_is_inside_the_frame(timeline: tuple[TimelinePoint, ...]) -> None:
    chart = chart_of(timeline)
    lines = (chart.throughput, chart.band, chart.buffer, chart.representation)
    for line in (*lines, chart.stalls, chart.given_up, chart.replaced):
        for x, y in line:
            assert 0.0 <= x <= 1.0
            assert 0.0 <= y <= 1.0


@given(timelines())
def test_lines_run_from_left_to_right(timeline: tuple[TimelinePoint, ...]) -> None:
    chart = chart_of(timeline)
    for line in (chart.throughput, chart.buffer, chart.representation):
        assert [x for x, _ in line] == sorted(x for x, _ in line)


@given(st.floats(0, 1e6))
def test_clocks_read_back(position_s: float) -> None:
    parts = [int(part) for part in words.clock(position_s).split(":")]
    total = sum(part * 60**power for power, part in enumerate(reversed(parts)))
    assert total <= position_s < total + 1
