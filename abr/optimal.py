"""The best that could have been done: the schedule of a player that knows the whole future.

Forward dynamic programming over (segment, moment, buffer level, representation) on a trace known in
advance. Moments and levels are grouped into cells, and each cell keeps the exact state of its best
path: what comes out is a schedule that can really be played, and the optimum as cells shrink. Every
evaluation quotes rules as a share of it, as in X. Yin et al., SIGCOMM 2015.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from abr.media import AdaptationSet, RepresentationId
from abr.qoe import QoeModel
from abr.trace import Trace

Floats = NDArray[np.float64]
Indexes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """A schedule without equal and its QoE per segment."""

    per_segment: float
    schedule: tuple[RepresentationId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paths:
    """The best paths found so far, one per cell; ``parents`` points into the paths before."""

    moments_s: Floats
    levels_s: Floats
    rungs: Indexes
    totals: Floats
    parents: Indexes


def optimum(
    adaptation_set: AdaptationSet,
    trace: Trace,
    model: QoeModel,
    *,
    max_buffer_s: float = 60.0,
    cell_s: float = 0.5,
    most_paths: int = 6000,
    at_least: float | None = None,
) -> Optimum:
    """The best schedule from the first segment to the last, at normal speed and without caps.

    ``cell_s`` is the size of a cell in time and in buffer; at most ``most_paths`` go on.
    ``at_least`` is a QoE per segment some rule is known to reach: what cannot get there is dropped
    at once, which changes nothing but the time it takes.
    """
    ladder = adaptation_set.representations
    count = len(adaptation_set.segment_durations_s)
    qualities = np.array([[model.quality(r, n) for r in ladder] for n in range(count)])
    still_to_win = np.append(np.cumsum(qualities.max(axis=1)[::-1])[::-1][1:], 0.0)
    bound = -np.inf if at_least is None else at_least * count - 1e-6
    zero = np.zeros(1)
    paths = _Paths(
        moments_s=zero, levels_s=zero, rungs=np.array([-1]), totals=zero, parents=np.array([-1])
    )
    steps = []
    for index, duration_s in enumerate(adaptation_set.segment_durations_s):
        sizes = np.array([float(r.segment_bytes[index]) for r in ladder])
        before = qualities[index - 1] if index else None
        paths = _extended(paths, trace, model, sizes=sizes, after=qualities[index], before=before)
        paths = _buffered(paths, duration_s, max_buffer_s)
        paths = _chosen(paths, np.flatnonzero(paths.totals + still_to_win[index] >= bound))
        paths = _one_per_cell(paths, cell_s, len(ladder))
        worth_per_s = qualities[index].max() / 2 / duration_s
        paths = _fewer(paths, most_paths, worth_per_s)
        steps.append(paths)
    best = int(np.argmax(paths.totals))
    schedule = [ladder[rung].id for rung in _traced_back(steps, best)]
    return Optimum(per_segment=float(paths.totals[best]) / count, schedule=tuple(schedule))


def _extended(
    paths: _Paths,
    trace: Trace,
    model: QoeModel,
    *,
    sizes: Floats,
    after: Floats,
    before: Floats | None,
) -> _Paths:
    """Every path with every representation fetched next."""
    parents = np.repeat(np.arange(len(paths.totals)), len(sizes))
    rungs = np.tile(np.arange(len(sizes)), len(paths.totals))
    began_s = paths.moments_s[parents]
    ended_s = trace.arrivals_s(began_s + trace.latency_s, sizes[rungs])
    left_s = paths.levels_s[parents] - (ended_s - began_s)
    totals = paths.totals[parents] + after[rungs] - model.wait_weight * np.maximum(0.0, -left_s)
    if before is not None:
        steps = np.abs(after[rungs] - before[paths.rungs[parents]])
        totals = totals - model.switch_weight * steps
    return _Paths(
        moments_s=ended_s,
        levels_s=np.maximum(left_s, 0.0),
        rungs=rungs,
        totals=totals,
        parents=parents,
    )


def _buffered(paths: _Paths, duration_s: float, max_buffer_s: float) -> _Paths:
    """The fetched segment is in the buffer; where that is too full, time passes."""
    levels_s = paths.levels_s + duration_s
    excess_s = np.maximum(levels_s - max_buffer_s, 0.0)
    return _Paths(
        moments_s=paths.moments_s + excess_s,
        levels_s=levels_s - excess_s,
        rungs=paths.rungs,
        totals=paths.totals,
        parents=paths.parents,
    )


def _one_per_cell(paths: _Paths, cell_s: float, rungs: int) -> _Paths:
    moments = np.floor(paths.moments_s / cell_s).astype(np.int64)
    levels = np.floor(paths.levels_s / cell_s).astype(np.int64)
    cells = (moments * (levels.max(initial=0) + 1) + levels) * rungs + paths.rungs
    order = np.lexsort((-paths.totals, cells))
    first = np.ones(len(order), dtype=bool)
    first[1:] = cells[order][1:] != cells[order][:-1]
    return _chosen(paths, order[first])


def _fewer(paths: _Paths, most: int, worth_per_s: float) -> _Paths:
    """The most promising paths, by what they have and what their buffer may still bring."""
    if len(paths.totals) <= most:
        return paths
    promise = paths.totals + worth_per_s * paths.levels_s
    return _chosen(paths, np.argpartition(-promise, most)[:most])


def _chosen(paths: _Paths, which: NDArray[np.intp]) -> _Paths:
    return _Paths(
        moments_s=paths.moments_s[which],
        levels_s=paths.levels_s[which],
        rungs=paths.rungs[which],
        totals=paths.totals[which],
        parents=paths.parents[which],
    )


def _traced_back(steps: list[_Paths], last: int) -> list[int]:
    rungs = []
    for paths in reversed(steps):
        rungs.append(int(paths.rungs[last]))
        last = int(paths.parents[last])
    return rungs[::-1]
