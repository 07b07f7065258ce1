"""Words for a decision: what a person reads in the stats overlay and in a report."""

from __future__ import annotations

from abr.context import Cap, DecisionContext, Limits
from abr.decision import Reason
from abr.demand import needed_bps
from abr.media import AdaptationSet, Representation, RepresentationId


def name(representation: Representation) -> str:
    """Short name of a representation: its height, or its rate when it has no picture."""
    if representation.height_px:
        return f"{representation.height_px}p"
    return f"{representation.bandwidth_bps / 1000:.0f} kbit/s"


def name_in(adaptation_set: AdaptationSet, representation: Representation) -> str:
    """:func:`name`, made unambiguous where two rungs share a height."""
    short = name(representation)
    if sum(name(other) == short for other in adaptation_set.representations) > 1:
        return f"{short} ({rate(representation.bandwidth_bps)})"
    return short


def rate(rate_bps: float) -> str:
    """A rate with its unit."""
    return f"{megabits(rate_bps)} Mbit/s"


def megabits(rate_bps: float) -> str:
    """A rate in Mbit/s, with as many digits as matter."""
    value = rate_bps / 1e6
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def opening(context: DecisionContext, chosen: Representation, reason: Reason) -> str:
    """What happened, before the colon: "Stayed at 720p", "Up to 1080p"."""
    label = name_in(context.adaptation_set, chosen)
    if reason is Reason.ABANDON:
        return f"Gave up the transfer and took {label}"
    if reason is Reason.REPLACE:
        return f"Fetched again at {label}"
    if context.previous is None or context.previous not in _ids(context.adaptation_set):
        return f"Started at {label}"
    before = context.adaptation_set.representation(context.previous)
    if before.id == chosen.id:
        return f"Stayed at {label}"
    order = context.adaptation_set.representations
    return f"{'Up' if order.index(chosen) > order.index(before) else 'Down'} to {label}"


def too_much(context: DecisionContext, rung: Representation, carried_bps: float) -> str:
    """Why the network does not do for ``rung``."""
    label, needed = name_in(context.adaptation_set, rung), needed_bps(context, rung)
    if needed < carried_bps:
        return f"{label} needs {megabits(needed)} of {rate(carried_bps)}, too much to be safe"
    return f"{label} needs {rate(needed)}, the network carries {megabits(carried_bps)}"


def cap(limits: Limits, adaptation_set: AdaptationSet, forbidden: Representation) -> str:
    """Why the limits forbid a representation, in words."""
    return " and ".join(
        _caps_words(limits, adaptation_set, held)
        for held in limits.against(forbidden, adaptation_set.representations)
    )


def nothing_better(context: DecisionContext) -> str:
    """Why there is no rung above the highest of the ladder: the film ends there, or a cap holds."""
    everything = context.adaptation_set.representations
    above = everything[everything.index(context.ladder[-1]) + 1 :]
    held = cap(context.limits, context.adaptation_set, above[0]) if above else ""
    return held or "there is nothing better on offer"


def _caps_words(limits: Limits, adaptation_set: AdaptationSet, held: Cap) -> str:
    if held is Cap.PLAN:
        return f"the plan allows {limits.max_height_px}p at most"
    if held is Cap.SCREEN:
        return f"the picture is {limits.screen_height_px} pixels tall on this screen"
    if held is Cap.DATA_SAVER:
        return f"data use is limited to {rate(limits.max_bandwidth_bps or 0)}"
    heavy = adaptation_set.representation(limits.too_heavy or RepresentationId(""))
    return f"this device drops frames at {name_in(adaptation_set, heavy)}"


def _ids(adaptation_set: AdaptationSet) -> set[str]:
    return {r.id for r in adaptation_set.representations}
