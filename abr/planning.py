"""The best first move when the network is a Markov chain: finite-horizon dynamic programming.

Stochastic dynamic programming over (segment, representation before, rate, buffer level), backwards
from a value of what is left in the buffer at the end. The control view of adaptive streaming is
that of X. Yin et al., SIGCOMM 2015; the expectation over a distribution that of Fugu, NSDI 2020.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from abr.regime import Floats, Outlook

Singles = NDArray[np.float32]

LEVELS = 31  # points of the buffer level; values in between are interpolated


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be planned; arrays over (segment, representation) begin with the next segment.

    Times are seconds of the wall clock. ``overhead_s`` passes in every transfer while nothing of
    it flows; ``step_costs`` is what the first segment's choice pays for being another than before.
    ``rest_per_s`` is the worth of a second left in the buffer at the end, by rate; an empty buffer
    there costs ``empty_cost``, which fades over ``empty_fades_s``.
    """

    sizes_bits: Floats
    qualities: Floats
    playing_s: Floats
    step_costs: Floats
    buffer_s: float
    max_buffer_s: float
    overhead_s: float
    idle_s: float  # since the last transfer ended
    wait_weight: float
    switch_weight: float
    rest_per_s: Floats
    empty_cost: float
    empty_fades_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Per representation: the expected total, and the risk that the first transfer stalls."""

    values: Floats
    stall_risks: Floats


def plan(task: Task, outlook: Outlook) -> Plan:
    """Value every first choice, given that all later ones will be the best."""
    durations_s = task.overhead_s + task.sizes_bits[:, :, None] / outlook.rates_bps
    later = _value_after_first(task, outlook, durations_s)
    took_s = durations_s[0]  # representation, rate
    stalls_s = np.maximum(0.0, took_s - task.buffer_s)
    left_s = np.minimum(
        np.maximum(task.buffer_s - took_s, 0.0) + task.playing_s[0], task.max_buffer_s
    )
    value = _interpolated(later, left_s * ((LEVELS - 1) / task.max_buffer_s))
    level = min(outlook.level, len(outlook.rates_bps) - 1)
    chances = outlook.next_rate(task.idle_s + took_s[:, level])
    gains = task.qualities[0] - task.step_costs
    return Plan(
        values=gains + (chances * (value - task.wait_weight * stalls_s)).sum(axis=1),
        stall_risks=(chances * (stalls_s > 0)).sum(axis=1),
    )


def _value_after_first(task: Task, outlook: Outlook, durations_s: Floats) -> Singles:
    """Worth of (representation of the first segment, its rate, buffer level).

    In single precision: half the memory traffic of what takes most of a decision's time.
    """
    levels_s = np.linspace(0.0, task.max_buffer_s, LEVELS, dtype=np.float32)
    rest = task.rest_per_s[:, None] * levels_s
    rest = rest - task.empty_cost * np.exp(-levels_s / task.empty_fades_s)
    rungs, rates = task.sizes_bits.shape[1], len(outlook.rates_bps)
    value = np.broadcast_to(rest, (rungs, rates, LEVELS)).astype(np.float32)
    if len(durations_s) == 1:
        return value
    took_s = durations_s[1:, :, :, None].astype(np.float32)
    missing_s = took_s - levels_s
    penalties = np.maximum(missing_s, 0.0) * np.float32(task.wait_weight)
    left_s = np.maximum(-missing_s, 0.0) + task.playing_s[1:, None, None, None].astype(np.float32)
    positions = np.minimum(left_s, task.max_buffer_s) * np.float32((LEVELS - 1) / task.max_buffer_s)
    lower = np.minimum(positions.astype(np.intp), LEVELS - 2)
    fractions = positions - lower.astype(np.float32)
    lower += np.arange(rungs * rates).reshape(rungs, rates, 1) * LEVELS
    chain = _Chain(outlook, durations_s[1:])
    gains = _gains(task)
    for ahead in range(len(lower) - 1, -1, -1):
        flat = value.reshape(-1)
        start = flat.take(lower[ahead])
        slope = flat.take(lower[ahead] + 1) - start
        reached = start + slope * fractions[ahead] - penalties[ahead]
        value = _best(chain.back(ahead, reached), gains[ahead])
    return value


class _Chain:
    """Expectations over the next rate, for every segment ahead."""

    def __init__(self, outlook: Outlook, durations_s: Floats) -> None:
        stays, falls, rises = outlook.transitions()
        fall, rise = outlook.changes(durations_s)
        stay = 1 - fall * falls.sum(1) - rise * rises.sum(1)
        self._matrix = np.concatenate([stays, falls, rises]).astype(np.float32)
        self._shares = np.stack([stay, fall, rise], axis=2).astype(np.float32)[..., None]

    def back(self, ahead: int, worth: Singles) -> Singles:
        """Expected ``worth`` (representation, next rate, level) by the rate before."""
        rungs, rates, levels = worth.shape
        parts = (self._matrix @ worth).reshape(rungs, 3, rates, levels)
        return np.asarray((parts * self._shares[ahead]).sum(axis=1), dtype=np.float32)


def _gains(task: Task) -> Singles:
    """What each choice adds, by (segment after the first, it, the one before it, 1, 1)."""
    before, after = task.qualities[:-1, None, :], task.qualities[1:, :, None]
    gains = after - task.switch_weight * np.abs(after - before)
    return np.asarray(gains[..., None, None], dtype=np.float32)


def _best(expected: Singles, gains: Singles) -> Singles:
    """Value by the representation before, of the best representation after it."""
    best: Singles = expected[0] + gains[0]
    other = np.empty_like(best)
    for rung in range(1, len(expected)):
        np.add(expected[rung], gains[rung], out=other)
        np.maximum(best, other, out=best)
    return best


def _interpolated(table: Singles, positions: Floats) -> Floats:
    """One value per row of ``table`` (last axis: level), read at a fractional position."""
    lower = np.minimum(positions.astype(np.intp), LEVELS - 2)[..., None]
    start = np.take_along_axis(table, lower, axis=-1)[..., 0]
    end = np.take_along_axis(table, lower + 1, axis=-1)[..., 0]
    return np.asarray(start + (end - start) * (positions - lower[..., 0]))
