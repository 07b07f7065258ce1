"""The throughput rule of the DASH reference player: the highest declared rate that fits.

K. Spiteri, R. Sitaraman, D. Sparacio, "From Theory to Practice: Improving Bitrate Adaptation in
the DASH Reference Player", MMSys 2018.
"""

from __future__ import annotations

from dataclasses import dataclass

from abr.context import DecisionContext
from abr.decision import Reason
from abr.rules.declared import against_next, by_rate, highest_under, lesser_mean_bps, own_samples
from abr.rules.request import SwitchRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ThroughputRule:
    """Highest rung declared at no more than a share of the lesser of two means."""

    share: float = 0.9  # dash.js: bandwidthSafetyFactor
    half_lives_s: tuple[float, ...] = (3.0, 8.0)  # dash.js: fast and slow, of throughput

    def __call__(self, context: DecisionContext) -> SwitchRequest | None:
        """No opinion before anything was transferred."""
        carried_bps = lesser_mean_bps(own_samples(context), self.half_lives_s)
        if carried_bps is None:
            return None
        usable_bps = self.share * carried_bps
        chosen = highest_under(context, usable_bps)
        return SwitchRequest(
            representation=context.ladder[chosen],
            reason=Reason.THROUGHPUT,
            rule="throughput",
            because=against_next(context, chosen, usable_bps),
            considered=by_rate(context, [usable_bps] * len(context.ladder)),
        )
