"""The first choice: a picture soon, and not an ugly one where that can be helped."""

from __future__ import annotations

from collections.abc import Sequence

from abr.context import DecisionContext, ThroughputEstimate
from abr.decision import Considered, Reason
from abr.demand import needed_bps, transfer_s
from abr.explain import name_in, nothing_better, rate
from abr.media import Representation
from abr.rules.request import SwitchRequest

STARTUP_BUDGET_S = 1.0  # people start leaving after two seconds (Krishnan and Sitaraman, IMC 2012)
ASSUMED_BPS = 2e6  # nothing measured: nearly every network carries this


def startup(context: DecisionContext) -> SwitchRequest:
    """Highest rung whose segment should arrive within a second, else the lowest.

    Always has an answer: it stands in wherever a rule has no opinion.
    """
    estimate = context.estimate
    rate_bps = _expected_bps(estimate)
    times_s = [transfer_s(context, r, rate_bps) for r in context.ladder]
    soon = [
        r
        for r, time_s in zip(context.ladder, times_s, strict=True)
        if time_s <= STARTUP_BUDGET_S and needed_bps(context, r) <= rate_bps
    ]
    chosen = soon[-1] if soon else context.ladder[0]
    because = _because(context, chosen, times_s, rate_bps)
    return SwitchRequest(
        representation=chosen,
        reason=Reason.STARTUP,
        rule="startup",
        because=because,
        considered=tuple(
            Considered(
                representation_id=r.id,
                score=STARTUP_BUDGET_S - time_s,
                note=f"arrives in {time_s:.1f} s",
            )
            for r, time_s in zip(context.ladder, times_s, strict=True)
        ),
    )


def _because(
    context: DecisionContext, chosen: Representation, times_s: Sequence[float], rate_bps: float
) -> str:
    """What spoke against the next rung."""
    known = (
        f"{rate(rate_bps)} are expected"
        if context.estimate
        else f"nothing measured yet and {rate(rate_bps)} assumed"
    )
    position = context.ladder.index(chosen)
    if position == len(context.ladder) - 1:
        return f"{known}, and {nothing_better(context)}"
    above = context.ladder[position + 1]
    label = name_in(context.adaptation_set, above)
    if times_s[position + 1] <= STARTUP_BUDGET_S:
        return f"{known}, and {label} needs {rate(needed_bps(context, above))}"
    return f"{known}, and {label} would come after {times_s[position + 1]:.1f} s"


def _expected_bps(estimate: ThroughputEstimate | None) -> float:
    if estimate is None:
        return ASSUMED_BPS
    # A prior may be of another network: count on the low end of it.
    return estimate.throughput_bps if estimate.samples else estimate.low_bps
