"""What the coming segments are worth when the network is a Markov chain.

Stochastic dynamic programming over (step, representation before, rate, buffer level), backwards
from a value of what is left in the buffer at the end. The control view of adaptive streaming is
that of X. Yin et al., SIGCOMM 2015; the expectation over a distribution that of Fugu, NSDI 2020.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from abr.regime import Floats, Outlook

Singles = NDArray[np.float32]
Indexes = NDArray[np.intp]

LEVELS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be planned; arrays over (step, representation) begin with the next segment.

    A step is ``counts`` segments in one representation, the first step a single one: far ahead it
    is enough to plan coarsely. Sizes and playing times are of whole steps, qualities the mean of
    their segments. Times are seconds of the wall clock. ``overhead_s`` passes in every transfer
    while nothing of it flows; ``qualities_before`` are those of the segment before the next one.
    ``rest_per_s`` is the worth of a second left in the buffer at the end, by rate; an empty buffer
    there costs ``empty_cost``, which fades over ``empty_fades_s``. A stall costs ``stall_cost``
    besides its length.
    """

    counts: tuple[int, ...]
    sizes_bits: Floats
    qualities: Floats
    qualities_before: Floats
    playing_s: Floats
    max_buffer_s: float
    overhead_s: float
    wait_weight: float
    switch_weight: float
    rest_per_s: Floats
    empty_cost: float
    empty_fades_s: float
    stall_cost: float


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """The worth of every state soon to be in, given that all later choices are the best.

    Both tables are in single precision: half the memory traffic of what takes most of a
    decision's time.
    """

    task: Task
    outlook: Outlook

    @cached_property
    def after_next(self) -> Singles:
        """Worth once the next segment is there: its representation, its rate, buffer level."""
        task, rates = self.task, len(self.outlook.rates_bps)
        rungs = task.sizes_bits.shape[1]
        levels_s = np.linspace(0.0, task.max_buffer_s, LEVELS, dtype=np.float32)
        rest = task.rest_per_s[:, None] * levels_s
        rest = rest - task.empty_cost * np.exp(-levels_s / task.empty_fades_s)
        value = np.broadcast_to(rest, (rungs, rates, LEVELS)).astype(np.float32)
        if len(task.sizes_bits) == 1:
            return value
        return _backwards(task, self.outlook, value, slice(1, None))

    @cached_property
    def before_next(self) -> Singles:
        """Worth before it is chosen: representation before it, last rate, buffer level."""
        return _backwards(self.task, self.outlook, self.after_next, slice(0, 1))

    def durations_s(self, sizes_bits: Floats) -> Floats:
        """How long transfers of such sizes take, by rate (a last axis is added)."""
        return self.task.overhead_s + np.asarray(sizes_bits)[..., None] / self.outlook.rates_bps

    def worth(self, table: Singles, rungs: Indexes | int, levels_s: Floats) -> Floats:
        """``table`` read at ``levels_s``, whose last axis is the rate; ``rungs`` broadcasts."""
        highest_s = self.task.max_buffer_s
        positions = np.clip(levels_s, 0.0, highest_s) * ((LEVELS - 1) / highest_s)
        lower = np.minimum(positions.astype(np.intp), LEVELS - 2)
        rates = np.arange(table.shape[1])
        flat = (np.asarray(rungs) * len(rates) + rates) * LEVELS + lower
        values = table.reshape(-1)
        start = values.take(flat)
        return np.asarray(start + (values.take(flat + 1) - start) * (positions - lower))


def _backwards(task: Task, outlook: Outlook, value: Singles, steps: slice) -> Singles:
    """From the worth after some steps to that before them."""
    rungs, rates = value.shape[:2]
    counts = np.array(task.counts[steps])[:, None, None]
    durations_s = task.overhead_s * counts + task.sizes_bits[steps, :, None] / outlook.rates_bps
    levels_s = np.linspace(0.0, task.max_buffer_s, LEVELS, dtype=np.float32)
    playing_s = task.playing_s[steps, None, None]
    # Within a step the last segment is the latest where the network is too slow, else the first.
    inner_s = playing_s * (1 - 1 / counts)
    latest_s = np.maximum(durations_s / counts, durations_s - inner_s).astype(np.float32)
    stalls_s = np.maximum(latest_s[..., None] - levels_s, 0.0)
    left_s = levels_s + ((playing_s - durations_s).astype(np.float32)[..., None] + stalls_s)
    positions = np.minimum(left_s, task.max_buffer_s) * np.float32((LEVELS - 1) / task.max_buffer_s)
    lower = np.minimum(positions.astype(np.intp), LEVELS - 2)
    fractions = positions - lower.astype(np.float32)
    lower += np.arange(rungs * rates).reshape(rungs, rates, 1) * LEVELS
    penalties = stalls_s * np.float32(task.wait_weight)
    chain = _Chain(outlook, durations_s, task.counts[steps])
    gains = _gains(task)[steps]
    for ahead in range(len(lower) - 1, -1, -1):
        flat = value.reshape(-1)
        start = flat.take(lower[ahead])
        slope = flat.take(lower[ahead] + 1) - start
        reached = start + slope * fractions[ahead] - penalties[ahead]
        value = _best(chain.back(ahead, reached), gains[ahead])
    return value


class _Chain:
    """Expectations over the next rate, for every step ahead."""

    def __init__(self, outlook: Outlook, durations_s: Floats, counts: tuple[int, ...]) -> None:
        stays, falls, rises = outlook.transitions()
        fall, rise = outlook.changes(durations_s)
        stay = 1 - fall * falls.sum(1) - rise * rises.sum(1)
        self._counts = counts
        self._matrices = {
            count: np.concatenate([np.linalg.matrix_power(stays, count), falls, rises]).astype(
                np.float32
            )
            for count in set(counts)
        }
        self._shares = np.stack([stay, fall, rise], axis=2).astype(np.float32)[..., None]

    def back(self, ahead: int, worth: Singles) -> Singles:
        """Expected ``worth`` (representation, next rate, level) by the rate before."""
        rungs, rates, levels = worth.shape
        parts = (self._matrices[self._counts[ahead]] @ worth).reshape(rungs, 3, rates, levels)
        return np.asarray((parts * self._shares[ahead]).sum(axis=1), dtype=np.float32)


def _gains(task: Task) -> Singles:
    """What each choice adds, by (step, it, the one before it, 1, 1)."""
    before = np.concatenate([task.qualities_before[None], task.qualities[:-1]])[:, None, :]
    after = task.qualities[:, :, None]
    counts = np.array(task.counts)[:, None, None]
    gains = counts * after - task.switch_weight * np.abs(after - before)
    return np.asarray(gains[..., None, None], dtype=np.float32)


def _best(expected: Singles, gains: Singles) -> Singles:
    """Value by the representation before, of the best representation after it."""
    best: Singles = np.maximum.reduce(expected[:, None] + gains, axis=0)
    return best
