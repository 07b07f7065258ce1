"""BBA: the buffer level alone decides.

T.-Y. Huang, R. Johari, N. McKeown, M. Trunnell, M. Watson, "A Buffer-Based Approach to Rate
Adaptation: Evidence from a Large Video Streaming Service", SIGCOMM 2014 (BBA-0).
"""

from __future__ import annotations

from dataclasses import dataclass

from abr.context import DecisionContext, Phase
from abr.decision import Considered, Reason
from abr.demand import buffer_wall_s, speed
from abr.explain import name_in
from abr.rules.request import SwitchRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class BbaRule:
    """Lowest rung below the reservoir, highest above reservoir and cushion, linear in between."""

    reservoir_s: float = 5.0
    cushion_s: float = 10.0

    def __call__(self, context: DecisionContext) -> SwitchRequest | None:
        """No opinion before the first segment: there is no buffer to go by."""
        if context.phase is Phase.STARTUP and context.buffer_level_s <= 0:
            return None
        level_s, top = buffer_wall_s(context), len(context.ladder) - 1
        share = min(max((level_s - self.reservoir_s) / self.cushion_s, 0.0), 1.0)
        wanted_s = [
            self.reservoir_s + (self.cushion_s * rung / top if top else 0.0)
            for rung in range(top + 1)
        ]
        chosen = int(top * share)
        because = f"{context.buffer_level_s:.1f} s of film ahead allow the best on offer"
        if chosen < top:
            above = name_in(context.adaptation_set, context.ladder[chosen + 1])
            wanted = wanted_s[chosen + 1] * speed(context)
            because = f"{context.buffer_level_s:.1f} s of film ahead, {above} wants {wanted:.1f}"
        return SwitchRequest(
            representation=context.ladder[chosen],
            reason=Reason.BUFFER,
            rule="bba",
            because=because,
            considered=tuple(
                Considered(
                    representation_id=r.id,
                    score=level_s - wanted,
                    note=f"wants {wanted:.1f} s of buffer",
                )
                for r, wanted in zip(context.ladder, wanted_s, strict=True)
            ),
        )
