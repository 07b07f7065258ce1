"""Rules compared over many networks, each quoted as a share of what could have been reached."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from abr.algorithms import ALGORITHMS
from abr.engine import AbrEngine
from abr.media import AdaptationSet
from abr.optimal import optimum
from abr.qoe import Qoe, QoeModel, Utility
from abr.rules.request import Planner
from abr.simulator import Setting, simulate
from abr.trace import Trace

POLL_S = 0.25  # between questions about the transfer under way, as in the player


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceResult:
    """What every algorithm reached on one trace, and what could have been reached."""

    optimum: float  # QoE per segment
    sessions: Mapping[str, Qoe]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One algorithm over a set of traces. Shares are of the optimum, 1 being all of it.

    ``share`` is the mean QoE over the mean optimum; median and 5th percentile are over traces.
    """

    algorithm: str
    traces: int
    qoe: float
    optimum: float
    share: float
    share_median: float
    share_p5: float
    rebuffer_s: float
    stalls: float  # a session
    sessions_with_stalls: float
    switches: float
    startup_s: float


def evaluate(
    film: AdaptationSet,
    trace: Trace,
    algorithms: Sequence[str],
    utility: Utility,
    setting: Setting,
    *,
    plain: bool = False,
) -> TraceResult:
    """Run every algorithm over one trace from its beginning, each with all it can do.

    A planner gives up transfers and fetches buffered segments again, the others run as they were
    published, in ``setting``; with ``plain`` planners do too. Raises :class:`KeyError` for an
    unknown algorithm and :class:`ValueError` for VMAF the film does not have.
    """
    model = QoeModel.of(film.representations, utility)
    sessions: dict[str, Qoe] = {}
    reached: float | None = None
    for name in algorithms:
        rule = ALGORITHMS[name](utility)
        able = isinstance(rule, Planner) and not plain
        own = replace(setting, abandon_poll_s=POLL_S, replacing=True) if able else setting
        sessions[name] = simulate(film, trace, AbrEngine(rule), model, own).qoe
        if own.abandon_poll_s is None:  # else a schedule without abandonment may not get there
            reached = max(-math.inf if reached is None else reached, sessions[name].per_segment)
    best = optimum(film, trace, model, max_buffer_s=setting.max_buffer_s, at_least=reached)
    return TraceResult(optimum=best.per_segment, sessions=sessions)


def watchable(results: Sequence[TraceResult]) -> list[TraceResult]:
    """Those on which something could be won: elsewhere a share says nothing."""
    return [result for result in results if result.optimum > 0]


def summarise(results: Sequence[TraceResult]) -> list[Summary]:
    """One line per algorithm; ``results`` must be watchable and not empty."""
    return [_summary(name, results) for name in results[0].sessions]


def _summary(name: str, results: Sequence[TraceResult]) -> Summary:
    sessions = [result.sessions[name] for result in results]
    reached = np.array([qoe.per_segment for qoe in sessions])
    best = np.array([result.optimum for result in results])
    return Summary(
        algorithm=name,
        traces=len(results),
        qoe=float(reached.mean()),
        optimum=float(best.mean()),
        share=float(reached.mean() / best.mean()),
        share_median=float(np.median(reached / best)),
        share_p5=float(np.percentile(reached / best, 5)),
        rebuffer_s=float(np.mean([qoe.rebuffer_s for qoe in sessions])),
        stalls=float(np.mean([qoe.stalls for qoe in sessions])),
        sessions_with_stalls=float(np.mean([qoe.rebuffer_s > 0 for qoe in sessions])),
        switches=float(np.mean([qoe.switches for qoe in sessions])),
        startup_s=float(np.mean([qoe.startup_s for qoe in sessions])),
    )
