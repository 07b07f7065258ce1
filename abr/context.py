"""What a decision may look at: one frozen value, so that a log of contexts replays exactly."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Caps from outside the network; ``None`` means no cap.

    A cap never empties the ladder: the lowest representation is always allowed.
    """

    max_height_px: int | None = None  # screen size, entitlement
    max_bandwidth_bps: int | None = None  # data saver
    fixed: RepresentationId | None = None  # a person chose it

    def allowed(self, ladder: tuple[Representation, ...]) -> tuple[Representation, ...]:
        """The part of ``ladder`` (ascending) these limits leave, never empty."""
        chosen = tuple(r for r in ladder if r.id == self.fixed)
        if chosen:
            return chosen
        kept = tuple(
            r
            for r in ladder
            if (self.max_height_px is None or r.height_px <= self.max_height_px)
            and (self.max_bandwidth_bps is None or r.bandwidth_bps <= self.max_bandwidth_bps)
        )
        return kept or ladder[:1]


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
