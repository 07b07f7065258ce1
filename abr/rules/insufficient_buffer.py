"""The insufficient-buffer guard: nothing that would arrive after the buffer has run dry."""

from __future__ import annotations

from dataclasses import dataclass

from abr.context import DecisionContext
from abr.decision import Considered, Reason
from abr.demand import buffer_wall_s, transfer_s
from abr.explain import name_in
from abr.media import Representation
from abr.rules.request import SwitchRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class InsufficientBufferRule:
    """Highest rung whose next segment, of its real size, arrives in a share of the buffer.

    A guard, not a wish: what it names is the most that is safe, at the low end of what the
    network may carry. After a rebuffer the buffer is empty and only the lowest rung is safe.
    """

    share: float = 0.7  # dash.js: throughputSafetyFactor of InsufficientBufferRule

    def __call__(self, context: DecisionContext) -> SwitchRequest | None:
        """No opinion before anything was measured."""
        if context.estimate is None:
            return None
        rate_bps = context.estimate.low_bps
        budget_s = buffer_wall_s(context) * self.share
        times_s = [transfer_s(context, r, rate_bps) for r in context.ladder]
        safe = [r for r, time_s in zip(context.ladder, times_s, strict=True) if time_s <= budget_s]
        chosen = safe[-1] if safe else context.ladder[0]
        return SwitchRequest(
            representation=chosen,
            reason=Reason.INSUFFICIENT_BUFFER,
            rule="insufficient_buffer",
            because=_because(context, chosen, rate_bps),
            considered=tuple(
                Considered(
                    representation_id=r.id,
                    score=budget_s - time_s,
                    note=f"arrives in {time_s:.1f} s",
                )
                for r, time_s in zip(context.ladder, times_s, strict=True)
            ),
        )


def lower(
    context: DecisionContext, wish: SwitchRequest, guard: SwitchRequest | None
) -> SwitchRequest:
    """The wish, unless the guard holds a lower rung to be the most that is safe."""
    order = context.ladder.index
    if guard is None or order(wish.representation) <= order(guard.representation):
        return wish
    return guard


def _because(context: DecisionContext, chosen: Representation, rate_bps: float) -> str:
    left_s = buffer_wall_s(context)
    if left_s <= 0:
        return "the buffer has run dry"
    if chosen is context.ladder[-1]:
        return f"it arrives well before the {left_s:.1f} s of buffer are gone"
    above = context.ladder[context.ladder.index(chosen) + 1]
    late_s = transfer_s(context, above, rate_bps)
    return (
        f"{name_in(context.adaptation_set, above)} would take {late_s:.1f} s "
        f"and the buffer lasts {left_s:.1f}"
    )
