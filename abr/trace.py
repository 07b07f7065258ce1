"""A throughput trace: what a network carried over time, exact in continuous time.

Text of one line per interval, ``duration_ms,kbps`` with an optional ``latency_ms``. A trace
repeats for ever, as the evaluators of the literature have it.
"""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DEFAULT_LATENCY_S = 0.08  # round trip assumed where a trace names none; common in the literature
MOST_LATENCY_S = 60.0  # who waits longer for a first byte has no network
OUTAGE_BPS = 100_000.0  # less carries no picture


class TraceError(ValueError):
    """The text is not a trace; the message names the line."""


class Trace:
    """Rate over time, piecewise constant, repeating after ``duration_s``.

    ``latency_s`` passes between a request and its first byte; the methods here speak of bytes
    that flow, latency apart. Immutable once made.
    """

    def __init__(
        self,
        intervals: Sequence[tuple[float, float]],
        *,
        latency_s: float = DEFAULT_LATENCY_S,
    ) -> None:
        """Intervals of (seconds, bit/s).

        Raises :class:`TraceError` when there is none, one makes no sense or none carries a bit.
        """
        for duration_s, rate_bps in intervals:
            if not 0 < duration_s < math.inf:
                raise TraceError(f"an interval of {duration_s} s")
            if not 0 <= rate_bps < math.inf:
                raise TraceError(f"a rate of {rate_bps} bit/s")
        if not 0 <= latency_s < math.inf:
            raise TraceError(f"a latency of {latency_s} s")
        if not any(rate_bps for _, rate_bps in intervals):
            raise TraceError("the trace carries nothing at any time")
        self.latency_s = latency_s
        self._rates = tuple(rate_bps / 8 for _, rate_bps in intervals)  # bytes per second
        self._edges = tuple(itertools.accumulate((d for d, _ in intervals), initial=0.0))
        self._carried = tuple(
            itertools.accumulate((d * rate_bps / 8 for d, rate_bps in intervals), initial=0.0)
        )
        if not 0 < self._carried[-1] < math.inf:
            raise TraceError("the trace carries nothing, or more than can be counted")

    @property
    def duration_s(self) -> float:
        """Length of one round."""
        return self._edges[-1]

    @property
    def mean_bps(self) -> float:
        """Mean rate over one round."""
        return self._carried[-1] * 8 / self.duration_s

    @property
    def lowest_bps(self) -> float:
        """The least rate of any interval."""
        return min(self._rates) * 8

    def longest_outage_s(self, below_bps: float = OUTAGE_BPS) -> float:
        """The longest time at less than ``below_bps``, across the end of a round, too."""
        longest_s = current_s = 0.0
        lengths_s = [after - before for before, after in itertools.pairwise(self._edges)]
        for length_s, rate in zip(lengths_s * 2, self._rates * 2, strict=True):
            current_s = current_s + length_s if rate * 8 < below_bps else 0.0
            longest_s = max(longest_s, current_s)
        return min(longest_s, self.duration_s)

    def rate_bps_at(self, time_s: float) -> float:
        """Rate at a moment; an interval owns its start."""
        return self._rates[self._interval(math.fmod(time_s, self.duration_s))] * 8

    def bytes_between(self, start_s: float, end_s: float) -> float:
        """Bytes carried from ``start_s`` to ``end_s`` (not before ``start_s``)."""
        return max(0.0, self._carried_until(end_s) - self._carried_until(start_s))

    def arrival_s(self, start_s: float, size_bytes: float) -> float:
        """When the last of ``size_bytes`` has come that begin to flow at ``start_s``.

        Gaps in which nothing is carried are waited out.
        """
        if size_bytes <= 0:
            return start_s
        rounds, offset_s = divmod(start_s, self.duration_s)
        wanted = self._within(offset_s) + size_bytes
        more, rest = divmod(wanted, self._carried[-1])
        if rest == 0:  # the last byte ends a round, it does not wait for the next
            more, rest = more - 1, self._carried[-1]
        # The first edge by which enough was carried ends the interval that carried it.
        position = max(1, bisect.bisect_left(self._carried, rest))
        into_s = (rest - self._carried[position - 1]) / self._rates[position - 1]
        return max(
            start_s,
            (rounds + more) * self.duration_s
            + min(self._edges[position - 1] + into_s, self._edges[position]),
        )

    def arrivals_s(
        self, starts_s: NDArray[np.float64], sizes_bytes: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """:meth:`arrival_s` of many transfers at once; all sizes above 0."""
        import numpy as np  # noqa: PLC0415 - a player reads traces, too, and starts without it

        edges, carried, rates = map(np.asarray, (self._edges, self._carried, self._rates))
        rounds, offsets_s = np.divmod(starts_s, self.duration_s)
        position = np.clip(np.searchsorted(edges, offsets_s, side="right") - 1, 0, len(rates) - 1)
        before = carried[position] + rates[position] * (offsets_s - edges[position])
        more, rest = np.divmod(before + sizes_bytes, carried[-1])
        ends = rest == 0
        more, rest = more - ends, np.where(ends, carried[-1], rest)
        ending = np.maximum(1, np.searchsorted(carried, rest, side="left"))
        into_s = (rest - carried[ending - 1]) / rates[ending - 1]
        within_s = np.minimum(edges[ending - 1] + into_s, edges[ending])
        return np.asarray(np.maximum(starts_s, (rounds + more) * self.duration_s + within_s))

    def _carried_until(self, time_s: float) -> float:
        rounds, offset_s = divmod(time_s, self.duration_s)
        return rounds * self._carried[-1] + self._within(offset_s)

    def _within(self, offset_s: float) -> float:
        """Bytes carried from the start of a round to ``offset_s`` into it."""
        position = self._interval(offset_s)
        return self._carried[position] + self._rates[position] * (offset_s - self._edges[position])

    def _interval(self, offset_s: float) -> int:
        return min(bisect.bisect_right(self._edges, offset_s), len(self._rates)) - 1


def parse(text: str) -> Trace:
    """Read a trace. Empty lines, lines that begin with ``#`` and a line of names are skipped.

    A latency holds for the whole trace: that of the first line to name one. Raises
    :class:`TraceError`, which names the line.
    """
    intervals: list[tuple[float, float]] = []
    latency_s: float | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not intervals and line.strip().startswith("duration_ms,"):
            continue
        duration_ms, kbps, latency_ms = _fields(number, line)
        intervals.append((duration_ms / 1000, kbps * 1000))
        if latency_s is None and latency_ms is not None:
            latency_s = latency_ms / 1000
    if not intervals:
        raise TraceError("the trace is empty: it needs lines of duration_ms,kbps")
    return Trace(intervals, latency_s=DEFAULT_LATENCY_S if latency_s is None else latency_s)


def _fields(number: int, line: str) -> tuple[float, float, float | None]:
    parts = line.split(",")
    if len(parts) not in (2, 3):
        raise TraceError(f"line {number}: expected duration_ms,kbps[,latency_ms], got {line!r}")
    try:
        values = [float(part) for part in parts]
    except ValueError:
        raise TraceError(f"line {number}: not a number in {line!r}") from None
    duration_ms, kbps = values[0], values[1]
    latency_ms = values[2] if len(values) == 3 else None
    if not 0 < duration_ms < math.inf:
        raise TraceError(f"line {number}: a duration must be above 0, got {parts[0].strip()}")
    if not 0 <= kbps < math.inf:
        raise TraceError(f"line {number}: a rate must be 0 or more, got {parts[1].strip()}")
    if latency_ms is not None and not 0 <= latency_ms <= MOST_LATENCY_S * 1000:
        raise TraceError(
            f"line {number}: a latency goes from 0 to {MOST_LATENCY_S * 1000:.0f} ms, "
            f"got {parts[2].strip()}"
        )
    return duration_ms, kbps, latency_ms
