"""Three questions put to a prospect: what to fetch next, whether to go on, what to fetch anew.

Each compares expected totals in the unit of quality, so that the answers agree with each other.
Giving up a transfer goes back to BOLA's abandonment (K. Spiteri et al., ToN 2020), fetching anew to
"From Theory to Practice" (K. Spiteri et al., MMSys 2018); here both are priced by the same plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from abr.planning import Prospect
from abr.regime import Floats

SPELLS = 5  # quantiles of how long a slow spell goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a question is asked: what is buffered, how long nothing flowed, what was played before.

    ``quality_before`` is the quality of the segment before the next one, ``None`` for none.
    """

    buffer_s: float
    idle_s: float = 0.0
    quality_before: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Per representation: the expected total, and the risk that the first transfer stalls."""

    values: Floats
    stall_risks: Floats


def next_segment(prospect: Prospect, moment: Moment) -> Plan:
    """Value every representation of the next segment."""
    task, outlook = prospect.task, prospect.outlook
    took_s = prospect.durations_s(task.sizes_bits[0])
    stalls_s = np.maximum(0.0, took_s - moment.buffer_s)
    left_s = np.maximum(moment.buffer_s - took_s, 0.0) + task.playing_s[0]
    worth = prospect.worth(prospect.after_next, np.arange(len(took_s))[:, None], left_s)
    chances = outlook.next_rate(moment.idle_s + took_s[:, _last(prospect)])
    gained = (chances * (worth - task.wait_weight * stalls_s)).sum(axis=1)
    risks = (chances * (stalls_s > 0)).sum(axis=1)
    values = _steps(prospect, moment) + gained - task.stall_cost * risks
    return Plan(values=values, stall_risks=risks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """A transfer of the next segment that is slower than usual, for ``slow_s`` so far."""

    rung: int
    remaining_bits: float
    rate_bps: float  # while it is slow
    slow_s: float


def carry_on(prospect: Prospect, moment: Moment, transfer: Underway, tail: float) -> Floats:
    """Value of going on (last) and of each lower representation instead.

    A slow spell lasts the longer the longer it has lasted (Pareto, exponent ``tail``); it holds up
    whatever is fetched, and gives way to what the network usually does. What would be larger than
    the rest of the transfer has no value.
    """
    task, outlook, rung = prospect.task, prospect.outlook, transfer.rung
    bits = np.append(task.sizes_bits[0, :rung], transfer.remaining_bits)[:, None]
    waits_s = np.append(np.full(rung, task.overhead_s), 0.0)[:, None]
    quantiles = (np.arange(SPELLS) + 0.5) / SPELLS
    spells_s = transfer.slow_s * (quantiles ** (-1 / tail) - 1)
    trickle = transfer.rate_bps * np.maximum(spells_s - waits_s, 0.0)  # option, spell
    enough = trickle >= bits
    known_s = np.where(enough, waits_s + bits / transfer.rate_bps, np.maximum(spells_s, waits_s))
    open_bits = np.where(enough, 0.0, bits - trickle)
    took_s = known_s[..., None] + open_bits[..., None] / outlook.rates_bps
    spans_s = np.where(enough, 0.0, took_s[..., _last(prospect)])
    left_s = np.maximum(moment.buffer_s - took_s, 0.0) + task.playing_s[0]
    worth = prospect.worth(prospect.after_next, np.arange(rung + 1)[:, None, None], left_s)
    stalls_s = np.maximum(took_s - moment.buffer_s, 0.0)
    gained = outlook.next_rate(spans_s) * (worth - task.wait_weight * stalls_s)
    values = _steps(prospect, moment)[: rung + 1] + gained.sum(axis=-1).mean(axis=-1)
    values[:-1] = np.where(bits[:-1, 0] < transfer.remaining_bits, values[:-1], -np.inf)
    return np.asarray(values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Buffered segments up to the next one, in order, and what they would be when fetched anew.

    ``due_s`` is when each begins to play, from now. ``rung`` would be the new representation of
    all, ``last_rung`` is the present one of the last.
    """

    qualities: Floats
    new_qualities: Floats
    new_bits: Floats
    due_s: Floats
    quality_before: float
    rung: int
    last_rung: int


