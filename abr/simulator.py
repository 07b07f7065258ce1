"""A session replayed over a trace, segment by segment, without a clock or a network.

The model of H. Mao, R. Netravali, M. Alizadeh, "Neural Adaptive Video Streaming with Pensieve",
SIGCOMM 2017, in continuous time: a request waits for the trace's latency, the segment flows at
the trace's rate, the buffer drains meanwhile, and a full buffer pauses fetching.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from abr.context import (
    BufferedSegment,
    DecisionContext,
    Limits,
    Phase,
    TransferProgress,
    TransferSample,
)
from abr.decision import Decision, Replacement
from abr.engine import AbrEngine
from abr.media import AdaptationSet, Representation, RepresentationId
from abr.qoe import PlayedSegment, Qoe, QoeModel
from abr.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedSegment:
    """One segment of a simulated session, as it was shown.

    ``stall_s`` is how long the picture stood for it, the startup delay in case of the first one;
    ``buffer_level_s`` what was ahead when it was first asked for; ``abandoned`` what was tried
    before it was there, ``replaced`` what was there before the one that was shown.
    """

    index: int
    decision: Decision
    requested_at_s: float
    finished_at_s: float
    stall_s: float
    buffer_level_s: float
    wasted_bytes: int = 0
    abandoned: tuple[RepresentationId, ...] = ()
    replaced: tuple[RepresentationId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """A whole session and its QoE."""

    segments: tuple[SimulatedSegment, ...]
    qoe: Qoe


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Circumstances of a session. ``abandon_poll_s``: how often to ask whether to abandon.

    With None every transfer runs to its end, as in published evaluations. ``replacing``: buffered
    segments may be fetched again, those that play within ``committed_s`` excepted: they count as
    handed to the decoder.
    """

    max_buffer_s: float = 60.0
    playback_speed: float = 1.0
    limits: Limits = field(default_factory=Limits)
    abandon_poll_s: float | None = None
    replacing: bool = False
    committed_s: float = 0.0


def simulate(
    adaptation_set: AdaptationSet,
    trace: Trace,
    engine: AbrEngine,
    model: QoeModel,
    setting: Setting | None = None,
) -> Simulation:
    """Play the whole set over the trace from its beginning.

    ``engine`` is changed by what it learns: give each session its own.
    """
    session = _Session(adaptation_set, trace, engine, setting or Setting())
    for _ in adaptation_set.segment_durations_s:
        session.advance()
    segments = tuple(session.segments)
    played = [
        PlayedSegment(
            representation=s.decision.representation,
            index=s.index,
            stall_s=s.stall_s if s.index else 0.0,
        )
        for s in segments
    ]
    return Simulation(segments=segments, qoe=model.score(played, startup_s=segments[0].stall_s))


