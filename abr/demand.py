"""What a representation asks of the network, from the real sizes of its segments."""

from __future__ import annotations

import math

from abr.context import DecisionContext
from abr.media import Representation

LOOKAHEAD_SEGMENTS = 5  # evens out the sizes of a scene; the buffer carries the rest
MINIMUM_SPEED = 0.1  # below that film stands still


def nominal_bps(representation: Representation) -> float:
    """The mean rate of a representation, its declared one when no mean is known; at least 1."""
    return float(max(1, representation.average_bandwidth_bps or representation.bandwidth_bps))


def speed(context: DecisionContext) -> float:
    """Seconds of film that pass in a second."""
    return max(context.playback_speed, MINIMUM_SPEED)


def buffer_wall_s(context: DecisionContext) -> float:
    """How long the buffer lasts: at double speed it drains twice as fast."""
    return max(0.0, context.buffer_level_s) / speed(context)


def segment_wall_s(context: DecisionContext) -> float:
    """How long the segment asked about will play."""
    return context.adaptation_set.segment_durations_s[context.segment_index] / speed(context)


def needed_bps(context: DecisionContext, representation: Representation) -> float:
    """The rate that keeps up with playing the coming segments, one after the other.

    Each request's wait for its first byte is time in which nothing flows.
    """
    coming = slice(context.segment_index, context.segment_index + LOOKAHEAD_SEGMENTS)
    durations_s = context.adaptation_set.segment_durations_s[coming]
    playing_s = sum(durations_s) / speed(context)
    ttfb_s = context.estimate.ttfb_s if context.estimate else 0.0
    flowing_s = max(playing_s - len(durations_s) * ttfb_s, playing_s / 10)
    return sum(representation.segment_bytes[coming]) * 8 / flowing_s


def transfer_s(context: DecisionContext, representation: Representation, rate_bps: float) -> float:
    """How long the segment asked about takes at ``rate_bps``, wait for the first byte included."""
    ttfb_s = context.estimate.ttfb_s if context.estimate else 0.0
    bits = representation.segment_bytes[context.segment_index] * 8
    return ttfb_s + (bits / rate_bps if rate_bps > 0 else math.inf)
