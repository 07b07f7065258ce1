"""How the transfer under way goes: its rate as a whole and of late, and since when it is slow."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from abr.context import TransferProgress
from abr.throughput import MINIMUM_FLOW_S

RECENT_PROGRESS_S = 1.0  # bridges the pauses of one TCP window, forgets what came before a collapse
SLOW_SHARE = 0.7  # of the usual rate: below, a spell of slowness has begun
SHORTEST_SPELL_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """``overall_bps`` is of the whole transfer, ``recent_bps`` of its last second.

    Both are ``None`` while no byte has come. ``slow_s`` is how long bytes have come much slower
    than usual, transfers before this one included; 0 when they do not.
    """

    overall_bps: float | None
    recent_bps: float | None
    slow_s: float

    @property
    def lowest_bps(self) -> float | None:
        """The lower of both rates: quick to notice that bytes stopped coming."""
        if self.overall_bps is None or self.recent_bps is None:
            return None
        return min(self.overall_bps, self.recent_bps)


class TransferMeter:
    """Watches one transfer after the other."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque()
        self._transfer: tuple[str, int] | None = None
        self._slow_since_s: float | None = None
        self._slow_below_bps = 0.0

    def pace(self, progress: TransferProgress, now_s: float, usual_bps: float | None) -> Pace:
        """Judge this moment; each call is also a point of the measurement.

        A smaller elapsed time than before means the segment is being fetched anew.
        ``usual_bps`` is what transfers carry on this network, ``None`` when nobody knows.
        """
        self._remember(progress)
        overall_bps, recent_bps = self._rates_bps(progress)
        self._slow_below_bps = SLOW_SHARE * (usual_bps or 0.0)
        slow = (recent_bps or 0.0) < self._slow_below_bps
        if not slow:
            self._slow_since_s = None
        elif self._slow_since_s is None:
            self._slow_since_s = now_s - min(RECENT_PROGRESS_S, progress.elapsed_s)
        since_s = self._slow_since_s
        slow_s = 0.0 if since_s is None else max(now_s - since_s, SHORTEST_SPELL_S)
        return Pace(overall_bps=overall_bps, recent_bps=recent_bps, slow_s=slow_s)

    def finished(self, rate_bps: float) -> None:
        """A transfer came to its end at this rate: at a usual one a slow spell is over."""
        if rate_bps >= self._slow_below_bps:
            self._slow_since_s = None

    def _rates_bps(self, progress: TransferProgress) -> tuple[float | None, float | None]:
        if progress.ttfb_s is None or progress.received_bytes <= 0:
            return None, None
        flow_s = max(progress.elapsed_s - progress.ttfb_s, MINIMUM_FLOW_S)
        overall_bps = progress.received_bytes * 8 / flow_s
        elapsed_s, received = self._points[0]
        window_s = progress.elapsed_s - elapsed_s
        if window_s < RECENT_PROGRESS_S / 2 or elapsed_s < progress.ttfb_s:
            return overall_bps, overall_bps
        return overall_bps, max(0, progress.received_bytes - received) * 8 / window_s

    def _remember(self, progress: TransferProgress) -> None:
        transfer = (progress.representation_id, progress.segment_index)
        restarted = bool(self._points) and progress.elapsed_s < self._points[-1][0]
        if transfer != self._transfer or restarted:
            self._transfer = transfer
            self._points.clear()
        self._points.append((progress.elapsed_s, progress.received_bytes))
        while len(self._points) > 1 and (
            progress.elapsed_s - self._points[1][0] >= RECENT_PROGRESS_S
        ):
            self._points.popleft()
