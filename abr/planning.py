"""The best first move when the network is a Markov chain: finite-horizon dynamic programming.

Stochastic dynamic programming over (segment, representation before, rate, buffer level), backwards
from a value of what is left in the buffer at the end. The control view of adaptive streaming is that
of X. Yin et al., SIGCOMM 2015; the expectation over a distribution that of Fugu, NSDI 2020.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from abr.regime import Floats, Outlook

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
    value = _interpolated(later, left_s[:, :, None] * ((LEVELS - 1) / task.max_buffer_s))[:, :, 0]
    level = min(outlook.level, len(outlook.rates_bps) - 1)
    chances = outlook.next_rate(task.idle_s + took_s[:, level])
    gains = task.qualities[0] - task.step_costs
    return Plan(
        values=gains + (chances * (value - task.wait_weight * stalls_s)).sum(axis=1),
        stall_risks=(chances * (stalls_s > 0)).sum(axis=1),
    )


def _value_after_first(task: Task, outlook: Outlook, durations_s: Floats) -> Floats:
    """Worth of (representation of the first segment, its rate, buffer level)."""
    levels_s = np.linspace(0.0, task.max_buffer_s, LEVELS)
    rest = task.rest_per_s[:, None] * levels_s
    rest = rest - task.empty_cost * np.exp(-levels_s / task.empty_fades_s)
    value = np.broadcast_to(rest, (task.sizes_bits.shape[1], *rest.shape))
    if len(durations_s) == 1:
        return np.ascontiguousarray(value)
    took_s = durations_s[1:, :, :, None]
    penalties = task.wait_weight * np.maximum(0.0, took_s - levels_s)
    left_s = np.maximum(levels_s - took_s, 0.0) + task.playing_s[1:, None, None, None]
    positions = np.minimum(left_s, task.max_buffer_s) * ((LEVELS - 1) / task.max_buffer_s)
    steps = outlook.step_after(durations_s[1:])
    for ahead in range(len(steps) - 1, -1, -1):
        reached = _interpolated(value, positions[ahead]) - penalties[ahead]
        expected = steps[ahead] @ reached + task.qualities[ahead + 1][:, None, None]
        changes = np.abs(task.qualities[ahead + 1] - task.qualities[ahead][:, None])
        costs = task.switch_weight * changes[:, :, None, None]
        value = (expected[None] - costs).max(axis=1)
    return value


def _interpolated(table: Floats, positions: Floats) -> Floats:
    """Rows of ``table`` (last axis: level) read at fractional positions."""
    lower = np.minimum(positions.astype(np.intp), LEVELS - 2)
    rows = np.arange(table.shape[0] * table.shape[1]).reshape(*table.shape[:2], 1) * LEVELS
    flat = np.ascontiguousarray(table).reshape(-1)
    start = flat.take(rows + lower)
    return np.asarray(start + (flat.take(rows + lower + 1) - start) * (positions - lower))
