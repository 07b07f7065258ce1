"""Shaka Player: the lesser of two means decides every eight seconds, whatever the buffer.

After SimpleAbrManager and EwmaBandwidthEstimator of Shaka Player 4.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from abr.context import DecisionContext, TransferSample
from abr.decision import Reason
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
class ShakaRule:
    """The highest rung in whose range the estimate lies, and no other for a while.

    When it last decided follows from when transfers were asked for. Where the first of them are
    forgotten it counts from the first switch that is remembered: there it did decide. The player's
    interval is one of the wall clock (``idle_counts``); evaluations that know no clock but that of
    transfers decide less often on networks that leave it idle.
    """

    half_lives_s: tuple[float, ...] = (2.0, 5.0)  # fastHalfLife, slowHalfLife
    least_bytes: int = 16_000  # minBytes: smaller transfers are ignored
    trusted_bytes: int = 128_000  # minTotalBytes: before, the default holds
    default_bps: float = 1e6  # defaultBandwidthEstimate
    climb_share: float = 0.85  # bandwidthUpgradeTarget
    stay_share: float = 0.95  # bandwidthDowngradeTarget
    interval_s: float = 8.0  # switchInterval
    idle_counts: bool = True

    def __call__(self, context: DecisionContext) -> SwitchRequest:
        """Has an answer to the first segment too."""
        samples = own_samples(context)
        counted = [s for s in samples if s.transferred_bytes >= self.least_bytes]
        trusted = sum(s.transferred_bytes for s in counted) >= self.trusted_bytes
        measured_bps = lesser_mean_bps(counted, self.half_lives_s) if trusted else None
        carried_bps = self.default_bps if measured_bps is None else measured_bps
        chosen = self._in_range(context, carried_bps)
        because = against_next(context, chosen, self.stay_share * carried_bps)
        reason, before = Reason.THROUGHPUT, previous_position(context)
        if before is not None and not trusted:
            chosen, reason = before, Reason.KEEP
            because = f"under {self.trusted_bytes / 1000:.0f} kB came, too little to go up or down"
        elif before is not None and not self._due(context, samples):
            chosen, reason = before, Reason.KEEP
            because = f"it goes up or down once in {self.interval_s:.0f} s at most"
        return SwitchRequest(
            representation=context.ladder[chosen],
            reason=reason,
            rule="shaka",
            because=because,
            considered=by_rate(context, [self.stay_share * carried_bps] * len(context.ladder)),
        )

    def _in_range(self, context: DecisionContext, carried_bps: float) -> int:
        """Ranges of neighbours overlap: the higher one holds."""
        rates = [declared_bps(context, rung) for rung in context.ladder] + [math.inf]
        within = [
            n
            for n, (own, above) in enumerate(itertools.pairwise(rates))
            if own / self.stay_share <= carried_bps <= above / self.climb_share
        ]
        return max(within, default=0)

    def _due(self, context: DecisionContext, samples: Sequence[TransferSample]) -> bool:
        """Whether the last decision is long enough ago."""
        decided_at_s, so_far, busy_s = -math.inf, 0, 0.0
        anchored, before = samples[0].segment_index == 0, samples[0].representation_id
        for sample in samples:
            asked_at_s = sample.finished_at_s - sample.duration_s if self.idle_counts else busy_s
            anchored = anchored or sample.representation_id != before
            due = asked_at_s - decided_at_s >= self.interval_s
            if anchored and so_far >= self.trusted_bytes and due:
                decided_at_s = asked_at_s
            busy_s, before = busy_s + sample.duration_s, sample.representation_id
            if sample.transferred_bytes >= self.least_bytes:
                so_far += sample.transferred_bytes
        now_s = context.now_s if self.idle_counts else busy_s
        return now_s - decided_at_s >= self.interval_s
