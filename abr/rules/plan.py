"""PLAN: the best expected quality over the coming segments, whatever the network does.

Dynamic programming (:mod:`abr.planning`) over what the network may do (:mod:`abr.regime`), with the
exact sizes and qualities of the coming segments, waits for first bytes apart, switches priced and
a worth for what is left in the buffer. Horizon planning for adaptive streaming is due to X. Yin et
al., SIGCOMM 2015 (MPC); planning over a distribution to F. Y. Yan et al., NSDI 2020 (Fugu).

The same plan judges transfers under way and buffered segments (:mod:`abr.weighing`), so that
boldness is cheap to correct: a transfer that turned slow is given up, low quality that is buffered
when the network recovers is fetched again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from abr.context import BufferedSegment, DecisionContext, TransferProgress
from abr.demand import buffer_wall_s, nominal_bps, segment_wall_s, speed
from abr.media import Representation
from abr.pace import SHORTEST_SPELL_S, Pace
from abr.planning import Indexes, Prospect, Task
from abr.qoe import QoeModel, Utility
from abr.regime import Floats, Outlook, RegimeModel
from abr.rules import plan_words
from abr.rules.abandon import MINIMUM_RATE_BPS, AbandonRule
from abr.rules.request import ReplaceRequest, SwitchRequest
from abr.rules.transfers import Transfers, transfers
from abr.weighing import Held, Moment, Underway, anew, carry_on, next_segment

LAST_CHANCE_MARGIN = 0.9  # of the buffer: anything above the lowest rung has to come with ease


@dataclass(slots=True)
class _Latest:
    """The last prospect: asking again about the same moment costs nothing, and says the same."""

    key: object = None
    prospect: Prospect | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRule:
    """Plans all ``steps`` ahead and takes the first step of the best plan.

    ``wait_weight`` (mu) None means a segment of the best quality per second, as published;
    ``data_price`` is what a megabit costs in units of quality. Where VMAF is asked for and the
    film has none, the logarithm stands in for it.
    """

    utility: Utility = Utility.LOG
    wait_weight: float | None = None
    switch_weight: float = 1.0
    data_price: float = 0.0
    steps: tuple[int, ...] = (1, 1, 1, 1, 1, 1, 2, 2)  # of segments; coarser far ahead
    rest_share: float = 0.7  # of what the buffer left at the end would buy in quality
    rest_at_level: float = 0.47  # how far the last rate, not the mean, says what it would buy
    empty_cost: float = 1.3  # of ending on an empty buffer, in seconds of waiting
    empty_fades_s: float = 8.0  # of buffer: with so much more, a cost of e times less
    empty_at_end: float = 0.6  # share of that cost where the film ends: nothing can follow
    stall_cost_s: float = 0.3  # of the next segment's stall, however short, besides its length
    network: RegimeModel = field(default_factory=RegimeModel)
    least_rest_s: float = 0.5  # a transfer that ends sooner is left to end
    comfort_segments: float = 2.0  # ... or sooner than these play and the buffer lasts
    spell_tail: float = 2.2  # the larger, the sooner a slow spell is expected to end
    last_chance: float = 0.7  # the lowest rung would take this share of what the buffer lasts
    last_chance_spell_s: float = 1.5  # after a spell of this length
    last_chance_fades_s: float = 10.0  # ... and after one of this length, half that share
    replace_caution: float = 2.0  # time spent on buffered film counts so many times
    replace_gain_s: float = 0.1  # least gain of fetching anew, in seconds of waiting
    replace_lead_s: float = 2.5  # film that plays sooner stays as it is
    replace_run: int = 8  # segments looked at in one go
    first: AbandonRule = field(default_factory=AbandonRule)  # judges before anything was measured
    latest: _Latest = field(default_factory=_Latest, repr=False, compare=False)

    def __call__(self, context: DecisionContext) -> SwitchRequest | None:
        """No opinion before anything was transferred."""
        prospect = self._prospect(context)
        if prospect is None:
            return None
        moment = self._moment(context)
        plan = next_segment(prospect, moment)
        return plan_words.chosen(context, prospect.task, moment, plan)

    def abandonment(
        self, context: DecisionContext, progress: TransferProgress, pace: Pace
    ) -> SwitchRequest | None:
        """The lower rung that is worth more than the rest of the transfer; ``None``: go on."""
        prospect = self._prospect(context)
        if prospect is None:
            return self.first(context, progress, pace.lowest_bps)
        position = _position(context.ladder, progress.representation_id)
        if not position:
            return None
        rate_bps = self._slow_bps(context, progress, pace)
        remaining_bits = max(0, progress.total_bytes - progress.received_bytes) * 8.0
        if rate_bps is None or self._comfortable(context, remaining_bits / rate_bps):
            return None
        transfer = Underway(
            rung=position,
            remaining_bits=remaining_bits,
            rate_bps=rate_bps,
            slow_s=max(pace.slow_s, SHORTEST_SPELL_S),
        )
        last = self._last_chance(context, prospect.task, transfer)
        if last is not None:
            return plan_words.given_up(context, transfer, last)
        values = carry_on(prospect, self._moment(context), transfer, self.spell_tail)
        best = int(np.argmax(values[::-1]))  # of equals the highest: going on comes first
        if best == 0:
            return None
        return plan_words.given_up(context, transfer, position - best, values)

    def replacement(
        self, context: DecisionContext, buffered: tuple[BufferedSegment, ...]
    ) -> ReplaceRequest | None:
        """The segment to fetch again before the next one, in the quality planned for that."""
        first = self._first_replaceable(context, buffered)
        if first is None:
            return None
        prospect = self._prospect(context)
        if prospect is None:
            return None
        moment = self._moment(context)
        plan = next_segment(prospect, moment)
        best = int(np.argmax(plan.values))
        held = self._held(context, buffered[first - 1 :], best)
        if held is None:
            return None
        values = anew(prospect, moment, held, caution=self.replace_caution, most=self.replace_run)
        start = int(np.argmax(values))
        gain = float(values[start] - plan.values[best])
        if gain <= self.replace_gain_s * prospect.task.wait_weight:
            return None
        segment = buffered[first + start]
        return plan_words.replaced(context, prospect.task, plan, segment, gain)

    def _prospect(self, context: DecisionContext) -> Prospect | None:
        key = (
            context.adaptation_set,
            context.segment_index,
            context.previous,
            context.limits,
            context.playback_speed,
            context.max_buffer_s,
            len(context.history),
            context.history[-1:],
        )
        if self.latest.key != key:
            seen = transfers(context)
            self.latest.prospect = None if seen is None else self._foreseen(context, seen)
            self.latest.key = key
        return self.latest.prospect

    def _foreseen(self, context: DecisionContext, seen: Transfers) -> Prospect:
        outlook = self.network.outlook(np.array(seen.rates_bps), seen.elapsed_s)
        return Prospect(task=self._task(context, outlook, seen), outlook=outlook)

    def _task(self, context: DecisionContext, outlook: Outlook, seen: Transfers) -> Task:
        film, ladder = context.adaptation_set, context.ladder
        model = self._model(context)
        count = len(film.segment_durations_s)
        first = context.segment_index
        coming = range(first, min(first + sum(self.steps), count))
        counts, starts = _steps(self.steps, len(coming))
        each_bits = np.array([r.segment_bytes[first : coming.stop] for r in ladder]).T * 8.0
        sizes_bits = np.add.reduceat(each_bits, starts)
        pure = np.add.reduceat(_qualities(model, ladder, coming), starts) / counts[:, None]
        lengths_s = np.array(film.segment_durations_s[first : coming.stop]) / speed(context)
        playing_s = np.add.reduceat(lengths_s, starts)
        goes_on = coming.stop < count
        return Task(
            counts=tuple(counts.tolist()),
            sizes_bits=sizes_bits,
            qualities=pure - self.data_price * sizes_bits / counts[:, None] / 1e6,
            qualities_before=np.array(
                [self._worth(model, r, max(0, context.segment_index - 1)) for r in ladder]
            ),
            playing_s=playing_s,
            max_buffer_s=max(context.max_buffer_s / speed(context), float(lengths_s.max())),
            overhead_s=seen.overhead_s,
            wait_weight=model.wait_weight,
            switch_weight=model.switch_weight,
            rest_per_s=self._rest_per_s(context, outlook, pure, lengths_s) * goes_on,
            empty_cost=self.empty_cost
            * model.wait_weight
            * (1.0 if goes_on else self.empty_at_end),
            empty_fades_s=self.empty_fades_s,
            stall_cost=self.stall_cost_s * model.wait_weight,
        )

    def _model(self, context: DecisionContext) -> QoeModel:
        everything = context.adaptation_set.representations
        known = all(r.segment_vmaf for r in everything)
        utility = Utility.LOG if self.utility is Utility.VMAF and not known else self.utility
        return QoeModel.of(
            everything,
            utility,
            wait_weight=self.wait_weight,
            switch_weight=self.switch_weight,
        )

    def _rest_per_s(
        self, context: DecisionContext, outlook: Outlook, qualities: Floats, playing_s: Floats
    ) -> Floats:
        """What a second of buffer buys later, by rate: bytes of one more second of transfer.

        That is the slope of quality over rate, times the rate, spread over a segment.
        """
        needs = np.maximum.accumulate([nominal_bps(r) for r in context.ladder])
        worth = qualities.mean(axis=0)
        level, mean = np.log(outlook.rates_bps), np.log(outlook.mean_bps)
        rates = np.exp(self.rest_at_level * level + (1 - self.rest_at_level) * mean)
        if len(needs) == 1:
            return np.zeros_like(rates)
        slopes = np.maximum(np.diff(worth), 0.0) / np.maximum(np.diff(needs), 1.0)
        rung = np.clip(np.searchsorted(needs, rates) - 1, 0, len(slopes) - 1)
        bought = np.where(rates < needs[-1], slopes[rung] * np.maximum(rates, needs[0]), 0.0)
        return np.asarray(self.rest_share * bought / playing_s.mean())

    def _worth(self, model: QoeModel, rung: Representation, index: int) -> float:
        """Quality of a segment, less what its bytes cost."""
        return model.quality(rung, index) - self.data_price * rung.segment_bytes[index] * 8 / 1e6

    def _moment(self, context: DecisionContext) -> Moment:
        film, model = context.adaptation_set, self._model(context)
        before = next((r for r in film.representations if r.id == context.previous), None)
        index = max(0, context.segment_index - 1)
        ended_s = context.history[-1].finished_at_s if context.history else context.now_s
        idle_s = context.now_s - ended_s
        return Moment(
            buffer_s=min(buffer_wall_s(context), context.max_buffer_s / speed(context)),
            idle_s=min(max(0.0, idle_s), 1e4) if np.isfinite(idle_s) else 0.0,
            quality_before=None if before is None else self._worth(model, before, index),
        )

    def _slow_bps(
        self, context: DecisionContext, progress: TransferProgress, pace: Pace
    ) -> float | None:
        """The rate of a transfer that goes slower than usual; ``None`` for one that does not."""
        if pace.recent_bps is not None:
            flowing_s = progress.elapsed_s - (progress.ttfb_s or 0.0)
            early = flowing_s < self.first.grace_s / 2
            return None if early or not pace.slow_s else max(pace.recent_bps, MINIMUM_RATE_BPS)
        ttfb_s = context.estimate.ttfb_s if context.estimate else 0.0
        silent = progress.elapsed_s >= max(self.first.grace_s, self.first.silent_ttfb * ttfb_s)
        return MINIMUM_RATE_BPS if silent else None

    def _comfortable(self, context: DecisionContext, remaining_s: float) -> bool:
        lasts_s = min(buffer_wall_s(context), self.comfort_segments * segment_wall_s(context))
        return remaining_s < max(self.least_rest_s, lasts_s)

    def _last_chance(self, context: DecisionContext, task: Task, transfer: Underway) -> int | None:
        """The rung that still comes in time should the slow spell not end, when it is now or never.

        Expectation alone would gamble on: a stall that could be foreseen is worse than an ugly
        segment.
        """
        lasts_s = buffer_wall_s(context)
        times_s = task.overhead_s + task.sizes_bits[0] / transfer.rate_bps
        share = self.last_chance / (1 + transfer.slow_s / self.last_chance_fades_s)
        if (
            transfer.slow_s < self.last_chance_spell_s
            or transfer.remaining_bits / transfer.rate_bps <= lasts_s
            or not share * lasts_s <= times_s[0] <= lasts_s
        ):
            return None
        in_time = [
            rung
            for rung in range(transfer.rung)
            if task.sizes_bits[0, rung] < transfer.remaining_bits
            and (rung == 0 or times_s[rung] <= LAST_CHANCE_MARGIN * lasts_s)
        ]
        return in_time[-1] if in_time else None

    def _first_replaceable(
        self, context: DecisionContext, buffered: tuple[BufferedSegment, ...]
    ) -> int | None:
        """Position in ``buffered`` of the first one to think of, never the very first."""
        if context.segment_index >= len(context.adaptation_set.segment_durations_s):
            return None
        top = context.ladder[-1].id
        starts_s = context.adaptation_set.segment_starts_s
        now_s = starts_s[context.segment_index] - context.buffer_level_s
        lead_s = self.replace_lead_s * speed(context)
        for position, segment in enumerate(buffered):
            if position == 0 or not segment.replaceable or segment.representation_id == top:
                continue
            if starts_s[segment.index] - now_s >= lead_s:
                return position
        return None

    def _held(
        self,
        context: DecisionContext,
        buffered: Sequence[BufferedSegment],
        best: int,
    ) -> Held | None:
        """``buffered`` begins with the segment before the first that may be replaced."""
        film, model = context.adaptation_set, self._model(context)
        better = context.ladder[best]
        present = {r.id: r for r in film.representations}
        if any(segment.representation_id not in present for segment in buffered):
            return None
        rungs = [present[segment.representation_id] for segment in buffered]
        # Bytes that were paid for cost nothing any more: only those of the new ones count.
        qualities = [model.quality(r, s.index) for r, s in zip(rungs, buffered, strict=True)]
        now_s = film.segment_starts_s[context.segment_index] - context.buffer_level_s
        coming = buffered[1:]
        return Held(
            qualities=np.array(qualities[1:]),
            new_qualities=np.array([self._worth(model, better, s.index) for s in coming]),
            new_bits=np.array([better.segment_bytes[s.index] * 8.0 for s in coming]),
            due_s=np.array([film.segment_starts_s[s.index] - now_s for s in coming])
            / speed(context),
            quality_before=qualities[0],
            rung=best,
            last_rung=_nearest(context.ladder, rungs[-1]),
        )


def _steps(wished: tuple[int, ...], segments: int) -> tuple[Indexes, Indexes]:
    """Lengths of the steps that so many segments leave room for, and where each begins."""
    ends = np.minimum(np.cumsum(wished), segments)
    starts = np.concatenate([[0], ends[:-1]])
    inside = starts < segments
    return (ends - starts)[inside], starts[inside]


def _position(ladder: Sequence[Representation], representation_id: str) -> int | None:
    return next((n for n, r in enumerate(ladder) if r.id == representation_id), None)


def _nearest(ladder: Sequence[Representation], rung: Representation) -> int:
    """Position of the highest allowed rung that is not above ``rung``."""
    below = [n for n, r in enumerate(ladder) if r.bandwidth_bps <= rung.bandwidth_bps]
    return below[-1] if below else 0


def _qualities(
    model: QoeModel, ladder: Sequence[Representation], segments: Sequence[int]
) -> Floats:
    """Quality by (segment, representation)."""
    if model.utility is Utility.VMAF:
        return np.array([[model.quality(r, n) for r in ladder] for n in segments])
    same = np.array([model.quality(r, segments[0]) for r in ladder])
    return np.broadcast_to(same, (len(segments), len(ladder)))
