"""What an earlier session measured, as a first guess for the next one on the same network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from abr.context import ThroughputEstimate, TransferSample
from abr.throughput import FULL_WEIGHT_BYTES, MAXIMUM_RATE_BPS, sample_rate_bps

LONGEST_S = 30 * 86_400.0  # older says nothing: contracts, neighbours and walls change
HALF_TRUST_S = 3 * 86_400.0
CLOCK_SLACK_S = 300.0  # clocks are set right by so much without anything being wrong
ENOUGH_SAMPLES = 4  # transfers: fewer are no measurement of a network

_FRESH_DOUBT = math.log(1.25)  # of ln(rate): another hour of the day, another room
_OLD_DOUBT = math.log(4.0)  # what is added to it in the end
_OLD_LOSS = math.log(2.0)  # in the end half of the rate is believed
_WIDEST = math.log(50.0)
_LONGEST_TTFB_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """An estimate and the moment it was made, in seconds of the wall clock since 1970."""

    throughput_bps: float
    low_bps: float
    high_bps: float
    ttfb_s: float
    measured_at_s: float


def worth_remembering(estimate: ThroughputEstimate | None) -> bool:
    """Whether an estimate rests on transfers of its own, and on enough of them."""
    return estimate is not None and estimate.samples >= ENOUGH_SAMPLES


def prior(remembered: Remembered, now_s: float) -> ThroughputEstimate | None:
    """What to expect of a network by what it once carried; ``None``: nothing.

    The older, the lower and the less certain. A moment that is yet to come means that a clock was
    set, and says nothing of the age; neither do numbers that cannot be. ``samples`` is 0: nothing
    of it was measured in this session.
    """
    age_s = now_s - remembered.measured_at_s
    if not -CLOCK_SLACK_S <= age_s <= LONGEST_S or not _possible(remembered):
        return None
    age = 1 - 0.5 ** (max(0.0, age_s) / HALF_TRUST_S)  # 0 now, towards 1
    middle = math.log(remembered.throughput_bps) - age * _OLD_LOSS
    down, up = (
        min(abs(math.log(bound / remembered.throughput_bps)), _WIDEST)
        for bound in (remembered.low_bps, remembered.high_bps)
    )
    doubt = _FRESH_DOUBT + age * _OLD_DOUBT
    return ThroughputEstimate(
        throughput_bps=math.exp(middle),
        low_bps=math.exp(middle - down - doubt),
        high_bps=min(math.exp(middle + up + doubt), MAXIMUM_RATE_BPS),
        ttfb_s=min(remembered.ttfb_s, _LONGEST_TTFB_S),
        samples=0,
    )


def held_against(
    remembered: ThroughputEstimate, seen: Sequence[TransferSample]
) -> ThroughputEstimate:
    """A prior after the first transfers, none of them film's picture: never more than they allow.

    Sound comes first and is small. It fits a few TCP windows, so that its rate says how slow the
    network may be and not how fast: by the share it lacks of a full measure, more is believed.
    """
    allowed_bps = max(
        (
            rate_bps * max(1.0, FULL_WEIGHT_BYTES / sample.transferred_bytes)
            for sample in seen
            if (rate_bps := sample_rate_bps(sample)) is not None
        ),
        default=math.inf,
    )
    return replace(
        remembered,
        throughput_bps=min(remembered.throughput_bps, allowed_bps),
        low_bps=min(remembered.low_bps, allowed_bps),
        high_bps=min(remembered.high_bps, allowed_bps),
    )


def _possible(remembered: Remembered) -> bool:
    bounds = [remembered.low_bps, remembered.throughput_bps, remembered.high_bps]
    return (
        all(1.0 <= bound <= MAXIMUM_RATE_BPS for bound in bounds)
        and bounds == sorted(bounds)
        and 0 <= remembered.ttfb_s < math.inf
    )
