"""What happened in a playback, as values: the raw material of reports and charts."""

from __future__ import annotations

from dataclasses import dataclass

from abr.context import DecisionContext, ThroughputEstimate
from abr.decision import Decision
from abr.media import AdaptationSetId, Representation, RepresentationId


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRecord:
    """One transfer, finished or abandoned, or one answer out of the store.

    ``replaces`` is what was buffered when the segment was fetched again; it stays in place where
    ``abandoned`` says that the transfer was given up or came after the former had to be shown.
    """

    set_id: AdaptationSetId
    index: int
    representation: Representation
    received_bytes: int
    ttfb_s: float
    duration_s: float
    finished_at_s: float  # monotonic
    from_store: bool
    abandoned: bool
    buffer_level_s: float  # when it finished, without it
    estimate: ThroughputEstimate | None
    replaces: RepresentationId | None = None

    @property
    def throughput_bps(self) -> float:
        """Bits per second while bytes flowed; 0 when that took no measurable time."""
        flowing_s = self.duration_s - self.ttfb_s
        return self.received_bytes * 8 / flowing_s if flowing_s > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """A decision and the moment it was taken in."""

    context: DecisionContext
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuffer:
    """The buffer ran dry at ``position_s``; ``length_s`` is 0 while it lasts."""

    position_s: float
    began_at_s: float  # monotonic
    length_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSwitch:
    """The engine's decoded pictures changed their size."""

    position_s: float
    width_px: int
    height_px: int
    at_s: float  # monotonic
