"""What a context's history says of the network, as a planner needs it."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from abr.context import DecisionContext, TransferSample
from abr.regime import Floats
from abr.throughput import BURST_SHARE, flow_s, sample_rate_bps

LOOK_BACK = 64  # transfers: about four minutes of film
HELD_SAMPLES = 5  # that many in a row, to tell a proxy from a long way
HELD_SIZES = 1.2  # their sizes differ by so much at the least
HELD_ALIKE = 0.95  # correlation of wait and size
SMALLEST_RATE_BPS, LARGEST_RATE_BPS = 1e3, 1e11  # beyond, arithmetic and not networks decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfers:
    """Rates of the stream's transfers, oldest first, and when each ended.

    ``overhead_s`` is time a segment costs besides its own bytes: its first byte's way, and the
    transfers of sound beside it.
    """

    rates_bps: tuple[float, ...]
    finished_at_s: tuple[float, ...]
    overhead_s: float

    @property
    def elapsed_s(self) -> Floats:
        """Seconds since the transfer before each ended; the first is 0."""
        finished = np.nan_to_num(np.array(self.finished_at_s))
        return np.asarray(np.clip(np.diff(finished, prepend=finished[:1]), 0.0, 1e4))


def transfers(context: DecisionContext) -> Transfers | None:
    """Those of this stream where there are any: sound is too small to speak for the network.

    ``None`` before anything was transferred.
    """
    measured = [
        (sample, flowing_s)
        for sample in context.history[-LOOK_BACK:]
        if (flowing_s := flow_s(sample)) is not None
    ]
    if not measured:
        return None
    ids = {r.id for r in context.adaptation_set.representations}
    own = [entry for entry in measured if entry[0].representation_id in ids]
    through = own or measured
    if _held_back([sample for sample, _ in through[-HELD_SAMPLES:]]):
        through = [(sample, sample.duration_s) for sample, _ in through]
        ttfb_s = 0.0
    else:
        ttfb_s = _ttfb_s(context, through)
    pooled = list(_pooled(through))
    others_s = sum(s.duration_s for s, _ in measured if s.representation_id not in ids)
    return Transfers(
        rates_bps=tuple(rate for rate, _ in pooled),
        finished_at_s=tuple(finished for _, finished in pooled),
        overhead_s=ttfb_s + (others_s / len(pooled) if own else 0.0),
    )


def usual_bps(context: DecisionContext) -> float | None:
    """The rate of the last transfer of this stream that was not given up; ``None``: there is none.

    Looks at no more of the history than it must: this is asked several times a second.
    """
    ids = {r.id for r in context.adaptation_set.representations}
    for sample in reversed(context.history):
        if sample.representation_id in ids and not sample.given_up:
            return sample_rate_bps(sample)
    return None


def _held_back(recent: Sequence[TransferSample]) -> bool:
    """Whether something on the way fetches every segment whole before it passes it on.

    The wait for the first byte then grows with the bytes, and all come at once: the whole transfer
    and not its end speaks for the network.
    """
    if len(recent) < HELD_SAMPLES:
        return False
    if any(s.duration_s - s.ttfb_s > BURST_SHARE * s.duration_s for s in recent):
        return False
    sizes = np.array([float(s.transferred_bytes) for s in recent])
    waits_s = np.array([s.ttfb_s for s in recent])
    if sizes.max() < HELD_SIZES * sizes.min() or waits_s.std() <= 0:
        return False
    slope, constant_s = np.polyfit(sizes, waits_s, 1)
    alike = float(np.corrcoef(sizes, waits_s)[0, 1])
    return bool(alike > HELD_ALIKE and slope * sizes.mean() > constant_s)


def _pooled(measured: Sequence[tuple[TransferSample, float]]) -> Iterator[tuple[float, float]]:
    """Rate and end of each transfer; what was given up counts into the one after it.

    The instant at which a transfer is given up is no measure of a network: it was picked for being
    slow. Over the time it took to get the segment after all, good and bad moments even out. What
    flowed before a collapse must not hide it, though: the lower of both rates holds.
    """
    bits, flowing_s = 0.0, 0.0
    nothing_else = all(sample.given_up for sample, _ in measured)
    for number, (sample, own_s) in enumerate(measured, start=1):
        own_bits = sample.transferred_bytes * 8.0
        bits, flowing_s = bits + own_bits, flowing_s + own_s
        if not sample.given_up or (nothing_else and number == len(measured)):
            yield _sane(min(bits / flowing_s, own_bits / own_s)), sample.finished_at_s
            bits, flowing_s = 0.0, 0.0


def _sane(rate_bps: float) -> float:
    return min(max(rate_bps, SMALLEST_RATE_BPS), LARGEST_RATE_BPS)


def _ttfb_s(context: DecisionContext, measured: Sequence[tuple[TransferSample, float]]) -> float:
    if context.estimate is not None:
        return context.estimate.ttfb_s
    return statistics.median(min(s.ttfb_s, s.duration_s) for s, _ in measured)