class _Session:
    """Wall clock and buffer of one run."""

    def __init__(
        self, adaptation_set: AdaptationSet, trace: Trace, engine: AbrEngine, setting: Setting
    ) -> None:
        self.segments: list[SimulatedSegment] = []
        self._set = adaptation_set
        self._trace = trace
        self._engine = engine
        self._setting = setting
        self._now_s = 0.0
        self._buffer_s = 0.0  # of film
        self._phase = Phase.STARTUP
        self._stalled_s = 0.0  # since the last segment was there

    def advance(self) -> None:
        """Fetch the next segment, and before it what is worth being fetched again."""
        while (better := self._replacement()) is not None:
            self._fetch_again(better)
        self._wait_for_room()
        index, requested_at_s, level_s = len(self.segments), self._now_s, self._buffer_s
        decision = self._engine.decide(self._context(index))
        abandoned: list[RepresentationId] = []
        wasted = 0
        while True:
            change = self._abandonment(index, decision.representation)
            if change is None:
                break
            instead, at_s, received = change
            self._pass(decision.representation, index, received, at_s, given_up=True)
            abandoned.append(decision.representation.id)
            wasted += received
            decision = instead
        size = decision.representation.segment_bytes[index]
        self._pass(decision.representation, index, size, self._arrival_s(size))
        stall_s, self._stalled_s = self._stalled_s, 0.0
        self._phase = Phase.AFTER_REBUFFER if stall_s > 0 and index else Phase.STEADY
        self._buffer_s += self._set.segment_durations_s[index]
        self.segments.append(
            SimulatedSegment(
                index=index,
                decision=decision,
                requested_at_s=requested_at_s,
                finished_at_s=self._now_s,
                stall_s=stall_s,
                buffer_level_s=level_s,
                wasted_bytes=wasted,
                abandoned=tuple(abandoned),
            )
        )

    def _context(self, index: int, *, now_s: float | None = None) -> DecisionContext:
        """The moment ``now_s``, by default the present one, with the buffer drained until then."""
        at_s = self._now_s if now_s is None else now_s
        drained_s = (at_s - self._now_s) * self._setting.playback_speed
        return DecisionContext(
            now_s=at_s,
            adaptation_set=self._set,
            segment_index=index,
            buffer_level_s=max(0.0, self._buffer_s - drained_s),
            max_buffer_s=self._setting.max_buffer_s,
            phase=self._phase,
            previous=self.segments[-1].decision.representation.id if self.segments else None,
            estimate=self._engine.estimate,
            history=self._engine.history,
            limits=self._setting.limits,
            playback_speed=self._setting.playback_speed,
        )

    def _replacement(self) -> Replacement | None:
        if not self._setting.replacing or not self.segments:
            return None
        return self._engine.replacement(self._context(len(self.segments)), self._buffered())

    def _buffered(self) -> tuple[BufferedSegment, ...]:
        """Segments ahead of the picture, the one on screen included."""
        starts_s = self._set.segment_starts_s
        playing_s = starts_s[len(self.segments)] - self._buffer_s
        first = self._set.segment_at(playing_s)
        return tuple(
            BufferedSegment(
                index=s.index,
                representation_id=s.decision.representation.id,
                replaceable=starts_s[s.index] - playing_s > self._setting.committed_s,
            )
            for s in self.segments[first:]
        )

    def _fetch_again(self, better: Replacement) -> None:
        index, chosen = better.segment_index, better.decision.representation
        before = self.segments[index]
        starts_s = self._set.segment_starts_s
        playing_s = starts_s[len(self.segments)] - self._buffer_s
        due_s = self._now_s + (starts_s[index] - playing_s) / self._setting.playback_speed
        size = chosen.segment_bytes[index]
        dropped = self._dropping(index, chosen, due_s)
        if dropped is not None:
            at_s, received = dropped
            self._pass(chosen, index, received, at_s, given_up=True)
            self.segments[index] = replace(before, wasted_bytes=before.wasted_bytes + received)
            return
        arrived_s = self._arrival_s(size)
        self._pass(chosen, index, size, arrived_s)
        if arrived_s > due_s:
            self.segments[index] = replace(before, wasted_bytes=before.wasted_bytes + size)
            return
        former = before.decision.representation
        self.segments[index] = replace(
            before,
            decision=better.decision,
            finished_at_s=arrived_s,
            wasted_bytes=before.wasted_bytes + former.segment_bytes[index],
            replaced=(*before.replaced, former.id),
        )

    def _abandonment(
        self, index: int, representation: Representation
    ) -> tuple[Decision, float, int] | None:
        """The first moment the engine gives the transfer up, and the bytes come until then."""
        for at_s, progress in self._polls(index, representation):
            instead = self._engine.should_abandon(self._context(index, now_s=at_s), progress)
            if instead is not None:
                return instead, at_s, progress.received_bytes
        return None

    def _dropping(
        self, index: int, representation: Representation, due_s: float
    ) -> tuple[float, int] | None:
        """The same for a segment fetched again; past ``due_s`` it is of no use at all."""
        following = len(self.segments)
        for at_s, progress in self._polls(index, representation):
            context = self._context(following, now_s=at_s)
            if self._engine.should_drop(context, progress) or at_s > due_s:
                return at_s, progress.received_bytes
        return None

    def _polls(
        self, index: int, representation: Representation
    ) -> Iterator[tuple[float, TransferProgress]]:
        poll_s = self._setting.abandon_poll_s
        if poll_s is None:
            return
        size = representation.segment_bytes[index]
        first_byte_s = self._now_s + self._trace.latency_s
        until_s = self._arrival_s(size)
        count = 1
        while (at_s := self._now_s + count * poll_s) < until_s:
            flowing = at_s > first_byte_s
            received = int(self._trace.bytes_between(first_byte_s, at_s)) if flowing else 0
            yield (
                at_s,
                TransferProgress(
                    representation_id=representation.id,
                    segment_index=index,
                    received_bytes=min(received, size),
                    total_bytes=size,
                    ttfb_s=self._trace.latency_s if received else None,
                    elapsed_s=at_s - self._now_s,
                ),
            )
            count += 1

    def _arrival_s(self, size: int) -> float:
        return self._trace.arrival_s(self._now_s + self._trace.latency_s, size)

    def _pass(
        self,
        representation: Representation,
        index: int,
        received: int,
        until_s: float,
        *,
        given_up: bool = False,
    ) -> None:
        """Let a transfer take its time, and the picture stand still where that is too long."""
        duration_s = until_s - self._now_s
        drained_s = duration_s * self._setting.playback_speed
        missing_s = max(0.0, drained_s - self._buffer_s)
        self._stalled_s += missing_s / self._setting.playback_speed
        self._buffer_s = max(0.0, self._buffer_s - drained_s)
        self._now_s = until_s
        self._engine.observe(
            TransferSample(
                representation_id=representation.id,
                segment_index=index,
                transferred_bytes=received,
                ttfb_s=min(self._trace.latency_s, duration_s),
                duration_s=duration_s,
                finished_at_s=until_s,
                given_up=given_up,
            )
        )

    def _wait_for_room(self) -> None:
        """Pause fetching while the buffer is too full."""
        excess_s = max(0.0, self._buffer_s - self._setting.max_buffer_s)
        self._buffer_s -= excess_s
        self._now_s += excess_s / self._setting.playback_speed