def anew(prospect: Prospect, moment: Moment, held: Held, *, caution: float, most: int) -> Floats:
    """Value of fetching a run of segments anew, by the segment it begins with.

    A run goes on for up to ``most`` segments, as far as that pays at the rate that turns out. Its
    time counts ``caution``-fold. Minus infinity where nothing would be better.
    """
    task, outlook = prospect.task, prospect.outlook
    count = len(held.qualities)
    runs = np.arange(count)[:, None] + np.arange(min(most, count))
    inside = runs < count
    which = np.minimum(runs, count - 1)  # start, length - 1
    better = held.new_qualities > held.qualities
    going = np.logical_and.accumulate(inside & better[which], axis=1)
    gains, bits = _of_runs(held, task.switch_weight, which)
    lengths = np.arange(1, which.shape[1] + 1)[:, None]
    took_s = task.overhead_s * lengths + bits[..., None] / outlook.rates_bps
    late = took_s > held.due_s[which][..., None]
    feasible = np.logical_and.accumulate(going[..., None] & ~late, axis=1)
    rungs = np.where(which == count - 1, held.rung, held.last_rung)[..., None]
    values = np.where(
        feasible,
        gains[..., None] + _afterwards(prospect, moment, rungs, caution * took_s),
        -np.inf,
    ).max(axis=1)
    # What would come too late is given up when it is due: nothing but time was lost.
    lost_s = np.minimum(took_s[:, 0], held.due_s[:, None])
    in_vain = _afterwards(prospect, moment, np.array(held.last_rung), caution * lost_s)
    values = np.where(late[:, 0], in_vain, values)
    chances = outlook.next_rate(moment.idle_s + took_s[:, 0, _last(prospect)])
    expected = np.where(going[:, :1], chances * np.where(going[:, :1], values, 0.0), 0.0).sum(1)
    return np.where(going[:, 0], expected, -np.inf)


def _of_runs(held: Held, switch_weight: float, which: np.ndarray) -> tuple[Floats, Floats]:
    """Quality gained, switches priced in, and bits, by (start, length - 1)."""
    old, new = held.qualities, held.new_qualities
    last = len(old) - 1
    gained = np.cumsum((new - old)[which], axis=1)
    before = np.concatenate([[held.quality_before], old[:-1]])
    old_steps = np.abs(old - before)
    new_steps = np.abs(np.diff(new, prepend=new[0]))  # inside a run; the first one is replaced:
    inner_old = np.cumsum(old_steps[which], axis=1)
    inner_new = np.cumsum(new_steps[which], axis=1) - new_steps[which[:, :1]]
    entry = np.abs(new - before)[:, None]
    following = np.minimum(which + 1, last)
    leaving = np.where(which < last, np.abs(old[following] - new[which]), 0.0)
    left = np.where(which < last, np.abs(old[following] - old[which]), 0.0)
    switches = entry + inner_new + leaving - inner_old - left
    return gained - switch_weight * switches, np.cumsum(held.new_bits[which], axis=1)


def _afterwards(prospect: Prospect, moment: Moment, rungs: np.ndarray, took_s: Floats) -> Floats:
    """Worth when so much time has passed and nothing was added to the buffer."""
    left_s = moment.buffer_s - took_s
    waited_s = np.maximum(-left_s, 0.0)
    worth = prospect.worth(prospect.before_next, rungs, left_s)
    return np.asarray(worth - prospect.task.wait_weight * waited_s)


def _steps(prospect: Prospect, moment: Moment) -> Floats:
    """Quality of every representation of the next segment, less the switch to it."""
    task = prospect.task
    if moment.quality_before is None:
        return np.array(task.qualities[0])
    switches = np.abs(task.qualities[0] - moment.quality_before)
    return np.asarray(task.qualities[0] - task.switch_weight * switches)


def _last(prospect: Prospect) -> int:
    """The point of the outlook nearest above the last rate seen."""
    return min(prospect.outlook.level, len(prospect.outlook.rates_bps) - 1)
