"""The throughput rule: the highest representation the measured network carries for long."""

from __future__ import annotations

from dataclasses import dataclass

from abr.context import DecisionContext
from abr.decision import Considered, Reason
from abr.demand import needed_bps, nominal_bps
from abr.explain import megabits, rate, too_much
from abr.media import Representation
from abr.rules.request import SwitchRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ThroughputRule:
    """Highest rung whose coming segments need no more than a share of the estimate.

    To climb, a rung must fit a smaller share than to stay, so that a network between two rungs
    does not swing between them.
    """

    stay_share: float = 0.9  # dash.js: bandwidthSafetyFactor
    climb_share: float = 0.8
    by_size: bool = True  # False: as published, by declared rates and not by segment sizes

    def __call__(self, context: DecisionContext) -> SwitchRequest | None:
        """No opinion before anything was measured."""
        estimate = context.estimate
        if estimate is None:
            return None
        ratios = [self._ratio(context, r, estimate.throughput_bps) for r in context.ladder]
        fitting = [r for r, ratio in zip(context.ladder, ratios, strict=True) if ratio >= 1]
        chosen = fitting[-1] if fitting else context.ladder[0]
        return SwitchRequest(
            representation=chosen,
            reason=Reason.THROUGHPUT,
            rule="throughput",
            because=_because(context, chosen, estimate.throughput_bps),
            considered=tuple(
                Considered(
                    representation_id=r.id,
                    score=ratio,
                    note=f"needs {rate(needed_bps(context, r))}",
                )
                for r, ratio in zip(context.ladder, ratios, strict=True)
            ),
        )

    def _ratio(self, context: DecisionContext, rung: Representation, carried_bps: float) -> float:
        """Usable rate over needed rate; the rung fits from 1 on."""
        order = context.adaptation_set.representations
        climbs = context.previous is not None and any(
            r.id == context.previous for r in order[: order.index(rung)]
        )
        share = self.climb_share if climbs else self.stay_share
        needed = needed_bps(context, rung) if self.by_size else nominal_bps(rung)
        return carried_bps * share / needed


def _because(context: DecisionContext, chosen: Representation, carried_bps: float) -> str:
    if chosen is context.ladder[-1]:
        needed = megabits(needed_bps(context, chosen))
        return f"it needs {needed} of the {rate(carried_bps)} the network carries"
    above = context.ladder[context.ladder.index(chosen) + 1]
    return too_much(context, above, carried_bps)
