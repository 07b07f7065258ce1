"""How long the engine takes to decide, and whether it remembers more than it should.

    python -m bench.decision [--algorithm NAME] [--json]

Sessions over a network that wanders, six representations, a full history. ``p99_ms`` is the figure
to watch; ``growth_bytes`` is what is still allocated after 10,000 decisions that was not before.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import random
import time
import tracemalloc
from dataclasses import asdict, dataclass

import numpy as np

from abr.algorithms import ALGORITHMS
from abr.context import DecisionContext, Phase, TransferSample
from abr.engine import HISTORY_SAMPLES, AbrEngine, Rule
from abr.media import AdaptationSet, AdaptationSetId, MediaKind, Representation, RepresentationId
from abr.qoe import Utility

RATES_BPS = (300_000, 750_000, 1_200_000, 1_850_000, 2_850_000, 4_300_000)
SEGMENT_S, SEGMENTS = 4.0, 300
TIMED, COUNTED, WARM_UP = 3_000, 10_000, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Milliseconds per decision, and bytes allocated over many."""

    p50_ms: float
    p99_ms: float
    worst_ms: float
    decisions: int
    growth_bytes: int
    growth_decisions: int


def _film() -> AdaptationSet:
    swing = [1 + 0.3 * math.sin(n * 0.9) + 0.15 * math.cos(n * 2.3) for n in range(SEGMENTS)]
    return AdaptationSet(
        id=AdaptationSetId("video"),
        kind=MediaKind.VIDEO,
        segment_durations_s=(SEGMENT_S,) * SEGMENTS,
        representations=tuple(
            Representation(
                id=RepresentationId(f"v{rate_bps}"),
                codecs="avc1.640028",
                bandwidth_bps=rate_bps,
                average_bandwidth_bps=rate_bps,
                segment_path=f"v{rate_bps}/$Number$.m4s",
                segment_bytes=tuple(int(rate_bps * SEGMENT_S / 8 * s) for s in swing),
                height_px=180 + 180 * rung,
            )
            for rung, rate_bps in enumerate(RATES_BPS)
        ),
    )


class _Session:
    """An endless session: decides, transfers, decides again."""

    def __init__(self, rule: Rule) -> None:
        self._random = random.Random(7)
        self._film = _film()
        self._engine = AbrEngine(rule)
        self._now_s, self._buffer_s, self._log_bps = 0.0, 12.0, math.log(2e6)
        self._previous: RepresentationId | None = None
        self._count = 0

    def decide(self) -> float:
        """One decision and its transfer; seconds the decision took."""
        index = self._count % (SEGMENTS - 20)
        context = DecisionContext(
            now_s=self._now_s,
            adaptation_set=self._film,
            segment_index=index,
            buffer_level_s=self._buffer_s,
            max_buffer_s=60.0,
            phase=Phase.STEADY,
            previous=self._previous,
            estimate=self._engine.estimate,
            history=self._engine.history,
        )
        began_s = time.perf_counter()
        decision = self._engine.decide(context)
        took_s = time.perf_counter() - began_s
        self._transfer(decision.representation, index)
        return took_s

    def _transfer(self, representation: Representation, index: int) -> None:
        step = self._random.gauss(0.0, 1.2 if self._random.random() < 0.03 else 0.2)
        self._log_bps = min(max(self._log_bps + step, math.log(2e5)), math.log(2e7))
        size = representation.segment_bytes[index]
        duration_s = 0.05 + size * 8 / math.exp(self._log_bps)
        self._now_s += duration_s
        self._buffer_s = min(max(self._buffer_s - duration_s, 0.0) + SEGMENT_S, 60.0)
        self._engine.observe(
            TransferSample(
                representation_id=representation.id,
                segment_index=index,
                transferred_bytes=size,
                ttfb_s=0.05,
                duration_s=duration_s,
                finished_at_s=self._now_s,
            )
        )
        self._previous = representation.id
        self._count += 1


def measure(rule: Rule, *, timed: int = TIMED, counted: int = COUNTED) -> Figures:
    """Run both measurements; each session is warmed up first."""
    session = _Session(rule)
    for _ in range(max(WARM_UP, HISTORY_SAMPLES)):
        session.decide()
    times_ms = np.array([session.decide() for _ in range(timed)]) * 1000
    return Figures(
        p50_ms=float(np.percentile(times_ms, 50)),
        p99_ms=float(np.percentile(times_ms, 99)),
        worst_ms=float(times_ms.max()),
        decisions=timed,
        growth_bytes=_growth_bytes(session, counted),
        growth_decisions=counted,
    )


def _growth_bytes(session: _Session, count: int) -> int:
    tracemalloc.start()
    for _ in range(HISTORY_SAMPLES):
        session.decide()  # so that the history itself is known to the counter
    gc.collect()
    before, _ = tracemalloc.get_traced_memory()
    for _ in range(count):
        session.decide()
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return after - before


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the closing line alone")
    parser.add_argument("--algorithm", choices=sorted(ALGORITHMS), default="plan")
    given = parser.parse_args()
    figures = asdict(measure(ALGORITHMS[given.algorithm](Utility.LIN)))
    if not given.json:
        for name, value in figures.items():
            print(f"{name:17} {value:.3f}" if isinstance(value, float) else f"{name:17} {value}")
    print(json.dumps({"figures": figures}))


if __name__ == "__main__":
    main()
