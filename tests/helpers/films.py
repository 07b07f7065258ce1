"""Films that exist as numbers only: ladders with segment sizes, and moments of watching them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from abr.context import DecisionContext, Phase, ThroughputEstimate, TransferSample
from abr.media import AdaptationSet, AdaptationSetId, MediaKind, Representation, RepresentationId
from abr.regime import Outlook

RUNGS = ((240, 300_000), (360, 700_000), (480, 1_200_000), (720, 2_400_000), (1080, 4_500_000))


def rung(
    height_px: int, rate_bps: int, sizes: Sequence[int], vmaf: Sequence[float] = ()
) -> Representation:
    """A representation called by its height."""
    return Representation(
        id=RepresentationId(f"v{height_px}"),
        codecs="avc1.640028",
        bandwidth_bps=rate_bps,
        average_bandwidth_bps=rate_bps,
        init_path=f"v{height_px}/init.mp4",
        init_bytes=800,
        segment_path=f"v{height_px}/$Number$.m4s",
        segment_bytes=tuple(sizes),
        segment_vmaf=tuple(vmaf),
        width_px=height_px * 16 // 9,
        height_px=height_px,
    )


def ladder(representations: Sequence[Representation], segment_s: float = 4.0) -> AdaptationSet:
    """A video adaptation set of these."""
    count = len(representations[0].segment_bytes)
    return AdaptationSet(
        id=AdaptationSetId("video"),
        kind=MediaKind.VIDEO,
        segment_durations_s=(segment_s,) * count,
        representations=tuple(representations),
    )


def steady_film(count: int = 20, segment_s: float = 4.0) -> AdaptationSet:
    """Every segment exactly as large as its representation's rate says."""
    return ladder(
        [rung(h, rate, [int(rate * segment_s / 8)] * count) for h, rate in RUNGS], segment_s
    )


def scenic_film(count: int = 30, segment_s: float = 4.0) -> AdaptationSet:
    """Sizes that swing by scenes, as those of real film do."""
    swing = [1 + 0.35 * math.sin(n * 0.9) + 0.15 * math.cos(n * 2.3) for n in range(count)]
    return ladder(
        [rung(h, rate, [int(rate * segment_s / 8 * s) for s in swing]) for h, rate in RUNGS],
        segment_s,
    )


def estimate(
    rate_bps: float, *, ttfb_s: float = 0.0, samples: int = 5, spread: float = 1.25
) -> ThroughputEstimate:
    """An estimate with a band from ``rate_bps / spread`` to ``rate_bps * spread``."""
    return ThroughputEstimate(
        throughput_bps=rate_bps,
        low_bps=rate_bps / spread,
        high_bps=rate_bps * spread,
        ttfb_s=ttfb_s,
        samples=samples,
    )


def moment(film: AdaptationSet | None = None, **changes: Any) -> DecisionContext:
    """Steady playback in the middle of a film, 12 s ahead, but for ``changes``."""
    values: dict[str, Any] = {
        "now_s": 40.0,
        "adaptation_set": film or steady_film(),
        "segment_index": 10,
        "buffer_level_s": 12.0,
        "max_buffer_s": 60.0,
        "phase": Phase.STEADY,
        "previous": None,
        "estimate": None,
    }
    return DecisionContext(**{**values, **changes})


def transfer(
    rate_bps: float, *, size: int = 1_000_000, ttfb_s: float = 0.08, **changes: Any
) -> TransferSample:
    """A transfer of ``size`` bytes that flowed at ``rate_bps``."""
    values: dict[str, Any] = {
        "representation_id": RepresentationId("v720"),
        "segment_index": 0,
        "transferred_bytes": size,
        "ttfb_s": ttfb_s,
        "duration_s": ttfb_s + size * 8 / rate_bps,
        "finished_at_s": 1.0,
    }
    return TransferSample(**{**values, **changes})


def sure_outlook(rate_bps: float) -> Outlook:
    """A network that carries this and nothing else."""
    one = np.ones(1)
    return Outlook(
        rates_bps=np.array([rate_bps]),
        expected=one,
        steps=np.ones((1, 1)),
        elsewhere=one,
        fall_weights=np.array([1.0, 0.0, 0.0]),
        rise_weights=np.array([1.0, 0.0]),
        level=0,
        mean_bps=rate_bps,
    )
