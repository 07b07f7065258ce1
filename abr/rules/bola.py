"""BOLA: the buffer level decides, by Lyapunov optimisation of utility against rebuffering.

K. Spiteri, R. Urgaonkar, R. K. Sitaraman, "BOLA: Near-Optimal Bitrate Adaptation for Online
Videos", IEEE/ACM Transactions on Networking 28(4), 2020: BOLA-BASIC, by declared rates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from abr.context import DecisionContext, Phase
from abr.decision import Considered, Reason
from abr.demand import buffer_wall_s, nominal_bps, segment_wall_s, speed
from abr.explain import name_in
from abr.rules.request import SwitchRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class BolaRule:
    """Maximise ``(V (utility + gp) - buffer) / rate`` over the rungs, the buffer in seconds.

    ``V`` is such that the highest rung still scores 0 with room for one segment more.
    """

    gain: float = 5.0  # gamma p of the paper's evaluation

    def __call__(self, context: DecisionContext) -> SwitchRequest | None:
        """No opinion on the first segment: there is no buffer to go by."""
        if context.phase is Phase.STARTUP and context.buffer_level_s <= 0:
            return None
        level_s, control = buffer_wall_s(context), self._control(context)
        worth = [control * (utility + self.gain) for utility in utilities(context)]
        sizes = [nominal_bps(rung) / 1e6 for rung in context.ladder]
        scores = [(value - level_s) / size for value, size in zip(worth, sizes, strict=True)]
        best = scores.index(max(scores))
        return SwitchRequest(
            representation=context.ladder[best],
            reason=Reason.BUFFER,
            rule="bola",
            because=_because(context, best, crossing_s(worth, sizes, best)),
            considered=tuple(
                Considered(representation_id=r.id, score=score, note="buffer utility per Mbit/s")
                for r, score in zip(context.ladder, scores, strict=True)
            ),
        )

    def _control(self, context: DecisionContext) -> float:
        room_s = context.max_buffer_s / speed(context) - segment_wall_s(context)
        return max(room_s, segment_wall_s(context)) / (max(utilities(context)) + self.gain)


def utilities(context: DecisionContext) -> list[float]:
    """Natural logarithm of each rung's rate over the lowest's."""
    lowest_bps = nominal_bps(context.ladder[0])
    return [math.log(nominal_bps(rung) / lowest_bps) for rung in context.ladder]


def crossing_s(worth: Sequence[float], sizes: Sequence[float], rung: int) -> float:
    """The buffer level from which on the rung above ``rung`` scores higher; the top has none."""
    above = rung + 1
    if above == len(sizes) or sizes[above] <= sizes[rung]:
        return math.inf
    difference = sizes[above] * worth[rung] - sizes[rung] * worth[above]
    return difference / (sizes[above] - sizes[rung])


def _because(context: DecisionContext, best: int, wanted_s: float) -> str:
    level = f"{context.buffer_level_s:.1f} s of film ahead"
    if best == len(context.ladder) - 1:
        return f"{level} allow the best on offer"
    above = name_in(context.adaptation_set, context.ladder[best + 1])
    if not math.isfinite(wanted_s):
        return f"{level}, {above} wants more"
    return f"{level}, {above} wants {max(0.0, wanted_s * speed(context)):.1f}"
