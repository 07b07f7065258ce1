"""RobustMPC: plan a few segments ahead at the least rate recent errors make likely.

X. Yin, A. Jindal, V. Sekar, B. Sinopoli, "A Control-Theoretic Approach for Dynamic Adaptive Video
Streaming over HTTP", SIGCOMM 2015.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from abr.context import DecisionContext, TransferSample
from abr.decision import Considered, Reason
from abr.demand import buffer_wall_s, speed
from abr.explain import name_in, rate
from abr.qoe import QoeModel, Utility
from abr.regime import Floats
from abr.rules.declared import own_samples
from abr.rules.request import SwitchRequest

MOST_PLANS = 8_000  # 6 rungs over 5 segments; larger ladders look less far ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustMpcRule:
    """Every sequence of rungs over the horizon, valued at one cautious rate.

    The rate is the harmonic mean of recent transfers, waits included, over one plus the largest
    relative error of recent such predictions.
    """

    horizon: int = 5  # segments
    samples: int = 5  # of the harmonic mean
    errors: int = 5  # of which the largest counts
    utility: Utility = Utility.LIN
    wait_weight: float | None = None
    switch_weight: float = 1.0

    def __call__(self, context: DecisionContext) -> SwitchRequest | None:
        """No opinion before anything was transferred."""
        rates_bps = [_whole_rate(s) for s in own_samples(context)]
        if not rates_bps:
            return None
        carried_bps = self.cautious_bps(rates_bps)
        values, plans = self._values(context, carried_bps)
        best = int(plans[int(np.argmax(values))][0])
        by_rung = [float(values[plans[:, 0] == n].max()) for n in range(len(context.ladder))]
        because = f"at {rate(carried_bps)} it begins the best plan, and nothing better is on offer"
        if best < len(by_rung) - 1:
            above = name_in(context.adaptation_set, context.ladder[best + 1])
            loss = by_rung[best] - by_rung[best + 1]
            because = f"at {rate(carried_bps)} the best plan with {above} is worth {loss:.2f} less"
        return SwitchRequest(
            representation=context.ladder[best],
            reason=Reason.PLAN,
            rule="robust_mpc",
            because=because,
            considered=tuple(
                Considered(
                    representation_id=rung.id, score=value, note=f"best plan comes to {value:.2f}"
                )
                for rung, value in zip(context.ladder, by_rung, strict=True)
            ),
        )

    def cautious_bps(self, rates_bps: Sequence[float]) -> float:
        """The rate to plan with, from whole-transfer rates, oldest first."""
        first = max(1, len(rates_bps) - self.errors)
        errors = [
            abs(self._mean(rates_bps[:n]) - rates_bps[n]) / rates_bps[n]
            for n in range(first, len(rates_bps))
        ]
        return self._mean(rates_bps) / (1 + max(errors, default=0.0))

    def _mean(self, rates_bps: Sequence[float]) -> float:
        recent = rates_bps[-self.samples :]
        return len(recent) / sum(1 / value for value in recent)

    def _values(
        self, context: DecisionContext, carried_bps: float
    ) -> tuple[Floats, np.ndarray[tuple[int, ...], np.dtype[np.intp]]]:
        ladder, film, first = context.ladder, context.adaptation_set, context.segment_index
        model = QoeModel.of(
            film.representations,
            self.utility,
            wait_weight=self.wait_weight,
            switch_weight=self.switch_weight,
        )
        reach = max(1, int(math.log(MOST_PLANS) / math.log(max(2, len(ladder)))))
        last = min(first + min(self.horizon, reach), len(film.segment_durations_s))
        plans = _plans(len(ladder), last - first)
        level_s = np.full(len(plans), buffer_wall_s(context))
        values, waits_s = np.zeros(len(plans)), np.zeros(len(plans))
        before = next((r for r in film.representations if r.id == context.previous), None)
        previous = (
            None
            if before is None
            else np.full(len(plans), model.quality(before, max(0, first - 1)))
        )
        for step, index in enumerate(range(first, last)):
            rung = plans[:, step]
            took_s = np.array([r.segment_bytes[index] * 8 / carried_bps for r in ladder])[rung]
            quality = np.array([model.quality(r, index) for r in ladder])[rung]
            waits_s += np.maximum(0.0, took_s - level_s)
            if previous is None:
                previous = quality
            # Sequences that climb and return tie often: the published order of sums decides.
            values += quality - model.switch_weight * np.abs(quality - previous)
            level_s = np.maximum(level_s - took_s, 0.0)
            level_s += film.segment_durations_s[index] / speed(context)
            level_s = np.minimum(level_s, context.max_buffer_s / speed(context))
            previous = quality
        return values - model.wait_weight * waits_s, plans


def _whole_rate(sample: TransferSample) -> float:
    return max(sample.transferred_bytes * 8 / sample.duration_s, 1.0)


@functools.lru_cache(maxsize=64)
def _plans(rungs: int, segments: int) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    return np.array(list(itertools.product(range(rungs), repeat=segments)), dtype=np.intp)
