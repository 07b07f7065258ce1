"""What the network carries, from the transfers seen so far.

Time to first byte is estimated apart from the rate at which bytes flow: counting latency as
transfer makes small segments look like a slow network. Two exponentially weighted means, a fast
and a slow one, are kept and the smaller believed: a drop counts at once, a rise has to last.
"""

from __future__ import annotations

import math
import statistics
from collections import deque
from dataclasses import dataclass

from abr.context import ThroughputEstimate, TransferSample

FAST_HALF_LIFE_S = 3.0  # of transfer time; dash.js and hls.js use the same
SLOW_HALF_LIFE_S = 8.0  # dash.js
FULL_WEIGHT_BYTES = 65_536  # less than this fits a few TCP windows and says little about the rate
PRIOR_WEIGHT_S = 1.0  # a remembered estimate may stem from another network: soon outweighed
BURST_SHARE = 0.05  # bytes that come faster than this share of the wait came out of some buffer
RECENT_SAMPLES = 10  # the band describes these
RECENT_TTFB = 5  # median of these: one slow answer moves nothing
UNKNOWN_SPREAD = 0.5  # of ln(rate), with the weight of one sample: doubt before evidence
MINIMUM_FLOW_S = 1e-4  # clocks are no finer
MAXIMUM_DURATION_S = 600.0  # longer: the machine slept, or its clock jumped
MAXIMUM_RATE_BPS = 1e12  # nothing carries more; a higher figure is a broken clock


def sample_rate_bps(sample: TransferSample) -> float | None:
    """The rate one transfer speaks for; ``None`` when it says nothing about the network.

    A transfer whose bytes came with the first one (``duration_s <= ttfb_s``) is judged by its
    whole duration, a lower bound of the rate.
    """
    flow = flow_s(sample)
    if flow is None:
        return None
    return min(sample.transferred_bytes * 8 / flow, MAXIMUM_RATE_BPS)


def flow_s(sample: TransferSample) -> float | None:
    """Seconds during which bytes flowed; ``None`` for a sample that says nothing."""
    duration_s, ttfb_s = sample.duration_s, sample.ttfb_s
    if sample.from_store or sample.transferred_bytes <= 0:
        return None
    if not 0 < duration_s <= MAXIMUM_DURATION_S or not 0 <= ttfb_s < math.inf:
        return None
    flowing_s = duration_s - ttfb_s
    if flowing_s <= 0:
        flowing_s = duration_s
    return max(flowing_s, duration_s * BURST_SHARE, MINIMUM_FLOW_S)


@dataclass(slots=True)
class Ewma:
    """Exponentially weighted mean without bias towards zero: early on it is the plain mean."""

    half_life: float
    _sum: float = 0.0
    _weight: float = 0.0

    def add(self, weight: float, value: float) -> None:
        """Count ``value``; after ``half_life`` of further weight it counts half."""
        fresh = -math.expm1(-math.log(2) * weight / self.half_life)
        self._sum = (1 - fresh) * self._sum + fresh * value
        self._weight = (1 - fresh) * self._weight + fresh

    @property
    def value(self) -> float | None:
        """The mean; ``None`` before the first value."""
        return self._sum / self._weight if self._weight > 0 else None


class ThroughputEstimator:
    """Dual EWMA over transfers, weighted by the time each took.

    Not thread-safe: the owner of the session calls it. ``prior`` is an estimate remembered from
    an earlier session; it answers until transfers have been seen and then fades.
    """

    def __init__(self, *, prior: ThroughputEstimate | None = None) -> None:
        self._fast = Ewma(FAST_HALF_LIFE_S)
        self._slow = Ewma(SLOW_HALF_LIFE_S)
        self._rates: deque[tuple[float, float]] = deque(maxlen=RECENT_SAMPLES)
        self._ttfb: deque[float] = deque(maxlen=RECENT_TTFB)
        self._samples = 0
        self._prior = prior if prior is not None and _usable(prior) else None
        if self._prior is not None:
            self._count(PRIOR_WEIGHT_S, self._prior.throughput_bps)

    def add(self, sample: TransferSample) -> None:
        """Take a transfer into account; one that cannot be true is ignored."""
        rate_bps, flowing_s = sample_rate_bps(sample), flow_s(sample)
        if rate_bps is None or flowing_s is None:
            return
        weight = flowing_s * min(1.0, sample.transferred_bytes / FULL_WEIGHT_BYTES)
        self._count(weight, rate_bps)
        self._rates.append((weight, rate_bps))
        self._ttfb.append(min(sample.ttfb_s, sample.duration_s))
        self._samples += 1

    def estimate(self) -> ThroughputEstimate | None:
        """What to expect of the next transfer; ``None`` before anything is known.

        Lies within the range of the samples' rates (and the prior's).
        """
        fast, slow = self._fast.value, self._slow.value
        if fast is None or slow is None:
            return None
        if self._prior is not None and not self._samples:
            return self._prior
        expected_bps = min(fast, slow)
        spread = math.exp(self._spread())
        return ThroughputEstimate(
            throughput_bps=expected_bps,
            low_bps=expected_bps / spread,
            high_bps=expected_bps * spread,
            ttfb_s=statistics.median(self._ttfb),
            samples=self._samples,
        )

    def _count(self, weight_s: float, rate_bps: float) -> None:
        self._fast.add(weight_s, rate_bps)
        self._slow.add(weight_s, rate_bps)

    def _spread(self) -> float:
        """Standard deviation of ln(rate) over recent samples, doubt included."""
        logs = [(weight, math.log(rate)) for weight, rate in self._rates]
        total = sum(weight for weight, _ in logs)
        mean = sum(weight * value for weight, value in logs) / total
        variance = sum(weight * (value - mean) ** 2 for weight, value in logs) / total
        count = len(logs)
        return math.sqrt((count * variance + UNKNOWN_SPREAD**2) / (count + 1))


def _usable(prior: ThroughputEstimate) -> bool:
    bounds = (prior.low_bps, prior.throughput_bps, prior.high_bps)
    return (
        all(0 < bound <= MAXIMUM_RATE_BPS for bound in bounds)
        and list(bounds) == sorted(bounds)
        and 0 <= prior.ttfb_s < math.inf
    )
