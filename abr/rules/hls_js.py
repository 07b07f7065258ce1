"""hls.js: the lesser of two means, with a wide margin to climb, and a fetch that fits the buffer.

After AbrController and EwmaBandWidthEstimator of hls.js 1.5.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from abr.context import DecisionContext
from abr.decision import Reason
from abr.demand import buffer_wall_s, segment_wall_s
from abr.explain import name_in
from abr.rules.declared import (
    against_next,
    by_rate,
    declared_bps,
    lesser_mean_bps,
    own_samples,
    previous_position,
)
from abr.rules.request import SwitchRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class HlsJsRule:
    """Highest rung under a share of the estimate whose segment comes before the buffer is gone."""

    half_lives_s: tuple[float, ...] = (3.0, 9.0)  # abrEwmaFastVoD, abrEwmaSlowVoD
    stay_share: float = 0.95  # abrBandWidthFactor
    climb_share: float = 0.7  # abrBandWidthUpFactor
    initial_bps: float = 0.5e6  # abrEwmaDefaultEstimate
    initial_ttfb_s: float = 0.1  # EwmaBandWidthEstimator: defaultTTFB_
    least_flow_s: float = 0.05  # EwmaBandWidthEstimator: minDelayMs_
    most_starvation_s: float = 4.0  # maxStarvationDelay, if nothing fits the buffer

    def __call__(self, context: DecisionContext) -> SwitchRequest:
        """Has an answer to the first segment too."""
        samples = own_samples(context)
        carried_bps = lesser_mean_bps(samples, self.half_lives_s, least_flow_s=self.least_flow_s)
        usable_bps = self._usable_bps(context, carried_bps or self.initial_bps)
        times_s = self._times_s(context, usable_bps)
        spare_s = min(segment_wall_s(context), self.most_starvation_s)
        left_s = buffer_wall_s(context)
        fits = [
            usable >= declared_bps(context, rung)
            for rung, usable in zip(context.ladder, usable_bps, strict=True)
        ]
        chosen = 0
        for budget_s in (left_s, left_s + spare_s) if left_s > 0 else (spare_s,):
            chosen = max(
                (n for n, time_s in enumerate(times_s) if fits[n] and time_s < budget_s),
                default=-1,
            )
            if chosen >= 0:
                break
        chosen = max(chosen, 0)
        above = min(chosen + 1, len(context.ladder) - 1)
        because = against_next(context, chosen, usable_bps[above])
        if above > chosen and fits[above]:
            label = name_in(context.adaptation_set, context.ladder[above])
            because = f"{label} would take {times_s[above]:.1f} s and the buffer lasts {left_s:.1f}"
        return SwitchRequest(
            representation=context.ladder[chosen],
            reason=Reason.THROUGHPUT,
            rule="hls_js",
            because=because,
            considered=by_rate(context, usable_bps),
        )

    def _usable_bps(self, context: DecisionContext, carried_bps: float) -> list[float]:
        before = previous_position(context)
        return [
            carried_bps
            * (self.climb_share if before is not None and n > before else self.stay_share)
            for n in range(len(context.ladder))
        ]

    def _times_s(self, context: DecisionContext, usable_bps: list[float]) -> list[float]:
        """How long the segment takes by rung, as if it had the declared rate."""
        ttfb = [min(s.ttfb_s, s.duration_s) for s in own_samples(context)[-5:]]
        ttfb_s = statistics.median(ttfb) if ttfb else self.initial_ttfb_s
        playing_s = segment_wall_s(context)
        return [
            ttfb_s + declared_bps(context, rung) * playing_s / usable
            for rung, usable in zip(context.ladder, usable_bps, strict=True)
        ]
