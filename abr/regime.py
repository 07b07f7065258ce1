"""What a network may do next: a distribution over throughput, learned from the session itself.

A committee of small Markov models of ln(rate) watches the transfers. Each says where the next rate
lies (around the last one, around a short or a long mean), how far it scatters, and how often per
second the network falls or rises to another regime. Every transfer re-weighs the committee by how
well each member foresaw it (Bayesian model averaging, J. A. Hoeting et al., Statistical Science
14(4), 1999), so that a calm network is soon trusted and a nervous one is not. Where a change of
regime leads to is a density over the rates seen so far, and a little of everywhere else.

The idea of planning over a distribution of transfer times instead of one estimate is that of Fugu
(F. Y. Yan et al., "Learning in situ", NSDI 2020).
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Weight of the newest rate in each mean a model may expect the next rate around, and how much of
# a deviation from the long mean is expected to last one more segment.
_NEWEST = (1.0, 0.5, 0.2, 0.03)
_LASTING = np.array([1.0, 0.6, 0.25, 0.0])
_SCATTER = np.array([0.08, 0.16, 0.32, 0.6, 1.0])  # of ln(rate) from one transfer to the next
_FALLS_PER_S = np.array([0.001, 0.006, 0.03])
_RISES_PER_S = np.array([0.006, 0.05])
_TAIL = 2.5  # the odd transfer scatters so many times as far
_FLOOR = 1e-9  # density of what no model foresaw


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A Markov chain over ``rates_bps`` (ascending), one step per transfer.

    ``expected`` is the next rate's distribution and ``steps[i]`` the one after rate ``i``, both as
    long as the regime lasts; ``elsewhere`` is where a change of regime leads. ``falls_per_s`` and
    ``rises_per_s`` are possible frequencies of a change, each with its probability in
    ``fall_weights`` and ``rise_weights``. ``level`` counts the rates below the last one seen;
    ``mean_bps`` is the long mean.
    """

    rates_bps: Floats
    expected: Floats
    steps: Floats
    elsewhere: Floats
    fall_weights: Floats
    rise_weights: Floats
    level: int
    mean_bps: float

    def changes(self, durations_s: Floats) -> tuple[Floats, Floats]:
        """Probability of a fall and of a rise within each of the durations."""
        spans = -np.asarray(durations_s)[..., None]
        falls = -np.expm1(spans * _FALLS_PER_S) @ self.fall_weights
        rises = -np.expm1(spans * _RISES_PER_S) @ self.rise_weights
        return falls, rises

    def next_rate(self, durations_s: Floats) -> Floats:
        """Distribution of the next transfer's rate (last axis), for transfers that take so long."""
        falls, rises = self.changes(durations_s)
        below = np.arange(len(self.rates_bps)) < self.level
        moved = self.elsewhere * np.where(below, falls[..., None], rises[..., None])
        return np.asarray(moved + (1 - moved.sum(-1, keepdims=True)) * self.expected)

    def transitions(self) -> tuple[Floats, Floats, Floats]:
        """Matrices from rate (row) to rate: regime lasts, falls, rises.

        The rows of the latter two add up to how much of ``elsewhere`` lies below and above.
        """
        lower = np.tri(len(self.rates_bps), k=-1)
        return self.steps, lower * self.elsewhere, lower.T * self.elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeModel:
    """The committee. Defaults were chosen on public traces, leaving one family out at a time."""

    rates: int = 16  # points of the distribution
    below: float = 1.5  # ln: how far below the worst rate seen a network may fall
    above: float = 0.5  # ln: how far above the best one it may rise
    memory: float = 0.975  # what a judgement of a model still counts one transfer later
    tail: float = 0.03  # share of transfers that scatter further
    faded: float = 0.965  # weight of a rate seen one transfer earlier among those to return to
    kernel: float = 0.2  # ln: how near "the same rate" is
    newness: float = 0.34  # share of changes of regime that lead to a rate never seen
    newness_samples: float = 2.0  # so many samples of doubt about having seen them all
    new_spread: float = 0.67  # ln: how far from the long mean a new regime lies
    lasting: float = 0.17  # share of a plan's steps in which the rate stays as it is
    scatter_tilt: float = -0.75  # ln of the prior odds per step of scatter, more is more cautious
    memory_tilt: float = 0.0  # the same towards longer means
    fall_tilt: float = 1.2  # towards frequent falls
    rise_tilt: float = -1.1  # towards frequent rises

    def outlook(self, rates_bps: Floats, elapsed_s: Floats) -> Outlook:
        """Learn from transfers, oldest first, at least one.

        ``elapsed_s`` is the time since the transfer before finished (the first is ignored).
        """
        logs = np.log(rates_bps)
        means = [_running(newest, logs) for newest in _NEWEST]
        weights = self._weights(logs, elapsed_s, means)
        lowest, highest = logs.min() - self.below, logs.max() + self.above
        grid = np.linspace(lowest, highest, self.rates)
        local = weights.sum(axis=(2, 3))
        spread = np.maximum(_SCATTER, 0.4 * (grid[1] - grid[0]))
        ends = np.array([mean[-1] for mean in means])
        after = _LASTING[:, None] * grid + (1 - _LASTING[:, None]) * ends[-1]
        centres = np.clip(np.concatenate([ends[:, None], after], axis=1), lowest, highest)
        rows = self._rows(grid, centres, spread, local)
        fading = _fading(self.faded, len(logs))[-1:]
        elsewhere = self._elsewhere(grid[None, :], logs[None, :], ends[-1:], fading)[0]
        steps = (1 - self.lasting) * rows[1:] + self.lasting * np.eye(self.rates)
        return Outlook(
            rates_bps=np.exp(grid),
            expected=rows[0],
            steps=steps,
            elsewhere=elsewhere / elsewhere.sum(),
            fall_weights=weights.sum(axis=(0, 1, 3)),
            rise_weights=weights.sum(axis=(0, 1, 2)),
            level=int(np.searchsorted(grid, logs[-1])),
            mean_bps=math.exp(ends[-1]),
        )

    def _weights(self, logs: Floats, elapsed_s: Floats, means: list[Floats]) -> Floats:
        """Belief in every model: mean, scatter, frequency of falls, of rises."""
        score = np.log(_prior(self.scatter_tilt, self.memory_tilt, self.fall_tilt, self.rise_tilt))
        count = len(logs) - 1
        if count:
            ages = self.memory ** np.arange(count - 1, -1, -1.0)
            score = score + self._foreseen(logs, elapsed_s[1:], means) @ ages
        belief = np.exp(score - score.max())
        return np.asarray(belief / belief.sum())

    def _foreseen(self, logs: Floats, elapsed_s: Floats, means: list[Floats]) -> Floats:
        """Log density each model gave to every rate but the first (last axis)."""
        seen = logs[1:]
        off = seen - np.stack([mean[:-1] for mean in means])
        near = _scattered(off[:, None, :], _SCATTER[:, None], self.tail)[:, :, None, None, :]
        fading = _fading(self.faded, len(logs))[:-1, :-1]
        moved = self._elsewhere(seen[:, None], logs[None, :-1], means[-1][:-1], fading)[:, 0]
        falls = -np.expm1(-_FALLS_PER_S[:, None] * elapsed_s)[:, None, :]
        rises = -np.expm1(-_RISES_PER_S[:, None] * elapsed_s)[None, :, :]
        changed = np.where(seen < logs[:-1], falls, rises) * moved
        density = (1 - (falls + rises) / 2) * near + changed
        return np.asarray(np.log(density + _FLOOR))

    def _elsewhere(self, at: Floats, logs: Floats, mean: Floats, fading: Floats) -> Floats:
        """Density of ``at`` (moments, points) after a change, given rates up to each moment."""
        known = fading.sum(axis=1, keepdims=True)
        near = _normal(at[:, :, None] - logs[:, None, :], self.kernel)
        again = (near * fading[:, None, :]).sum(-1) / known
        off = (at - mean[:, None]) / self.new_spread
        anywhere = 0.3675526 / self.new_spread / (1 + off * off / 3) ** 2  # Student, 3 degrees
        share = (1 - self.newness) * known / (known + self.newness_samples)
        return np.asarray(share * again + (1 - share) * anywhere)

    def _rows(self, grid: Floats, centres: Floats, spread: Floats, weights: Floats) -> Floats:
        """One distribution over the grid per centre (second axis), averaged over the models."""
        off = grid - centres[:, None, :, None]  # mean, 1, centre, point
        density = _scattered(off, spread[:, None, None], self.tail)
        density /= density.sum(-1, keepdims=True)
        rows = np.tensordot(weights, density, axes=([0, 1], [0, 1]))
        return np.asarray(rows / rows.sum(-1, keepdims=True))


