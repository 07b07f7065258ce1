"""Media3 (ExoPlayer): a median of recent rates, and two buffer levels that hold it back.

After AdaptiveTrackSelection, DefaultBandwidthMeter and SlidingPercentile of AndroidX Media3 1.x.
Its replacing of buffered segments is left out, as is its waiting for 512 kB before the first
estimate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from abr.context import DecisionContext, TransferSample
from abr.decision import Reason
from abr.rules.declared import against_next, by_rate, highest_under, own_samples, previous_position
from abr.rules.request import SwitchRequest
from abr.throughput import sample_rate_bps


@dataclass(frozen=True, slots=True, kw_only=True)
class Media3Rule:
    """Highest rung declared at no more than a share of the median rate.

    Up only on a long buffer, so that quality does not rise on what one fast segment promised; not
    down on a very long one.
    """

    share: float = 0.7  # DEFAULT_BANDWIDTH_FRACTION
    window: float = 2000.0  # DEFAULT_SLIDING_WINDOW_MAX_WEIGHT, in square roots of bytes
    initial_bps: float = 1e6  # DEFAULT_INITIAL_BITRATE_ESTIMATE
    up_from_s: float = 10.0  # DEFAULT_MIN_DURATION_FOR_QUALITY_INCREASE_MS
    no_down_from_s: float = 25.0  # DEFAULT_MAX_DURATION_FOR_QUALITY_DECREASE_MS

    def __call__(self, context: DecisionContext) -> SwitchRequest:
        """Has an answer to the first segment too."""
        samples = own_samples(context)
        usable_bps = self.share * (self.median_bps(samples) if samples else self.initial_bps)
        wanted = highest_under(context, usable_bps)
        before, level_s = previous_position(context), context.buffer_level_s
        chosen, because = wanted, against_next(context, wanted, usable_bps)
        if before is not None and wanted > before and level_s < self.up_from_s:
            chosen = before
            because = f"{_film(level_s)} ahead, and it goes up from {self.up_from_s:.0f} s on"
        elif before is not None and wanted < before and level_s >= self.no_down_from_s:
            chosen = before
            because = f"{_film(level_s)} ahead outlast a slow spell, but allow no better"
        return SwitchRequest(
            representation=context.ladder[chosen],
            reason=Reason.THROUGHPUT if chosen == wanted else Reason.BUFFER,
            rule="media3",
            because=because,
            considered=by_rate(context, [usable_bps] * len(context.ladder)),
        )

    def median_bps(self, samples: Sequence[TransferSample]) -> float:
        """The weighted median of the newest samples that fill the window, oldest first given.

        The one that overflows the window still counts whole.
        """
        recent: list[tuple[float, float]] = []
        weight = 0.0
        for sample in reversed(samples):
            recent.append((sample_rate_bps(sample) or 0.0, math.sqrt(sample.transferred_bytes)))
            weight += recent[-1][1]
            if weight >= self.window:
                break
        passed = 0.0
        recent.sort()
        for rate_bps, own in recent:
            passed += own
            if passed >= weight / 2:
                return rate_bps
        return recent[-1][0]


def _film(level_s: float) -> str:
    return f"{level_s:.1f} s of film"
