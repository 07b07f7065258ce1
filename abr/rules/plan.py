"""PLAN: the best expected quality over the coming segments, whatever the network does.

Dynamic programming (:mod:`abr.planning`) over what the network may do (:mod:`abr.regime`), with the
exact sizes and qualities of the coming segments, waits for first bytes apart, switches priced and
a worth for what is left in the buffer. Horizon planning for adaptive streaming is due to X. Yin et
al., SIGCOMM 2015 (MPC); planning over a distribution to F. Y. Yan et al., NSDI 2020 (Fugu).
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from abr.context import DecisionContext, TransferSample
from abr.decision import Considered, Reason
from abr.demand import buffer_wall_s, nominal_bps, speed
from abr.explain import name_in
from abr.media import Representation
from abr.planning import Plan, Task, plan
from abr.qoe import QoeModel, Utility
from abr.regime import Floats, Outlook, RegimeModel
from abr.rules.request import SwitchRequest
from abr.throughput import sample_rate_bps

SMALLEST_RATE_BPS, LARGEST_RATE_BPS = 1e3, 1e11  # beyond, arithmetic and not networks decide
NOTABLE_RISK = 0.01  # of a stall; less is not worth a word


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRule:
    """Plans ``horizon`` segments ahead and takes the first step of the best plan.

    ``wait_weight`` (mu) None means a segment of the best quality per second, as published;
    ``data_price`` is what a megabit costs in units of quality. Where VMAF is asked for and the
    film has none, the logarithm stands in for it.
    """

    utility: Utility = Utility.LOG
    wait_weight: float | None = None
    switch_weight: float = 1.0
    data_price: float = 0.0
    horizon: int = 7  # segments
    rest_share: float = 0.7  # of what the buffer left at the end would buy in quality
    rest_at_level: float = 0.47  # how far the last rate, not the mean, says what it would buy
    empty_cost: float = 1.3  # of ending on an empty buffer, in seconds of waiting
    empty_fades_s: float = 8.0
    network: RegimeModel = field(default_factory=RegimeModel)

    def __call__(self, context: DecisionContext) -> SwitchRequest | None:
        """No opinion before anything was transferred."""
        seen = _of_this_stream(context)
        if not seen.samples:
            return None
        finished = np.array([sample.finished_at_s for sample in seen.samples])
        gaps_s = np.nan_to_num(np.diff(np.nan_to_num(finished), prepend=0.0))
        elapsed_s = np.clip(gaps_s, 0.0, 1e4)
        outlook = self.network.outlook(np.array(seen.rates_bps), elapsed_s)
        task = self._task(context, outlook, seen)
        result = plan(task, outlook)
        best = int(np.argmax(result.values))
        return _request(context, task, result, best)

    def _task(self, context: DecisionContext, outlook: Outlook, seen: _Transfers) -> Task:
        film, ladder = context.adaptation_set, context.ladder
        model = self._model(context)
        coming = range(
            context.segment_index,
            min(context.segment_index + self.horizon, len(film.segment_durations_s)),
        )
        sizes_bits = np.array([[r.segment_bytes[n] * 8.0 for r in ladder] for n in coming])
        pure = _qualities(model, ladder, coming)
        playing_s = np.array([film.segment_durations_s[n] for n in coming]) / speed(context)
        to_the_end = coming.stop == len(film.segment_durations_s)
        max_buffer_s = max(context.max_buffer_s / speed(context), float(playing_s.max()))
        waited_s = context.now_s - seen.samples[-1].finished_at_s
        return Task(
            sizes_bits=sizes_bits,
            qualities=pure - self.data_price * sizes_bits / 1e6,
            playing_s=playing_s,
            step_costs=self._step_costs(context, model, pure[0]),
            buffer_s=min(buffer_wall_s(context), max_buffer_s),
            max_buffer_s=max_buffer_s,
            overhead_s=_overhead_s(context, seen),
            idle_s=min(max(0.0, waited_s), 1e4) if np.isfinite(waited_s) else 0.0,
            wait_weight=model.wait_weight,
            switch_weight=model.switch_weight,
            rest_per_s=self._rest_per_s(context, outlook, pure, playing_s) * (not to_the_end),
            empty_cost=self.empty_cost * model.wait_weight * (not to_the_end),
            empty_fades_s=self.empty_fades_s,
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

    def _step_costs(self, context: DecisionContext, model: QoeModel, first: Floats) -> Floats:
        """What the first choice pays for being another than what was played before."""
        film, index = context.adaptation_set, context.segment_index
        before = next((r for r in film.representations if r.id == context.previous), None)
        if before is None:
            return np.zeros_like(first)
        return model.switch_weight * np.abs(first - model.quality(before, max(0, index - 1)))

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Transfers:
    """What the network showed of this stream; ``others_s`` went into transfers beside it."""

    samples: tuple[TransferSample, ...]
    rates_bps: tuple[float, ...]
    others_s: float


def _of_this_stream(context: DecisionContext) -> _Transfers:
    """Transfers of this stream where there are any: sound is too small to speak for the network."""
    measured = [(s, rate) for s in context.history if (rate := sample_rate_bps(s)) is not None]
    ids = {r.id for r in context.adaptation_set.representations}
    own = [pair for pair in measured if pair[0].representation_id in ids]
    return _Transfers(
        samples=tuple(s for s, _ in own or measured),
        rates_bps=tuple(
            min(max(rate, SMALLEST_RATE_BPS), LARGEST_RATE_BPS) for _, rate in own or measured
        ),
        others_s=sum(s.duration_s for s, _ in measured if s.representation_id not in ids)
        if own
        else 0.0,
    )


def _overhead_s(context: DecisionContext, seen: _Transfers) -> float:
    """Time a segment costs besides its own bytes: its first byte's way, and sound's transfers."""
    if context.estimate is not None:
        ttfb_s = context.estimate.ttfb_s
    else:
        ttfb_s = statistics.median(min(s.ttfb_s, s.duration_s) for s in seen.samples)
    return ttfb_s + seen.others_s / len(seen.samples)


def _qualities(model: QoeModel, ladder: Sequence[Representation], coming: range) -> Floats:
    """Quality by (segment, representation)."""
    if model.utility is Utility.VMAF:
        return np.array([[model.quality(r, n) for r in ladder] for n in coming])
    same = np.array([model.quality(r, coming.start) for r in ladder])
    return np.broadcast_to(same, (len(coming), len(ladder)))


def _request(context: DecisionContext, task: Task, result: Plan, best: int) -> SwitchRequest:
    segments = len(task.sizes_bits)
    return SwitchRequest(
        representation=context.ladder[best],
        reason=Reason.PLAN,
        rule="plan",
        because=_because(context, task, result, best),
        considered=tuple(
            Considered(
                representation_id=rung.id,
                score=float(value) / segments,
                note=f"quality {quality:.2f} now, stall risk {_percent(risk)}",
            )
            for rung, value, risk, quality in zip(
                context.ladder, result.values, result.stall_risks, task.qualities[0], strict=True
            )
        ),
    )


def _because(context: DecisionContext, task: Task, result: Plan, best: int) -> str:
    """What is expected, what it risks, and what speaks against the next rung."""
    risk = float(result.stall_risks[best])
    expected = f"quality {task.qualities[0][best]:.2f} at a stall risk of {_percent(risk)}"
    if best == len(context.ladder) - 1:
        return f"{expected}, and there is nothing better on offer"
    return f"{expected}; {_against(context, task, result, best, best + 1)}"


def _against(context: DecisionContext, task: Task, result: Plan, best: int, above: int) -> str:
    label = name_in(context.adaptation_set, context.ladder[above])
    risk, now = float(result.stall_risks[above]), float(result.stall_risks[best])
    if risk - now > NOTABLE_RISK:
        return f"{label} would stall with {_percent(risk)}"
    gain = float(task.qualities[0][above] - task.qualities[0][best])
    cost = float(task.step_costs[above] - task.step_costs[best])
    if cost > 0 and gain - cost <= 0 and _climbs(context, context.ladder[above]):
        return f"the switch to {label} would cost what it gains before it has to be undone"
    return f"{label} would use up buffer that serves better later"


def _climbs(context: DecisionContext, rung: Representation) -> bool:
    order = context.adaptation_set.representations
    return any(r.id == context.previous for r in order[: order.index(rung)])


def _percent(share: float) -> str:
    if 0 < share < 0.005:
        return "under 1 %"
    return f"{min(max(share, 0.0), 1.0):.0%}".replace("%", " %")
