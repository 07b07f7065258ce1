"""BOLA: the buffer level decides, by Lyapunov optimisation of utility against rebuffering.

K. Spiteri, R. Urgaonkar, R. K. Sitaraman, "BOLA: Near-Optimal Bitrate Adaptation for Online
Videos", IEEE/ACM Transactions on Networking 28(4), 2020; parameters set from buffer levels as in
"From Theory to Practice: Improving Bitrate Adaptation in the DASH Reference Player", MMSys 2018.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from abr.context import DecisionContext
from abr.decision import Considered, Reason
from abr.demand import buffer_wall_s, needed_bps, nominal_bps
from abr.explain import name_in, too_much
from abr.media import Representation
from abr.rules.request import SwitchRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class BolaRule:
    """Maximise ``(V (utility + gp) - buffer) / size`` over the rungs.

    The lowest rung is taken up to about ``low_buffer_s``, the highest from the target level on.
    """

    low_buffer_s: float = 10.0  # dash.js: MINIMUM_BUFFER_S
    target_buffer_s: float = 18.0  # dash.js: bufferTimeDefault
    per_rung_s: float = 2.0  # dash.js: MINIMUM_BUFFER_PER_BITRATE_LEVEL_S
    oscillation_cap: bool = True  # BOLA-O: never climb past what the network carries
    by_size: bool = True  # False: BOLA-BASIC, by declared rates and not by segment sizes
    low_at_most: float = 0.5  # of the target level, however long the ladder

    def __call__(self, context: DecisionContext) -> SwitchRequest | None:
        """No opinion when the buffer is empty: then its level says nothing."""
        if context.buffer_level_s <= 0:
            return None
        scores = self._scores(context)
        best = max(range(len(scores)), key=lambda rung: scores[rung])
        index = self._without_overshoot(context, best)
        chosen = context.ladder[index]
        return SwitchRequest(
            representation=chosen,
            reason=Reason.BUFFER if index == best else Reason.KEEP,
            rule="bola",
            because=_because(context, chosen, context.ladder[best]),
            considered=tuple(
                Considered(representation_id=r.id, score=score, note="buffer utility per Mbit")
                for r, score in zip(context.ladder, scores, strict=True)
            ),
        )

    def _scores(self, context: DecisionContext) -> list[float]:
        """One figure per rung of the ladder."""
        ladder, index = context.ladder, context.segment_index
        utilities = [math.log(nominal_bps(r) / nominal_bps(ladder[0])) for r in ladder]
        low_s, target_s = self._levels_s(context)
        # Two conditions fix V and gp: the lowest rung scores 0 at the low level's worth of
        # buffer, the highest at the target level.
        gain = max(1e-3, *utilities) / (target_s / low_s - 1)
        control = low_s / gain
        level_s = buffer_wall_s(context)
        return [
            (control * (utility + gain) - level_s)
            / (rung.segment_bytes[index] * 8e-6 if self.by_size else nominal_bps(rung) / 1e6)
            for rung, utility in zip(ladder, utilities, strict=True)
        ]

    def _levels_s(self, context: DecisionContext) -> tuple[float, float]:
        """Low and target buffer level, shrunk to where fetching pauses."""
        wanted_s = max(
            self.target_buffer_s, self.low_buffer_s + self.per_rung_s * len(context.ladder)
        )
        longest_s = max(context.adaptation_set.segment_durations_s)
        target_s = max(min(wanted_s, context.max_buffer_s - longest_s), longest_s / 2)
        return min(self.low_buffer_s, target_s * self.low_at_most), target_s

    def _without_overshoot(self, context: DecisionContext, best: int) -> int:
        """BOLA-O of the paper: climbing past the network's rate would soon be undone."""
        before = next((i for i, r in enumerate(context.ladder) if r.id == context.previous), None)
        if not self.oscillation_cap or context.estimate is None or before is None or best <= before:
            return best
        carried_bps = context.estimate.throughput_bps
        carried = [i for i, r in enumerate(context.ladder) if needed_bps(context, r) <= carried_bps]
        return min(best, max(before, max(carried, default=0)))


def _because(context: DecisionContext, chosen: Representation, best: Representation) -> str:
    level = f"{context.buffer_level_s:.1f} s of film ahead"
    if chosen is context.ladder[-1]:
        return f"{level} allow the best on offer"
    above = context.ladder[context.ladder.index(chosen) + 1]
    if chosen is not best and context.estimate is not None:
        doubt = too_much(context, above, context.estimate.throughput_bps)
        return f"{level} would allow more, but {doubt}"
    return f"{level}, {name_in(context.adaptation_set, above)} wants more"
