"""What a decision may look at: one frozen value, so that a log of contexts replays exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from abr.media import AdaptationSet, Representation, RepresentationId


class Phase(StrEnum):
    """Where the session stands; load control and caution depend on it."""

    STARTUP = "startup"  # nothing shown yet, also after a seek into film that is not buffered
    STEADY = "steady"
    AFTER_REBUFFER = "after_rebuffer"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferSample:
    """One finished (or abandoned) transfer as the network saw it.

    ``ttfb_s`` runs from request to first byte, ``duration_s`` from request to last byte. Answers
    out of a local store carry ``from_store`` and say nothing about the network. ``given_up`` marks
    a transfer that was stopped before its end.
    """

    representation_id: RepresentationId
    segment_index: int
    transferred_bytes: int
    ttfb_s: float
    duration_s: float
    finished_at_s: float  # monotonic
    from_store: bool = False
    given_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferProgress:
    """A transfer under way, for the question whether to abandon it."""

    representation_id: RepresentationId
    segment_index: int
    received_bytes: int
    total_bytes: int
    ttfb_s: float | None  # None: no byte yet
    elapsed_s: float  # since the request


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferedSegment:
    """A segment ahead of the picture; ``replaceable`` until it was handed to the decoder."""

    index: int
    representation_id: RepresentationId
    replaceable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ThroughputEstimate:
    """What the next transfer may expect: ``throughput_bps`` while bytes flow, ``ttfb_s`` before.

    ``low_bps`` and ``high_bps`` bound the likely range; ``samples`` counts what it rests on.
    """

    throughput_bps: float
    low_bps: float
    high_bps: float
    ttfb_s: float
    samples: int


class Cap(StrEnum):
    """Who forbids a representation."""

    PLAN = "plan"
    SCREEN = "screen"
    DATA_SAVER = "data_saver"
    DROPPED_FRAMES = "dropped_frames"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Caps from outside the network; ``None`` means no cap.

    A cap never empties the ladder: the lowest representation is always allowed. What a person
    fixed is held to the plan alone.
    """

    max_height_px: int | None = None  # entitlement
    screen_height_px: int | None = None  # of the picture as it is shown, in pixels of the device
    max_bandwidth_bps: int | None = None  # data saver
    too_heavy: RepresentationId | None = None  # frames drop: only what is below it
    fixed: RepresentationId | None = None  # a person chose it

    def allowed(self, ladder: tuple[Representation, ...]) -> tuple[Representation, ...]:
        """The part of ``ladder`` (ascending) these limits leave, never empty."""
        if self == _NO_LIMITS:
            return ladder
        chosen = tuple(r for r in ladder if r.id == self.fixed and not self._above_plan(r))
        if chosen:
            return chosen
        return tuple(r for r in ladder if not self.against(r, ladder)) or ladder[:1]

    def against(
        self, representation: Representation, ladder: tuple[Representation, ...]
    ) -> tuple[Cap, ...]:
        """The caps that forbid ``representation`` of ``ladder`` (ascending)."""
        height_px, order = representation.height_px, [r.id for r in ladder]
        held_down = {
            Cap.PLAN: self._above_plan(representation),
            Cap.SCREEN: height_px > self._tall_enough_px(ladder),
            Cap.DATA_SAVER: self.max_bandwidth_bps is not None
            and representation.bandwidth_bps > self.max_bandwidth_bps,
            Cap.DROPPED_FRAMES: self.too_heavy in order
            and order.index(representation.id) >= order.index(self.too_heavy),
        }
        return tuple(cap for cap, forbids in held_down.items() if forbids)

    def _above_plan(self, representation: Representation) -> bool:
        return self.max_height_px is not None and representation.height_px > self.max_height_px

    def _tall_enough_px(self, ladder: tuple[Representation, ...]) -> float:
        """Height of the smallest representation that fills the screen: more shows nothing more."""
        if self.screen_height_px is None:
            return math.inf
        filling = (r.height_px for r in ladder if r.height_px >= self.screen_height_px)
        return min(filling, default=math.inf)


_NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionContext:
    """One moment: the next segment is about to be requested.

    ``buffer_level_s`` is film ahead of the picture in seconds of film, ``max_buffer_s`` where
    fetching pauses. ``history`` holds recent network samples, oldest first.
    """

    now_s: float
    adaptation_set: AdaptationSet
    segment_index: int
    buffer_level_s: float
    max_buffer_s: float
    phase: Phase
    previous: RepresentationId | None  # representation of the segment before
    estimate: ThroughputEstimate | None  # None: nothing measured yet and no prior
    history: tuple[TransferSample, ...] = ()
    limits: Limits = Limits()
    playback_speed: float = 1.0

    @property
    def ladder(self) -> tuple[Representation, ...]:
        """Representations that may be chosen, ascending."""
        return self.limits.allowed(self.adaptation_set.representations)
