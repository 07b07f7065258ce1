"""BOLA-E: BOLA by segment sizes, kept from swinging, and quick to start.

K. Spiteri, R. Sitaraman, D. Sparacio, "From Theory to Practice: Improving Bitrate Adaptation in
the DASH Reference Player", MMSys 2018; the cap on climbing is BOLA-O of the paper on BOLA (ToN
2020). The original remembers its placeholder; here it follows from the history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from abr.context import DecisionContext, TransferSample
from abr.decision import Considered, Reason
from abr.demand import buffer_wall_s, needed_bps, nominal_bps, speed
from abr.explain import name_in, too_much
from abr.media import Representation
from abr.rules.bola import crossing_s, utilities
from abr.rules.declared import highest_under, own_samples, previous_position
from abr.rules.insufficient_buffer import InsufficientBufferRule, lower
from abr.rules.request import Rule, SwitchRequest
from abr.throughput import sample_rate_bps


@dataclass(frozen=True, slots=True, kw_only=True)
class BolaERule:
    """Maximise ``(V (utility + gp) - buffer) / size`` over the rungs.

    The lowest rung is taken up to about ``low_buffer_s``, the highest from the target level on.
    After a start or a seek a placeholder stands in for film that is not buffered yet: as much as
    the rung wants that the network was first seen to carry.
    """

    low_buffer_s: float = 10.0  # dash.js: MINIMUM_BUFFER_S
    target_buffer_s: float = 18.0  # dash.js: bufferTimeDefault
    per_rung_s: float = 2.0  # dash.js: MINIMUM_BUFFER_PER_BITRATE_LEVEL_S
    low_at_most: float = 0.5  # of the target level, however long the ladder
    first_share: float = 0.9  # of the first rate; dash.js: bandwidthSafetyFactor
    placeholder_decay: float = 0.99  # with every segment; dash.js: PLACEHOLDER_BUFFER_DECAY
    placeholder_segments: int = 30  # by then real film has taken its place, or never will
    guard: Rule = field(default_factory=InsufficientBufferRule)

    def __call__(self, context: DecisionContext) -> SwitchRequest | None:
        """No opinion when the buffer is empty: then its level says nothing."""
        if context.buffer_level_s <= 0:
            return None
        sizes = [r.segment_bytes[context.segment_index] * 8e-6 for r in context.ladder]
        worth = self._worth(context)
        level_s = buffer_wall_s(context) + self.placeholder_s(context)
        scores = [(value - level_s) / size for value, size in zip(worth, sizes, strict=True)]
        best = scores.index(max(scores))
        index = _without_overshoot(context, best)
        chosen = context.ladder[index]
        wish = SwitchRequest(
            representation=chosen,
            reason=Reason.BUFFER if index == best else Reason.KEEP,
            rule="bola_e",
            because=_because(context, chosen, context.ladder[best]),
            considered=tuple(
                Considered(representation_id=r.id, score=score, note="buffer utility per Mbit")
                for r, score in zip(context.ladder, scores, strict=True)
            ),
        )
        return lower(context, wish, self.guard(context))

    def placeholder_s(self, context: DecisionContext) -> float:
        """Seconds of buffer that are only pretended.

        Real film displaces it: what the buffer once reached above need not be pretended any more.
        """
        run = _since_seek(own_samples(context), context.segment_index)
        if not run or len(run) > self.placeholder_segments:
            return 0.0
        durations_s = context.adaptation_set.segment_durations_s
        first_bps = sample_rate_bps(run[0]) or 0.0
        rung = highest_under(context, self.first_share * first_bps)
        started_s = durations_s[run[0].segment_index] / speed(context)
        wanted_s = self._level_for(context, rung) - started_s
        _, target_s = self._levels_s(context)
        spare_s = target_s - _peak_s(context, run)
        return max(0.0, min(wanted_s * self.placeholder_decay ** (len(run) - 1), spare_s))

    def _level_for(self, context: DecisionContext, rung: int) -> float:
        """The buffer at which ``rung`` comes into its own, by declared rates."""
        worth = self._worth(context)
        rates = [nominal_bps(r) for r in context.ladder]
        return max((crossing_s(worth, rates, below) for below in range(rung)), default=0.0)

    def _worth(self, context: DecisionContext) -> list[float]:
        """``V (utility + gp)`` of every rung.

        Two conditions fix V and gp: the lowest rung scores 0 at the low level's worth of buffer,
        the highest at the target level.
        """
        gained = utilities(context)
        low_s, target_s = self._levels_s(context)
        gain = max(1e-3, *gained) / (target_s / low_s - 1)
        return [low_s / gain * (utility + gain) for utility in gained]

    def _levels_s(self, context: DecisionContext) -> tuple[float, float]:
        """Low and target buffer level, shrunk to where fetching pauses."""
        wanted_s = max(
            self.target_buffer_s, self.low_buffer_s + self.per_rung_s * len(context.ladder)
        )
        longest_s = max(context.adaptation_set.segment_durations_s)
        target_s = max(min(wanted_s, context.max_buffer_s - longest_s), longest_s / 2)
        return min(self.low_buffer_s, target_s * self.low_at_most), target_s


def _since_seek(samples: Sequence[TransferSample], following: int) -> Sequence[TransferSample]:
    """The transfers that led to the segment ``following`` without a gap, oldest first."""
    whole = [s for s in samples if not s.given_up]
    run: list[TransferSample] = []
    for sample in reversed(whole):
        if sample.segment_index != following - len(run) - 1:
            break
        run.append(sample)
    return run[::-1]


def _peak_s(context: DecisionContext, run: Sequence[TransferSample]) -> float:
    """The longest the buffer was, from when its segments came; a stall makes it seem longer."""
    durations_s = context.adaptation_set.segment_durations_s
    level_s = peak_s = buffer_wall_s(context)
    after_s = context.now_s
    for sample in reversed(run):
        level_s += max(0.0, after_s - sample.finished_at_s)
        after_s = sample.finished_at_s
        peak_s = max(peak_s, level_s)
        level_s = max(0.0, level_s - durations_s[sample.segment_index] / speed(context))
    return peak_s


def _without_overshoot(context: DecisionContext, best: int) -> int:
    """BOLA-O: climbing past the network's rate would soon be undone."""
    before = previous_position(context)
    if context.estimate is None or before is None or best <= before:
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
