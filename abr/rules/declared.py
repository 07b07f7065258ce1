"""What published rules share: transfers of the stream, and rungs judged by their declared rates."""

from __future__ import annotations

from collections.abc import Sequence

from abr.context import DecisionContext, TransferSample
from abr.decision import Considered
from abr.demand import nominal_bps, speed
from abr.explain import name_in, nothing_better, rate
from abr.media import Representation
from abr.throughput import Ewma, flow_s, sample_rate_bps


def own_samples(context: DecisionContext) -> tuple[TransferSample, ...]:
    """Usable transfers of this stream, oldest first; those of others where it has none yet."""
    usable = tuple(s for s in context.history if sample_rate_bps(s) is not None)
    ids = {r.id for r in context.adaptation_set.representations}
    return tuple(s for s in usable if s.representation_id in ids) or usable


def lesser_mean_bps(
    samples: Sequence[TransferSample], half_lives_s: Sequence[float], *, least_flow_s: float = 0.0
) -> float | None:
    """The least of several exponentially weighted means; ``None`` without samples.

    Half-lives are in seconds of transfer. A context remembers the last 128 transfers: what lies
    before them has a weight of 2^-(their transfer time / half-life), nothing unless a network is so
    fast that every rung fits anyway.
    """
    means = [Ewma(half_life_s) for half_life_s in half_lives_s]
    for sample in samples:
        flowing_s = max(flow_s(sample) or 0.0, least_flow_s)
        for mean in means:
            mean.add(flowing_s, sample.transferred_bytes * 8 / flowing_s)
    values = [mean.value for mean in means if mean.value is not None]
    return min(values, default=None)


def declared_bps(context: DecisionContext, rung: Representation) -> float:
    """The declared mean rate, at the speed of playback."""
    return nominal_bps(rung) * speed(context)


def highest_under(context: DecisionContext, usable_bps: float) -> int:
    """Position of the highest rung declared at no more than ``usable_bps``, else the lowest."""
    fitting = [n for n, r in enumerate(context.ladder) if declared_bps(context, r) <= usable_bps]
    return max(fitting, default=0)


def previous_position(context: DecisionContext) -> int | None:
    """Position in the ladder of the segment before; ``None`` when it is not in there."""
    return next((n for n, r in enumerate(context.ladder) if r.id == context.previous), None)


def by_rate(context: DecisionContext, usable_bps: Sequence[float]) -> tuple[Considered, ...]:
    """One entry per rung: the rate that counts for it over the declared one, fitting from 1 on."""
    return tuple(
        Considered(
            representation_id=rung.id,
            score=usable / declared_bps(context, rung),
            note=f"declared {rate(declared_bps(context, rung))}",
        )
        for rung, usable in zip(context.ladder, usable_bps, strict=True)
    )


def against_next(context: DecisionContext, chosen: int, usable_bps: float) -> str:
    """Why not one higher, as a matter of declared rates; ``usable_bps`` counts for that one."""
    if chosen == len(context.ladder) - 1:
        declared = rate(declared_bps(context, context.ladder[chosen]))
        return f"it is declared at {declared}, and {nothing_better(context)}"
    above = context.ladder[chosen + 1]
    label = name_in(context.adaptation_set, above)
    declared = rate(declared_bps(context, above))
    return f"{label} is declared at {declared}, and {rate(usable_bps)} are counted on"
