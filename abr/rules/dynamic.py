"""DYNAMIC: throughput decides while the buffer is short, BOLA once it is long.

K. Spiteri, R. Sitaraman, D. Sparacio, "From Theory to Practice: Improving Bitrate Adaptation in
the DASH Reference Player", MMSys 2018. The original remembers which rule it is on; here the
representation played last is that memory, so that the answer depends on the context alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from abr.context import DecisionContext, Phase
from abr.decision import Reason
from abr.media import Representation
from abr.rules.bola_e import BolaERule
from abr.rules.insufficient_buffer import InsufficientBufferRule, lower
from abr.rules.request import Rule, SwitchRequest
from abr.rules.throughput import ThroughputRule


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicRule:
    """One of two rules by buffer level, held back by the insufficient-buffer guard."""

    throughput: Rule = field(default_factory=ThroughputRule)
    bola: Rule = field(default_factory=BolaERule)
    guard: Rule = field(default_factory=InsufficientBufferRule)
    bola_above_s: float = 18.0  # dash.js 5
    throughput_below_s: float = 9.0  # dash.js 5
    most_of_buffer: float = 0.6  # where fetching pauses early, both levels come down with it

    def __call__(self, context: DecisionContext) -> SwitchRequest | None:
        """No opinion on the first segment: nothing is buffered that could run dry."""
        if context.phase is Phase.STARTUP and context.buffer_level_s <= 0:
            return None
        wish = self._wish(context)
        return wish and lower(context, wish, self.guard(context))

    def _wish(self, context: DecisionContext) -> SwitchRequest | None:
        by_network, by_buffer = self.throughput(context), self.bola(context)
        if by_network is None or by_buffer is None:
            return by_network or by_buffer
        above_s = min(self.bola_above_s, self.most_of_buffer * context.max_buffer_s)
        below_s = self.throughput_below_s * above_s / self.bola_above_s
        if context.buffer_level_s >= above_s:
            return by_buffer
        if context.buffer_level_s < below_s:
            return by_network
        return _nearest_to_previous(context, by_network, by_buffer)


def _nearest_to_previous(
    context: DecisionContext, first: SwitchRequest, second: SwitchRequest
) -> SwitchRequest:
    """Between the two levels neither rule has the say: move no further than both agree on."""
    lesser, greater = sorted((first, second), key=lambda r: _rung(context, r.representation))
    previous = next((r for r in context.ladder if r.id == context.previous), None)
    if previous is None:
        return lesser
    if _rung(context, previous) <= _rung(context, lesser.representation):
        return lesser
    if _rung(context, previous) >= _rung(context, greater.representation):
        return greater
    return replace(
        first,
        representation=previous,
        reason=Reason.KEEP,
        because="network and buffer disagree on the direction, so a switch would not pay",
    )


def _rung(context: DecisionContext, representation: Representation) -> int:
    return context.ladder.index(representation)