def _normal(off: Floats, spread: Floats | float) -> Floats:
    scaled = off / spread
    return np.asarray(np.exp(-0.5 * scaled * scaled) / (spread * math.sqrt(2 * math.pi)))


def _scattered(off: Floats, spread: Floats, tail: float) -> Floats:
    """Normal density with a wider one mixed in."""
    if not tail:
        return _normal(off, spread)
    return (1 - tail) * _normal(off, spread) + tail * _normal(off, _TAIL * spread)


@functools.lru_cache(maxsize=512)
def _fading(newest_kept: float, count: int) -> Floats:
    """Lower triangle: what the j-th value counts at the i-th moment."""
    ages = np.arange(count)[:, None] - np.arange(count)
    return np.asarray(np.where(ages >= 0, newest_kept ** np.maximum(ages, 0), 0.0))


@functools.lru_cache(maxsize=512)
def _averaging(newest: float, count: int) -> Floats:
    weights = _fading(1 - newest, count)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _running(newest: float, values: Floats) -> Floats:
    """Exponentially weighted mean of the values up to each one."""
    return values if newest >= 1 else np.asarray(_averaging(newest, len(values)) @ values)


@functools.lru_cache(maxsize=64)
def _prior(scatter: float, memory: float, fall: float, rise: float) -> Floats:
    tilts = ((memory, len(_NEWEST)), (scatter, len(_SCATTER)))
    parts = [np.exp(tilt * (np.arange(size) - (size - 1) / 2)) for tilt, size in tilts]
    parts += [np.exp(fall * np.arange(-1, 2)), np.exp(rise * (np.arange(2) - 0.5))]
    prior = np.einsum("a,b,c,d->abcd", *parts)
    return np.asarray(prior / prior.sum())
