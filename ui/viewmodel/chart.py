"""The chart of the stats panel: the last minutes of a playback as lines and marks. Pure.

It has two scales. Rates are drawn on a logarithmic one: over a loopback the network is a hundred
times the film's rate, and a linear scale would press the ladder flat. The buffer has a linear one
of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from player.snapshot import TimelinePoint

WINDOW_S = 180.0  # how much of the past the chart shows
MIN_SPAN_S = 10.0  # so that the first seconds do not jump across the whole width
BUFFER_SCALE_S = 30.0  # a full chart at the least

ChartPoint = tuple[float, float]
"""x and y from 0 to 1, the origin bottom left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Lines and marks. ``band`` is closed: along the upper edge and back along the lower."""

    throughput: tuple[ChartPoint, ...] = ()
    band: tuple[ChartPoint, ...] = ()
    buffer: tuple[ChartPoint, ...] = ()
    representation: tuple[ChartPoint, ...] = ()
    stalls: tuple[tuple[float, float], ...] = ()  # from and to, in x
    given_up: tuple[ChartPoint, ...] = ()  # marks on the representation's line
    replaced: tuple[ChartPoint, ...] = ()


def chart_of(timeline: tuple[TimelinePoint, ...]) -> Chart:
    """The lines for the last minutes of ``timeline``."""
    if not timeline:
        return Chart()
    end_s = timeline[-1].at_s
    points = [point for point in timeline if end_s - point.at_s <= WINDOW_S]
    start_s = points[0].at_s
    span_s = max(MIN_SPAN_S, end_s - start_s)
    rates = _rate_scale(points)
    full_s = max(BUFFER_SCALE_S, *(point.buffer_level_s for point in points)) * 1.1

    def x(point: TimelinePoint) -> float:
        return (point.at_s - start_s) / span_s

    measured = [point for point in points if point.estimate is not None]
    upper = [(x(p), rates(p.estimate.high_bps)) for p in measured if p.estimate is not None]
    lower = [(x(p), rates(p.estimate.low_bps)) for p in measured if p.estimate is not None]
    return Chart(
        throughput=tuple((x(p), rates(p.throughput_bps)) for p in points if p.throughput_bps > 0),
        band=(*upper, *reversed(lower)),
        buffer=tuple((x(p), min(1.0, p.buffer_level_s / full_s)) for p in points),
        representation=_steps([(x(p), rates(p.bandwidth_bps)) for p in points]),
        stalls=_stalls(points, x),
        given_up=tuple((x(p), rates(p.bandwidth_bps)) for p in points if p.given_up),
        replaced=tuple((x(p), rates(p.bandwidth_bps)) for p in points if p.replaced),
    )


def _stalls(
    points: list[TimelinePoint], x: Callable[[TimelinePoint], float]
) -> tuple[tuple[float, float], ...]:
    """The spans over which the picture stood, each from the moment before it was noted."""
    spans: list[tuple[float, float]] = []
    before: TimelinePoint | None = None
    for point in points:
        if point.stalled:
            begins = x(point if before is None else before)
            if before is not None and before.stalled and spans:
                begins = spans.pop()[0]
            spans.append((begins, x(point)))
        before = point
    return tuple(spans)


class _LogScale:
    """Maps rates to 0.06 to 0.94 by their logarithm, so that lines keep off the frame."""

    def __init__(self, low_bps: float, high_bps: float) -> None:
        self._low = math.log(low_bps)
        self._span = max(math.log(2.0), math.log(high_bps) - self._low)

    def __call__(self, rate_bps: float) -> float:
        if rate_bps <= 0:
            return 0.06
        share = (math.log(rate_bps) - self._low) / self._span
        return 0.06 + 0.88 * min(1.0, max(0.0, share))


def _rate_scale(points: list[TimelinePoint]) -> _LogScale:
    rates = [float(point.bandwidth_bps) for point in points]
    rates += [point.throughput_bps for point in points]
    rates += [point.estimate.high_bps for point in points if point.estimate is not None]
    positive = [rate for rate in rates if rate > 0] or [1.0]
    return _LogScale(min(positive), max(positive))


def _steps(points: list[ChartPoint]) -> tuple[ChartPoint, ...]:
    """A staircase: each height holds until the next point."""
    steps: list[ChartPoint] = []
    for x, y in points:
        if steps:
            steps.append((x, steps[-1][1]))
        steps.append((x, y))
    return tuple(steps)
