"""What a simulated player is given, asks and answers: :mod:`abr.simulated_player` plays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from abr.context import (
    BufferedSegment,
    DecisionContext,
    Limits,
    ThroughputEstimate,
    TransferProgress,
    TransferSample,
)
from abr.decision import Decision, Replacement
from abr.link import Transfer
from abr.media import AdaptationSet, Representation
from abr.qoe import PlayedSegment, Qoe, QoeModel


class Decider(Protocol):
    """What of :class:`~abr.engine.AbrEngine` a session asks."""

    @property
    def estimate(self) -> ThroughputEstimate | None:
        """What the network is expected to carry."""

    @property
    def history(self) -> tuple[TransferSample, ...]:
        """Recent samples, oldest first."""

    def observe(self, sample: TransferSample) -> None:
        """Learn from a transfer."""

    def decide(self, context: DecisionContext) -> Decision:
        """The representation of the next segment."""

    def should_abandon(
        self, context: DecisionContext, progress: TransferProgress
    ) -> Decision | None:
        """The representation to fetch instead; ``None``: go on."""

    def replacement(
        self, context: DecisionContext, buffered: tuple[BufferedSegment, ...]
    ) -> Replacement | None:
        """The buffered segment to fetch again; ``None``: go on."""

    def should_drop(self, context: DecisionContext, progress: TransferProgress) -> bool:
        """Whether to stop fetching it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerSetting:
    """What there is to play, and the player's thresholds in seconds of film.

    ``manifest_bytes`` come before everything; ``head_bytes`` before every answer, and
    ``packet_bytes`` of it at once. The media engine reads ``read_ahead_s`` ahead of the picture
    and stands still with ``dry_before_s`` to go: sound is decoded that much earlier.
    What a machine takes, networks apart, in seconds, to open a film: ``asks_after_s`` from the wish
    to the first request, ``reads_after_s`` from the manifest to the media engine's first,
    ``shows_after_s`` from the film it needs to the picture; and at every request:
    ``decides_after_s`` before one for the picture, ``answers_after_s`` before any answer.
    """

    video: AdaptationSet
    sound: AdaptationSet | None = None
    manifest_bytes: int = 0
    head_bytes: int = 0
    packet_bytes: int = 0
    max_buffer_s: float = 60.0
    after_rebuffer_s: float = 4.0
    steady_again_s: float = 10.0
    replace_above_s: float = 8.0
    # Measured with libmpv: its own two seconds, and what it has decoded.
    read_ahead_s: float = 2.5
    dry_before_s: float = 0.25
    poll_s: float = 0.1
    asks_after_s: float = 0.0
    reads_after_s: float = 0.0
    shows_after_s: float = 0.0
    decides_after_s: float = 0.0
    answers_after_s: float = 0.0
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedPlayback:
    """What was shown, and how long it was waited for."""

    segments: tuple[PlayedSegment, ...]
    startup_s: float

    def score(self, model: QoeModel, count: int | None = None) -> Qoe:
        """QoE of the first ``count`` segments; ``None``: of all."""
        return model.score(self.segments[:count], startup_s=self.startup_s)


@dataclass(slots=True, eq=False)
class Stream:
    """An adaptation set, what of it is held, and how many segments the media engine has."""

    entry: AdaptationSet
    held: list[Representation] = field(default_factory=list)
    handed: int = 0
    demanded: bool = False

    @property
    def end_s(self) -> float:
        """Up to where it is held."""
        return self.entry.segment_starts_s[len(self.held)]

    @property
    def readable_s(self) -> float:
        """Up to where the media engine has it."""
        return self.entry.segment_starts_s[self.handed]

    @property
    def complete(self) -> bool:
        """Whether there is nothing more to fetch."""
        return len(self.held) == len(self.entry.segment_durations_s)

    @property
    def all_handed(self) -> bool:
        """Whether the media engine has all of it."""
        return self.handed == len(self.entry.segment_durations_s)


@dataclass(slots=True, eq=False)
class Job:
    """A segment being fetched: what waits to be asked for, and what is under way of it."""

    stream: Stream
    index: int
    representation: Representation
    asks_at_s: float = 0.0  # not before
    again: bool = False
    former: Representation | None = None
    transfer: Transfer | None = None  # of the segment; None: its init segment is still awaited
    polls: int = 0

    def progress(self, transfer: Transfer, now_s: float) -> TransferProgress:
        """How far the segment's own transfer is."""
        first_s = transfer.first_byte_at_s
        seen = first_s is not None and first_s <= now_s
        return TransferProgress(
            representation_id=self.representation.id,
            segment_index=self.index,
            received_bytes=transfer.received_bytes,
            total_bytes=transfer.size_bytes,
            ttfb_s=first_s - transfer.asked_at_s if first_s is not None and seen else None,
            elapsed_s=now_s - transfer.asked_at_s,
        )

    def sample(self, transfer: Transfer, now_s: float, *, given_up: bool) -> TransferSample:
        """What an engine learns of it."""
        progress = self.progress(transfer, now_s)
        return TransferSample(
            representation_id=self.representation.id,
            segment_index=self.index,
            transferred_bytes=progress.received_bytes,
            ttfb_s=progress.elapsed_s if progress.ttfb_s is None else progress.ttfb_s,
            duration_s=progress.elapsed_s,
            finished_at_s=now_s,
            given_up=given_up,
        )
